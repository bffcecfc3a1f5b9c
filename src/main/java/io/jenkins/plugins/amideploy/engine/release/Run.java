package io.jenkins.plugins.amideploy.engine.release;

import io.jenkins.plugins.amideploy.engine.rollout.StartedRollout;
import io.jenkins.plugins.amideploy.engine.rollout.TemplateVersion;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A run that works on an environment, from bake to proof, as it says of itself in the state bucket; {@link EnvironmentClaims} keeps it. Plain
 * values.
 *
 * @param owner who it is
 * @param release number of its release; 0 before there is one
 * @param since when it took the environment
 * @param seenAt when it last said that it lives
 * @param rollouts its own, and those of runs before it that may have left one under way
 */
public record Run(Owner owner, int release, Instant since, Instant seenAt, List<StartedRollout> rollouts) {
    private static final String ROLLOUTS = "rollouts";

    /**
     * Who runs: a build of a Jenkins, or a process of a computer.
     *
     * @param build id of the run
     * @param buildUrl page of the build; empty for a process
     * @param host name of the computer; empty for a build
     * @param boot id of its boot; empty where it has none
     * @param process id of the process; 0 for a build
     * @param processStartedAt when that began, as the operating system tells; empty where it does not
     */
    public record Owner(
            String build, String buildUrl, String host, String boot, long process, String processStartedAt) {
        public Owner {
            Objects.requireNonNull(build, "build");
            Objects.requireNonNull(buildUrl, "buildUrl");
            Objects.requireNonNull(host, "host");
            Objects.requireNonNull(boot, "boot");
            Objects.requireNonNull(processStartedAt, "processStartedAt");
        }

        /** {@code jenkins-web-deploy-7 (http://…/7/)} or {@code cli-ann-20261126… (process 4711 on build-host)}. */
        public String text() {
            return build + (buildUrl.isEmpty() ? " (process " + process + " on " + host + ")" : " (" + buildUrl + ")");
        }

        /** As it is stored, beside what else is said of the run. */
        public Map<String, Object> tree() {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("format", Begin.FORMAT);
            tree.put("build", build);
            tree.put("build_url", buildUrl);
            tree.put("host", host);
            tree.put("boot", boot);
            tree.put("process", process);
            tree.put("process_started_at", processStartedAt);
            return tree;
        }

        /** @throws IllegalArgumentException when the document says no such thing */
        public static Owner of(Json json) {
            Begin.requireFormat(json);
            return new Owner(
                    json.get("build").text(),
                    json.get("build_url").text(),
                    json.get("host").text(),
                    json.get("boot").text(),
                    json.get("process").number(),
                    json.get("process_started_at").text());
        }
    }

    public Run {
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(seenAt, "seenAt");
        rollouts = List.copyOf(rollouts);
    }

    /** A run that follows on none that rolled anything out. */
    public Run(Owner owner, int release, Instant since, Instant seenAt) {
        this(owner, release, since, seenAt, List.of());
    }

    Run seen(Instant now) {
        return new Run(owner, release, since, now, rollouts);
    }

    Run releasing(int number) {
        return new Run(owner, number, since, seenAt, rollouts);
    }

    /** The same after runs that are over. */
    Run after(List<StartedRollout> left) {
        return new Run(owner, release, since, seenAt, left);
    }

    /** The same as it begins to roll a version out; that it does so again, after a restart, is nothing new. */
    Run rollingOut(TemplateVersion version) {
        if (rollouts.stream().anyMatch(each -> isOwn(each) && each.version().equals(version))) {
            return this;
        }
        List<StartedRollout> more = new ArrayList<>(rollouts);
        more.add(new StartedRollout(owner.build(), version, seenAt, seenAt));
        return new Run(owner, release, since, seenAt, more);
    }

    /** What runs before this one may have left under way. */
    List<StartedRollout> before() {
        return rollouts.stream().filter(each -> !isOwn(each)).toList();
    }

    /** What this one may leave under way. Once it rolled something out itself, it has dealt with what others had left. */
    List<StartedRollout> left() {
        List<StartedRollout> own = rollouts.stream()
                .filter(this::isOwn)
                .map(each -> each.livingAt(seenAt.plus(EnvironmentClaims.BEAT)))
                .toList();
        return own.isEmpty() ? rollouts : own;
    }

    private boolean isOwn(StartedRollout rollout) {
        return rollout.build().equals(owner.build());
    }

    /** As it is stored. */
    Map<String, Object> tree() {
        Map<String, Object> tree = owner.tree();
        tree.put("release", release);
        tree.put("since", since.toString());
        tree.put("seen_at", seenAt.toString());
        put(tree, rollouts);
        return tree;
    }

    /** Adds what may be under way to what is stored. */
    static void put(Map<String, Object> tree, List<StartedRollout> rollouts) {
        if (!rollouts.isEmpty()) {
            tree.put(ROLLOUTS, rollouts.stream().map(Run::tree).toList());
        }
    }

    private static Map<String, Object> tree(StartedRollout rollout) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("build", rollout.build());
        tree.put("launch_template_id", rollout.version().templateId());
        tree.put("launch_template_version", rollout.version().version());
        tree.put("from", rollout.from().toString());
        tree.put("until", rollout.until().toString());
        return tree;
    }

    /** What {@link #put} added. @throws DateTimeParseException when a time is none */
    static List<StartedRollout> rollouts(Json json) {
        return json.get(ROLLOUTS).list().stream()
                .map(each -> new StartedRollout(
                        each.get("build").text(),
                        new TemplateVersion(
                                each.get("launch_template_id").text(),
                                each.get("launch_template_version").text()),
                        Instant.parse(each.get("from").text()),
                        Instant.parse(each.get("until").text())))
                .toList();
    }

    /** @throws IllegalArgumentException when the document says no such thing */
    static Run of(Json json) {
        try {
            return new Run(
                    Owner.of(json),
                    (int) Math.max(
                            0, Math.min(Integer.MAX_VALUE, json.get("release").number())),
                    Instant.parse(json.get("since").text()),
                    Instant.parse(json.get("seen_at").text()),
                    rollouts(json));
        } catch (DateTimeParseException malformed) {
            throw new IllegalArgumentException(malformed.getMessage(), malformed);
        }
    }
}
