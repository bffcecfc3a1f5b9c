package io.jenkins.plugins.amideploy.jenkins.waits;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.rollout.GroupReader;
import io.jenkins.plugins.amideploy.engine.rollout.GroupSnapshot;
import io.jenkins.plugins.amideploy.engine.rollout.GroupWriter;
import io.jenkins.plugins.amideploy.engine.rollout.RefreshRequest;

/** The ports to a group while {@link WaitExecution} has no keys to open them with: every call fails with what AWS said to that. */
record RefusedGroup(AwsFailure failure) implements GroupReader, GroupWriter {
    @Override
    public GroupSnapshot read(String groupName) {
        throw failure;
    }

    @Override
    public String startRefresh(RefreshRequest request) {
        throw failure;
    }

    @Override
    public void rollBackRefresh(String groupName) {
        throw failure;
    }

    @Override
    public void cancelRefresh(String groupName) {
        throw failure;
    }
}
