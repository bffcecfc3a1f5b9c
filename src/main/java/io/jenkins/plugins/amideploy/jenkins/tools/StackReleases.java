package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import hudson.model.Run;
import io.jenkins.plugins.amideploy.engine.release.Facts;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.stack.PlanSummary;
import io.jenkins.plugins.amideploy.engine.stack.StackOutputs;
import io.jenkins.plugins.amideploy.jenkins.releases.OpenRelease;
import io.jenkins.plugins.amideploy.jenkins.releases.OpenReleases;
import io.jenkins.plugins.amideploy.jenkins.releases.ReleaseEnds;
import io.jenkins.plugins.amideploy.jenkins.releases.ReleaseRecorder;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** What the Terraform steps tell the release of their build; and how a step holds the environment without a release. */
final class StackReleases {
    private StackReleases() {}

    /** Variables of Terraform that the build determines. @param amiId null where the stack is removed */
    static Map<String, String> variables(ToolWork work, String amiId) {
        Map<String, String> again = amiId == null
                ? Map.of()
                : StepReleases.of(work).map(OpenRelease::settings).orElse(Map.of());
        Map<String, String> variables = new HashMap<>(again);
        variables.putAll(StackVariables.of(work, amiId));
        if (amiId != null) {
            StepReleases.tell(work, Facts.none().with(Name.SETTINGS, again.isEmpty() ? work.settings() : again));
        }
        return variables;
    }

    static void tell(ToolWork work, PlanSummary plan, Instant now) {
        StepReleases.of(work).ifPresent(open -> {
            open.planned(plan.hasChanges(), now);
            open.add(Facts.none()
                    .with(Name.PLAN, plan.line())
                    .with(Name.REGION, work.variables().region()));
        });
    }

    /** The plan is about to be applied. */
    static void applying(ToolWork work) {
        StepReleases.of(work).ifPresent(open -> open.applying(work.startedAt()));
    }

    static void tell(ToolWork work, StackOutputs stack) {
        StepReleases.tell(
                work,
                Facts.none()
                        .with(Name.IMAGE_ID, stack.imageId())
                        .with(Name.COMMIT, stack.commit())
                        .with(Name.APP_VERSION, stack.appVersion())
                        .with(Name.LAUNCH_TEMPLATE_ID, stack.launchTemplateId())
                        .with(Name.LAUNCH_TEMPLATE_VERSION, stack.launchTemplateVersion())
                        .with(Name.ASG_NAME, stack.asgName())
                        .with(Name.URL, stack.url())
                        .with(Name.REGION, stack.region()));
    }

    /**
     * Takes the environment for what is no release; a build that has it already keeps it.
     *
     * @throws AbortException when another run has it
     */
    static void hold(ToolWork work) throws AbortException {
        Optional<OpenRelease> open = StepReleases.of(work);
        if (open.isPresent()) {
            ReleaseRecorder.check(work.run(), open.get());
        } else {
            ReleaseRecorder.hold(work.run(), StepReleases.draft(work), work.listener());
        }
    }

    /** What held the environment is over. */
    static void giveBack(StepContext context, String environment, Consumer<String> log) {
        try {
            Run<?, ?> run = context.get(Run.class);
            OpenReleases.ofEnvironment(run, environment)
                    .filter(open -> open.number() == 0)
                    .ifPresent(open -> ReleaseEnds.giveBack(run, open));
        } catch (IOException | InterruptedException e) {
            log.accept("The environment is given back with the end of the build: " + e);
        }
    }
}
