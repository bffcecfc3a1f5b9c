package io.jenkins.plugins.amideploy.jenkins.steps;

import org.kohsuke.stapler.DataBoundSetter;

/** Parameters of the steps that run Terraform. */
public abstract class StackStep extends EnvironmentStep {
    /** Minutes: a first apply waits for a load balancer and its instances, a destroy for the balancer's interfaces. */
    public static final int DEFAULT_TIMEOUT_MINUTES = 60;

    private boolean createStateBucket;

    StackStep(String environment) {
        super(environment, DEFAULT_TIMEOUT_MINUTES);
    }

    public boolean isCreateStateBucket() {
        return createStateBucket;
    }

    @DataBoundSetter
    public void setCreateStateBucket(boolean createStateBucket) {
        this.createStateBucket = createStateBucket;
    }
}
