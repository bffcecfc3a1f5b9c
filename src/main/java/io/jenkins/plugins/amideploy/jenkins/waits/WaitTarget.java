package io.jenkins.plugins.amideploy.jenkins.waits;

import hudson.AbortException;
import io.jenkins.plugins.amideploy.engine.rollout.HealthPolicy;
import io.jenkins.plugins.amideploy.engine.rollout.TemplateVersion;
import io.jenkins.plugins.amideploy.engine.rollout.Wanted;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a wait step shall see proven, and for how long it looks; persisted with the step. */
public final class WaitTarget implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String asgName;
    private final String launchTemplateId;
    private final String launchTemplateVersion;
    private final ArrayList<String> targetGroupArns;
    private final int timeoutMinutes;
    private final int stabilitySeconds;

    public WaitTarget(
            String asgName,
            String launchTemplateId,
            String launchTemplateVersion,
            List<String> targetGroupArns,
            int timeoutMinutes,
            int stabilitySeconds) {
        this.asgName = asgName;
        this.launchTemplateId = launchTemplateId;
        this.launchTemplateVersion = launchTemplateVersion;
        this.targetGroupArns = new ArrayList<>(targetGroupArns);
        this.timeoutMinutes = timeoutMinutes;
        this.stabilitySeconds = stabilitySeconds;
    }

    String asgName() {
        return asgName;
    }

    /** What the step is going to do, for people. */
    String announcement() {
        return "ASG " + asgName + ": until every instance is proven healthy in version " + launchTemplateVersion
                + " of " + launchTemplateId + ", for at most " + timeoutMinutes + " min";
    }

    /** @throws AbortException when the version is not a numbered one */
    Wanted wanted() throws AbortException {
        try {
            return new Wanted(asgName, new TemplateVersion(launchTemplateId, launchTemplateVersion), targetGroupArns);
        } catch (IllegalArgumentException notNumbered) {
            throw NamedFailure.badInput(notNumbered.getMessage(), "");
        }
    }

    HealthPolicy policy() {
        return HealthPolicy.defaults()
                .withDeadline(Duration.ofMinutes(timeoutMinutes))
                .withStability(Duration.ofSeconds(stabilitySeconds));
    }
}
