package io.jenkins.plugins.amideploy.jenkins.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import io.jenkins.plugins.amideploy.jenkins.execution.RolloutExecution;
import java.util.List;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code rolloutAsg}: replaces the instances of a group by ones of the wanted version, and proves them healthy. */
public final class RolloutAsgStep extends GroupStep {
    private Integer instanceWarmupSeconds;
    private List<String> alarmNames = List.of();
    private boolean rollback = true;

    @DataBoundConstructor
    public RolloutAsgStep(String asgName, String launchTemplateId, String launchTemplateVersion) {
        super(asgName, launchTemplateId, launchTemplateVersion);
    }

    @CheckForNull
    public Integer getInstanceWarmupSeconds() {
        return instanceWarmupSeconds;
    }

    @DataBoundSetter
    public void setInstanceWarmupSeconds(@CheckForNull Integer instanceWarmupSeconds) {
        this.instanceWarmupSeconds = instanceWarmupSeconds;
    }

    public List<String> getAlarmNames() {
        return alarmNames;
    }

    /** For the form: with commas between them. */
    public String getAlarmNamesText() {
        return String.join(", ", alarmNames);
    }

    @DataBoundSetter
    public void setAlarmNames(List<String> alarmNames) {
        this.alarmNames = Lists.withoutBlanks(alarmNames);
    }

    public boolean isRollback() {
        return rollback;
    }

    @DataBoundSetter
    public void setRollback(boolean rollback) {
        this.rollback = rollback;
    }

    @Override
    public StepExecution start(StepContext context) {
        return new RolloutExecution(context, access(), target(), instanceWarmupSeconds, alarmNames, rollback);
    }

    /** Descriptor. */
    @Extension
    public static final class DescriptorImpl extends GroupStepDescriptor {
        public DescriptorImpl() {
            super("rolloutAsg", "Roll a version out to an Auto Scaling group");
        }
    }
}
