package io.jenkins.plugins.amideploy.engine;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a further tag may be, by the strictest of the services that get it: Elastic Load Balancing and IAM (API references, "Tag"). EC2 would take more, and
 * the others refuse it after the bake. For image.yml and the tags of a controller; {@code terraform/variables.tf} has the same rule for {@code extra_tags}.
 */
public final class TagRule {
    private static final Pattern RESERVED = Pattern.compile("Name|ami-deploy:.*|(?i:aws):.*");
    private static final Pattern KEY = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,128}");
    private static final Pattern VALUE = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{0,256}");

    private TagRule() {}

    /** What is wrong with a key, and what it must be. */
    public static Optional<String> ofKey(String key) {
        if (RESERVED.matcher(key).matches()) {
            return Optional.of("tag " + shown(key)
                    + ": Name, ami-deploy:… and aws:… in any case are reserved; choose another key");
        }
        return KEY.matcher(key).matches()
                ? Optional.empty()
                : Optional.of("tag " + shown(key) + ": a key has 1 to 128 letters, digits, spaces and _ . : / = + - @");
    }

    /** What is wrong with a value, and what it must be. */
    public static Optional<String> ofValue(String key, String value) {
        return VALUE.matcher(value).matches()
                ? Optional.empty()
                : Optional.of("tag " + shown(key) + " is " + shown(value)
                        + ": a value has at most 256 letters, digits, spaces and _ . : / = + - @");
    }

    /** On one line, as what is shown has to be. */
    private static String shown(String text) {
        return text.replaceAll("\\s+", " ");
    }

    /** What is wrong with the first tag that cannot be. */
    public static Optional<String> of(Map<String, String> tags) {
        return new TreeMap<>(tags)
                .entrySet().stream()
                        .flatMap(tag -> ofKey(tag.getKey()).or(() -> ofValue(tag.getKey(), tag.getValue())).stream())
                        .findFirst();
    }
}
