package io.jenkins.plugins.amideploy.jenkins.releases;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.locks.TerraformRuns;
import io.jenkins.plugins.amideploy.engine.release.Announcement;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims;
import io.jenkins.plugins.amideploy.engine.release.History;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.release.ReleaseStore;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import io.jenkins.plugins.amideploy.jenkins.parsers.JacksonParser;
import java.time.Clock;

/** The engine's side of records and claims, over a bucket; makes what each of its callers would put together itself. */
public final class ReleaseRecords {
    private static final JacksonParser JSON = new JacksonParser();

    private ReleaseRecords() {}

    /** Records of an environment. */
    public static ReleaseStore store(ObjectStore objects, AppId app) {
        return new ReleaseStore(objects, app, JSON, JSON);
    }

    /** What the records say of an environment. */
    public static History history(ObjectStore objects, AppId app) {
        return new History(app.environment(), store(objects, app).history());
    }

    /** What is told of a release that has ended. */
    static Announcement announcement(Release release) {
        return Announcement.of(release, JSON);
    }

    /** Which runs have a Terraform at work on an environment. */
    public static TerraformRuns terraformRuns(ObjectStore objects, AppId app) {
        return new TerraformRuns(objects, app, JSON, JSON);
    }

    /** Who works on an environment. */
    public static EnvironmentClaims claims(ObjectStore objects, AppId app) {
        return new EnvironmentClaims(objects, app, JSON, JSON, Clock.systemUTC());
    }
}
