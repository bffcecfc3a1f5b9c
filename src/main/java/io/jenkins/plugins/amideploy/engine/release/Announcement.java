package io.jenkins.plugins.amideploy.engine.release;

import io.jenkins.plugins.amideploy.engine.tool.JsonWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What is told of a release when it ended. Made by the front doors, sent by {@link Announcer}s.
 *
 * @param subject one line of printable ASCII, shorter than {@value #LONGEST_SUBJECT} characters
 * @param body the record as a JSON document, with the subject as {@code text}
 */
public record Announcement(String subject, String body) {
    /** SNS takes "less than 100 characters", without control characters (SNS API reference, Publish). */
    static final int LONGEST_SUBJECT = 100;

    private static final String CUT = "...";

    public Announcement {
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(body, "body");
    }

    /** Of a release that has ended. */
    public static Announcement of(Release release, JsonWriter writer) {
        String subject = subject(release);
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("text", subject); // what chat programs show of a message to their incoming webhooks
        tree.putAll(release.tree());
        return new Announcement(subject, writer.write(tree));
    }

    private static String subject(Release release) {
        Begin begin = release.begin();
        String from = begin.source().map(source -> " of " + source.text()).orElse("");
        String why = release.end()
                .flatMap(End::failure)
                .map(failure -> ": " + failure.summary())
                .orElse("");
        String how = release.end().map(end -> end.result().word()).orElse("begun");
        return plain(begin.app() + " release " + release.number() + " ("
                + begin.kind().word() + from + ") " + how + why);
    }

    private static String plain(String text) {
        String ascii = text.replaceAll("\\s+", " ").replaceAll("[^ -~]", "?").strip();
        return ascii.length() < LONGEST_SUBJECT ? ascii : ascii.substring(0, LONGEST_SUBJECT - 1 - CUT.length()) + CUT;
    }
}
