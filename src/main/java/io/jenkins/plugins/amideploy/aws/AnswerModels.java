package io.jenkins.plugins.amideploy.aws;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingGroupsResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeInstanceRefreshesResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeScalingActivitiesResponse;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeImagesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeKeyPairsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeLaunchTemplateVersionsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeLaunchTemplatesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeRouteTablesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSecurityGroupRulesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSecurityGroupsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSubnetsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeVolumesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeVpcsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeListenersResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeLoadBalancersResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTagsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTargetGroupsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTargetHealthResponse;
import software.amazon.awssdk.services.iam.model.ListInstanceProfilesResponse;
import software.amazon.awssdk.services.iam.model.ListRolesResponse;

/**
 * The classes of what AWS answers to a command. Each has two methods per field turned into classes of their own when it is loaded, hundreds
 * for an instance: a good part of what a command computes before it has its first answer.
 */
public final class AnswerModels {
    private static final List<Supplier<? extends SdkPojo>> ANSWERS = List.of(
            DescribeAutoScalingGroupsResponse::builder,
            DescribeInstanceRefreshesResponse::builder,
            DescribeScalingActivitiesResponse::builder,
            DescribeAlarmsResponse::builder,
            DescribeImagesResponse::builder,
            DescribeInstancesResponse::builder,
            DescribeKeyPairsResponse::builder,
            DescribeLaunchTemplateVersionsResponse::builder,
            DescribeLaunchTemplatesResponse::builder,
            DescribeRouteTablesResponse::builder,
            DescribeSecurityGroupRulesResponse::builder,
            DescribeSecurityGroupsResponse::builder,
            DescribeSnapshotsResponse::builder,
            DescribeSubnetsResponse::builder,
            DescribeVolumesResponse::builder,
            DescribeVpcsResponse::builder,
            DescribeListenersResponse::builder,
            DescribeLoadBalancersResponse::builder,
            DescribeTagsResponse::builder,
            DescribeTargetGroupsResponse::builder,
            DescribeTargetHealthResponse::builder,
            ListInstanceProfilesResponse::builder,
            ListRolesResponse::builder);

    private AnswerModels() {}

    /** Loads them, with all that they consist of. Returns their names. */
    public static Set<String> load() {
        Set<String> loaded = new HashSet<>();
        ANSWERS.forEach(answer -> load(answer.get(), loaded));
        return loaded;
    }

    private static void load(SdkPojo builder, Set<String> loaded) {
        if (loaded.add(builder.getClass().getEnclosingClass().getName())) {
            builder.sdkFields().forEach(field -> load(field, loaded));
        }
    }

    private static void load(SdkField<?> field, Set<String> loaded) {
        if (field.constructor() != null) {
            load(field.constructor().get(), loaded);
        }
        field.getOptionalTrait(ListTrait.class).ifPresent(list -> load(list.memberFieldInfo(), loaded));
    }
}
