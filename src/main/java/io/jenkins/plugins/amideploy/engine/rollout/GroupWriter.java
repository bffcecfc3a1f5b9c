package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.AwsFailure;

/** Port: acts on a group. The {@code aws} package implements it over the SDK, tests in memory. */
public interface GroupWriter {
    /**
     * StartInstanceRefresh.
     *
     * @return the id of the refresh
     * @throws AwsFailure with AWS's error code, for example {@code InstanceRefreshInProgress}
     */
    String startRefresh(RefreshRequest request);

    /**
     * RollbackInstanceRefresh of the refresh that is running.
     *
     * @throws AwsFailure with AWS's error code, for example {@code IrreversibleInstanceRefresh} or {@code ActiveInstanceRefreshNotFound}
     */
    void rollBackRefresh(String groupName);

    /**
     * CancelInstanceRefresh of the refresh that is running; what it has replaced stays replaced.
     *
     * @throws AwsFailure with AWS's error code, for example {@code ActiveInstanceRefreshNotFound}
     */
    void cancelRefresh(String groupName);
}
