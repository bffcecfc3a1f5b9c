package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.rollout.GroupWriter;
import io.jenkins.plugins.amideploy.engine.rollout.RefreshRequest;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AlarmSpecification;
import software.amazon.awssdk.services.autoscaling.model.LaunchTemplateSpecification;
import software.amazon.awssdk.services.autoscaling.model.RefreshPreferences;
import software.amazon.awssdk.services.autoscaling.model.RefreshStrategy;

/** Starts, rolls back and cancels instance refreshes. */
final class SdkGroupWriter implements GroupWriter {
    private final AutoScalingClient client;

    SdkGroupWriter(AutoScalingClient client) {
        this.client = client;
    }

    @Override
    public String startRefresh(RefreshRequest request) {
        RefreshPreferences.Builder preferences = RefreshPreferences.builder()
                .minHealthyPercentage(request.minHealthyPercentage())
                .maxHealthyPercentage(request.maxHealthyPercentage())
                .autoRollback(request.autoRollback())
                .skipMatching(request.skipMatching())
                .instanceWarmup(request.instanceWarmupSeconds())
                .standbyInstances(request.standbyInstances().word())
                .scaleInProtectedInstances(request.scaleInProtectedInstances().word());
        if (!request.alarmNames().isEmpty()) {
            preferences.alarmSpecification(
                    AlarmSpecification.builder().alarms(request.alarmNames()).build());
        }
        LaunchTemplateSpecification template = LaunchTemplateSpecification.builder()
                .launchTemplateId(request.template().templateId())
                .version(request.template().version())
                .build();
        return AwsFailures.call(
                        "autoscaling:StartInstanceRefresh",
                        () -> client.startInstanceRefresh(refresh -> refresh.autoScalingGroupName(request.groupName())
                                .strategy(RefreshStrategy.ROLLING)
                                .desiredConfiguration(wanted -> wanted.launchTemplate(template))
                                .preferences(preferences.build())))
                .instanceRefreshId();
    }

    @Override
    public void rollBackRefresh(String groupName) {
        AwsFailures.call(
                "autoscaling:RollbackInstanceRefresh",
                () -> client.rollbackInstanceRefresh(rollback -> rollback.autoScalingGroupName(groupName)));
    }

    @Override
    public void cancelRefresh(String groupName) {
        AwsFailures.call(
                "autoscaling:CancelInstanceRefresh",
                () -> client.cancelInstanceRefresh(cancel -> cancel.autoScalingGroupName(groupName)));
    }
}
