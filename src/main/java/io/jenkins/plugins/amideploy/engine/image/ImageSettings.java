package io.jenkins.plugins.amideploy.engine.image;

import io.jenkins.plugins.amideploy.engine.tool.Json;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What an application's images are made from: its page {@code image.yml}. It is the application's, not an environment's, so
 * any environment can run any of its images. Read by the front doors for a bake and for the doctor.
 *
 * @param baseImage the published image that the base layer starts from
 * @param packages further packages of the operating system, for the application layer
 * @param instanceType type of the instance that bakes
 * @param vpcId where it bakes; empty for the region's default VPC
 * @param subnetId its subnet; empty leaves the choice to AWS
 * @param baseMaxAgeDays age in days from which a base layer is made anew
 * @param tags further tags of images, their snapshots and of what lives for the bake only
 */
public record ImageSettings(
        BaseImage baseImage,
        List<String> packages,
        String instanceType,
        String vpcId,
        String subnetId,
        int baseMaxAgeDays,
        Map<String, String> tags) {

    /** Where the page is when nobody says otherwise, relative to the checkout. */
    public static final String DEFAULT_FILE = "image.yml";

    /** What holds where the page is silent, or not there. */
    public static final ImageSettings DEFAULTS =
            new ImageSettings(BaseImage.DEBIAN_12, List.of(), "t3.small", "", "", 7, Map.of());

    private static final Pattern TEXT = Pattern.compile("(?s).*");
    private static final Pattern PACKAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9+._:-]*");
    private static final Pattern INSTANCE_TYPE = Pattern.compile("[a-z0-9-]+\\.[a-z0-9-]+");
    private static final Pattern VPC = Pattern.compile("vpc-[0-9a-f]{8,17}");
    private static final Pattern SUBNET = Pattern.compile("subnet-[0-9a-f]{8,17}");

    private static final Pattern OURS = Pattern.compile("Name$|ami-deploy:|aws:");

    /** A base layer of a year is beyond what any security team bears; it also keeps arithmetic on dates harmless. */
    private static final int MOST_DAYS = 365;

    public ImageSettings {
        Objects.requireNonNull(baseImage, "baseImage");
        Objects.requireNonNull(instanceType, "instanceType");
        Objects.requireNonNull(vpcId, "vpcId");
        Objects.requireNonNull(subnetId, "subnetId");
        packages = List.copyOf(new TreeSet<>(packages));
        tags = Map.copyOf(tags);
    }

    /**
     * Reads the page.
     *
     * @param file its name for messages
     * @param text what is in it
     * @param yaml parses YAML into a tree
     * @throws IllegalArgumentException in one line, with file, key and cure
     */
    public static ImageSettings parse(String file, String text, JsonParser yaml) {
        try {
            return new Page(yaml.parse(text)).read();
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(file + ": " + malformed.getMessage(), malformed);
        }
    }

    /** How old a base layer may become. */
    public Duration baseMaxAge() {
        return Duration.ofDays(baseMaxAgeDays);
    }

    /** The same with tags that hold where the page does not give them itself. */
    public ImageSettings withDefaultTags(Map<String, String> defaults) {
        Map<String, String> all = new TreeMap<>(defaults);
        all.putAll(tags);
        return new ImageSettings(baseImage, packages, instanceType, vpcId, subnetId, baseMaxAgeDays, all);
    }

    /** One page, key by key: what was not asked for in the end is not known. */
    private static final class Page {
        private final Map<String, Object> values = new LinkedHashMap<>();
        private final List<String> known = new ArrayList<>();

        Page(Object tree) {
            if (tree == null) {
                return;
            }
            if (!(tree instanceof Map<?, ?> map)) {
                throw new IllegalArgumentException("it must be keys with values, such as \"base_image: debian-12\"");
            }
            map.forEach((key, value) -> values.put(String.valueOf(key), value));
        }

        ImageSettings read() {
            ImageSettings read = new ImageSettings(
                    BaseImage.named(text("base_image", DEFAULTS.baseImage.label(), TEXT, "debian-12")),
                    packages(),
                    text("instance_type", DEFAULTS.instanceType, INSTANCE_TYPE, "t3.small"),
                    text("vpc_id", "", VPC, "vpc-0123456789abcdef0"),
                    text("subnet_id", "", SUBNET, "subnet-0123456789abcdef0"),
                    days(),
                    tags());
            for (String key : values.keySet()) {
                if (!known.contains(key)) {
                    throw new IllegalArgumentException(key + " is not known: keys are " + String.join(", ", known)
                            + "; take it out or correct it");
                }
            }
            return read;
        }

        private Object value(String key) {
            known.add(key);
            return values.get(key);
        }

        private String text(String key, String otherwise, Pattern form, String example) {
            Object value = value(key);
            if (value == null) {
                return otherwise;
            }
            if (!(value instanceof String text) || !form.matcher(text).matches()) {
                throw wrong(key, value, "text such as " + example);
            }
            return text;
        }

        private List<String> packages() {
            Object value = value("packages");
            List<String> packages = new ArrayList<>();
            for (Object one : value instanceof List<?> list ? list : List.of()) {
                if (!(one instanceof String name) || !PACKAGE.matcher(name).matches()) {
                    throw wrong("packages", one, "names of packages");
                }
                packages.add(name);
            }
            if (value != null && !(value instanceof List)) {
                throw wrong("packages", value, "a list of names, such as [libpq5]");
            }
            return packages;
        }

        private int days() {
            Object value = value("base_max_age_days");
            if (value == null) {
                return DEFAULTS.baseMaxAgeDays;
            }
            boolean whole = value instanceof Integer || value instanceof Long;
            long days = Json.of(value).number();
            if (!whole || days < 0 || days > MOST_DAYS) {
                throw wrong("base_max_age_days", value, "a whole number from 0 to " + MOST_DAYS);
            }
            return (int) days;
        }

        private Map<String, String> tags() {
            Object value = value("tags");
            if (value == null) {
                return Map.of();
            }
            Map<String, String> tags = new TreeMap<>();
            if (!(value instanceof Map<?, ?> map)) {
                throw wrong("tags", value, "names with values, such as {team: web}");
            }
            map.forEach((name, tag) -> {
                if (!(tag instanceof String) && !(tag instanceof Number) && !(tag instanceof Boolean)) {
                    throw wrong("tags", name + ": " + tag, "names with plain values, such as {team: web}");
                }
                if (OURS.matcher(String.valueOf(name)).lookingAt()) {
                    throw wrong("tags", name, "other names than Name, ami-deploy:… and aws:…");
                }
                tags.put(String.valueOf(name), String.valueOf(tag));
            });
            return tags;
        }

        private static IllegalArgumentException wrong(String key, Object seen, String cure) {
            String shown = String.valueOf(seen).replaceAll("\\s+", " ");
            return new IllegalArgumentException(key + " is " + shown + ": it must be " + cure);
        }
    }
}
