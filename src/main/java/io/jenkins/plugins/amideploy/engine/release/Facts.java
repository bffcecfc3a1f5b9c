package io.jenkins.plugins.amideploy.engine.release;

import io.jenkins.plugins.amideploy.engine.ShapeVariables;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What becomes known of a release while it runs, in any order. Immutable; a tree of plain values, so that a front door can persist it as JSON
 * and go on after a restart. The names are those of the stored record ({@code docs/releases.md}); what is not known yet is absent.
 */
public final class Facts {
    private final Map<String, Object> tree;

    private Facts(Map<String, Object> tree) {
        this.tree = tree;
    }

    public static Facts none() {
        return new Facts(Map.of());
    }

    /** Reads what {@link #tree()} gave, as a JSON document. */
    public static Facts of(Json json) {
        Map<String, Object> copy = new LinkedHashMap<>();
        for (Name name : Name.values()) {
            Json value = json.get(name.key());
            if (!value.isAbsent()) {
                copy.put(name.key(), value.tree());
            }
        }
        return new Facts(Collections.unmodifiableMap(copy));
    }

    /** Names of facts, in the order in which a record has them. */
    public enum Name {
        /** Id of the image. */
        IMAGE_ID,
        /** Its name. */
        IMAGE_NAME,
        /** What it is made of. */
        FINGERPRINT,
        /** Id of its base layer. */
        BASE_IMAGE_ID,
        /** RFC 3339 time at which its base layer was baked. */
        BASE_BAKED_AT,
        /** Commit of the application. */
        COMMIT,
        /** Version of the application as people call it. */
        APP_VERSION,
        /** Key in the state bucket of the versions that its bake chose; absent where it chose none. */
        REQUIREMENTS_LOCK,
        /** What a plan would do, in one line. */
        PLAN,
        /** Launch template. */
        LAUNCH_TEMPLATE_ID,
        /** Its numbered version. */
        LAUNCH_TEMPLATE_VERSION,
        /** Auto Scaling group. */
        ASG_NAME,
        /** The instance refresh that brought the version; absent where none was needed. */
        REFRESH_ID,
        /** Where the application answers. */
        URL,
        /** Region of all of it. */
        REGION,
        /** List of ids: the instances that were proven healthy. */
        INSTANCE_IDS,
        /** Object of strings: variables of the launch template that a rollback sets again. */
        SETTINGS,
        /** Object: the group and its way in when it was proven, for drift; see {@link Shape}. */
        SHAPE,
        /** Object of seconds by phase. */
        PHASES;

        /** As it stands in the record. */
        public String key() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** The same with one more fact, or another value of it; nothing where it is empty. */
    public Facts with(Name name, String value) {
        return value == null || value.isEmpty() ? this : put(name, value);
    }

    public Facts with(Name name, List<String> values) {
        return put(name, List.copyOf(values));
    }

    public Facts with(Name name, Map<String, ?> values) {
        return put(name, Collections.unmodifiableMap(new LinkedHashMap<>(values)));
    }

    /** Adds to the time of a phase: a phase may run in parts. */
    public Facts withPhase(String phase, Duration took) {
        Map<String, Object> phases = new LinkedHashMap<>();
        phases().forEach((known, seconds) -> phases.put(known, seconds));
        phases.merge(phase, took.toSeconds(), (first, second) -> (Long) first + (Long) second);
        return with(Name.PHASES, phases);
    }

    /** All of these over all of the others. */
    public Facts with(Facts others) {
        Map<String, Object> all = new LinkedHashMap<>(tree);
        all.putAll(others.tree);
        return new Facts(Collections.unmodifiableMap(all));
    }

    private Facts put(Name name, Object value) {
        Map<String, Object> all = new LinkedHashMap<>(tree);
        all.put(name.key(), value);
        return new Facts(Collections.unmodifiableMap(all));
    }

    /** A string, or "" where it is not known. */
    public String text(Name name) {
        return Json.of(tree.get(name.key())).text();
    }

    /** A time; empty where it is not known. */
    public Optional<Instant> time(Name name) {
        try {
            return text(name).isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text(name)));
        } catch (DateTimeParseException malformed) {
            return Optional.empty();
        }
    }

    /** A list of strings, empty where it is not known. */
    public List<String> texts(Name name) {
        List<String> texts = new ArrayList<>();
        Json.of(tree.get(name.key())).list().forEach(each -> texts.add(each.text()));
        return texts;
    }

    /** An object, absent where it is not known. */
    public Json object(Name name) {
        return Json.of(tree.get(name.key()));
    }

    /** Strings by name, empty where they are not known. */
    public Map<String, String> strings(Name name) {
        Map<String, String> strings = new LinkedHashMap<>();
        Json object = object(name);
        object.names().stream()
                .sorted()
                .forEach(key -> strings.put(key, object.get(key).scalar()));
        return strings;
    }

    /** Variables of the launch template that a rollback sets again; empty where they are not known. */
    public Map<String, String> settings() {
        return ShapeVariables.settings(strings(Name.SETTINGS));
    }

    /** Seconds by phase, in the order in which they first ran. */
    public Map<String, Long> phases() {
        Map<String, Long> phases = new LinkedHashMap<>();
        if (tree.get(Name.PHASES.key()) instanceof Map<?, ?> known) {
            known.forEach((phase, seconds) ->
                    phases.put(String.valueOf(phase), Json.of(seconds).number()));
        }
        return phases;
    }

    /** As it is stored. */
    public Map<String, Object> tree() {
        return tree;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Facts facts && facts.tree.equals(tree);
    }

    @Override
    public int hashCode() {
        return tree.hashCode();
    }

    @Override
    public String toString() {
        return tree.toString();
    }
}
