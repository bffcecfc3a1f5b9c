package io.jenkins.plugins.amideploy.engine.image;

import io.jenkins.plugins.amideploy.engine.TagRule;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The page image.yml as {@link ImageSettings} reads it, key by key: what was not asked for in the end is not known. */
final class ImagePage {
    private static final Pattern TEXT = Pattern.compile("(?s).*");
    private static final Pattern PACKAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9+._:-]*");
    private static final Pattern INSTANCE_TYPE = Pattern.compile("[a-z0-9-]+\\.[a-z0-9-]+");
    private static final Pattern VPC = Pattern.compile("vpc-[0-9a-f]{8,17}");
    private static final Pattern SUBNET = Pattern.compile("subnet-[0-9a-f]{8,17}");
    private static final Pattern RELATIVE = Pattern.compile("[^/\\s~][^\\n\\r]*");
    private static final Pattern TASKS = Pattern.compile("[^/\\s~][^\\n\\r]*/[^/\\n\\r]+\\.ya?ml");

    /** systemd.exec(5), "SystemCallFilter=": a call, or a group of calls. */
    private static final Pattern SYSTEM_CALL = Pattern.compile("@?[a-z][a-z0-9_-]*");

    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    /** A base layer of a year is beyond what any security team bears; it also keeps arithmetic on dates harmless. */
    private static final int MOST_DAYS = 365;

    private static final int MOST_PORT = 65535;

    private final Map<String, Object> values = new LinkedHashMap<>();
    private final List<String> known = new ArrayList<>();

    ImagePage(Object tree) {
        if (tree == null) {
            return;
        }
        if (!(tree instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("it must be keys with values, such as \"base_image: debian-12\"");
        }
        map.forEach((key, value) -> values.put(String.valueOf(key), value));
    }

    /** @throws IllegalArgumentException in one line, with key and cure */
    ImageSettings read() {
        ImageSettings read = new ImageSettings(
                files(),
                BaseImage.named(text("base_image", BaseImage.DEBIAN_12.label(), TEXT, "debian-12")),
                texts("packages", PACKAGE, "names of packages", "a list of names, such as [libpq5]"),
                texts("build_packages", PACKAGE, "names of packages", "a list of names, such as [gcc, libpq-dev]"),
                allowances(),
                new TrialStart(flag("start_in_bake", true), environment()),
                text("instance_type", "", INSTANCE_TYPE, "t3.small"),
                text("vpc_id", "", VPC, "vpc-0123456789abcdef0"),
                text("subnet_id", "", SUBNET, "subnet-0123456789abcdef0"),
                days(),
                tags());
        for (String key : values.keySet()) {
            if (!known.contains(key)) {
                throw new IllegalArgumentException(key.replaceAll("\\s+", " ") + " is not known: keys are "
                        + String.join(", ", known) + "; take it out or correct it");
            }
        }
        return read;
    }

    private ApplicationFiles files() {
        return new ApplicationFiles(
                text("directory", ApplicationFiles.DEFAULTS.directory(), RELATIVE, "webapp, relative to this file"),
                texts(
                        "exclude",
                        RELATIVE,
                        "patterns of paths below the application's directory",
                        "a list of patterns, such as [tests, \"**/*.map\"]"),
                text("tasks", "", TASKS, "image/tasks.yml, a file in a directory of its own, relative to this file"));
    }

    private Allowances allowances() {
        return new Allowances(
                ports(),
                flag("writable_memory", false),
                texts(
                        "system_calls",
                        SYSTEM_CALL,
                        "names of system calls or of groups of them, such as \"@resources\"",
                        "a list of names, such as [\"@resources\"]"));
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

    private List<?> list(String key, String cure) {
        Object value = value(key);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            throw wrong(key, value, cure);
        }
        return list;
    }

    private List<String> texts(String key, Pattern form, String items, String cure) {
        List<String> texts = new ArrayList<>();
        for (Object one : list(key, cure)) {
            if (!(one instanceof String text) || !form.matcher(text).matches()) {
                throw wrong(key, one, items);
            }
            texts.add(text);
        }
        return texts;
    }

    private List<Integer> ports() {
        List<Integer> ports = new ArrayList<>();
        for (Object one : list("outgoing_ports", "a list of TCP ports, such as [5432]")) {
            ports.add(whole("outgoing_ports", one, 1, MOST_PORT));
        }
        return ports;
    }

    private int days() {
        Object value = value("base_max_age_days");
        return value == null
                ? ImageSettings.DEFAULTS.baseMaxAgeDays()
                : whole("base_max_age_days", value, 0, MOST_DAYS);
    }

    private static int whole(String key, Object value, int least, int most) {
        boolean whole = value instanceof Integer || value instanceof Long;
        long number = Json.of(value).number();
        if (!whole || number < least || number > most) {
            throw wrong(key, value, "a whole number from " + least + " to " + most);
        }
        return (int) number;
    }

    private boolean flag(String key, boolean otherwise) {
        Object value = value(key);
        if (value == null) {
            return otherwise;
        }
        if (!(value instanceof Boolean flag)) {
            throw wrong(key, value, "true or false");
        }
        return flag;
    }

    private Map<String, String> environment() {
        String key = "bake_environment";
        Map<String, String> environment = plain(key, "DATABASE_URL: \"sqlite://\"");
        for (String name : environment.keySet()) {
            if (!VARIABLE.matcher(name).matches()) {
                throw wrong(key, name, "names of variables of letters, digits and _, with plain values");
            }
        }
        return environment;
    }

    private Map<String, String> tags() {
        Map<String, String> tags = plain("tags", "team: web");
        TagRule.of(tags).ifPresent(why -> {
            throw new IllegalArgumentException("tags: " + why);
        });
        return tags;
    }

    private Map<String, String> plain(String key, String example) {
        Object value = value(key);
        if (value == null) {
            return Map.of();
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw wrong(key, value, "names with values, such as {" + example + "}");
        }
        Map<String, String> plain = new TreeMap<>();
        map.forEach((name, one) -> {
            if (!(one instanceof String) && !(one instanceof Number) && !(one instanceof Boolean)) {
                throw wrong(key, name + ": " + one, "names with plain values, such as {" + example + "}");
            }
            plain.put(String.valueOf(name), String.valueOf(one));
        });
        return plain;
    }

    private static IllegalArgumentException wrong(String key, Object seen, String cure) {
        String shown = String.valueOf(seen).replaceAll("\\s+", " ");
        return new IllegalArgumentException(key + " is " + shown + ": it must be " + cure);
    }
}
