package io.jenkins.plugins.amideploy.jenkins.deployments;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import hudson.model.Action;
import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.Failure;
import hudson.model.Item;
import hudson.model.Job;
import hudson.model.ParameterDefinition;
import hudson.model.ParameterValue;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.SimpleParameterDefinition;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.amideploy.jenkins.releases.AskedRelease;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jenkins.model.ParameterizedJobMixIn;

/** Queues a build of an environment's job that shall bring a release that was asked for on the page. Used by {@link DeploymentsAction}. */
final class AskedBuild {
    /** The one parameter that says the same as the request itself; whatever else a job declares has its default. */
    private static final String ENVIRONMENT = "ENVIRONMENT";

    private AskedBuild() {}

    /** The job that deploys an environment; empty where there is none, or none that the user may see. */
    static Optional<Job<?, ?>> job(AbstractFolder<?> folder, EnvironmentState state) {
        Item item;
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            item = state.job().isEmpty() ? null : folder.getItem(state.job());
        }
        return item instanceof Job<?, ?> job && job.hasPermission(Item.READ) ? Optional.of(job) : Optional.empty();
    }

    /**
     * Queues it, in the name of the user.
     *
     * @throws org.springframework.security.access.AccessDeniedException when the user may not build the job
     * @throws Failure in one line, when it cannot be built
     */
    static void queue(Job<?, ?> job, AskedRelease asked) {
        job.checkPermission(Item.BUILD);
        List<Action> actions = new ArrayList<>();
        actions.add(new CauseAction(new Cause.UserIdCause()));
        actions.add(asked);
        ParametersDefinitionProperty declared = job.getProperty(ParametersDefinitionProperty.class);
        if (declared != null) {
            actions.add(new ParametersAction(values(declared, asked.getEnvironment())));
        }
        if (ParameterizedJobMixIn.scheduleBuild2(job, 0, actions.toArray(Action[]::new)) == null) {
            throw new Failure(job.getFullDisplayName()
                    + " cannot be built now: enable it, or let the controller start builds again");
        }
    }

    private static List<ParameterValue> values(ParametersDefinitionProperty declared, String environment) {
        List<ParameterValue> values = new ArrayList<>();
        for (ParameterDefinition definition : declared.getParameterDefinitions()) {
            ParameterValue value =
                    definition.getName().equals(ENVIRONMENT) && definition instanceof SimpleParameterDefinition simple
                            ? named(simple, environment)
                            : definition.getDefaultParameterValue();
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    private static ParameterValue named(SimpleParameterDefinition definition, String environment) {
        try {
            return definition.createValue(environment);
        } catch (IllegalArgumentException notAChoice) {
            throw new Failure("The job's parameter " + ENVIRONMENT + " does not take " + environment + ": "
                    + notAChoice.getMessage());
        }
    }
}
