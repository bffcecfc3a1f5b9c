package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.Variables;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.release.History;
import io.jenkins.plugins.amideploy.engine.release.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds what {@code deploy --from} deploys: the release that another environment of the application is proven healthy on. */
final class Promotion {
    private final Session session;
    private final String from;
    private final StackOptions options;

    Promotion(Session session, String from, StackOptions options) {
        this.session = session;
        this.from = from;
        this.options = options;
    }

    /** @throws CommandFailure when there is none whose image this environment can run; nothing was begun then */
    Release source() {
        if (options.localState) {
            throw CommandFailure.badInput("--from needs the records of " + from
                    + ", which are in a state bucket: it does not go with --local-state");
        }
        if (!AppId.NAME.matcher(from).matches()) {
            throw CommandFailure.badInput("--from " + from + " is no name of an environment");
        }
        if (from.equals(environment())) {
            throw CommandFailure.badInput(
                    "--from " + from + " is the environment itself: to go back, ami-deploy rollback -e " + from);
        }
        requireSamePlace();
        History history = new Records(session).history(from);
        if (history.releases().isEmpty()) {
            throw CommandFailure.badInput("no release of "
                    + session.variables().app().app() + " in " + from + " is recorded in the bucket "
                    + session.stateBucket()
                    + " (" + session.variables().region() + "): deploy " + from + " first; "
                    + "promotion to another account or region is not done");
        }
        Release release = Outcomes.valueOf(history.promotable());
        requireImage(release);
        session.console().note("promotes " + told(release));
        return release;
    }

    /** As the variables file of the other environment says, where it is here. */
    private void requireSamePlace() {
        other().ifPresent(there -> {
            if (!there.region().equals(session.variables().region())) {
                throw elsewhere("its images are in " + there.region());
            }
            if (!there.stateBucket().equals(session.variables().stateBucket())) {
                throw elsewhere("its records are in another state bucket");
            }
        });
    }

    private Optional<Variables> other() {
        Path file = session.variablesFile().resolveSibling(from + ".pkrvars.hcl");
        try {
            return Files.isRegularFile(file)
                    ? Optional.of(Variables.parse(file.getFileName().toString(), Files.readString(file)))
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    private void requireImage(Release release) {
        String region = release.facts().text(Name.REGION);
        if (!region.isEmpty() && !region.equals(session.variables().region())) {
            throw elsewhere("image " + release.imageId() + " is in " + region);
        }
        if (session.cloud().images().image(release.imageId()).isEmpty()) {
            throw CommandFailure.of(
                    Outcome.Kind.BAD_INPUT,
                    Diagnosis.of(
                                    Cause.IMAGE_MISSING,
                                    "image " + release.imageId() + " of " + from + " release " + release.number()
                                            + " is not there any more")
                            .withCure("deploy " + from + " again:", "ami-deploy deploy -e " + from));
        }
    }

    private CommandFailure elsewhere(String seen) {
        return CommandFailure.badInput("promotion to another account or region is not done: " + environment()
                + " is in "
                + session.variables().region() + " with the bucket " + session.stateBucket() + ", but of " + from + " "
                + seen + ": bake it there, with ami-deploy deploy -e " + environment());
    }

    private String told(Release release) {
        return from + " release " + release.number() + ": version "
                + release.facts().text(Name.APP_VERSION) + ", commit "
                + release.facts().text(Name.COMMIT) + ", image " + release.imageId() + ", healthy since "
                + release.end().orElseThrow().endedAt();
    }

    private String environment() {
        return session.variables().app().environment();
    }
}
