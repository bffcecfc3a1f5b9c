"""Groups with a mixed instances policy, and what a refresh makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from worlds import HttpWorld, Stack

SAFE = {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 200, "InstanceWarmup": 0}
WEB = {"AutoScalingGroupName": "web"}


@pytest.fixture
def w() -> Iterator[HttpWorld]:
    world = HttpWorld(boots=True)
    yield world
    world.close()


def policy(stack: Stack, version: str, *types: str) -> dict[str, Any]:
    template = {"LaunchTemplateId": stack.template_id, "Version": version}
    overrides = [{"InstanceType": one} for one in types]
    return {"LaunchTemplate": {"LaunchTemplateSpecification": template, "Overrides": overrides}}


@pytest.fixture
def stack(w: HttpWorld) -> Stack:
    stack = Stack(w)
    arguments = {"MinSize": 0, "MaxSize": 4, "DesiredCapacity": 1, "VPCZoneIdentifier": ",".join(stack.subnet_ids)}
    given = policy(stack, "1", "t3.large", "t3.medium")
    w.autoscaling.create_auto_scaling_group(**WEB, **arguments, MixedInstancesPolicy=given)
    stack.settle(1)
    return stack


def refresh(stack: Stack, preferences: dict[str, Any] | None = None, **desired: Any) -> None:
    preferences = SAFE | (preferences or {})
    stack.w.autoscaling.start_instance_refresh(**WEB, DesiredConfiguration=desired, Preferences=preferences)


def seen(stack: Stack) -> tuple[str, str]:
    (instance,) = stack.instances()
    return instance["LaunchTemplate"]["Version"], instance["InstanceType"]


def test_first_type_is_launched_and_the_template_is_in_the_policy(stack: Stack) -> None:
    assert seen(stack) == ("1", "t3.large")
    group = stack.group()
    assert "LaunchTemplate" not in group
    template = group["MixedInstancesPolicy"]["LaunchTemplate"]["LaunchTemplateSpecification"]
    assert (template["LaunchTemplateId"], template["Version"]) == (stack.template_id, "1")


def test_desired_policy_is_rolled_out_and_becomes_the_groups(w: HttpWorld, stack: Stack) -> None:
    refresh(stack, MixedInstancesPolicy=policy(stack, stack.new_version(), "t3.medium"))
    w.until(lambda: stack.refresh()["Status"] == "Successful", 60)
    assert seen(stack) == ("2", "t3.medium")
    kept = stack.group()["MixedInstancesPolicy"]["LaunchTemplate"]
    assert kept["LaunchTemplateSpecification"]["Version"] == "2" and kept["Overrides"] == [
        {"InstanceType": "t3.medium"}
    ]


def test_desired_launch_template_takes_the_place_of_the_policy(w: HttpWorld, stack: Stack) -> None:
    refresh(stack, LaunchTemplate={"LaunchTemplateId": stack.template_id, "Version": stack.new_version()})
    w.until(lambda: stack.refresh()["Status"] == "Successful", 60)
    assert seen(stack) == ("2", "t3.small")
    assert "MixedInstancesPolicy" not in stack.group() and stack.group()["LaunchTemplate"]["Version"] == "2"


def test_rollback_launches_the_groups_own_policy(w: HttpWorld, stack: Stack) -> None:
    given = policy(stack, stack.new_version(), "t3.medium")
    refresh(stack, {"AutoRollback": True, "BakeTime": 60}, MixedInstancesPolicy=given)
    w.until(lambda: stack.refresh()["Status"] == "Baking", 60)
    assert seen(stack) == ("2", "t3.medium")
    w.autoscaling.rollback_instance_refresh(**WEB)
    w.until(lambda: stack.refresh()["Status"] == "RollbackSuccessful", 60)
    assert seen(stack) == ("1", "t3.large")
    assert stack.group()["MixedInstancesPolicy"]["LaunchTemplate"]["Overrides"][0] == {"InstanceType": "t3.large"}


def test_desired_configuration_is_one_of_the_two(stack: Stack) -> None:
    template = {"LaunchTemplateId": stack.template_id, "Version": "1"}
    with pytest.raises(ClientError, match="either a LaunchTemplate or a MixedInstancesPolicy"):
        refresh(stack, LaunchTemplate=template, MixedInstancesPolicy=policy(stack, "1", "t3.medium"))


def test_policy_on_latest_cannot_be_rolled_back(w: HttpWorld, stack: Stack) -> None:
    w.autoscaling.update_auto_scaling_group(**WEB, MixedInstancesPolicy=policy(stack, "$Latest", "t3.large"))
    with pytest.raises(ClientError, match="Latest"):
        refresh(stack, {"AutoRollback": True}, MixedInstancesPolicy=policy(stack, "1", "t3.large"))


def test_update_of_something_else_keeps_the_policy(w: HttpWorld, stack: Stack) -> None:
    w.autoscaling.update_auto_scaling_group(**WEB, MaxSize=5, DesiredCapacity=2)
    stack.settle(2)
    assert {i["InstanceType"] for i in stack.instances()} == {"t3.large"}
    assert stack.group()["MixedInstancesPolicy"]["LaunchTemplate"]["Overrides"][0] == {"InstanceType": "t3.large"}


def test_update_to_a_launch_template_ends_the_policy(w: HttpWorld, stack: Stack) -> None:
    template = {"LaunchTemplateId": stack.template_id, "Version": "1"}
    w.autoscaling.update_auto_scaling_group(**WEB, LaunchTemplate=template)
    assert "MixedInstancesPolicy" not in stack.group() and stack.group()["LaunchTemplate"]["Version"] == "1"
