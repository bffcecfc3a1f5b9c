package io.jenkins.plugins.amideploy.jenkins.releases;

import hudson.EnvVars;
import hudson.Util;
import hudson.model.Run;
import hudson.util.Secret;
import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.Audience;
import io.jenkins.plugins.amideploy.engine.release.Begin;
import io.jenkins.plugins.amideploy.engine.release.End.Failure;
import io.jenkins.plugins.amideploy.engine.release.Facts;
import io.jenkins.plugins.amideploy.engine.release.Run.Owner;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsAccess;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsPorts;
import io.jenkins.plugins.amideploy.jenkins.parsers.JacksonParser;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An environment that a build has taken, with the release that it began there: all that the steps and the end of the build must know of it, also
 * after a restart of the controller. Made by {@link ReleaseRecorder}, kept in {@link OpenReleases}, told by the steps.
 *
 * <p>Persisted in {@code build.xml} by field names: plain values and JSON; the one secret is stored encrypted. Fields may be added if null or zero is borne.
 */
public final class OpenRelease {
    private static final JacksonParser JSON = new JacksonParser();

    private final String app;
    private final String environment;
    private final String bucket;
    private final AwsAccess access;

    /** Who took it: also a controller that gets another address meanwhile is the same owner. */
    private final String build;

    private final String buildUrl;
    private final String controller;

    /** 0: the environment is taken, and nothing is recorded. */
    private final int number;

    private final String kind;

    /** {@code demo 7}; empty for a deployment. */
    private final String source;

    /** Variables that a rollback sets again; null: those of the variables file. */
    private TreeMap<String, String> settings;

    /** Who is told of the end; null: no topic. */
    private final String topicArn;

    /** Whoever knows it may post there; null: none. */
    private final Secret webhook;

    private String facts = "{}";

    /** Whether anything was done; a plan without changes, say, is nothing. */
    private boolean changed;

    private boolean planned;
    private long plannedMillis;
    private long waitingMillis;
    private long provenMillis;
    private String lostTo;
    private String failureCause;
    private String failureSummary;
    private ArrayList<String> failureEvidence;
    private String failureCure;

    /** Null in builds of versions that did not keep it. */
    private String failureAftermath;

    /** Null in builds of versions that did not keep it. */
    private String failureCommand;

    private boolean closed;

    /** Where keys stand that the surrounding blocks bring; after a restart the next step brings them again. */
    private transient EnvVars env;

    private transient AwsPorts ports;

    /** Whether the end is being written just now. */
    private transient boolean closing;

    /** @param number 0 where nothing is recorded */
    OpenRelease(ReleaseDraft draft, Owner owner, int number) {
        this.app = draft.app().app();
        this.environment = draft.app().environment();
        this.bucket = draft.bucket();
        this.access = draft.access().inForce(draft.env());
        this.build = owner.build();
        this.buildUrl = owner.buildUrl();
        this.controller = owner.boot();
        this.number = number;
        this.kind = draft.kind().name();
        this.source = draft.source().map(Begin.Source::text).orElse("");
        this.settings = draft.settings() == null ? null : new TreeMap<>(draft.settings());
        this.topicArn = draft.audience().topicArn().orElse(null);
        this.webhook = draft.audience()
                .webhook()
                .map(url -> Secret.fromString(url.toString()))
                .orElse(null);
        reach(draft.env());
    }

    public AppId app() {
        return new AppId(app, environment);
    }

    /** As it stands in the environment's claim. */
    Owner owner() {
        return new Owner(build, buildUrl, "", controller, 0, "");
    }

    /** Who is told of the end. */
    Audience audience() {
        return new Audience(
                Optional.ofNullable(topicArn), Optional.ofNullable(webhook).map(url -> URI.create(url.getPlainText())));
    }

    public String bucket() {
        return bucket;
    }

    /** Number in its environment; 0 where nothing is recorded. */
    public int number() {
        return number;
    }

    public Begin.Kind kind() {
        return Begin.Kind.valueOf(kind);
    }

    /** {@code demo 7}; empty for a deployment. */
    public String source() {
        return source;
    }

    /** {@code release 12 of demo, rollback to demo 7}. */
    String text() {
        String what = "release " + number + " of " + environment;
        return switch (kind()) {
            case DEPLOYMENT -> what;
            case PROMOTION -> what + ", promotion of " + source;
            case ROLLBACK -> what + ", rollback to " + source;
        };
    }

    /** Variables of Terraform that a rollback sets again; empty where the variables file's count. */
    public synchronized Map<String, String> settings() {
        return settings == null ? Map.of() : Map.copyOf(settings);
    }

    /** A rollback is not undone: what it set stays. */
    public synchronized void stay(Map<String, String> again) {
        settings = new TreeMap<>(again);
    }

    /** A step is there that brings its environment. */
    public synchronized void reach(EnvVars around) {
        if (!around.equals(env)) {
            hangUp();
            env = new EnvVars(around);
        }
    }

    /** AWS as the build's last step reached it; after a restart, as far as names of credentials tell. */
    synchronized AwsPorts ports(Run<?, ?> run) {
        if (ports == null) {
            ports = new AwsPorts(access, run, env == null ? new EnvVars() : env, Clock.systemUTC());
        }
        return ports;
    }

    synchronized void hangUp() {
        if (ports != null) {
            ports.close();
            ports = null;
        }
    }

    public synchronized Facts facts() {
        return Facts.of(Json.lenient(JSON, facts));
    }

    /** Adds what became known. */
    public synchronized void add(Facts more) {
        facts = JSON.write(facts().with(more).tree());
    }

    /** Adds to the time of a phase. */
    public synchronized void phase(String name, Instant since, Instant now) {
        Duration took = Duration.between(since, now);
        facts = JSON.write(facts().withPhase(name, took.isNegative() ? Duration.ZERO : took)
                .tree());
    }

    /** Something was made or changed: an image, the stack, instances. */
    public synchronized void changed() {
        changed = true;
    }

    /** A plan was made; whoever has to agree to it does so from now on. */
    public synchronized void planned(boolean hasChanges, Instant now) {
        planned = true;
        changed |= hasChanges;
        plannedMillis = now.toEpochMilli();
    }

    /** The plan is being applied: nobody has to agree any more. */
    public synchronized void applying(Instant now) {
        if (plannedMillis != 0) {
            phase("approve", Instant.ofEpochMilli(plannedMillis), now);
            plannedMillis = 0;
        }
    }

    /** Somebody waits for the group. */
    public synchronized void waiting(Instant now) {
        if (waitingMillis == 0) {
            waitingMillis = now.toEpochMilli();
        }
    }

    /** The wait is over, whatever came of it. */
    public synchronized void waited(Instant now) {
        if (waitingMillis != 0) {
            phase("rollout", Instant.ofEpochMilli(waitingMillis), now);
            waitingMillis = 0;
        }
    }

    /** The group was proven healthy: whatever fails after this is no failure of the release. */
    public synchronized void proven(Instant now) {
        waited(now);
        provenMillis = now.toEpochMilli();
    }

    Optional<Instant> provenAt() {
        return provenMillis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(provenMillis));
    }

    /** Whether a plan said, and every step after it, that there was nothing to do. */
    synchronized boolean isUntouched() {
        return planned && !changed;
    }

    /** A step failed; of several the last counts, unless another comes that succeeds. */
    public synchronized void failed(Failure why) {
        failureCause = why.cause();
        failureSummary = why.summary();
        failureEvidence = new ArrayList<>(why.evidence());
        failureCure = why.cure();
        failureAftermath = why.aftermath();
        failureCommand = why.command();
    }

    /** A step succeeded: what failed before it was tried again. */
    public synchronized void succeeded() {
        failureSummary = null;
    }

    synchronized Optional<Failure> failure() {
        return failureSummary == null
                ? Optional.empty()
                : Optional.of(new Failure(
                        failureCause,
                        failureSummary,
                        List.copyOf(failureEvidence),
                        Util.fixNull(failureAftermath),
                        failureCure,
                        Util.fixNull(failureCommand)));
    }

    /** Another run has the environment now. */
    synchronized void lost(String to) {
        lostTo = to;
    }

    Optional<String> lostTo() {
        return Optional.ofNullable(lostTo);
    }

    /** @return false where somebody else is doing so, or has */
    synchronized boolean beginClosing() {
        if (closed || closing) {
            return false;
        }
        closing = true;
        return true;
    }

    /** @param done whether the end is written; otherwise it can be tried again */
    synchronized void endClosing(boolean done) {
        closed = done;
        closing = false;
        hangUp();
    }

    /** Whether the environment was given back. */
    public synchronized boolean isClosed() {
        return closed;
    }

    synchronized boolean isClosing() {
        return closing;
    }
}
