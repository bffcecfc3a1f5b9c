package io.jenkins.plugins.amideploy.engine.release;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.release.BalancerReader.Listener;
import io.jenkins.plugins.amideploy.engine.release.End.Result;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.rollout.GroupSnapshot;
import io.jenkins.plugins.amideploy.engine.rollout.HealthEvaluator;
import io.jenkins.plugins.amideploy.engine.rollout.TemplateVersion;
import io.jenkins.plugins.amideploy.engine.rollout.Wanted;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an environment runs and how it is, out of its records and one look at its group. Pure; {@code ami-deploy status} shows it.
 *
 * @param app application and environment
 * @param history its releases
 * @param run who has the environment now
 * @param life whether that run lives; does not matter without one
 * @param group what was seen of the group {@code <app>-<environment>}, which may be missing
 * @param listeners those of {@link Shape#targetGroups}
 * @param baseMaxAgeDays from how many days on a base layer counts as old; empty where that is not known
 * @param now when all that was read
 */
public record StatusReport(
        AppId app,
        History history,
        Optional<Run> run,
        Life life,
        GroupSnapshot group,
        List<Listener> listeners,
        OptionalInt baseMaxAgeDays,
        Instant now) {
    /** More would hide what matters; the tree has all. */
    private static final int SHOWN = 5;

    public StatusReport {
        Objects.requireNonNull(app, "app");
        Objects.requireNonNull(history, "history");
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(life, "life");
        Objects.requireNonNull(group, "group");
        listeners = List.copyOf(listeners);
        Objects.requireNonNull(baseMaxAgeDays, "baseMaxAgeDays");
        Objects.requireNonNull(now, "now");
    }

    /** For people, the most important first. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        Optional<Release> current = history.current();
        if (current.isPresent()) {
            lines.addAll(runs(current.get()));
        } else {
            lines.add(app + " has no release that was proven healthy");
        }
        lines.add(health());
        unhealthy().stream().limit(SHOWN).forEach(lines::add);
        run.map(this::works).ifPresent(lines::add);
        since().stream().limit(SHOWN).forEach(release -> lines.addAll(after(release)));
        drift().forEach(drift -> lines.add("drift: " + drift));
        baseAge().ifPresent(lines::add);
        lines.addAll(warnings());
        return lines;
    }

    /** For machines; what is not known is absent. */
    public Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("app", app.app());
        tree.put("environment", app.environment());
        tree.put("seen_at", now.toString());
        history.current().ifPresent(current -> {
            tree.put("release", current.tree());
            current.end()
                    .ifPresent(end -> tree.put("healthy_since", end.endedAt().toString()));
        });
        tree.put("group", groupTree());
        run.ifPresent(has -> {
            Map<String, Object> owner = has.tree();
            owner.put("life", life.name().toLowerCase(Locale.ROOT));
            tree.put("run", owner);
        });
        tree.put("after", since().stream().map(this::afterTree).toList());
        tree.put("drift", drift());
        baseBakedAt().ifPresent(baked -> tree.put("base_layer", baseTree(baked)));
        tree.put("warnings", warnings());
        return tree;
    }

    /** What differs from the record of the release that runs; nothing where either is missing. */
    public List<String> drift() {
        Optional<Shape> recorded = history.current().flatMap(current -> Shape.of(current.facts()));
        return !group.exists()
                ? List.of()
                : recorded.map(before -> Drift.between(before, Shape.of(group, listeners)))
                        .orElse(List.of());
    }

    /** What somebody should do something about, one line each. */
    public List<String> warnings() {
        Optional<Instant> baked = baseBakedAt();
        if (baked.isEmpty() || baseMaxAgeDays.isEmpty()) {
            return List.of();
        }
        long days = Math.max(1, baseMaxAgeDays.getAsInt());
        return now.isBefore(baked.get().plus(Duration.ofDays(days)))
                ? List.of()
                : List.of("security updates are due: the base layer is " + Ages.text(baked.get(), now)
                        + " old, and base_max_age_days is " + baseMaxAgeDays.getAsInt()
                        + "; bake anew with ami-deploy deploy -e " + app.environment() + " --fresh");
    }

    private List<String> runs(Release current) {
        Facts facts = current.facts();
        List<String> parts = new ArrayList<>(List.of("image " + current.imageId()));
        add(parts, "commit ", facts.text(Name.COMMIT));
        add(parts, "version ", facts.text(Name.APP_VERSION));
        add(parts, "", facts.text(Name.URL));
        String source = current.begin()
                .source()
                .map(from -> ", a " + current.begin().kind().word() + " of " + from.text())
                .orElse("");
        Instant since = current.end().orElseThrow().endedAt();
        return List.of(
                app + " runs release " + current.number() + source + ": " + String.join(", ", parts),
                "proven healthy at " + since + ", " + Ages.text(since, now) + " ago, by " + by(current));
    }

    private static void add(List<String> parts, String name, String value) {
        if (!value.isEmpty()) {
            parts.add(name + value);
        }
    }

    private static String by(Release release) {
        String url = release.begin().buildUrl();
        return release.begin().build() + (url.isEmpty() ? "" : " (" + url + ")");
    }

    private String health() {
        if (!group.exists()) {
            return "ASG " + group.groupName() + " is not there: " + app + " has no stack; ami-deploy deploy -e "
                    + app.environment() + " makes one";
        }
        String refresh = group.runningRefresh()
                .map(running -> "; instance refresh " + running.id() + " is " + running.explained())
                .orElse("");
        String version = version().map(wanted -> " on " + wanted).orElse("");
        return healthy() + " of " + group.desired() + " instances are healthy" + version + refresh;
    }

    private long healthy() {
        Optional<TemplateVersion> version = version();
        return group.serving().stream()
                .filter(instance -> version.isEmpty() || instance.runs(version.get()))
                .count();
    }

    private List<String> unhealthy() {
        return version()
                .map(wanted -> HealthEvaluator.unhealthy(group, new Wanted(group.groupName(), wanted, List.of())))
                .orElse(List.of());
    }

    /** The version that instances should run: the record's; without one, the group's own. */
    private Optional<TemplateVersion> version() {
        Facts facts = history.current().map(Release::facts).orElse(Facts.none());
        TemplateVersion recorded =
                new TemplateVersion(facts.text(Name.LAUNCH_TEMPLATE_ID), facts.text(Name.LAUNCH_TEMPLATE_VERSION));
        return Optional.ofNullable(recorded.isNumbered() ? recorded : group.template())
                .filter(TemplateVersion::isNumbered);
    }

    private String works(Run has) {
        String release = has.release() == 0 ? "" : ", release " + has.release();
        String who = has.owner().text();
        return switch (life) {
            case LIVES -> who + " works on it since " + has.since() + release;
            case UNKNOWN ->
                who + " works on it since " + has.since() + release + "; it last said so at " + has.seenAt()
                        + ", and whether it lives cannot be found out from here";
            case DEAD -> who + " had it since " + has.since() + release + " and is dead: the next run takes it over";
        };
    }

    /** What came after the release that runs and changed nothing that could be proven: failed, aborted, crashed. */
    private List<Release> since() {
        int current = history.current().map(Release::number).orElse(0);
        return history.releases().stream()
                .filter(each -> each.number() > current && !History.isRunning(each, run, life))
                .filter(each -> each.end()
                        .filter(end -> end.result() == Result.UNCHANGED)
                        .isEmpty())
                .toList();
    }

    /** How it ended; below that cause and cure, where it failed. */
    private List<String> after(Release release) {
        String name = "release " + release.number() + " by " + by(release);
        if (release.end().isEmpty()) {
            return List.of(
                    name + " crashed: it began at " + release.begin().startedAt()
                            + ", has no end, and its run is gone; what it changed is in the environment: deploy again, or roll back");
        }
        End end = release.end().get();
        List<String> lines =
                new ArrayList<>(List.of(name + " ended " + end.result().word() + " at " + end.endedAt()));
        end.failure().ifPresent(why -> why.brief().forEach(line -> lines.add("  " + line)));
        return lines;
    }

    private Map<String, Object> afterTree(Release release) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("number", release.number());
        tree.put("result", History.word(release, run, life));
        tree.put("build", release.begin().build());
        tree.put("started_at", release.begin().startedAt().toString());
        release.end().flatMap(End::failure).ifPresent(why -> {
            tree.put("summary", why.summary());
            tree.put("failure", why.tree());
        });
        return tree;
    }

    private Map<String, Object> groupTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", group.groupName());
        tree.put("exists", group.exists());
        if (group.exists()) {
            tree.put("desired", group.desired());
            tree.put("healthy", healthy());
            tree.put("unhealthy", unhealthy());
        }
        return tree;
    }

    private Optional<Instant> baseBakedAt() {
        return history.current().flatMap(current -> current.facts().time(Name.BASE_BAKED_AT));
    }

    private Optional<String> baseAge() {
        String base = history.current()
                .map(current -> current.facts().text(Name.BASE_IMAGE_ID))
                .orElse("");
        return baseBakedAt()
                .map(baked -> "base layer " + (base.isEmpty() ? "" : base + " ") + "is " + Ages.text(baked, now)
                        + " old, baked at " + baked);
    }

    private Map<String, Object> baseTree(Instant baked) {
        Map<String, Object> tree = new LinkedHashMap<>();
        history.current()
                .map(current -> current.facts().text(Name.BASE_IMAGE_ID))
                .filter(id -> !id.isEmpty())
                .ifPresent(id -> tree.put("image_id", id));
        tree.put("baked_at", baked.toString());
        tree.put("age_days", Math.max(0, Duration.between(baked, now).toDays()));
        tree.put("updates_due", !warnings().isEmpty());
        return tree;
    }
}
