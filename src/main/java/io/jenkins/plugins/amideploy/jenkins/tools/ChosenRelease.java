package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.release.Begin.Kind;
import io.jenkins.plugins.amideploy.engine.release.End;
import io.jenkins.plugins.amideploy.engine.release.Facts;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.release.History;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import io.jenkins.plugins.amideploy.jenkins.releases.ReleaseRecords;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A release that is to be deployed again, found in the records and fit for it.
 *
 * @param kind promotion or rollback
 * @param release the one whose image is taken
 */
record ChosenRelease(Kind kind, Release release) {
    /** Characters of a commit that people read. */
    private static final int SHORT_COMMIT = 7;

    /**
     * Looks it up. Asks AWS.
     *
     * @param bucket the state bucket of the environment that gets the release
     * @throws AbortException when there is none that can be taken
     */
    static ChosenRelease find(ToolWork work, String bucket, ReleaseChoice choice) throws AbortException {
        ObjectStore objects = work.ports().clients().objects(bucket);
        AppId source = new AppId(work.variables().app().app(), choice.environment());
        History history = ReleaseRecords.history(objects, source);
        if (choice.kind() == Kind.PROMOTION && history.releases().isEmpty()) {
            throw NamedFailure.badInput(
                    "there is no release of " + source.app() + " in " + source.environment() + " in state bucket "
                            + bucket + " of region " + work.variables().region() + ": " + elsewhere(),
                    "deploy to " + source.environment() + " first, or give both environments one state bucket");
        }
        Outcome<Release> found =
                choice.kind() == Kind.PROMOTION && choice.number().isEmpty()
                        ? history.promotable()
                        : history.rollbackTarget(choice.number());
        if (found instanceof Outcome.Failure<Release> failure) {
            throw new NamedFailure(failure.diagnosis());
        }
        ChosenRelease chosen = new ChosenRelease(choice.kind(), ((Outcome.Success<Release>) found).value());
        chosen.requireImage(work);
        return chosen;
    }

    private static String elsewhere() {
        return "promotion to another account or region is not done";
    }

    private void requireImage(ToolWork work) throws AbortException {
        String image = release.imageId();
        String there = facts().text(Name.REGION);
        String here = work.variables().region();
        if (!there.isEmpty() && !there.equals(here)) {
            throw NamedFailure.badInput(
                    elsewhere() + ": image " + image + " of " + named() + " is in " + there + ", and "
                            + work.variables().app().environment() + " in " + here,
                    "deploy the commit there by itself");
        }
        if (work.ports().clients().imageReader().image(image).isEmpty()) {
            throw new NamedFailure(
                    Cause.IMAGE_MISSING,
                    "image " + image + " of " + named() + " is not there any more in " + here,
                    "choose another release, or deploy its commit anew");
        }
    }

    Facts facts() {
        return release.facts();
    }

    private String named() {
        return "release " + release.number() + " of " + release.begin().app().environment();
    }

    /** For people: which one it is, what is in it, and since when that has been healthy. */
    String summary() {
        List<String> what = new ArrayList<>();
        String version = facts().text(Name.APP_VERSION);
        String commit = facts().text(Name.COMMIT);
        if (!version.isEmpty()) {
            what.add("version " + version);
        }
        if (!commit.isEmpty()) {
            what.add("commit " + commit.substring(0, Math.min(SHORT_COMMIT, commit.length())));
        }
        return named() + (what.isEmpty() ? "" : " (" + String.join(", ", what) + ")") + ", healthy since "
                + healthySince();
    }

    private String healthySince() {
        return release.end().map(End::endedAt).map(Object::toString).orElse("");
    }

    /** What the pipeline gets. */
    Map<String, Object> result() {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("amiId", release.imageId());
        result.put("commit", facts().text(Name.COMMIT));
        result.put("appVersion", facts().text(Name.APP_VERSION));
        result.put("environment", release.begin().app().environment());
        result.put("number", release.number());
        result.put("kind", kind.word());
        result.put("healthySince", healthySince());
        result.put("summary", summary());
        return result;
    }
}
