package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.FilePath;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jenkinsci.plugins.durabletask.BourneShellScript;
import org.jenkinsci.plugins.durabletask.Controller;

/**
 * Launches supervisors as durable tasks, detached from agent process and {@code docker exec}. Persisted with the step, for the
 * controllers' files to be removed in the end.
 */
final class DurableLaunches implements Serializable {
    private static final long serialVersionUID = 1L;

    private final List<Controller> controllers = new CopyOnWriteArrayList<>();

    /**
     * Starts a script and returns at once.
     *
     * <p>The cookie is changed for the tool: by it, {@code sh} steps in the same workspace find what to kill when they are
     * aborted, and they would find ours.
     */
    synchronized void launch(Workplace workplace, String commandLine) throws IOException, InterruptedException {
        BourneShellScript script =
                new BourneShellScript("#!/bin/sh\nexport JENKINS_SERVER_COOKIE=ami-deploy\nexec " + commandLine + "\n");
        script.defaultCharset();
        controllers.add(script.launch(
                workplace.launchVariables(), workplace.workspace(), workplace.launcher(), workplace.listener()));
    }

    /** What the launch itself printed, for a tool that never began. */
    synchronized String diagnostics(Workplace workplace) throws IOException, InterruptedException {
        if (controllers.isEmpty()) {
            return "";
        }
        java.io.ByteArrayOutputStream text = new java.io.ByteArrayOutputStream();
        controllers.get(controllers.size() - 1).writeLog(workplace.workspace(), text);
        return text.toString(java.nio.charset.StandardCharsets.UTF_8).strip();
    }

    /** Removes the tasks' own files. */
    synchronized void cleanUp(FilePath workspace) throws IOException, InterruptedException {
        for (Controller controller : controllers) {
            controller.cleanup(workspace);
        }
        controllers.clear();
    }
}
