"""The group cannot launch what the stack's version says."""

from __future__ import annotations

from grounds import Stack
from injections import Ended, injection


def launches_are_refused(stack: Stack, message: str) -> Ended:
    """A rollout of which AWS refuses every launch in these words."""
    stack.new_version()
    with stack.fault("refuse-launches", message, "--group", stack.name):
        return stack.rollout(happens=stack.when_launch_fails)


@injection("IMAGE_MISSING", "the image of the version was deregistered")
def image_is_gone(stack: Stack) -> Ended:
    image = stack.new_image()
    stack.new_version(image=image)
    stack.client("ec2").deregister_image(ImageId=image)
    try:
        return stack.rollout()
    finally:
        stack.new_version(image=stack.image)


@injection("IMAGE_MISSING", "the image is another account's, and it is shared no more: it cannot be seen", "not shared")
def image_is_not_shared(stack: Stack) -> Ended:
    image = stack.new_image()
    stack.new_version(image=image)
    try:
        with stack.fault("unshare", image):
            return stack.rollout()
    finally:
        stack.new_version(image=stack.image)


@injection("IMAGE_NOT_SHARED", "the image is shared no more, after it was looked at", "ami-0123456789abcdef0")
def image_is_shared_no_more(stack: Stack) -> Ended:
    return launches_are_refused(
        stack, "Not authorized for images: [ami-0123456789abcdef0]. Launching EC2 instance failed."
    )


@injection("TEMPLATE_VERSION_MISSING", "the version was deleted from the launch template")
def version_is_deleted(stack: Stack) -> Ended:
    version = stack.new_version(GONE="yes")
    stack.client("ec2").delete_launch_template_versions(LaunchTemplateId=stack.template(), Versions=[version])
    try:
        return stack.rollout()
    finally:
        stack.applied = {}


@injection("CONFIGURATION_MISSING", "the key pair of the version was deleted", "key pair")
def key_pair_is_gone(stack: Stack) -> Ended:
    ec2 = stack.client("ec2")
    ec2.create_key_pair(KeyName="operators")
    with stack.settings(key_name="operators"):
        stack.applied = {}
        stack.new_version()
    ec2.delete_key_pair(KeyName="operators")
    stack.applied = {}
    return stack.rollout(happens=stack.when_launch_fails)


@injection("UNSUPPORTED_CONFIGURATION", "the zone does not have the instance type", "Availability Zone")
def type_is_not_in_the_zone(stack: Stack) -> Ended:
    return launches_are_refused(
        stack,
        "Your requested instance type (t3.small) is not supported in your requested Availability Zone (us-east-1a). Please "
        "retry your request by not specifying an Availability Zone or choosing us-east-1b, us-east-1c. Launching EC2 instance "
        "failed.",
    )


@injection("QUOTA_EXCEEDED", "the account's quota is used up", "vCPU")
def quota_is_used_up(stack: Stack) -> Ended:
    return launches_are_refused(
        stack,
        "You have requested more vCPU capacity than your current vCPU limit of 32 allows for the instance bucket that the "
        "specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an "
        "adjustment to this limit. Launching EC2 instance failed.",
    )


@injection("NO_AWS_CAPACITY", "AWS has no such machines left in the zone", "t3.small")
def no_capacity_in_the_zone(stack: Stack) -> Ended:
    return launches_are_refused(
        stack,
        "We currently do not have sufficient t3.small capacity in the Availability Zone you requested (us-east-1a). Our system "
        "will be working on provisioning additional capacity. You can currently get t3.small capacity by not specifying an "
        "Availability Zone in your request or choosing us-east-1b. Launching EC2 instance failed.",
    )


@injection("NO_FREE_ADDRESSES", "no address is left in the group's subnets", "subnet-")
def no_addresses(stack: Stack) -> Ended:
    stack.new_version()
    try:
        for subnet in stack.group()["VPCZoneIdentifier"].split(","):
            stack.world.fault("exhaust", subnet)
        return stack.rollout(happens=stack.when_launch_fails)
    finally:
        stack.world.fault("clear")


@injection("LAUNCH_NOT_PERMITTED", "the group's role may not use the image's key", "key")
def key_may_not_be_used(stack: Stack) -> Ended:
    return launches_are_refused(
        stack, "Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: "
        "Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state",
    )  # fmt: skip


@injection("LAUNCH_FAILED", "AWS refuses launches in words that nobody knows", "outpost")
def launch_fails_otherwise(stack: Stack) -> Ended:
    return launches_are_refused(
        stack, "The outpost op-0123456789abcdef0 is in an invalid state. Launching EC2 instance failed."
    )
