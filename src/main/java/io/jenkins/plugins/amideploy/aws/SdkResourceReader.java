package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.teardown.Inventory;
import io.jenkins.plugins.amideploy.engine.teardown.Resource;
import io.jenkins.plugins.amideploy.engine.teardown.ResourceReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;

/**
 * Finds by tag, service by service: the Resource Groups Tagging API would be one call, but it lags behind and leaves out images, snapshots and
 * launch templates on some endpoints.
 */
final class SdkResourceReader implements ResourceReader {
    private final List<Function<AppId, List<Resource>>> finders;

    SdkResourceReader(
            Ec2Client ec2,
            AutoScalingClient autoScaling,
            ElasticLoadBalancingV2Client balancing,
            CloudWatchClient cloudWatch) {
        TaggedCompute compute = new TaggedCompute(ec2);
        TaggedServices services = new TaggedServices(autoScaling, balancing, cloudWatch);
        this.finders = List.of(
                services::groups,
                compute::instances,
                services::loadBalancers,
                services::targetGroups,
                compute::launchTemplates,
                services::alarms,
                compute::images,
                compute::snapshots,
                compute::volumes,
                compute::keyPairs,
                compute::networkInterfaces,
                compute::securityGroups);
    }

    @Override
    public Inventory find(AppId app) {
        List<Resource> found = new ArrayList<>();
        List<String> unread = new ArrayList<>();
        for (Function<AppId, List<Resource>> finder : finders) {
            try {
                finder.apply(app).stream()
                        .filter(resource -> resource.belongsTo(app))
                        .forEach(found::add);
            } catch (AwsFailure failure) {
                if (concernsEverything(failure)) {
                    throw failure;
                }
                unread.add(failure.getMessage());
            }
        }
        return new Inventory(found, unread);
    }

    private static boolean concernsEverything(AwsFailure failure) {
        return switch (failure.kind()) {
            case NO_ANSWER, NO_CREDENTIALS, EXPIRED_CREDENTIALS, BAD_CREDENTIALS, THROTTLED -> true;
            default -> false;
        };
    }
}
