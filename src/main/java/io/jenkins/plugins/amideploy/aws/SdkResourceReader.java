package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.teardown.ImageUses;
import io.jenkins.plugins.amideploy.engine.teardown.Inventory;
import io.jenkins.plugins.amideploy.engine.teardown.Resource;
import io.jenkins.plugins.amideploy.engine.teardown.ResourceReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;

/**
 * Finds by tag, service by service: the Resource Groups Tagging API would be one call, but it lags behind and leaves out images, snapshots and
 * launch templates on some endpoints.
 */
final class SdkResourceReader implements ResourceReader {
    private final ImageUsers users;
    private final TaggedCompute compute;

    /** Of what a stack consists of. */
    private final List<Function<String, List<Resource>>> stack;

    /** Of what a bake makes, and of what hangs on an instance. */
    private final List<Function<String, List<Resource>>> beside;

    SdkResourceReader(
            Ec2Client ec2,
            AutoScalingClient autoScaling,
            ElasticLoadBalancingV2Client balancing,
            CloudWatchClient cloudWatch,
            InstanceRoles roles) {
        this.users = new ImageUsers(ec2, autoScaling);
        this.compute = new TaggedCompute(ec2);
        TaggedServices services = new TaggedServices(autoScaling, balancing, cloudWatch);
        this.stack = List.of(
                services::groups,
                compute::instances,
                services::loadBalancers,
                services::targetGroups,
                compute::launchTemplates,
                roles::profiles,
                roles::roles,
                services::alarms,
                compute::securityGroups);
        this.beside = List.of(
                compute::images, compute::snapshots, compute::volumes, compute::keyPairs, compute::networkInterfaces);
    }

    @Override
    public Inventory find(String app) {
        return find(app, Stream.concat(stack.stream(), beside.stream()).toList());
    }

    /** Only what a stack consists of. */
    Inventory findStack(String app) {
        return find(app, stack);
    }

    @Override
    public Inventory temporaries() {
        List<String> unread = new ArrayList<>();
        List<Resource> found = new ArrayList<>(read(unread, compute::untaggedKeyPairs));
        found.addAll(read(unread, compute::untaggedSecurityGroups));
        return new Inventory(found, unread);
    }

    @Override
    public Inventory untaggedImages(Collection<String> names) {
        List<String> unread = new ArrayList<>();
        return new Inventory(read(unread, () -> compute.untaggedImages(names)), unread);
    }

    private static Inventory find(String app, List<Function<String, List<Resource>>> finders) {
        List<Resource> found = new ArrayList<>();
        List<String> unread = new ArrayList<>();
        for (Function<String, List<Resource>> finder : finders) {
            read(unread, () -> finder.apply(app)).stream()
                    .filter(resource -> app.equals(resource.tags().get(Tags.APP)))
                    .forEach(found::add);
        }
        return new Inventory(found, unread);
    }

    @Override
    public ImageUses uses(String app, Collection<String> imageIds) {
        List<String> unread = new ArrayList<>();
        List<ImageUses.Published> published = read(unread, () -> users.published(app));
        List<ImageUses.Chosen> chosen = read(unread, () -> users.chosen(app));
        return new ImageUses(published, chosen, read(unread, () -> users.running(imageIds)), unread);
    }

    /** What was found, or nothing with a line that says why. */
    static <T> List<T> read(List<String> unread, Supplier<List<T>> look) {
        try {
            return look.get();
        } catch (AwsFailure failure) {
            if (concernsEverything(failure)) {
                throw failure;
            }
            unread.add(failure.getMessage());
            return List.of();
        }
    }

    private static boolean concernsEverything(AwsFailure failure) {
        return switch (failure.kind()) {
            case NO_ANSWER, NO_CREDENTIALS, EXPIRED_CREDENTIALS, BAD_CREDENTIALS, THROTTLED -> true;
            default -> false;
        };
    }
}
