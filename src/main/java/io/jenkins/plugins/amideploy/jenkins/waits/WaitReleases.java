package io.jenkins.plugins.amideploy.jenkins.waits;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.model.Run;
import io.jenkins.plugins.amideploy.aws.AwsClients;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.release.Facts;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.release.Shape;
import io.jenkins.plugins.amideploy.engine.rollout.GroupSnapshot;
import io.jenkins.plugins.amideploy.engine.rollout.HealthMemory;
import io.jenkins.plugins.amideploy.engine.rollout.Proof;
import io.jenkins.plugins.amideploy.engine.rollout.StartedRollout;
import io.jenkins.plugins.amideploy.engine.rollout.Wanted;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsPorts;
import io.jenkins.plugins.amideploy.jenkins.releases.OpenRelease;
import io.jenkins.plugins.amideploy.jenkins.releases.OpenReleases;
import io.jenkins.plugins.amideploy.jenkins.releases.ReleaseEnds;
import io.jenkins.plugins.amideploy.jenkins.releases.ReleaseRecorder;
import io.jenkins.plugins.amideploy.jenkins.releases.StepFailure;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The release of a build as its waits know it: the one whose group they look at. A wait that proves the group ends the release; one that fails
 * says why.
 */
final class WaitReleases {
    private static final Logger LOGGER = Logger.getLogger(WaitReleases.class.getName());

    private WaitReleases() {}

    /**
     * The first look, also after a restart. Asks AWS whether the environment is still the build's, and what was proven there before; that AWS does
     * not answer is for the look to bear.
     *
     * @return the proof of the release that the environment runs, if it is of the wanted version
     * @throws AbortException when another run has the environment
     */
    static Optional<Proof> join(Run<?, ?> run, EnvVars env, Wanted wanted) throws AbortException {
        Optional<OpenRelease> known = OpenReleases.lastOfGroup(run, wanted.groupName());
        if (known.isEmpty()) {
            return Optional.empty();
        }
        OpenRelease open = known.get();
        open.reach(env);
        try {
            if (!open.isClosed()) {
                open.waiting(now());
                ReleaseRecorder.check(run, open);
            }
            return ReleaseRecorder.history(run, open).proof(wanted.template());
        } catch (AwsFailure | IllegalArgumentException notNow) {
            LOGGER.log(Level.FINE, "what the records say of " + wanted.groupName() + " is not known now", notNow);
            return Optional.empty();
        }
    }

    /**
     * A version is about to be rolled out, where the group is of a release; asks AWS. That it does not answer now costs only what it would have told.
     *
     * @return what runs that are over may have left under way
     * @throws AbortException when another run has the environment
     */
    static List<StartedRollout> rollsOut(Run<?, ?> run, Wanted wanted) throws AbortException {
        Optional<OpenRelease> open = OpenReleases.ofGroup(run, wanted.groupName());
        if (open.isEmpty()) {
            return List.of();
        }
        try {
            return ReleaseRecorder.rollsOut(run, open.get(), wanted.template());
        } catch (AwsFailure | IllegalArgumentException notNow) {
            LOGGER.log(Level.FINE, "what is under way in " + wanted.groupName() + " is not known now", notNow);
            return List.of();
        }
    }

    /**
     * The group was proven healthy. Asks AWS.
     *
     * @param ports of the wait
     * @param memory what was seen: the instances, and the refresh that brought them if one was needed
     * @return what to say; empty where the group is of no release
     * @throws AbortException when another run has the environment
     */
    static List<String> proven(Run<?, ?> run, Wanted wanted, HealthMemory memory, AwsPorts ports)
            throws AbortException {
        Optional<OpenRelease> open = OpenReleases.ofGroup(run, wanted.groupName());
        if (open.isEmpty()) {
            return List.of();
        }
        if (memory.refreshId() != null) {
            open.get().changed();
        }
        open.get()
                .add(seen(wanted, ports)
                        .with(Name.ASG_NAME, wanted.groupName())
                        .with(Name.LAUNCH_TEMPLATE_ID, wanted.template().templateId())
                        .with(Name.LAUNCH_TEMPLATE_VERSION, wanted.template().version())
                        .with(Name.REFRESH_ID, memory.refreshId())
                        .with(Name.INSTANCE_IDS, memory.proven()));
        return ReleaseEnds.healthy(run, open.get());
    }

    /** The group and its way in as they were proven. Where AWS does not show them once more the record lacks that, and nobody can tell a drift. */
    private static Facts seen(Wanted wanted, AwsPorts ports) throws AbortException {
        try {
            AwsClients clients = ports.clients();
            GroupSnapshot group = clients.groupReader().read(wanted.groupName());
            Shape shape =
                    Shape.of(group, clients.balancerReader().listeners(Shape.targetGroups(group, Optional.empty())));
            return Facts.none().with(Name.SHAPE, shape.tree());
        } catch (AwsFailure notNow) {
            LOGGER.log(Level.INFO, notNow, () -> "the shape of " + wanted.groupName() + " is not recorded");
            return Facts.none();
        }
    }

    /** The wait fails, or was stopped. May be called on any thread: nothing is stored by it. */
    static void failed(Run<?, ?> run, String group, Throwable cause) {
        OpenReleases.ofGroup(run, group).ifPresent(open -> {
            open.waited(now());
            open.failed(StepFailure.recorded("the rollout", cause));
        });
    }

    private static Instant now() {
        return Clock.systemUTC().instant();
    }
}
