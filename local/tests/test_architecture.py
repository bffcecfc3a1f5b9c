"""An instance type launches images of its own architecture only."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from botocore.exceptions import ClientError
from worlds import HttpWorld, Stack

MISMATCH = (
    "The architecture 'arm64' of the specified instance type does not match the architecture 'x86_64' of the specified AMI. "
    "Specify an instance type and an AMI that have matching architectures, and try again. You can use "
    "'describe-instance-types' or 'describe-images' to discover the architecture of the instance type or AMI."
)


@pytest.fixture(scope="module")
def w() -> Iterator[HttpWorld]:
    world = HttpWorld()
    yield world
    world.close()


@pytest.fixture(scope="module")
def stack(w: HttpWorld) -> Stack:
    return Stack(w)


def refused(call: Callable, **arguments: object) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def arm_image(w: HttpWorld, architecture: str = "arm64") -> str:
    names = {"Name": "architecture", "Values": [architecture]}
    found = w.ec2.describe_images(Owners=["136693071363"], Filters=[names, {"Name": "name", "Values": ["debian-12-*"]}])
    assert {image["Architecture"] for image in found["Images"]} == {architecture}
    return found["Images"][0]["ImageId"]


def test_launch_is_refused(w: HttpWorld, stack: Stack) -> None:
    count = {"MinCount": 1, "MaxCount": 1}
    found = refused(w.ec2.run_instances, ImageId=stack.image_id, InstanceType="t4g.small", **count)
    assert found == ("InvalidParameterValue", MISMATCH)
    found = refused(w.ec2.run_instances, ImageId=arm_image(w), InstanceType="t2.micro", **count)
    assert "The architecture 'i386,x86_64' of the specified instance type" in found[1]


def test_image_of_an_arm64_instance_is_for_arm64(w: HttpWorld) -> None:
    launched = w.ec2.run_instances(ImageId=arm_image(w), InstanceType="t4g.small", MinCount=1, MaxCount=1)["Instances"][
        0
    ]
    assert launched["Architecture"] == "arm64"
    image = w.ec2.create_image(InstanceId=launched["InstanceId"], Name="arm")["ImageId"]
    assert w.ec2.describe_images(ImageIds=[image])["Images"][0]["Architecture"] == "arm64"


def test_group_and_refresh_refuse_a_template_that_would_not_launch(w: HttpWorld, stack: Stack) -> None:
    version = stack.new_version(InstanceType="t4g.small")
    expected = ("ValidationError", f"You must use a valid fully-formed launch template. {MISMATCH}")
    assert refused(stack.create, version=version) == expected
    stack.create(0)
    template = {"LaunchTemplateId": stack.template_id, "Version": version}
    asg = w.autoscaling
    assert refused(asg.update_auto_scaling_group, AutoScalingGroupName="web", LaunchTemplate=template) == expected
    assert refused(stack.start_refresh, version=version) == expected


def test_group_that_follows_the_latest_version_fails_to_launch(w: HttpWorld, stack: Stack) -> None:
    asg = w.autoscaling
    template = {"LaunchTemplateId": stack.template_id, "Version": "$Latest"}
    stack.new_version()
    asg.update_auto_scaling_group(AutoScalingGroupName="web", LaunchTemplate=template)
    stack.new_version(InstanceType="t4g.small")
    asg.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=1)
    w.advance(2)
    assert stack.activities()[0]["StatusMessage"].startswith("The architecture 'arm64' of the specified instance type")


def test_types_say_their_architectures(w: HttpWorld) -> None:
    found = w.ec2.describe_instance_types(InstanceTypes=["t3.small", "t4g.small"])["InstanceTypes"]
    architectures = {one["InstanceType"]: one["ProcessorInfo"]["SupportedArchitectures"] for one in found}
    assert architectures == {"t3.small": ["x86_64"], "t4g.small": ["arm64"]}
