"""The group is not as a rollout needs it: seen before anything is started."""

from __future__ import annotations

import time
from contextlib import contextmanager

from grounds import Stack
from injections import Ended, injection

#: Seconds within which a refusal comes that needs no rollout: a start of Terraform for the outputs, and one look.
AT_ONCE = 30


@injection("GROUP_MISSING", "the group was deleted by hand", "stack-try")
def group_is_gone(stack: Stack) -> Ended:
    stack.client("autoscaling").delete_auto_scaling_group(AutoScalingGroupName=stack.name, ForceDelete=True)
    try:
        return stack.rollout()
    finally:
        stack.make()


@injection("NO_CAPACITY", "the group's desired capacity is 0", "desired", limit=AT_ONCE)
def group_is_empty(stack: Stack) -> Ended:
    autoscaling = stack.client("autoscaling")
    autoscaling.update_auto_scaling_group(AutoScalingGroupName=stack.name, MinSize=0, DesiredCapacity=0)
    try:
        return stack.rollout()
    finally:
        autoscaling.update_auto_scaling_group(AutoScalingGroupName=stack.name, MinSize=1, DesiredCapacity=1)


@contextmanager
def suspended(stack: Stack, *processes: str):
    autoscaling = stack.client("autoscaling")
    autoscaling.suspend_processes(AutoScalingGroupName=stack.name, ScalingProcesses=list(processes))
    try:
        yield
    finally:
        autoscaling.resume_processes(AutoScalingGroupName=stack.name, ScalingProcesses=list(processes))


@injection(
    "PROCESS_SUSPENDED", "the group's process AddToLoadBalancer is suspended", "AddToLoadBalancer", limit=AT_ONCE
)
def adding_to_the_balancer_is_suspended(stack: Stack) -> Ended:
    stack.new_version()
    with suspended(stack, "AddToLoadBalancer"):
        return stack.rollout()


@injection("PROCESS_SUSPENDED", "the group's process Launch is suspended", "Launch", limit=AT_ONCE)
def launching_is_suspended(stack: Stack) -> Ended:
    stack.new_version()
    with suspended(stack, "Launch"):
        return stack.rollout()


@injection("PROCESS_SUSPENDED", "the group's process Launch is suspended during the rollout", "Launch")
def launching_is_suspended_meanwhile(stack: Stack) -> Ended:
    stack.new_version()
    began = stack.during()

    def suspends(running) -> None:
        running.until(began, "a refresh")
        stack.client("autoscaling").suspend_processes(AutoScalingGroupName=stack.name, ScalingProcesses=["Launch"])
        running.show()

    try:
        return stack.rollout(happens=suspends)
    finally:
        stack.client("autoscaling").resume_processes(AutoScalingGroupName=stack.name, ScalingProcesses=["Launch"])


@injection("INSTANCE_STANDBY", "the instance is in Standby", "Standby", limit=AT_ONCE)
def instance_is_in_standby(stack: Stack) -> Ended:
    stack.new_version()
    autoscaling, ids = stack.client("autoscaling"), [each["InstanceId"] for each in stack.instances()]
    autoscaling.update_auto_scaling_group(AutoScalingGroupName=stack.name, MinSize=0)
    autoscaling.enter_standby(AutoScalingGroupName=stack.name, InstanceIds=ids, ShouldDecrementDesiredCapacity=False)
    try:
        return stack.rollout()
    finally:
        autoscaling.terminate_instance_in_auto_scaling_group(InstanceId=ids[0], ShouldDecrementDesiredCapacity=False)
        autoscaling.update_auto_scaling_group(AutoScalingGroupName=stack.name, MinSize=1, DesiredCapacity=1)


@contextmanager
def protected(stack: Stack):
    autoscaling, ids = stack.client("autoscaling"), [each["InstanceId"] for each in stack.instances()]

    def protect(on: bool, instances: list[str]) -> None:
        autoscaling.set_instance_protection(
            AutoScalingGroupName=stack.name, InstanceIds=instances, ProtectedFromScaleIn=on
        )

    protect(True, ids)
    try:
        yield
    finally:
        there = [each["InstanceId"] for each in stack.instances() if each["InstanceId"] in ids]
        if there:
            protect(False, there)


@injection("INSTANCE_PROTECTED", "the instance is protected from scale-in", "scale-in", limit=AT_ONCE)
def instance_is_protected(stack: Stack) -> Ended:
    stack.new_version()
    with protected(stack):
        return stack.rollout()


@injection("MIXED_INSTANCES", "the group has a mixed instances policy", "mixed instances", limit=AT_ONCE)
def group_is_mixed(stack: Stack) -> Ended:
    version = stack.new_version()
    autoscaling, template = stack.client("autoscaling"), stack.group()["LaunchTemplate"]
    one = {"LaunchTemplateId": template["LaunchTemplateId"], "Version": template["Version"]}
    policy = {
        "LaunchTemplate": {
            "LaunchTemplateSpecification": one,
            "Overrides": [{"InstanceType": "t3.small"}, {"InstanceType": "t3a.small"}],
        },
        "InstancesDistribution": {"OnDemandPercentageAboveBaseCapacity": 100},
    }
    assert version
    autoscaling.update_auto_scaling_group(AutoScalingGroupName=stack.name, MixedInstancesPolicy=policy)
    try:
        return stack.rollout()
    finally:
        autoscaling.update_auto_scaling_group(AutoScalingGroupName=stack.name, LaunchTemplate=one)


@injection("OTHER_REFRESH_RUNNING", "somebody else's instance refresh is under way", "refresh", limit=AT_ONCE)
def other_refresh_runs(stack: Stack) -> Ended:
    stack.new_version()
    stack.client("autoscaling").start_instance_refresh(
        AutoScalingGroupName=stack.name,
        Preferences={"MinHealthyPercentage": 100, "MaxHealthyPercentage": 200, "InstanceWarmup": 120},
    )
    return stack.rollout()


@injection("REFRESH_REFUSED", "AWS does not accept the refresh", "ValidationError", limit=AT_ONCE)
def refresh_is_refused(stack: Stack) -> Ended:
    stack.new_version()
    words = "The AlarmSpecification names an alarm that does not exist: stack-try-unhealthy-hosts"
    with stack.fault("fail", "autoscaling:StartInstanceRefresh", "--code", "ValidationError", "--message", words):
        return stack.rollout()


@injection("TARGET_GROUP_MISSING", "the target group is not attached to the group", "target group")
def target_group_is_detached(stack: Stack) -> Ended:
    stack.new_version()
    autoscaling, arn = stack.client("autoscaling"), stack.target_group()["TargetGroupArn"]
    autoscaling.detach_load_balancer_target_groups(AutoScalingGroupName=stack.name, TargetGroupARNs=[arn])
    try:
        return stack.rollout()
    finally:
        autoscaling.attach_load_balancer_target_groups(AutoScalingGroupName=stack.name, TargetGroupARNs=[arn])


@injection("HOOK_WAITS", "a lifecycle hook holds new instances, and nobody completes it", "launch-check")
def hook_waits(stack: Stack) -> Ended:
    stack.new_version()
    autoscaling = stack.client("autoscaling")
    autoscaling.put_lifecycle_hook(
        AutoScalingGroupName=stack.name,
        LifecycleHookName="launch-check",
        LifecycleTransition="autoscaling:EC2_INSTANCE_LAUNCHING",
        HeartbeatTimeout=3600,
        DefaultResult="ABANDON",
    )

    def waits(running) -> None:
        running.until(lambda: any(e["LifecycleState"] == "Pending:Wait" for e in stack.instances()), "Pending:Wait")
        running.show()

    try:
        return stack.rollout(happens=waits)
    finally:
        autoscaling.delete_lifecycle_hook(AutoScalingGroupName=stack.name, LifecycleHookName="launch-check")


def turn(stack: Stack, state: str) -> str:
    """Sets the state of the stack's alarm on answers 5xx, which its own metric does not contradict; its name."""
    cloudwatch = stack.client("cloudwatch")
    found = cloudwatch.describe_alarms(AlarmNamePrefix=f"{stack.name}-")["MetricAlarms"]
    name = next(each["AlarmName"] for each in found if "5xx" in each["AlarmName"])
    cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="Threshold Crossed: by hand")
    return name


@injection("ALARM_RED", "an alarm of the stack turns red during the rollout", "5xx")
def alarm_turns_red(stack: Stack) -> Ended:
    stack.new_version()
    began = stack.during()

    def red(running) -> None:
        running.until(began, "a refresh")
        time.sleep(3)
        turn(stack, "ALARM")
        running.show()

    try:
        return stack.rollout(happens=red)
    finally:
        turn(stack, "OK")


@injection(None, "an alarm of the stack is red before the rollout begins: it is named and left out", "5xx", exit_code=0)
def alarm_is_red_already(stack: Stack) -> Ended:
    stack.new_version()
    name = turn(stack, "ALARM")
    try:
        with stack.command("rollout") as running:
            pass
    finally:
        turn(stack, "OK")
    ended = Ended(
        "ami-deploy rollout",
        running.process.returncode,
        [*[line for _, line in running.lines if name in line][:2], running.lines[-1][1]],
        running.over - running.shown,
    )
    stack.good = stack.group()["LaunchTemplate"]["Version"]
    return ended
