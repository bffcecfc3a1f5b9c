package io.jenkins.plugins.amideploy.engine.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads Terraform's {@code -json} lines (version 1 of its machine-readable UI). It goes by each message's {@code type};
 * types that are not known, and lines that are not JSON, are ignored. Only addresses and ids are passed on, never a
 * resource's values.
 */
public final class TerraformOutput implements OutputParser {
    private static final Map<String, String> DOING = Map.of(
            "create",
            "creating",
            "update",
            "updating",
            "delete",
            "removing",
            "read",
            "reading",
            "replace",
            "replacing");

    private static final Map<String, String> DONE =
            Map.of("create", "created", "update", "updated", "delete", "removed");

    /**
     * What is kept of a plan, one message a resource and two of the whole, and of an apply, which tells its outputs at its end: with their
     * values, unless they are marked sensitive.
     */
    private static final Set<String> KEPT = Set.of("planned_change", "change_summary", "outputs");

    /** Terraform's remark on a plan that was asked to look at a part only, which tells a reader nothing: whoever asked knows it. */
    private static final String NARROWED = "Resource targeting is in effect";

    /** Characters: two lines of a terminal. */
    private static final int MAX_WARNING = 200;

    private final String stage;
    private final JsonParser parser;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Json> messages = new ArrayList<>();

    /**
     * @param stage the stage that progress is reported for
     * @param parser parses one line
     */
    public TerraformOutput(String stage, JsonParser parser) {
        this.stage = stage;
        this.parser = parser;
    }

    @Override
    public Optional<Progress> accept(String line) {
        if (!line.startsWith("{")) {
            return Optional.empty();
        }
        Json message = Json.lenient(parser, line);
        if (KEPT.contains(message.get("type").text())) {
            messages.add(message);
        }
        return switch (message.get("type").text()) {
            case "diagnostic" -> diagnostic(message.get("diagnostic"));
            case "init_output" -> initOutput(message);
            case "apply_start" -> resource(message, DOING, "");
            case "apply_progress" -> resource(message, DOING, elapsed(message));
            case "apply_complete" -> resource(message, DONE, elapsed(message));
            case "apply_errored" -> errored(message);
            case "change_summary" -> summary(message);
            case "log" -> logged(message.get("@message").text());
            default -> Optional.empty();
        };
    }

    private Optional<Progress> diagnostic(Json diagnostic) {
        problem(diagnostic).ifPresent(problems::add);
        boolean told = "warning".equals(diagnostic.get("severity").text())
                && !NARROWED.equals(diagnostic.get("summary").text());
        return told ? Optional.of(Progress.warning(stage, warning(diagnostic))) : Optional.empty();
    }

    /** On one line, cut where it gets long; the whole is in the log. */
    private static String warning(Json diagnostic) {
        String where = where(diagnostic);
        String detail = diagnostic.get("detail").text().strip().replaceAll("\\s+", " ");
        String text = diagnostic.get("summary").text()
                + (where.isEmpty() ? "" : " (" + where + ")")
                + (detail.isEmpty() ? "" : ": " + detail);
        return text.length() <= MAX_WARNING ? text : text.substring(0, text.lastIndexOf(' ', MAX_WARNING)) + " …";
    }

    /** A diagnostic as a problem; empty for a warning. Also the form in which {@code validate -json} tells them. */
    public static Optional<Problem> problem(Json diagnostic) {
        if (!"error".equals(diagnostic.get("severity").text())) {
            return Optional.empty();
        }
        Problem headline = Problem.of(diagnostic.get("summary").text());
        String detail = (headline.detail() + "\n" + diagnostic.get("detail").text()).strip();
        return Optional.of(new Problem(headline.summary(), detail, where(diagnostic)));
    }

    private static String where(Json diagnostic) {
        String address = diagnostic.get("address").text();
        String file = diagnostic.get("range").get("filename").text();
        if (!address.isEmpty() || file.isEmpty()) {
            return address;
        }
        return file + " line "
                + diagnostic.get("range").get("start").get("line").number();
    }

    private Optional<Progress> initOutput(Json message) {
        return switch (message.get("message_code").text()) {
            case "initializing_backend_message" -> progress("opening the state");
            case "initializing_provider_plugin_message" -> progress("finding providers");
            default -> Optional.empty();
        };
    }

    private Optional<Progress> resource(Json message, Map<String, String> words, String suffix) {
        Json hook = message.get("hook");
        if ("read".equals(hook.get("action").text())) {
            return progress("looking at what is there");
        }
        String word =
                words.getOrDefault(hook.get("action").text(), hook.get("action").text());
        return progress(word + " " + hook.get("resource").get("addr").text() + suffix);
    }

    /** Worth a line of its own: what a stop cuts off may be there without the state knowing it (hashicorp/terraform 33358). */
    private Optional<Progress> errored(Json message) {
        Json hook = message.get("hook");
        String word =
                DOING.getOrDefault(hook.get("action").text(), hook.get("action").text());
        return progress(word + " " + hook.get("resource").get("addr").text() + " did not succeed");
    }

    /** A plan's own summary is left to who shows the plan. */
    private Optional<Progress> summary(Json message) {
        return "plan".equals(message.get("changes").get("operation").text())
                ? Optional.empty()
                : progress(message.get("@message").text());
    }

    private static String elapsed(Json message) {
        long seconds = message.get("hook").get("elapsed_seconds").number();
        return seconds == 0 ? "" : " (" + seconds + " s)";
    }

    private Optional<Progress> logged(String text) {
        return text.contains("Interrupt received")
                ? progress("stopping: Terraform ends the operation it is in, then writes the state")
                : Optional.empty();
    }

    private Optional<Progress> progress(String activity) {
        return Optional.of(new Progress(stage, activity));
    }

    @Override
    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    /** Those of a plan or an apply: {@code planned_change}, {@code change_summary}, {@code outputs}. */
    @Override
    public List<Json> messages() {
        return List.copyOf(messages);
    }
}
