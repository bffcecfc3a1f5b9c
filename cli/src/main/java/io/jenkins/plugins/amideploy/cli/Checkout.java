package io.jenkins.plugins.amideploy.cli;

import java.io.IOException;
import java.io.InputStream;
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

    /** What Git says where there is no checkout at all, and so no commit to know of. */
    private static final String NONE = "not a git repository (or any";

    private String head(String git) {
        ProcessBuilder command =
                new ProcessBuilder(git, "-C", session.directory().toString(), "rev-parse", "--verify", "HEAD");
        Map<String, String> environment = command.environment();
        OF_ANOTHER.forEach(environment::remove);
        try {
            environment.put("LC_ALL", "C");
            Process process = command.start();
            process.getOutputStream().close();
            String said = read(process.getInputStream());
            String complaint = read(process.getErrorStream());
            if (process.waitFor() == 0) {
                return said;
            }
            tellWhy(complaint);
            return "";
        } catch (IOException untold) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private static String read(InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    /** A checkout of another owner, or a worktree without its repository: Git says what, and for the first what to do. */
    private void tellWhy(String said) {
        if (!said.contains(NONE)) {
            session.console()
                    .warn("the commit of " + session.directory() + " is not known to the release: "
                            + said.replaceFirst("^fatal: ", "").replaceAll("\\s+", " "));
        }
    }
}
