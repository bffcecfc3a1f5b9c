package io.jenkins.plugins.amideploy.jenkins.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.amideploy.engine.rollout.ScaleInProtectedInstances;
import io.jenkins.plugins.amideploy.engine.rollout.StandbyInstances;
import io.jenkins.plugins.amideploy.jenkins.waits.RolloutExecution;
import java.util.List;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.verb.POST;

/** {@code rolloutAsg}: replaces the instances of a group by ones of the wanted version, and proves them healthy. */
public final class RolloutAsgStep extends GroupStep {
    private Integer instanceWarmupSeconds;
    private List<String> alarmNames = List.of();
    private boolean rollback = true;
    private boolean ignoreAlarms;
    private String standbyInstances;
    private String scaleInProtectedInstances;

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

    public boolean isIgnoreAlarms() {
        return ignoreAlarms;
    }

    @DataBoundSetter
    public void setIgnoreAlarms(boolean ignoreAlarms) {
        this.ignoreAlarms = ignoreAlarms;
    }

    /** Word of the API; null: its default. */
    @CheckForNull
    public String getStandbyInstances() {
        return standbyInstances;
    }

    @DataBoundSetter
    public void setStandbyInstances(@CheckForNull String standbyInstances) {
        this.standbyInstances = Util.fixEmptyAndTrim(standbyInstances);
    }

    /** Word of the API; null: its default. */
    @CheckForNull
    public String getScaleInProtectedInstances() {
        return scaleInProtectedInstances;
    }

    @DataBoundSetter
    public void setScaleInProtectedInstances(@CheckForNull String scaleInProtectedInstances) {
        this.scaleInProtectedInstances = Util.fixEmptyAndTrim(scaleInProtectedInstances);
    }

    @Override
    public StepExecution start(StepContext context) {
        return new RolloutExecution(
                context,
                access(),
                target(),
                instanceWarmupSeconds,
                alarmNames,
                rollback,
                ignoreAlarms,
                standbyInstances,
                scaleInProtectedInstances);
    }

    /** Descriptor. */
    @Extension
    public static final class DescriptorImpl extends GroupStepDescriptor {
        public DescriptorImpl() {
            super("rolloutAsg", "Roll a version out to an Auto Scaling group");
        }

        /** For the form; tells what AWS offers to everybody. */
        @POST
        public ListBoxModel doFillStandbyInstancesItems() {
            return words(Stream.of(StandbyInstances.values()).map(StandbyInstances::word));
        }

        /** For the form; tells what AWS offers to everybody. */
        @POST
        public ListBoxModel doFillScaleInProtectedInstancesItems() {
            return words(Stream.of(ScaleInProtectedInstances.values()).map(ScaleInProtectedInstances::word));
        }

        private static ListBoxModel words(Stream<String> words) {
            ListBoxModel model = new ListBoxModel();
            model.add("");
            words.forEach(model::add);
            return model;
        }
    }
}
