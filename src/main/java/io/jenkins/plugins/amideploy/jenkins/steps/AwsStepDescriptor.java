package io.jenkins.plugins.amideploy.jenkins.steps;

import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import java.util.Map;
import java.util.Set;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** What the descriptors of all steps have in common: drop-downs, checks, required context. */
public abstract class AwsStepDescriptor extends StepDescriptor {
    /** For steps that run a tool on an agent. */
    static final Set<Class<?>> ON_AN_AGENT =
            Set.of(FilePath.class, Launcher.class, EnvVars.class, TaskListener.class, Run.class, FlowNode.class);

    /** For steps that only wait. */
    static final Set<Class<?>> ANYWHERE = Set.of(TaskListener.class, Run.class, FlowNode.class);

    private final String functionName;
    private final String displayName;
    private final Set<Class<?>> context;
    private final String labelParameter;

    /** @param labelParameter parameter whose value stands beside the step in the pipeline's views */
    AwsStepDescriptor(String functionName, String displayName, Set<Class<?>> context, String labelParameter) {
        this.functionName = functionName;
        this.displayName = displayName;
        this.context = context;
        this.labelParameter = labelParameter;
    }

    @Override
    public final String getFunctionName() {
        return functionName;
    }

    @Override
    public final String getDisplayName() {
        return displayName;
    }

    @Override
    public final Set<? extends Class<?>> getRequiredContext() {
        return context;
    }

    @Override
    public final String argumentsToString(Map<String, Object> arguments) {
        Object value = arguments.get(labelParameter);
        return value == null ? null : value.toString();
    }

    /** For the form. */
    @POST
    public ListBoxModel doFillCredentialsIdItems(@AncestorInPath Item item, @QueryParameter String credentialsId) {
        return AwsFields.credentials(item, credentialsId);
    }

    /** For the form; looks at the text alone. */
    @POST
    public FormValidation doCheckRegion(@AncestorInPath Item item, @QueryParameter String value) {
        return AwsFields.mayConfigure(item) ? AwsFields.region(value) : FormValidation.ok();
    }

    /** For the form; looks at the text alone. */
    @POST
    public FormValidation doCheckRoleArn(@AncestorInPath Item item, @QueryParameter String value) {
        return AwsFields.mayConfigure(item) ? AwsFields.roleArn(value) : FormValidation.ok();
    }

    /** For the form; looks at the text alone. */
    @POST
    public FormValidation doCheckEndpoint(@AncestorInPath Item item, @QueryParameter String value) {
        return AwsFields.mayConfigure(item) ? AwsFields.endpoint(value) : FormValidation.ok();
    }
}
