package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Optional;

/**
 * Tells an agent whose disk takes nothing from one that does not answer: the first answers, and waiting for it to come back
 * helps nobody. For what prepares a tool, and what keeps its log.
 */
final class DiskTrouble {
    /** What to do about all of them. */
    static final String CURE = "make room there, or let the agent's user write there, then run the step again";

    /** What Linux says of it (errno 28, 20, 30, 122, 36, 13); Java hands it on in messages of several classes. */
    private static final List<String> WORDS = List.of(
            "No space left on device",
            "Not a directory",
            "Read-only file system",
            "Disk quota exceeded",
            "File name too long",
            "Permission denied");

    private DiskTrouble() {}

    /**
     * For a failure before any tool runs, where nothing is lost by ending at once.
     *
     * @throws AbortException where the failure is one itself, or the disk's
     */
    static void refuse(Exception failure, String node) throws AbortException {
        if (failure instanceof AbortException said) {
            throw said;
        }
        Optional<String> trouble = of(failure);
        if (trouble.isPresent()) {
            throw new NamedFailure(
                    Cause.TOOL_FAILED,
                    "nothing can be written on agent " + AgentAbsence.name(node) + ": " + trouble.get(),
                    CURE);
        }
    }

    /** What is wrong with the disk; empty where the failure is another. A failure of the agent's arrives inside one of the channel's. */
    static Optional<String> of(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            String message = String.valueOf(each.getMessage());
            if (each instanceof IOException && WORDS.stream().anyMatch(message::contains)
                    || each instanceof java.nio.file.AccessDeniedException) {
                return Optional.of(words((IOException) each));
            }
        }
        return Optional.empty();
    }

    /** Object and reason. */
    static String words(IOException trouble) {
        if (trouble instanceof java.nio.file.AccessDeniedException denied) {
            return denied.getFile() + ": Permission denied";
        }
        return trouble instanceof FileSystemException file && file.getReason() != null
                ? file.getFile() + ": " + file.getReason()
                : trouble.getClass().getSimpleName() + " " + trouble.getMessage();
    }
}
