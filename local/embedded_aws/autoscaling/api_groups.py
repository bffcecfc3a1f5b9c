"""The Auto Scaling API where moto's answers would act on instances by themselves, or not at all.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Operations.html
"""

from __future__ import annotations

from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError
from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult

from . import activities as words
from .launch import mismatch
from .loop import Fleet

#: Parameters of Create and Update that moto drops, and the attribute that DescribeAutoScalingGroups reads.
_EXTRA = {
    "DefaultInstanceWarmup": "default_instance_warmup",
    "MaxInstanceLifetime": "max_instance_lifetime",
    "Context": "context",
    "DesiredCapacityType": "desired_capacity_type",
    "AvailabilityZoneDistribution": "availability_zone_distribution",
}
_EXTRA_UPDATE = {"TerminationPolicies": "termination_policies", "DefaultCooldown": "default_cooldown"}


def error(message: str, code: str = "ValidationError") -> AutoscalingClientError:
    return AutoscalingClientError(code, message)


def find(backend: AutoScalingBackend, name: str) -> Any:
    """The group, or the error that AWS answers with."""
    group = backend.autoscaling_groups.get(name)
    if group is None:
        raise error(f"AutoScalingGroup name not found - AutoScalingGroup '{name}' not found")
    return group


def install(fleet: Fleet) -> None:
    patches = fleet.world.patches
    patches.set(FakeAutoScalingGroup, "set_desired_capacity", _only_note_desired)
    patches.wrap(FakeAutoScalingGroup, "launch_template", _without_policy)
    for name in ("update_attached_target_groups", "update_attached_elbs", "notify_terminate_instances"):
        patches.set(AutoScalingBackend, name, lambda self, *_: None)
    patches.wrap(AutoScalingBackend, "create_auto_scaling_group", lambda original: _creating(fleet, original))
    patches.wrap(AutoScalingBackend, "update_auto_scaling_group", lambda original: _updating(fleet, original))
    patches.set(AutoScalingBackend, "set_desired_capacity", _setting_desired(fleet))
    patches.wrap(AutoScalingResponse, "create_auto_scaling_group", lambda original: _with_extra(original, _EXTRA))
    patches.wrap(
        AutoScalingResponse, "update_auto_scaling_group", lambda original: _with_extra(original, _EXTRA | _EXTRA_UPDATE)
    )
    patches.set(AutoScalingResponse, "delete_auto_scaling_group", _deleting(fleet))
    patches.set(AutoScalingResponse, "describe_scaling_activities", _describing_activities(fleet))


def _only_note_desired(self: FakeAutoScalingGroup, new_capacity: int | None) -> None:
    self.desired_capacity = self.min_size if new_capacity is None else new_capacity


def _without_policy(original: property) -> property:
    """A group with a mixed instances policy has its launch template in there.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingGroup.html
    """
    return property(lambda group: None if group.mixed_instances_policy else original.fget(group))


def _creating(fleet: Fleet, original: Any) -> Any:
    def create_auto_scaling_group(self: AutoScalingBackend, **arguments: Any) -> Any:
        if arguments["name"] in self.autoscaling_groups:
            raise error(
                "AutoScalingGroup by this name already exists - A group with the name "
                f"{arguments['name']} already exists",
                "AlreadyExists",
            )
        desired = arguments.get("desired_capacity")
        _check_sizes(arguments["min_size"], arguments["max_size"], desired)
        check_template(self.ec2_backend, arguments.get("launch_template"))
        group = original(self, **arguments)
        # moto takes 300 for 0;
        # https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html: default 0.
        group.health_check_grace_period = int(arguments.get("health_check_period") or 0)
        fleet.state(group).user_cause = words.created(fleet.now, group.desired_capacity)
        return group

    return create_auto_scaling_group


def _updating(fleet: Fleet, original: Any) -> Any:
    def update_auto_scaling_group(self: AutoScalingBackend, **arguments: Any) -> Any:
        group = find(self, arguments["name"])
        before = group.desired_capacity
        low = group.min_size if arguments["min_size"] is None else arguments["min_size"]
        high = group.max_size if arguments["max_size"] is None else arguments["max_size"]
        desired = arguments["desired_capacity"]
        _check_sizes(low, high, desired)
        check_template(self.ec2_backend, arguments.get("launch_template"))
        if desired is None:
            arguments["desired_capacity"] = max(low, min(before, high))
        policy = group.mixed_instances_policy
        original(self, **arguments)
        if not (arguments.get("mixed_instances_policy") or arguments.get("launch_template")):
            group.mixed_instances_policy = policy
        if group.desired_capacity != before:
            fleet.state(group).user_cause = words.updated(fleet.now, group, before)
            fleet.state(group).next_launch_at = 0.0
        if arguments.get("launch_template") or arguments.get("launch_config_name"):
            fleet.state(group).next_launch_at = 0.0
        return group

    return update_auto_scaling_group


def _setting_desired(fleet: Fleet) -> Any:
    def set_desired_capacity(self: AutoScalingBackend, group_name: str, desired_capacity: int) -> None:
        group = find(self, group_name)
        for limit, beyond, side in (
            (group.max_size, desired_capacity > group.max_size, "above max"),
            (group.min_size, desired_capacity < group.min_size, "below min"),
        ):
            if beyond:
                raise error(
                    f"New SetDesiredCapacity value {desired_capacity} is {side} value {limit} for the AutoScalingGroup."
                )
        before, group.desired_capacity = group.desired_capacity, desired_capacity
        if before != desired_capacity:
            fleet.state(group).user_cause = words.set_explicitly(fleet.now, before, desired_capacity)
            fleet.state(group).next_launch_at = 0.0

    return set_desired_capacity


def _check_sizes(low: int, high: int, desired: int | None) -> None:
    if int(low) > int(high):
        raise error(f"Max bound, {high}, must be greater than or equal to min bound, {low}")
    if desired is not None and not int(low) <= int(desired) <= int(high):
        raise error(f"Desired capacity:{desired} must be between the specified min size:{low} and max size:{high}")


def check_template(ec2: Any, template: dict[str, Any] | None) -> None:
    """A group tries its launch template out before it takes it; here only what would never launch is looked at.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-launch-template.html
    """
    wrong = mismatch(ec2, template) if template else ""
    if wrong:
        raise error(f"You must use a valid fully-formed launch template. {wrong}")


def _with_extra(original: Any, attributes: dict[str, str]) -> Any:
    """Keep the parameters that moto does not know, so that a client reads back what it wrote."""

    def action(self: AutoScalingResponse) -> ActionResult:
        policy = self._get_param("InstanceMaintenancePolicy")
        if policy:
            _check_policy(policy)
        result = original(self)
        group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
        for parameter, attribute in attributes.items():
            value = self._get_param(parameter)
            if value is not None:
                setattr(group, attribute, None if value == -1 else value)
        if policy:
            cleared = policy["MinHealthyPercentage"] == -1
            group.instance_maintenance_policy = None if cleared else {key: int(value) for key, value in policy.items()}
        return result

    return action


def _check_policy(policy: dict[str, Any]) -> None:
    low, high = policy.get("MinHealthyPercentage"), policy.get("MaxHealthyPercentage")
    if low is None or high is None:
        raise error(
            "Both MinHealthyPercentage and MaxHealthyPercentage must be specified in the InstanceMaintenancePolicy."
        )
    if (low, high) != (-1, -1) and not (0 <= low <= 100 <= high <= 200 and high - low <= 100):
        raise error(
            "InstanceMaintenancePolicy: MinHealthyPercentage is 0 to 100, MaxHealthyPercentage 100 to 200, "
            "and the difference between them cannot be greater than 100."
        )


def _deleting(fleet: Fleet) -> Any:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html"""

    def delete_auto_scaling_group(self: AutoScalingResponse) -> ActionResult:
        group = find(self.autoscaling_backend, self._get_param("AutoScalingGroupName"))
        state = fleet.state(group)
        if state.members and not self._get_bool_param("ForceDelete", False):
            if all(not m.present for m in state.members):
                raise error(
                    "You cannot delete an AutoScalingGroup while there are scaling activities in progress for "
                    "that group.",
                    "ScalingActivityInProgress",
                )
            raise error(
                "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) "
                "still in the group.",
                "ResourceInUse",
            )
        group.min_size = group.max_size = group.desired_capacity = 0
        group.status = "Delete in progress"
        state.deleting = True
        if not state.members:
            self.autoscaling_backend.autoscaling_groups.pop(group.name)
            fleet.forget(group)
        return EmptyResult()

    return delete_auto_scaling_group


def _describing_activities(fleet: Fleet) -> Any:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html, newest first."""

    def describe_scaling_activities(self: AutoScalingResponse) -> ActionResult:
        name, ids = self._get_param("AutoScalingGroupName"), self._get_param("ActivityIds", [])
        arns = f":autoscaling:{self.region}:"
        found = [
            activity
            for state in fleet.states(include_deleted=self._get_bool_param("IncludeDeletedGroups", False))
            for activity in state.activities
            if arns in activity.auto_scaling_group_arn
            and (not name or activity.auto_scaling_group_name == name)
            and (not ids or activity.activity_id in ids)
        ]
        found.sort(key=lambda activity: activity.start_time, reverse=True)
        start, size = int(self._get_param("NextToken") or 0), min(self._get_int_param("MaxRecords") or 100, 100)
        token = str(start + size) if len(found) > start + size else None
        return ActionResult({"Activities": found[start : start + size], "NextToken": token})

    return describe_scaling_activities
