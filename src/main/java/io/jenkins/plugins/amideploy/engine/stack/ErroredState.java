package io.jenkins.plugins.amideploy.engine.stack;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A state that Terraform could not give to its backend and left as a file. A lineage is drawn when a state is made first; a serial counts its
 * versions (Terraform documentation, "State: Pushing").
 *
 * @param file its name, for people
 * @param environment whose it is
 * @param lineage of which state it is a version
 * @param serial which version
 * @param resources how many it knows
 */
public record ErroredState(String file, String environment, String lineage, long serial, int resources) {
    /** Name that Terraform gives it (hashicorp/terraform, backend/local/backend_apply.go). */
    public static final String FILE = "errored.tfstate";

    /** What is said before the command, which is the command line's. */
    public static final String IN_A_BUILD = " (a build: with PUSH_STATE, or step pushState)";

    public ErroredState {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(environment, "environment");
        Objects.requireNonNull(lineage, "lineage");
    }

    /** The command that writes the one that was kept. */
    public static String push(Backend backend) {
        return "ami-deploy push-state -e " + backend.environment()
                + (backend instanceof Backend.Local ? " --local-state" : "");
    }

    /** @throws IllegalArgumentException when the text is no state, or another stack's */
    public static ErroredState of(String file, String text, AppId app, JsonParser json) {
        Json state = Json.lenient(json, text);
        String lineage = state.get("lineage").text();
        if (lineage.isEmpty()) {
            throw new IllegalArgumentException(file + " is no state of Terraform's: it has no lineage");
        }
        String stack = state.get("outputs").get("asg_name").get("value").text();
        if (!stack.isEmpty() && !stack.equals(app.stackName())) {
            throw new IllegalArgumentException(file + " is the state of " + stack + ", not of " + app.stackName());
        }
        return new ErroredState(
                file,
                app.environment(),
                lineage,
                state.get("serial").number(),
                state.get("resources").list().size());
    }

    /** Whether a text is this very version. */
    public boolean isSameAs(String text, JsonParser json) {
        Json state = Json.lenient(json, text);
        return state.get("lineage").text().equals(lineage)
                && state.get("serial").number() == serial;
    }

    /**
     * Why it must not be written.
     *
     * @param text of the state that is there; empty where there is none
     */
    public Optional<Diagnosis> refusal(Optional<String> text, JsonParser json) {
        Json there = Json.lenient(json, text.orElse(""));
        String theirs = there.get("lineage").text();
        if (theirs.isEmpty()) {
            return Optional.empty();
        }
        if (!theirs.equals(lineage)) {
            return Optional.of(refused(
                    file + " is of another lineage (" + lineage + ") than the state of " + environment + " (" + theirs
                            + ")",
                    "it is a state that was made anew since: compare the two, then put the file away:"));
        }
        long newest = there.get("serial").number();
        return newest < serial
                ? Optional.empty()
                : Optional.of(refused(
                        file + " has serial " + serial + ", and the state of " + environment + " has " + newest
                                + " already",
                        "it was written, or something was applied since: put the file away:"));
    }

    private Diagnosis refused(String why, String cure) {
        return new Diagnosis(Cause.BAD_INPUT, why, List.of(), "", cure, "mv " + file + " " + file + ".old");
    }
}
