package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.release.Begin;
import io.jenkins.plugins.amideploy.engine.release.End;
import io.jenkins.plugins.amideploy.engine.release.End.Failure;
import io.jenkins.plugins.amideploy.engine.release.End.Result;
import io.jenkins.plugins.amideploy.engine.release.Facts;
import io.jenkins.plugins.amideploy.engine.release.History;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.release.ReleaseStore;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import io.jenkins.plugins.amideploy.engine.tool.TinyJson;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A state bucket with records, for the tests of what removes images. */
final class Bucket {
    private static final TinyJson JSON = new TinyJson();

    private Bucket() {}

    static Ledger ledger(ObjectStore store, String app, String build, InstantSource clock) {
        return Ledger.of(store, app, build, clock, JSON);
    }

    /** Writes the record of a release that ended, under the next number. */
    static void release(ObjectStore store, String environment, Result result, String image) {
        AppId app = new AppId("web", environment);
        ReleaseStore releases = new ReleaseStore(store, app, JSON, JSON);
        releases.end(releases.begin(begin(environment, 1)).begin(), end(result, image));
    }

    /** Releases of an environment in memory: proven ones of these images, the newest last. */
    static History proven(String environment, String... images) {
        List<Release> releases = new ArrayList<>();
        for (String image : images) {
            releases.add(0, ended(environment, releases.size() + 1, Result.HEALTHY, image));
        }
        return new History(environment, releases);
    }

    static Release ended(String environment, int number, Result result, String image) {
        return new Release(begin(environment, number), Optional.of(end(result, image)));
    }

    private static Begin begin(String environment, int number) {
        return new Begin(
                number,
                new AppId("web", environment),
                Begin.Kind.DEPLOYMENT,
                Optional.empty(),
                Instant.parse("2026-11-20T12:00:00Z"),
                "cli-ann",
                "",
                "");
    }

    private static End end(Result result, String image) {
        boolean failed = result == Result.FAILED || result == Result.ABORTED;
        return new End(
                result,
                Instant.parse("2026-11-20T12:05:00Z"),
                Facts.none().with(Facts.Name.IMAGE_ID, image),
                failed ? Optional.of(Failure.of("it failed")) : Optional.empty());
    }
}
