package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What a failed launch's message means. The messages are those of the EC2 Auto Scaling user guide, "Troubleshoot issues in Amazon EC2 Auto Scaling"
 * (instance launch failures, AMI issues, load balancer issues, launch templates).
 *
 * @param cause the name for it
 * @param permanence whether another try can succeed with nothing changed by people
 * @param cure what to do
 */
record LaunchError(Cause cause, Permanence permanence, String cure) {
    /** How final a message is. */
    enum Permanence {
        /** Every further launch fails in the same way: give up at once. */
        PERMANENT,
        /** Final in this zone; a group of several zones goes on in another. */
        IN_ZONE,
        /** May pass: bear a few. */
        PASSING
    }

    private static final LaunchError UNKNOWN = new LaunchError(
            Cause.LAUNCH_FAILED, Permanence.PASSING, "read AWS's message; mend the launch template and deploy again");

    private static final List<Rule> RULES = List.of(
            rule(
                    "Not authorized for images?",
                    Cause.IMAGE_NOT_SHARED,
                    Permanence.PERMANENT,
                    "let the image's owner share it with this account (and its snapshots, where they are encrypted), or bake the image here"),
            rule(
                    "could not find the specified version|launch template.* version.*(does not exist|not found|was deleted)"
                            + "|version.* of (the )?launch template.*(does not exist|not found)|specified launch template"
                            + "|InvalidLaunchTemplate",
                    Cause.TEMPLATE_VERSION_MISSING,
                    Permanence.PERMANENT,
                    "apply the stack again, which publishes a new version"),
            rule(
                    "Lifecycle Action.* was abandoned",
                    Cause.HOOK_WAITS,
                    Permanence.PASSING,
                    "look at what is to complete the lifecycle hook, and why it abandons the instance, then deploy again"),
            rule(
                    "not enough free addresses|InsufficientFreeAddresses|insufficient free addresses",
                    Cause.NO_FREE_ADDRESSES,
                    Permanence.IN_ZONE,
                    "free addresses in the subnet, or name larger subnets in subnet_ids of the variables file; a rollout needs as many as the"
                            + " group has instances"),
            rule(
                    "AMI.* is pending,? and cannot be run",
                    Cause.IMAGE_MISSING,
                    Permanence.PASSING,
                    "wait until the image is available, then deploy again"),
            rule(
                    "(AMI|image id|Image).*(does not exist|is not available|is disabled|deregistered)|InvalidAMIID",
                    Cause.IMAGE_MISSING,
                    Permanence.PERMANENT,
                    "bake the image again (deploy does), or roll out a launch-template version whose image still exists"),
            rule(
                    "architecture .*(not match|does not match|not supported)|(does not|not) match.* architecture"
                            + "|not supported.* architecture",
                    Cause.UNSUPPORTED_CONFIGURATION,
                    Permanence.PERMANENT,
                    "choose an instance_type of the image's architecture in the variables file"),
            rule(
                    "not supported in your requested Availability Zone",
                    Cause.UNSUPPORTED_CONFIGURATION,
                    Permanence.IN_ZONE,
                    "choose another instance_type, or subnets in other zones, in the variables file"),
            rule(
                    "requested configuration is currently not supported|Invalid device name|not supported for instance-store",
                    Cause.UNSUPPORTED_CONFIGURATION,
                    Permanence.PERMANENT,
                    "choose an instance_type that the launch template's settings go with"),
            rule(
                    "not authorized to use launch template|UnauthorizedOperation|not authorized to perform"
                            + "|Client\\.InternalError|Client error on launch|InvalidKmsKey|KMS",
                    Cause.LAUNCH_NOT_PERMITTED,
                    Permanence.PERMANENT,
                    "let the service-linked role AWSServiceRoleForAutoScaling use the image's KMS key, and the caller ec2:RunInstances with the"
                            + " launch template"),
            rule(
                    "(security group|key pair|subnet|instance profile|placement group|load balancer).*"
                            + "(does not exist|not found|cannot be found|Cannot find|Invalid)"
                            + "|One or more target groups not found|Invalid IAM Instance Profile|Cannot find Load Balancer",
                    Cause.CONFIGURATION_MISSING,
                    Permanence.PERMANENT,
                    "apply the stack again, so that the launch template names what exists"),
            rule(
                    "instance\\(s\\) are already running|more vCPU capacity than your current vCPU limit|VcpuLimitExceeded"
                            + "|InstanceLimitExceeded|exceeded your quota|quota",
                    Cause.QUOTA_EXCEEDED,
                    Permanence.PERMANENT,
                    "ask for a higher quota (Service Quotas, EC2, \"Running On-Demand Standard instances\") or end instances; a rollout needs room for"
                            + " twice the group"),
            rule(
                    "(do not|don't) have sufficient .*capacity|InsufficientInstanceCapacity|no Spot capacity",
                    Cause.NO_AWS_CAPACITY,
                    Permanence.PASSING,
                    "try again later, or choose another instance_type or more zones"));

    /** The first rule that fits; never null. */
    static LaunchError of(String message) {
        return RULES.stream()
                .filter(rule -> rule.pattern().matcher(message).find())
                .map(Rule::error)
                .findFirst()
                .orElse(UNKNOWN);
    }

    boolean isKnown() {
        return !equals(UNKNOWN);
    }

    private static Rule rule(String pattern, Cause cause, Permanence permanence, String cure) {
        return new Rule(
                Pattern.compile(pattern, Pattern.CASE_INSENSITIVE | Pattern.DOTALL),
                new LaunchError(Objects.requireNonNull(cause), permanence, cure));
    }

    private record Rule(Pattern pattern, LaunchError error) {}
}
