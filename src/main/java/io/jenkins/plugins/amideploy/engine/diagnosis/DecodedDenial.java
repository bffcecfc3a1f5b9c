package io.jenkins.plugins.amideploy.engine.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code sts:DecodeAuthorizationMessage} tells of a denied call: a JSON document with what was asked and which statements matched (STS API
 * reference). Only texts of known names are taken from it, so that no parser is needed.
 *
 * @param isExplicit whether a statement denies it, rather than that none allows it
 * @param action as IAM writes it
 * @param resource what it was asked for
 * @param caller who asked
 * @param statements ids of the statements that matched; empty ids are left out
 */
record DecodedDenial(boolean isExplicit, String action, String resource, String caller, List<String> statements) {
    /** Which policies there are to look into is the account's business; three statements are a hint. */
    private static final int MOST = 3;

    /** Empty where it is not that document. */
    static Optional<DecodedDenial> of(String json) {
        Optional<String> action = text("action", json);
        if (action.isEmpty()) {
            return Optional.empty();
        }
        List<String> statements = new ArrayList<>();
        Matcher ids = Pattern.compile("\"statementId\"\\s*:\\s*\"([^\"]+)\"").matcher(json);
        while (ids.find() && statements.size() < MOST) {
            statements.add(ids.group(1));
        }
        return Optional.of(new DecodedDenial(
                Pattern.compile("\"explicitDeny\"\\s*:\\s*true").matcher(json).find(),
                action.get(),
                text("resource", json).orElse(""),
                text("arn", json).orElse("the caller"),
                statements));
    }

    private static Optional<String> text(String name, String json) {
        Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]+)\"").matcher(json);
        return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    }

    /** Lines for people. */
    List<String> evidence() {
        return statements.isEmpty() ? List.of() : List.of("statement " + String.join(", ", statements));
    }
}
