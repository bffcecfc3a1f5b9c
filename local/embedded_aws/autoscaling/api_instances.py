"""The Auto Scaling API for single instances and for the target groups of a group.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Operations.html
"""

from __future__ import annotations

from typing import Any

from moto.autoscaling.models import AutoScalingBackend
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult

from . import activities as words
from . import health
from .activities import Activity
from .api_groups import error, find
from .launch import GROUP_TAG
from .loop import Fleet
from .members import GroupState, Member
from .views import USER_HEALTH


def install(fleet: Fleet) -> None:
    patches = fleet.world.patches
    for make in (
        _terminate,
        _attach,
        _detach,
        _enter_standby,
        _exit_standby,
        _attach_target_groups,
        _detach_target_groups,
    ):
        method = make(fleet)
        patches.set(AutoScalingBackend, method.__name__, method)
    patches.set(AutoScalingResponse, "set_instance_health", _set_health(fleet))
    patches.set(AutoScalingResponse, "describe_load_balancer_target_groups", _describe_target_groups(fleet))


def _member(fleet: Fleet, instance_id: str) -> tuple[GroupState, Member]:
    found = fleet.of_instance(instance_id)
    if found is None:
        raise error(f"Instance Id not found - No managed instance found for instance ID: {instance_id}")
    return found


def _members(fleet: Fleet, group: Any, instance_ids: list[str]) -> list[Member]:
    state = fleet.state(group)
    found = [state.member(id_) for id_ in instance_ids]
    for id_, member in zip(instance_ids, found, strict=True):
        if member is None:
            raise error(f"The instance {id_} is not part of Auto Scaling group {group.name}.")
    return found


def _shrink(group: Any, by: int) -> tuple[int, int]:
    before = group.desired_capacity
    if before - by < group.min_size:
        raise error(
            f"Currently, desiredSize equals minSize ({group.min_size}). Terminating instance without replacement will "
            "violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower "
            "group's min size."
        )
    group.desired_capacity = before - by
    return before, group.desired_capacity


def _terminate(fleet: Fleet) -> Any:
    def terminate_instance(self: AutoScalingBackend, instance_id: str, should_decrement: bool) -> Activity:
        state, member = _member(fleet, instance_id)
        if member.lifecycle_state.startswith("Terminating"):
            return member.activity
        shrink = _shrink(state.group, 1) if should_decrement else None
        return fleet.retire(state, member, words.user_terminated(fleet.now, instance_id, shrink))

    return terminate_instance


def _attach(fleet: Fleet) -> Any:
    """https://docs.aws.amazon.com/autoscaling/ec2/userguide/attach-instance-asg.html"""

    def attach_instances(self: AutoScalingBackend, group_name: str, instance_ids: list[str]) -> None:
        group = find(self, group_name)
        state = fleet.state(group)
        if group.desired_capacity + len(instance_ids) > group.max_size:
            raise error(
                f"AutoScalingGroup {group_name} has min-size={group.min_size}, max-size={group.max_size}, and "
                f"desired-size={group.desired_capacity}. To attach {len(instance_ids)} more instance, please update "
                "the AutoScalingGroup sizes appropriately."
            )
        for id_ in instance_ids:
            if fleet.of_instance(id_):
                raise error(f"Instance {id_} is already part of an Auto Scaling group.")
        for id_ in instance_ids:
            instance = self.ec2_backend.get_instance(id_)
            instance.autoscaling_group = group
            self.ec2_backend.create_tags([id_], {GROUP_TAG: group.name})
            member = Member(instance, group, None, launched_at=fleet.now.timestamp())
            state.members.append(member)
            cause = (
                f"At {words.stamp(fleet.now)} an instance was attached in response to a user request, increasing "
                f"the capacity from {group.desired_capacity} to {group.desired_capacity + 1}."
            )
            group.desired_capacity += 1
            fleet.record(state, f"Attaching an existing EC2 instance: {id_}", cause, member)

    return attach_instances


def _detach(fleet: Fleet) -> Any:
    def detach_instances(
        self: AutoScalingBackend, group_name: str, instance_ids: list[str], should_decrement: bool
    ) -> list[Activity]:
        group = find(self, group_name)
        members = _members(fleet, group, instance_ids)
        if should_decrement:
            _shrink(group, len(members))
        state, done = fleet.state(group), []
        for member in members:
            health.deregister(member)
            self.ec2_backend.delete_tags([member.instance_id], {GROUP_TAG: group.name})
            cause = (
                f"At {words.stamp(fleet.now)} instance {member.instance_id} was detached in response to a user request."
            )
            done.append(fleet.record(state, f"Detaching EC2 instance: {member.instance_id}", cause, member))
            state.members.remove(member)
        return done

    return detach_instances


def _enter_standby(fleet: Fleet) -> Any:
    """https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-enter-exit-standby.html"""

    def enter_standby_instances(
        self: AutoScalingBackend, group_name: str, instance_ids: list[str], should_decrement: bool
    ) -> list[Activity]:
        group = find(self, group_name)
        members = _members(fleet, group, instance_ids)
        if should_decrement:
            _shrink(group, len(members))
        return [_standby(fleet, group, member, "Standby", "to Standby") for member in members]

    return enter_standby_instances


def _exit_standby(fleet: Fleet) -> Any:
    def exit_standby_instances(self: AutoScalingBackend, group_name: str, instance_ids: list[str]) -> list[Activity]:
        group = find(self, group_name)
        members = [m for m in _members(fleet, group, instance_ids) if m.lifecycle_state == "Standby"]
        group.desired_capacity += len(members)
        group.max_size = max(group.max_size, group.desired_capacity)
        return [_standby(fleet, group, member, "Pending", "out of Standby") for member in members]

    return exit_standby_instances


def _standby(fleet: Fleet, group: Any, member: Member, lifecycle: str, way: str) -> Activity:
    member.lifecycle_state = lifecycle
    if lifecycle == "Standby":
        health.deregister(member)
    moment = words.stamp(fleet.now)
    cause = f"At {moment} instance {member.instance_id} was moved {way.lower()} in response to a user request."
    return fleet.record(fleet.state(group), f"Moving EC2 instance {way}: {member.instance_id}", cause, member)


def _attach_target_groups(fleet: Fleet) -> Any:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AttachLoadBalancerTargetGroups.html"""

    def attach_load_balancer_target_groups(
        self: AutoScalingBackend, group_name: str, target_group_arns: list[str]
    ) -> None:
        group = find(self, group_name)
        for arn in target_group_arns:
            if arn not in self.elbv2_backend.target_groups:
                raise error("Target group ARN not found - One or more target groups not found")
        group.append_target_groups(target_group_arns)
        for member in fleet.state(group).members:
            if member.lifecycle_state == "InService":
                health.register(member)

    return attach_load_balancer_target_groups


def _detach_target_groups(fleet: Fleet) -> Any:
    def detach_load_balancer_target_groups(
        self: AutoScalingBackend, group_name: str, target_group_arns: list[str]
    ) -> None:
        group = find(self, group_name)
        for member in fleet.state(group).members:
            health.deregister(member, target_group_arns)
        group.target_group_arns = [arn for arn in group.target_group_arns if arn not in target_group_arns]

    return detach_load_balancer_target_groups


def _describe_target_groups(fleet: Fleet) -> Any:
    def describe_load_balancer_target_groups(self: AutoScalingResponse) -> ActionResult:
        group = find(self.autoscaling_backend, self._get_param("AutoScalingGroupName"))
        states = target_group_states(fleet, self.autoscaling_backend, group)
        result = [{"LoadBalancerTargetGroupARN": arn, "State": state} for arn, state in states.items()]
        return ActionResult({"LoadBalancerTargetGroups": result})

    return describe_load_balancer_target_groups


def target_group_states(fleet: Fleet, backend: AutoScalingBackend, group: Any) -> dict[str, str]:
    """By ARN: Added until one instance passes the checks, InService then.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LoadBalancerTargetGroupState.html
    """
    known = backend.elbv2_backend.target_groups
    states = {}
    for arn in group.target_group_arns:
        healths = [
            known[arn].health_for({"Id": member.instance_id}, backend.ec2_backend).status
            for member in fleet.state(group).members
            if arn in known
        ]
        states[arn] = "InService" if "healthy" in healths else "Added"
    return states


def _set_health(fleet: Fleet) -> Any:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetInstanceHealth.html"""

    def set_instance_health(self: AutoScalingResponse) -> ActionResult:
        status = self._get_param("HealthStatus")
        if status not in ("Healthy", "Unhealthy"):
            raise error("Valid instance health states are: [Healthy, Unhealthy].")
        state, member = _member(fleet, self._get_param("InstanceId"))
        respect = self._get_bool_param("ShouldRespectGracePeriod", True)
        grace_over = (member.in_service_at or 0) + (state.group.health_check_grace_period or 0)
        if status == "Unhealthy" and respect and fleet.now.timestamp() < grace_over:
            return EmptyResult()
        member.health_status = status
        member.unhealthy_reason = USER_HEALTH if status == "Unhealthy" else ""
        return EmptyResult()

    return set_instance_health
