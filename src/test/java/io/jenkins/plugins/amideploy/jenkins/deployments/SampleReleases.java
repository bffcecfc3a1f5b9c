package io.jenkins.plugins.amideploy.jenkins.deployments;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.release.Begin;
import io.jenkins.plugins.amideploy.engine.release.Begin.Kind;
import io.jenkins.plugins.amideploy.engine.release.Begin.Source;
import io.jenkins.plugins.amideploy.engine.release.End;
import io.jenkins.plugins.amideploy.engine.release.End.Failure;
import io.jenkins.plugins.amideploy.engine.release.End.Result;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.release.Facts;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.release.ReleaseStore;
import io.jenkins.plugins.amideploy.engine.release.Run;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import io.jenkins.plugins.amideploy.jenkins.parsers.JacksonParser;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Writes records of an environment as the front doors do, one release after the other. */
final class SampleReleases {
    private static final Duration APART = Duration.ofHours(7);

    private final AppId app;
    private final ObjectStore bucket;
    private final ReleaseStore store;
    private Instant now;
    private final String job = "http://jenkins.example.org/job/web/job/deploy/";

    SampleReleases(ObjectStore bucket, String environment, Instant first) {
        this.app = new AppId("web", environment);
        this.bucket = bucket;
        this.store = new ReleaseStore(bucket, app, new JacksonParser(), new JacksonParser());
        this.now = first;
    }

    SampleReleases healthy(String version, String commit, String imageId) {
        return ended(begin(Kind.DEPLOYMENT, null), Result.HEALTHY, facts(version, commit, imageId), null);
    }

    SampleReleases rollback(int to, String version, String commit, String imageId) {
        return ended(
                begin(Kind.ROLLBACK, new Source(app.environment(), to)),
                Result.HEALTHY,
                facts(version, commit, imageId),
                null);
    }

    SampleReleases promotion(String from, int number, String version, String commit, String imageId) {
        return ended(
                begin(Kind.PROMOTION, new Source(from, number)), Result.HEALTHY, facts(version, commit, imageId), null);
    }

    SampleReleases failed(String version, String commit, String why) {
        return ended(
                begin(Kind.DEPLOYMENT, null),
                Result.FAILED,
                facts(version, commit, "ami-0bad0bad0bad0bad0"),
                new Failure(
                        "NEVER_HEALTHY",
                        why,
                        List.of(
                                "i-0a1b2c3d4e5f60718: Target.ResponseCodeMismatch, health checks failed with these codes: [500]"),
                        "rolled back (lt-0a version 6): 2/2 InService",
                        "look at the instance's console",
                        "aws ec2 get-console-output --instance-id i-0a1b2c3d4e5f60718"));
    }

    SampleReleases aborted() {
        return ended(
                begin(Kind.DEPLOYMENT, null),
                Result.ABORTED,
                Facts.none().withPhase("bake", Duration.ofSeconds(75)),
                Failure.of("aborted by a person"));
    }

    SampleReleases unchanged(String imageId) {
        return ended(
                begin(Kind.DEPLOYMENT, null),
                Result.UNCHANGED,
                Facts.none()
                        .with(Name.IMAGE_ID, imageId)
                        .withPhase("plan", Duration.ofSeconds(21))
                        .withPhase("rollout", Duration.ofSeconds(4)),
                null);
    }

    /** Begun and never ended. */
    SampleReleases begun() {
        begin(Kind.DEPLOYMENT, null);
        return this;
    }

    /** Begun by a run of a command line or of another controller, that still says that it lives. */
    SampleReleases running(Run.Owner owner) {
        int number = begin(Kind.DEPLOYMENT, null).number();
        EnvironmentClaims claims =
                new EnvironmentClaims(bucket, app, new JacksonParser(), new JacksonParser(), () -> Instant.now()
                        .minusSeconds(95));
        claims.take(owner, other -> Life.UNKNOWN, false);
        claims.beat(owner, number);
        return this;
    }

    /** The first release again and again, which takes no time; version {@code 1.N}. */
    SampleReleases repeated(int count) {
        String records = app.app() + "/" + app.environment() + "/releases/";
        String begin = bucket.read(records + "000001/begin.json").orElseThrow().text();
        String end = bucket.read(records + "000001/end.json").orElseThrow().text();
        String version = store.recent().get(0).facts().text(Name.APP_VERSION);
        for (int number = 2; number <= count; number++) {
            String key = records + "%06d".formatted(number);
            bucket.write(key + "/begin.json", begin.replace("\"number\" : 1,", "\"number\" : " + number + ","));
            bucket.write(key + "/end.json", end.replace('"' + version + '"', "\"1." + number + '"'));
        }
        store.rebuild();
        return this;
    }

    private Begin begin(Kind kind, Source source) {
        now = now.plus(APART);
        int number = store.history().size() + 1;
        return store.begin(new Begin(
                        0,
                        app,
                        kind,
                        Optional.ofNullable(source),
                        now,
                        "jenkins-web-deploy-" + number,
                        job + number + "/",
                        "fedcba9876543210fedcba9876543210fedcba98"))
                .begin();
    }

    private SampleReleases ended(Begin begin, Result result, Facts facts, Failure why) {
        Instant end = now.plusSeconds(
                facts.phases().values().stream().mapToLong(Long::longValue).sum());
        store.end(begin, new End(result, end, facts, Optional.ofNullable(why)));
        return this;
    }

    private Facts facts(String version, String commit, String imageId) {
        int some = Math.floorMod((version + commit).hashCode(), 60);
        return Facts.none()
                .with(Name.IMAGE_ID, imageId)
                .with(Name.COMMIT, commit)
                .with(Name.APP_VERSION, version)
                .withPhase("bake", Duration.ofSeconds(some % 4 == 0 ? 8 : 190 + some))
                .withPhase("plan", Duration.ofSeconds(20 + some / 5))
                .withPhase("approve", Duration.ofSeconds(some % 3 * 25))
                .withPhase("apply", Duration.ofSeconds(45 + some / 2))
                .withPhase("rollout", Duration.ofSeconds(230 + 2L * some));
    }
}
