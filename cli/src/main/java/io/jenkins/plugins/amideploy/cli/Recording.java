package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.Audience;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.image.Baked;
import io.jenkins.plugins.amideploy.engine.image.Image;
import io.jenkins.plugins.amideploy.engine.release.Announcement;
import io.jenkins.plugins.amideploy.engine.release.BalancerReader.Listener;
import io.jenkins.plugins.amideploy.engine.release.Begin;
import io.jenkins.plugins.amideploy.engine.release.End;
import io.jenkins.plugins.amideploy.engine.release.End.Failure;
import io.jenkins.plugins.amideploy.engine.release.End.Result;
import io.jenkins.plugins.amideploy.engine.release.Facts;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.release.ReleaseStore;
import io.jenkins.plugins.amideploy.engine.release.Shape;
import io.jenkins.plugins.amideploy.engine.rollout.GroupSnapshot;
import io.jenkins.plugins.amideploy.engine.rollout.HealthMemory;
import io.jenkins.plugins.amideploy.engine.rollout.StartedRollout;
import io.jenkins.plugins.amideploy.engine.rollout.TemplateVersion;
import io.jenkins.plugins.amideploy.engine.stack.PlanSummary;
import io.jenkins.plugins.amideploy.engine.stack.StackOutputs;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Writes down the release that a {@code deploy} or {@code rollback} makes: its begin before anything is changed, its end however it ends. What
 * becomes known in between is kept here, and is lost with the process: such a release reads crashed. The other commands, and those whose state is
 * a local file, have one that writes nothing.
 */
final class Recording {
    static final String BAKE = "bake";
    static final String PLAN = "plan";
    static final String APPROVE = "approve";
    static final String APPLY = "apply";
    static final String ROLLOUT = "rollout";

    private static final List<Name> OF_THE_IMAGE = List.of(
            Name.IMAGE_ID,
            Name.IMAGE_NAME,
            Name.FINGERPRINT,
            Name.BASE_IMAGE_ID,
            Name.BASE_BAKED_AT,
            Name.COMMIT,
            Name.APP_VERSION,
            Name.REQUIREMENTS_LOCK);

    private final Session session;
    private final HeldEnvironment held;
    private final ReleaseStore store;
    private final Begin begin;
    private Facts image = Facts.none();
    private Facts facts = Facts.none();
    private boolean isChange;
    private Optional<Release> ended = Optional.empty();

    private Recording(Session session, HeldEnvironment held, ReleaseStore store, Begin begin) {
        this.session = session;
        this.held = held;
        this.store = store;
        this.begin = begin;
    }

    /** Of a command that makes no release. */
    static Recording none(Session session, HeldEnvironment held) {
        return new Recording(session, held, null, null);
    }

    /**
     * Begins a release.
     *
     * @param source the release whose image is taken; empty for a deployment
     * @param ready makes the state bucket, or says why it is not there
     */
    static Recording begin(
            Session session, HeldEnvironment held, Optional<Begin.Source> source, String build, Runnable ready) {
        if (held.records().isEmpty()) {
            return none(session, held);
        }
        AppId app = session.variables().app();
        Begin.Kind kind = source.map(from ->
                        from.environment().equals(app.environment()) ? Begin.Kind.ROLLBACK : Begin.Kind.PROMOTION)
                .orElse(Begin.Kind.DEPLOYMENT);
        ReleaseStore store = held.records().get().store();
        Begin draft = new Begin(0, app, kind, source, session.second(), build, "", new Checkout(session).commit());
        Begin begin = begin(store, draft, ready);
        session.console().note("release " + begin.number() + " of " + app.environment() + " begins");
        return new Recording(session, held, store, begin);
    }

    /** A directory that was initialised once says that there is a bucket; it may be gone since. */
    private static Begin begin(ReleaseStore store, Begin draft, Runnable ready) {
        try {
            return Records.readable(() -> store.begin(draft).begin());
        } catch (AwsFailure failure) {
            if (failure.kind() != AwsFailure.Kind.NOT_FOUND) {
                throw failure;
            }
            ready.run();
            return Records.readable(() -> store.begin(draft).begin());
        }
    }

    /** Does something and adds its time to a phase's. */
    <T> T phase(String name, Supplier<T> work) {
        Instant since = session.now();
        boolean isDone = false;
        begin(name);
        try {
            T value = work.get();
            isDone = true;
            return value;
        } finally {
            session.console().end(name, isDone);
            facts = facts.withPhase(name, Duration.between(since, session.now()));
        }
    }

    /** Somebody who is asked needs no view of how long it takes. */
    private void begin(String name) {
        if (!name.equals(APPROVE)) {
            session.console().begin(name);
        }
    }

    void phase(String name, Runnable work) {
        phase(name, () -> {
            work.run();
            return null;
        });
    }

    /** @throws CommandFailure when the environment is another run's by now: it must not be changed any more */
    void requireHeld() {
        held.require();
    }

    /**
     * Says that a version is about to be rolled out.
     *
     * @return what runs that are over may have left under way
     * @throws CommandFailure when the environment is another run's by now: it must not be changed any more
     */
    List<StartedRollout> rollsOut(TemplateVersion version) {
        return held.rollsOut(version);
    }

    /** An image was baked, or found. */
    void baked(Baked baked) {
        image(baked.image());
        image = image.with(Name.FINGERPRINT, baked.fingerprint())
                .with(Name.BASE_IMAGE_ID, baked.baseAmiId())
                .with(Name.COMMIT, baked.commit())
                .with(Name.APP_VERSION, baked.appVersion());
        isChange |= !baked.reused();
    }

    /** @param key of the versions that its bake chose */
    void requirementsLock(String key) {
        image = image.with(Name.REQUIREMENTS_LOCK, key);
    }

    /** An image was named. */
    void image(Image named) {
        image = Facts.none()
                .with(Name.IMAGE_ID, named.amiId())
                .with(Name.IMAGE_NAME, named.name())
                .with(Name.FINGERPRINT, named.tags().get(Tags.FINGERPRINT))
                .with(Name.BASE_IMAGE_ID, named.source())
                .with(
                        Name.BASE_BAKED_AT,
                        named.baseBakedAt().map(Instant::toString).orElse(""));
    }

    /** The image is that of an earlier release. */
    void imageOf(Release release) {
        image = Facts.none();
        for (Name name : OF_THE_IMAGE) {
            image = image.with(name, release.facts().text(name));
        }
    }

    void settings(Map<String, String> settings) {
        facts = facts.with(Name.SETTINGS, settings);
    }

    void planned(PlanSummary plan) {
        facts = facts.with(Name.PLAN, plan.line());
        isChange |= plan.hasChanges();
    }

    void shaped(StackOutputs stack) {
        facts = facts.with(Name.IMAGE_ID, stack.imageId())
                .with(Name.COMMIT, stack.commit())
                .with(Name.APP_VERSION, stack.appVersion())
                .with(Name.LAUNCH_TEMPLATE_ID, stack.launchTemplateId())
                .with(Name.LAUNCH_TEMPLATE_VERSION, stack.launchTemplateVersion())
                .with(Name.ASG_NAME, stack.asgName())
                .with(Name.URL, stack.url())
                .with(Name.REGION, stack.region());
    }

    /**
     * The instances are proven healthy.
     *
     * @param first whether no release before brought what they run
     */
    void proven(HealthMemory memory, boolean first) {
        facts = facts.with(Name.REFRESH_ID, memory.refreshId()).with(Name.INSTANCE_IDS, memory.proven());
        isChange |= first || !memory.noRefresh();
        if (store != null && isChange) {
            shape();
        }
    }

    /** What was proven is proven, whether its shape can be read or not. */
    private void shape() {
        try {
            GroupSnapshot group = session.cloud().groupReader().read(facts.text(Name.ASG_NAME));
            List<Listener> listeners =
                    session.cloud().balancerReader().listeners(Shape.targetGroups(group, Optional.empty()));
            facts = facts.with(Name.SHAPE, Shape.of(group, listeners).tree());
        } catch (AwsFailure failure) {
            session.console().warn("status will tell no drift of this release: " + failure.getMessage());
        }
    }

    /** Does the work of the release and ends it; what the work throws goes on to the caller. */
    <T> T carry(Supplier<T> work) {
        try {
            if (store != null) {
                held.isFor(begin.number());
            }
            T value = work.get();
            end(isChange ? Result.HEALTHY : Result.UNCHANGED, Optional.empty());
            return value;
        } catch (CommandFailure failure) {
            end(failure.isStop() ? Result.ABORTED : Result.FAILED, Optional.of(Failure.of(failure.why())));
            throw failure;
        } catch (AwsFailure failure) {
            end(Result.FAILED, Optional.of(Failure.of(failure.diagnosis())));
            throw failure;
        } catch (RuntimeException | Error unexpected) {
            end(Result.FAILED, Optional.of(Failure.of("unexpected: " + unexpected)));
            throw unexpected;
        }
    }

    private void end(Result result, Optional<Failure> failure) {
        if (store == null) {
            return;
        }
        String release = "release " + begin.number() + " of " + begin.app().environment();
        try {
            Release over = store.end(begin, new End(result, session.second(), known(), failure));
            ended = Optional.of(over);
            session.console().note(release + " is " + result.word());
            tell(over);
        } catch (AwsFailure | IllegalArgumentException unwritten) {
            session.console()
                    .warn(release + " is " + result.word() + ", but its record has no end and reads crashed: "
                            + unwritten.getMessage());
        }
    }

    /** Whether anybody hears of it or not, the release ended as it did. */
    private void tell(Release over) {
        Audience audience = session.variables().audience();
        if (!audience.equals(Audience.none())) {
            session.cloud().announcers(audience).forEach(announcer -> announcer
                    .tell(Announcement.of(over, session.json()))
                    .ifPresent(why -> session.console().warn("warning: " + why)));
        }
    }

    /** In the order of a record, which a person may read. */
    private Facts known() {
        return Facts.of(Json.of(image.with(facts).tree()));
    }

    /** The result for {@code --json}. */
    Map<String, Object> document(String build, StackOutputs stack) {
        Map<String, Object> document = new LinkedHashMap<>(Stack.document(stack));
        document.put("commit", stack.commit());
        document.put("app_version", stack.appVersion());
        document.put("build", build);
        ended.ifPresent(release -> {
            document.put("release", release.number());
            document.put("result", release.end().orElseThrow().result().word());
        });
        return document;
    }

    /** The release as it was recorded; empty before its end, and where nothing is recorded. */
    Optional<Release> ended() {
        return ended;
    }
}
