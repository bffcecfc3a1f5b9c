package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Remembers what it was asked to do, and refuses when it was told to. */
final class FakeWriter implements GroupWriter {
    final List<String> calls = new ArrayList<>();
    final Deque<AwsFailure> refusals = new ArrayDeque<>();
    RefreshRequest request;
    private int started;

    @Override
    public String startRefresh(RefreshRequest wanted) {
        calls.add("start");
        refuse();
        request = wanted;
        return "r-" + ++started;
    }

    @Override
    public void rollBackRefresh(String groupName) {
        calls.add("rollback");
        refuse();
    }

    @Override
    public void cancelRefresh(String groupName) {
        calls.add("cancel");
        refuse();
    }

    private void refuse() {
        if (!refusals.isEmpty()) {
            throw refusals.pop();
        }
    }

    FakeWriter refusing(AwsFailure.Kind kind, String code) {
        refusals.add(failure(kind, code));
        return this;
    }

    static AwsFailure failure(AwsFailure.Kind kind, String code) {
        return new AwsFailure(kind, "autoscaling:Some", code, "autoscaling:Some: " + code, null);
    }
}
