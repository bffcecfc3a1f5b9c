package io.jenkins.plugins.amideploy.engine.state;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who holds the lock of a state: the content of the S3 backend's lock object {@code <key>.tflock}
 * (Terraform documentation, "Backend Type: s3", State Locking).
 *
 * @param id what {@code terraform force-unlock} wants
 * @param operation for example {@code OperationTypeApply}
 * @param who {@code user@host}
 * @param created when; null when it cannot be read
 */
public record StateLock(String id, String operation, String who, Instant created) {
    public StateLock {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(who, "who");
    }

    /** Reads the lock object; what it does not say stays empty. */
    public static StateLock parse(String json) {
        return new StateLock(
                field(json, "ID"), field(json, "Operation"), field(json, "Who"), instant(field(json, "Created")));
    }

    /** {@code held by ci@agent-7 since 2026-11-23T10:00:00Z for OperationTypeApply (lock id …)}. */
    public String explained() {
        return "held by " + (who.isEmpty() ? "somebody" : who) + (created == null ? "" : " since " + created)
                + (operation.isEmpty() ? "" : " for " + operation) + (id.isEmpty() ? "" : " (lock id " + id + ")");
    }

    private static String field(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"")
                .matcher(json);
        return matcher.find() ? matcher.group(1).replace("\\\"", "\"").replace("\\\\", "\\") : "";
    }

    private static Instant instant(String text) {
        try {
            return text.isEmpty() ? null : Instant.parse(text);
        } catch (DateTimeParseException unreadable) {
            return null;
        }
    }
}
