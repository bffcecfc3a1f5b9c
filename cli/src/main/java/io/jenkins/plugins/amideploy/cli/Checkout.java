package io.jenkins.plugins.amideploy.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The Git checkout that a session works in, if it is one. */
final class Checkout {
    /** What Git sets for its hooks, and what would make it look at another repository. */
    private static final List<String> OF_ANOTHER = List.of("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE");

    private final Session session;

    Checkout(Session session) {
        this.session = session;
    }

    /** What is checked out, which may be newer than the last commit that touched the application; empty where that is not known. */
    String commit() {
        return session.toolEnvironment()
                .find("git")
                .map(git -> head(git.toString()))
                .orElse("");
    }

    private String head(String git) {
        ProcessBuilder command =
                new ProcessBuilder(git, "-C", session.directory().toString(), "rev-parse", "--verify", "HEAD");
        Map<String, String> environment = command.environment();
        OF_ANOTHER.forEach(environment::remove);
        try {
            Process process =
                    command.redirectError(ProcessBuilder.Redirect.DISCARD).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor() == 0 ? said : "";
        } catch (IOException untold) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
