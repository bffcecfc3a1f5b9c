package io.jenkins.plugins.amideploy.engine.release;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.ShapeVariables;
import io.jenkins.plugins.amideploy.engine.release.Begin.Kind;
import io.jenkins.plugins.amideploy.engine.release.End.Result;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.rollout.Proof;
import io.jenkins.plugins.amideploy.engine.rollout.TemplateVersion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What an environment's releases say of it: what runs, what can be gone back to, which images stay. Pure.
 *
 * @param environment name of the environment
 * @param releases newest first, see {@link ReleaseStore#history}
 */
public record History(String environment, List<Release> releases) {
    /** Images of an environment that a {@code prune} keeps, unless told otherwise. */
    public static final int DEFAULT_KEPT = 5;

    public History {
        releases = List.copyOf(releases);
    }

    /** The release that the environment runs, as far as records tell: the newest that was proven healthy. */
    public Optional<Release> current() {
        return releases.stream().filter(Release::isProven).findFirst();
    }

    public Optional<Release> release(int number) {
        return releases.stream().filter(each -> each.number() == number).findFirst();
    }

    /**
     * Where a rollback goes: to the release asked for, else to the newest proven one of another image or settings than the current.
     *
     * @param to a number; empty for the last proven release before the present one
     */
    public Outcome<Release> rollbackTarget(OptionalInt to) {
        if (to.isPresent()) {
            return chosen(to.getAsInt());
        }
        Optional<Release> current = current();
        if (current.isEmpty()) {
            return Outcome.failure(
                    Outcome.Kind.BAD_INPUT,
                    environment + " has no release that was proven healthy: there is nothing to go back to");
        }
        Release present = present(current.get());
        return releases.stream()
                .filter(Release::isProven)
                .filter(older(present.number()))
                .filter(each -> !isSame(each, present))
                .findFirst()
                .map(Outcome::success)
                .orElseGet(
                        () -> Outcome.failure(
                                Outcome.Kind.BAD_INPUT,
                                environment + " has no release before " + present.number()
                                        + " that was proven healthy and differs from it: name one with --to, or deploy another image"));
    }

    /**
     * Whose place in the history counts. A second rollback goes further back, not forth again: what the first went to is the present, also where
     * that was a rollback itself.
     */
    private Release present(Release current) {
        Release present = current;
        Optional<Release> next = Optional.of(current);
        while (next.isPresent()) {
            present = next.get();
            next = stayedOn(present)
                    .flatMap(rollback -> rollback.begin().source())
                    .filter(source -> source.environment().equals(environment))
                    .flatMap(source -> release(source.number()))
                    .filter(older(present.number()));
        }
        return present;
    }

    private static Predicate<Release> older(int number) {
        return each -> each.number() < number;
    }

    /** The rollback that put the environment where it is, also where deployments since changed nothing of what machines start. */
    private Optional<Release> stayedOn(Release current) {
        Release at = current;
        while (at.begin().kind() != Kind.ROLLBACK) {
            Release newer = at;
            Optional<Release> before = before(newer.number()).filter(each -> isSame(each, newer));
            if (before.isEmpty()) {
                return Optional.empty();
            }
            at = before.get();
        }
        return Optional.of(at);
    }

    /** The newest proven release with a lower number. */
    private Optional<Release> before(int number) {
        return releases.stream().filter(older(number)).filter(Release::isProven).findFirst();
    }

    private Outcome<Release> chosen(int number) {
        Optional<Release> found = release(number);
        if (found.isEmpty()) {
            return Outcome.failure(
                    Outcome.Kind.BAD_INPUT,
                    environment + " has no release " + number + ": see ami-deploy releases -e " + environment);
        }
        Release release = found.get();
        if (!release.isProven()) {
            String how = release.end().map(end -> end.result().word()).orElse("without an end");
            return Outcome.failure(
                    Outcome.Kind.BAD_INPUT,
                    environment + " release " + number + " is " + how
                            + " and was never proven healthy: choose another, see ami-deploy releases -e "
                            + environment);
        }
        return Outcome.success(release);
    }

    /** The release whose image another environment gets. */
    public Outcome<Release> promotable() {
        return current()
                .map(Outcome::success)
                .orElseGet(() -> Outcome.failure(
                        Outcome.Kind.BAD_INPUT,
                        environment + " has no release that was proven healthy: deploy it there first"));
    }

    /**
     * The release on which the environment stays when this image is deployed without anybody having asked to roll forward: it was taken back from
     * just this image, by one rollback or several in a row, and nothing else was deployed since.
     */
    public Optional<Release> rolledBackFrom(String imageId, Map<String, String> settings) {
        Optional<Release> current = current();
        if (current.isEmpty() || isOf(current.get(), imageId, settings)) {
            return Optional.empty();
        }
        Optional<Release> rollback = stayedOn(current.get());
        while (rollback.isPresent()) {
            Optional<Release> left = before(rollback.get().number());
            if (left.filter(release -> isOf(release, imageId, settings)).isPresent()) {
                return current;
            }
            rollback = left.flatMap(this::stayedOn);
        }
        return Optional.empty();
    }

    /**
     * Whether the release that runs brought this version. Where it did not, a run that has nothing to do but to prove it brings it: the run before may
     * have crashed in its rollout.
     */
    public boolean runs(TemplateVersion version) {
        return current().filter(release -> isOf(release, version)).isPresent();
    }

    private static boolean isOf(Release release, TemplateVersion version) {
        return release.facts().text(Name.LAUNCH_TEMPLATE_ID).equals(version.templateId())
                && release.facts().text(Name.LAUNCH_TEMPLATE_VERSION).equals(version.version());
    }

    /** The last time that instances of a version were proven healthy, or found so still: one look confirms it while it holds. */
    public Optional<Proof> proof(TemplateVersion version) {
        return releases.stream()
                .filter(each -> each.end()
                        .filter(end -> end.result() == Result.HEALTHY || end.result() == Result.UNCHANGED)
                        .isPresent())
                .filter(each -> isOf(each, version))
                .findFirst()
                .map(each -> new Proof(
                        Set.copyOf(each.facts().texts(Name.INSTANCE_IDS)),
                        each.end().orElseThrow().endedAt()));
    }

    private static boolean isOf(Release release, String imageId, Map<String, String> settings) {
        return release.imageId().equals(imageId)
                && release.facts().settings().equals(ShapeVariables.settings(settings));
    }

    /** Whether two releases are the same to a machine that starts; commit and version are but names of the image. */
    private static boolean isSame(Release one, Release other) {
        return isOf(one, other.imageId(), other.facts().settings());
    }

    /**
     * Images that stay for going back: those of the newest proven releases.
     *
     * @param count how many different images
     * @return by image id, which release holds it: {@code prod release 12}
     */
    public Map<String, String> kept(int count) {
        Map<String, String> kept = new LinkedHashMap<>();
        for (Release release : releases) {
            if (release.isProven() && kept.size() < count) {
                kept.putIfAbsent(release.imageId(), environment + " release " + release.number());
            }
        }
        return kept;
    }

    /** How a release stands, for people, where the environment's claim was read. */
    public static String word(Release release, Optional<Run> run, Life life) {
        return word(release, isRunning(release, run, life));
    }

    /** Whether the run that has the environment is the release's and not known to be dead. */
    static boolean isRunning(Release release, Optional<Run> run, Life life) {
        return release.end().isEmpty()
                && life != Life.DEAD
                && run.filter(has -> has.release() == release.number()
                                || has.owner().build().equals(release.begin().build()))
                        .isPresent();
    }

    /** How a release stands, for people: its result, {@code running}, or {@code crashed}. */
    public static String word(Release release, boolean isRunLive) {
        return release.end().map(End::result).map(Result::word).orElse(isRunLive ? "running" : "crashed");
    }
}
