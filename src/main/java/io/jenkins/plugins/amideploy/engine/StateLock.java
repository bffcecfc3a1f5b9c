package io.jenkins.plugins.amideploy.engine;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lock that somebody holds on a stack's Terraform state. Terraform tells of it in two places: in the lock object
 * {@code <key>.tflock} beside the state (Terraform documentation, "Backend Type: s3", State Locking), and in the error of a run
 * that did not get it. What neither says is empty.
 *
 * @param id what {@code terraform force-unlock} asks for
 * @param path bucket and key of the state
 * @param operation what the holder does: {@code apply}, {@code plan}
 * @param who user and machine
 * @param created since when, RFC 3339 in UTC, whole seconds
 */
public record StateLock(String id, String path, String operation, String who, String created) {
    private static final String HEADLINE = "Error acquiring the state lock";

    /** The two forms of a field: {@code "Who":"ci@agent"} in the object, {@code Who: ci@agent} on a line of the error. */
    private static final String IN_OBJECT = "\"%s\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*+)\"";

    /** Bucket and key of a state, as {@link Variables#stateKey} names it; a local one's path begins with a slash. */
    private static final Pattern IN_BUCKET = Pattern.compile("[^/]+/[^/]+/([^/]+)/terraform\\.tfstate");

    private static final String ON_LINE = "(?m)^[ \\t]*+%s:(.*+)$";

    public StateLock {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(path, "path");
        operation = operation.replace("OperationType", "").toLowerCase(Locale.ROOT);
        who = who.isEmpty() ? "somebody" : who;
        created = created.replaceFirst("\\.\\d+", "").replaceFirst("^(\\S+) (\\S+) \\+0000 UTC$", "$1T$2Z");
    }

    /** Reads the lock object. */
    public static StateLock ofObject(String json) {
        return read(IN_OBJECT, json);
    }

    /** The lock that an error speaks of, if it is about one that is held. */
    public static Optional<StateLock> ofError(String text) {
        boolean held = text.contains(HEADLINE) && text.contains("Lock Info:");
        return held ? Optional.of(read(ON_LINE, text)) : Optional.empty();
    }

    private static StateLock read(String form, String text) {
        return new StateLock(
                field(form, "ID", text),
                field(form, "Path", text),
                field(form, "Operation", text),
                field(form, "Who", text),
                field(form, "Created", text));
    }

    private static String field(String form, String name, String text) {
        Matcher matcher = Pattern.compile(String.format(form, name)).matcher(text);
        return matcher.find() ? matcher.group(1).strip() : "";
    }

    /** {@code held by ci@agent-7 since 2026-11-23T10:00:00Z for apply (lock …)}. */
    public String explained() {
        return "held by " + who + (created.isEmpty() ? "" : " since " + created)
                + (operation.isEmpty() ? "" : " for " + operation) + (id.isEmpty() ? "" : " (lock " + id + ")");
    }

    /** When it was taken, by the clock of who holds it; empty where that is not said. */
    public Optional<Instant> createdAt() {
        try {
            return Optional.of(Instant.parse(created));
        } catch (DateTimeParseException unsaid) {
            return Optional.empty();
        }
    }

    /** The computer of who holds it; empty where that is not said. */
    public String host() {
        return who.contains("@") ? who.substring(who.lastIndexOf('@') + 1) : "";
    }

    /** What to do about it, for {@link #command()} behind it where there is one. */
    public String cure() {
        return command().isEmpty()
                ? "wait until that run has ended: its lock ends with it"
                : "see whose it is, and remove it if that run is dead (a build: with UNLOCK):";
    }

    /** What does that; empty for a local state, whose lock the operating system ends with the process. */
    public String command() {
        Matcher matcher = IN_BUCKET.matcher(path);
        return matcher.matches() ? unlock(matcher.group(1)) : "";
    }

    /** The command that tells whose the lock of an environment is. */
    public static String unlock(String environment) {
        return "ami-deploy unlock -e " + environment;
    }

    /** The failure of a run that did not get it. */
    public Diagnosis diagnosis() {
        return new Diagnosis(
                Cause.STATE_LOCKED, "state " + path + " is locked, " + explained(), List.of(), "", cure(), command());
    }
}
