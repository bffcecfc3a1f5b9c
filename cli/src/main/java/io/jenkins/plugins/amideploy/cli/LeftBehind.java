package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.release.End.Failure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How {@code destroy} and {@code prune} end: with their result in any case, and with an error where something stayed that should not. */
final class LeftBehind {
    private LeftBehind() {}

    /**
     * Prints both.
     *
     * @param left one line each
     * @return the exit code
     */
    static int end(Session session, Map<String, Object> document, String text, List<String> left) {
        if (left.isEmpty()) {
            session.result(document, text);
            return ExitCode.OK.code();
        }
        Diagnosis why = Diagnosis.of(
                Cause.LEFT_BEHIND,
                left.size() + " left behind",
                left,
                "run the command again, which removes what it can by now; remove by hand what it cannot");
        Map<String, Object> whole = new LinkedHashMap<>(document);
        whole.put("failure", Failure.of(why).tree());
        session.result(whole, text);
        session.console().error(why);
        return ExitCode.LEFT_BEHIND.code();
    }
}
