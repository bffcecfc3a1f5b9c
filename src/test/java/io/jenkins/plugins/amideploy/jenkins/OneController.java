package io.jenkins.plugins.amideploy.jenkins;

import hudson.security.ACL;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * One Jenkins for all tests of a class, since it takes longer to start than most of them take; a parameter of type
 * {@link JenkinsRule} is it. The tests must bear what the others leave, and may run side by side. Where the class begins with
 * {@link #restart()}, all of its tests are about what a restart finds. {@code @WithJenkins} starts one for each test instead.
 */
public final class OneController implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback, ParameterResolver {
    /** Builds that need an executor at once: more than a class has tests. */
    private static final int EXECUTORS = 20;

    private Path home;
    private String test;
    private Running running;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        test = context.getRequiredTestClass().getName();
        home = Files.createTempDirectory("jenkins");
        start(0);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        ACL.as2(ACL.SYSTEM2);
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        if (running != null) {
            running.after();
        }
        // It has none where what comes before it was not to be had.
        if (home != null) {
            hudson.Util.deleteRecursive(home.toFile());
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType().equals(JenkinsRule.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return running;
    }

    /** Shuts the controller down as its service manager would, and starts it again with the same home and address. */
    public JenkinsRule restart() throws Exception {
        Running before = running;
        running = null;
        before.after();
        start(before.port());
        return running;
    }

    private void start(int port) throws Exception {
        Running starting = new Running(home, port, test);
        try {
            starting.before();
        } catch (Exception | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new IOException(failure);
        }
        starting.jenkins.setNumExecutors(EXECUTORS);
        running = starting;
        ACL.as2(ACL.SYSTEM2);
    }

    /** A session; everything of the harness but that a test of JUnit 4 is what starts it. */
    private static final class Running extends JenkinsRule {
        Running(Path home, int port, String test) {
            with(home::toFile);
            localPort = port;
            testDescription = org.junit.runner.Description.createTestDescription(test, "all tests");
        }

        int port() {
            return localPort;
        }
    }
}
