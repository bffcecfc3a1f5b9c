"""Lifecycle hooks over HTTP: instances wait for them at launch and at their end, and so does a refresh."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from botocore.exceptions import ClientError
from worlds import HttpWorld, Stack

LAUNCHING, TERMINATING = "autoscaling:EC2_INSTANCE_LAUNCHING", "autoscaling:EC2_INSTANCE_TERMINATING"
SAFE = {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 200, "InstanceWarmup": 0}
WEB = {"AutoScalingGroupName": "web"}


@pytest.fixture
def w() -> Iterator[HttpWorld]:
    world = HttpWorld(boots=True)
    yield world
    world.close()


@pytest.fixture
def stack(w: HttpWorld) -> Stack:
    """A group of none."""
    stack = Stack(w)
    stack.create(0)
    return stack


def hook(w: HttpWorld, name: str = "warm", transition: str = LAUNCHING, **more: object) -> None:
    arguments = {"HeartbeatTimeout": 60, **more}
    w.autoscaling.put_lifecycle_hook(LifecycleHookName=name, LifecycleTransition=transition, **WEB, **arguments)


def size(w: HttpWorld, desired: int) -> None:
    w.autoscaling.set_desired_capacity(DesiredCapacity=desired, **WEB)


def complete(w: HttpWorld, instance: str, result: str = "CONTINUE", name: str = "warm") -> None:
    w.autoscaling.complete_lifecycle_action(
        LifecycleHookName=name, InstanceId=instance, LifecycleActionResult=result, **WEB
    )


def waiting(stack: Stack, state: str = "Pending:Wait") -> str:
    """The instance that waits, once there is one."""
    return next(iter(stack.w.until(lambda: stack.ids(state), 10)))


def refuse(call: Callable, **arguments: object) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    assert caught.value.response["Error"]["Code"] == "ValidationError"
    return caught.value.response["Error"]["Message"]


def test_launch_waits_until_the_action_is_completed(w: HttpWorld, stack: Stack) -> None:
    hook(w)
    size(w, 1)
    instance = waiting(stack)
    assert stack.activities()[0]["StatusCode"] == "MidLifecycleAction"
    w.advance(50)
    assert stack.ids("Pending:Wait") == {instance}
    complete(w, instance)
    seen = []
    for _ in range(4):
        w.advance(1)
        seen += [i["LifecycleState"] for i in stack.instances()]
    assert seen[0] == "Pending:Proceed" and seen[-1] == "InService"
    assert stack.activities()[0]["StatusCode"] == "Successful"


@pytest.mark.parametrize(("result", "state"), [("CONTINUE", "InService"), ("ABANDON", None)])
def test_default_result_counts_when_the_heartbeat_is_over(
    w: HttpWorld, stack: Stack, result: str, state: str | None
) -> None:
    hook(w, DefaultResult=result)
    size(w, 1)
    instance = waiting(stack)
    w.advance(65)
    states = {i["InstanceId"]: i["LifecycleState"] for i in stack.instances()}
    assert states.get(instance) == state


def test_abandoned_launch_is_cancelled_in_words_of_aws_and_tried_again(w: HttpWorld, stack: Stack) -> None:
    hook(w)
    size(w, 1)
    first = waiting(stack)
    complete(w, first, "ABANDON")
    w.until(lambda: stack.ids("Pending:Wait") - {first}, 20)
    (launch,) = [a for a in stack.activities() if a["Description"].startswith(f"Launching a new EC2 instance: {first}")]
    assert launch["StatusCode"] == "Cancelled"
    assert launch["StatusMessage"].startswith(
        "Instance failed to complete user's Lifecycle Action: Lifecycle Action with token "
    )
    assert launch["StatusMessage"].endswith(" was abandoned: Lifecycle Action Completed with ABANDON Result")


def test_heartbeat_begins_the_wait_anew(w: HttpWorld, stack: Stack) -> None:
    hook(w)
    size(w, 1)
    instance = waiting(stack)
    for _ in range(3):
        w.advance(40)
        w.autoscaling.record_lifecycle_action_heartbeat(LifecycleHookName="warm", InstanceId=instance, **WEB)
    assert stack.ids("Pending:Wait") == {instance}
    w.advance(65)
    assert instance not in stack.ids()
    assert "Heartbeat Timeout" in {(a.get("StatusMessage") or "").rsplit(": ", 1)[-1] for a in stack.activities()}


def test_all_hooks_of_a_transition_have_to_be_completed(w: HttpWorld, stack: Stack) -> None:
    hook(w)
    hook(w, "second")
    size(w, 1)
    instance = waiting(stack)
    complete(w, instance)
    w.advance(3)
    assert stack.ids("Pending:Wait") == {instance}
    complete(w, instance, name="second")
    w.advance(3)
    assert stack.ids("InService") == {instance}


def test_termination_waits_out_of_the_balancer_and_then_ends(w: HttpWorld, stack: Stack) -> None:
    target_group = stack.target_group()
    stack.attributes(target_group, deregistration_delay="5")
    w.autoscaling.attach_load_balancer_target_groups(TargetGroupARNs=[target_group], **WEB)
    stack.balancer(target_group)
    size(w, 1)
    stack.settle(1)
    (instance,) = stack.ids()
    hook(w, "drain", TERMINATING, DefaultResult="ABANDON")
    size(w, 0)
    assert waiting(stack, "Terminating:Wait") == instance
    assert instance not in stack.targets(target_group)
    assert stack.activities()[0]["StatusCode"] == "MidLifecycleAction"
    assert (
        w.ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]["State"]["Name"]
        == "running"
    )
    w.advance(65)
    w.until(lambda: not stack.instances(), 10)
    assert stack.activities()[0]["StatusCode"] == "Successful"


def test_refresh_waits_for_both_hooks(w: HttpWorld, stack: Stack) -> None:
    size(w, 1)
    stack.settle(1)
    (old,) = stack.ids()
    hook(w)
    hook(w, "drain", TERMINATING)
    stack.start_refresh(stack.new_version(), **SAFE)
    new = waiting(stack)
    w.advance(10)
    assert stack.ids("InService") == {old} and "Pending:Wait" in stack.refresh()["StatusReason"]
    complete(w, new)
    assert waiting(stack, "Terminating:Wait") == old
    w.advance(2)
    assert stack.refresh()["Status"] == "InProgress" and f"{old} is Terminating:Wait" in stack.refresh()["StatusReason"]
    complete(w, old, name="drain")
    w.until(lambda: stack.refresh()["Status"] == "Successful", 20)


def test_deleting_a_hook_completes_what_waits(w: HttpWorld, stack: Stack) -> None:
    hook(w)
    size(w, 1)
    instance = waiting(stack)
    w.autoscaling.delete_lifecycle_hook(LifecycleHookName="warm", **WEB)
    w.until(lambda: stack.ids("InService"), 20)
    assert instance not in stack.ids("InService"), "a launching instance is abandoned"


def test_forced_deletion_waits_for_no_hook(w: HttpWorld, stack: Stack) -> None:
    hook(w, "drain", TERMINATING)
    size(w, 1)
    stack.settle(1)
    w.autoscaling.delete_auto_scaling_group(ForceDelete=True, **WEB)
    w.until(lambda: not stack.group(), 10)


def test_hooks_are_described_changed_and_given_with_the_group(w: HttpWorld, stack: Stack) -> None:
    specification = {"LifecycleHookName": "first", "LifecycleTransition": LAUNCHING, "NotificationMetadata": "m"}
    stack.create(0, AutoScalingGroupName="other", LifecycleHookSpecificationList=[specification])
    (found,) = w.autoscaling.describe_lifecycle_hooks(AutoScalingGroupName="other")["LifecycleHooks"]
    assert found == {
        "LifecycleHookName": "first",
        "AutoScalingGroupName": "other",
        "LifecycleTransition": LAUNCHING,
        "NotificationMetadata": "m",
        "HeartbeatTimeout": 3600,
        "GlobalTimeout": 172800,
        "DefaultResult": "ABANDON",
    }
    hook(w)
    w.autoscaling.put_lifecycle_hook(LifecycleHookName="warm", DefaultResult="CONTINUE", **WEB)
    (found,) = w.autoscaling.describe_lifecycle_hooks(LifecycleHookNames=["warm"], **WEB)["LifecycleHooks"]
    assert (found["HeartbeatTimeout"], found["GlobalTimeout"], found["DefaultResult"]) == (60, 6000, "CONTINUE")


def test_errors_name_what_is_missing(w: HttpWorld, stack: Stack) -> None:
    asg, action = w.autoscaling, {"LifecycleActionResult": "CONTINUE", **WEB}
    assert "No Lifecycle Hook found" in refuse(
        asg.complete_lifecycle_action, LifecycleHookName="none", InstanceId="i-1", **action
    )
    hook(w)
    found = refuse(asg.complete_lifecycle_action, LifecycleHookName="warm", InstanceId="i-1", **action)
    assert found == "No active Lifecycle Action found with instance ID i-1"
    token = {"LifecycleHookName": "warm", "LifecycleActionToken": "6" * 36}
    assert f"token {'6' * 36}" in refuse(asg.record_lifecycle_action_heartbeat, **token, **WEB)
    transition = {"LifecycleHookName": "x", "LifecycleTransition": LAUNCHING}
    assert "30 to 7200" in refuse(asg.put_lifecycle_hook, HeartbeatTimeout=10, **transition, **WEB)
    assert "CONTINUE or ABANDON" in refuse(asg.put_lifecycle_hook, DefaultResult="STOP", **transition, **WEB)
