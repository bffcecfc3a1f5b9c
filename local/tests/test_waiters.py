"""Waiters of the aws CLI and the SDKs: each sees what it waits for, and waits where it is not so yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import WaiterError
from botocore.waiter import WaiterModel, create_waiter_with_client
from machines import debian
from worlds import HttpWorld, Stack

#: Of the SDKs for Java and .NET and of newer ones; botocore's has none for groups.
#: https://github.com/aws/aws-sdk-java-v2/blob/master/services/autoscaling/src/main/resources/codegen-resources/waiters-2.json
GROUP_IN_SERVICE = {
    "operation": "DescribeAutoScalingGroups",
    "delay": 1,
    "maxAttempts": 1,
    "acceptors": [
        {
            "state": state,
            "matcher": "path",
            "argument": "contains(AutoScalingGroups[].[length(Instances[?LifecycleState=='InService']) >= MinSize][], `false`)",
            "expected": expected,
        }
        for expected, state in ((False, "success"), (True, "retry"))
    ],
}


@pytest.fixture
def w() -> Iterator[HttpWorld]:
    world = HttpWorld()
    yield world
    world.close()


def now(client: Any, name: str, **arguments: Any) -> bool:
    """Whether the waiter is content with one look."""
    try:
        client.get_waiter(name).wait(**arguments, WaiterConfig={"Delay": 1, "MaxAttempts": 1})
    except WaiterError as error:
        assert "Max attempts exceeded" in str(error)
        return False
    return True


def run(w: HttpWorld) -> str:
    made = w.ec2.run_instances(ImageId=debian(w.ec2), InstanceType="t3.small", MinCount=1, MaxCount=1)
    return made["Instances"][0]["InstanceId"]


def test_instance_waiters_follow_its_life(w: HttpWorld) -> None:
    instance = run(w)
    for name in ("instance_exists", "instance_running", "instance_status_ok", "system_status_ok"):
        assert now(w.ec2, name, InstanceIds=[instance]), name
    assert not now(w.ec2, "instance_terminated", InstanceIds=[instance])
    w.ec2.stop_instances(InstanceIds=[instance])
    w.advance(5)
    assert now(w.ec2, "instance_stopped", InstanceIds=[instance])
    w.ec2.terminate_instances(InstanceIds=[instance])
    w.advance(5)
    assert now(w.ec2, "instance_terminated", InstanceIds=[instance])


def test_status_is_ok_only_once_the_machine_has_come_up() -> None:
    w = HttpWorld(boots=True)
    try:
        instance = run(w)
        assert not now(w.ec2, "instance_status_ok", InstanceIds=[instance])
        w.advance(15)
        assert now(w.ec2, "instance_status_ok", InstanceIds=[instance])
    finally:
        w.close()


def test_image_and_snapshot_waiters_see_an_image(w: HttpWorld) -> None:
    image = w.ec2.create_image(InstanceId=run(w), Name="baked")["ImageId"]
    w.advance(5)
    assert now(w.ec2, "image_exists", ImageIds=[image])
    assert now(w.ec2, "image_available", ImageIds=[image])
    mappings = w.ec2.describe_images(ImageIds=[image])["Images"][0]["BlockDeviceMappings"]
    assert now(w.ec2, "snapshot_completed", SnapshotIds=[mappings[0]["Ebs"]["SnapshotId"]])


def test_balancer_and_target_waiters_see_health_and_its_end(w: HttpWorld) -> None:
    stack = Stack(w)
    target_group = stack.target_group()
    stack.attributes(target_group, deregistration_delay="0")
    balancer = stack.balancer(target_group)["LoadBalancerArn"]
    w.advance(10)
    assert now(w.elbv2, "load_balancer_exists", LoadBalancerArns=[balancer])
    assert now(w.elbv2, "load_balancer_available", LoadBalancerArns=[balancer])
    stack.create(1, TargetGroupARNs=[target_group])
    stack.settle(1)
    (instance,) = stack.ids()
    assert not now(w.elbv2, "target_in_service", TargetGroupArn=target_group)
    w.set_health("healthy")
    assert now(w.elbv2, "target_in_service", TargetGroupArn=target_group, Targets=[{"Id": instance}])
    assert not now(w.elbv2, "target_deregistered", TargetGroupArn=target_group, Targets=[{"Id": instance}])
    stack.w.elbv2.deregister_targets(TargetGroupArn=target_group, Targets=[{"Id": instance}])
    w.advance(5)
    assert now(w.elbv2, "target_deregistered", TargetGroupArn=target_group, Targets=[{"Id": instance}])
    assert not now(w.elbv2, "load_balancers_deleted", LoadBalancerArns=[balancer])
    w.elbv2.delete_load_balancer(LoadBalancerArn=balancer)
    assert now(w.elbv2, "load_balancers_deleted", LoadBalancerArns=[balancer])


def test_group_waiter_waits_for_its_least_number_in_service(w: HttpWorld) -> None:
    model = WaiterModel({"version": 2, "waiters": {"GroupInService": GROUP_IN_SERVICE}})
    waiter = create_waiter_with_client("GroupInService", model, w.autoscaling)
    stack = Stack(w)
    stack.create(2, MinSize=2)
    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        waiter.wait(AutoScalingGroupNames=["web"])
    stack.settle(2)
    waiter.wait(AutoScalingGroupNames=["web"])


def test_waiter_for_what_is_not_here_is_refused_by_name(w: HttpWorld) -> None:
    with pytest.raises(WaiterError, match="Not in the embedded AWS: The describe_store_image_tasks"):
        w.ec2.get_waiter("store_image_task_complete").wait(WaiterConfig={"Delay": 1, "MaxAttempts": 1})
