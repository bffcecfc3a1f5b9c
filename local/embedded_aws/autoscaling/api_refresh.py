"""The four actions of instance refreshes, which moto does not have.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html
"""

from __future__ import annotations

import copy
from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult

from . import mixed
from .api_groups import check_template, error, find
from .launch import LaunchFailed, TemplateRef, group_template, resolve
from .loop import Fleet
from .refresh_state import Refresh
from .views import Bounds

#: Percentages when neither the request nor a maintenance policy has any.
DEFAULT_BOUNDS = (90, 100)
_MODES = {
    "ScaleInProtectedInstances": ("Ignore", "Wait", "Refresh"),
    "StandbyInstances": ("Terminate", "Ignore", "Wait"),
}


def install(fleet: Fleet) -> None:
    patches = fleet.world.patches
    patches.set(AutoScalingResponse, "start_instance_refresh", _start(fleet))
    patches.set(AutoScalingResponse, "describe_instance_refreshes", _describe(fleet))
    patches.set(AutoScalingResponse, "cancel_instance_refresh", _cancel(fleet))
    patches.set(AutoScalingResponse, "rollback_instance_refresh", _rollback(fleet))


def _start(fleet: Fleet) -> Any:
    def start_instance_refresh(self: AutoScalingResponse) -> ActionResult:
        group = find(self.autoscaling_backend, self._get_param("AutoScalingGroupName"))
        state = fleet.state(group)
        if state.active_refresh:
            raise error(
                "An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.",
                "InstanceRefreshInProgress",
            )
        if self._get_param("Strategy") not in (None, "Rolling"):
            raise error(f"The strategy {self._get_param('Strategy')} is not in the embedded AWS; use Rolling.")
        preferences = dict(self._get_param("Preferences") or {})
        desired = _plain(self._get_param("DesiredConfiguration"))
        bounds = _bounds(preferences, state.bounds)
        wanted = _wanted(group, desired)
        current = group_template(group)
        if preferences.get("AutoRollback"):
            obstacle = _irreversible(desired, current)
            if obstacle:
                raise error(f"AutoRollback cannot be set to true: {obstacle}")
        refresh = Refresh(
            auto_scaling_group_name=group.name,
            preferences=_shown(preferences, bounds),
            desired_configuration=desired,
            start_time=fleet.now,
            bounds=bounds,
            warmup=_warmup(group, preferences),
            wanted=wanted,
            previous=_previous(group, current),
        )
        state.refreshes.insert(0, refresh)
        return ActionResult({"InstanceRefreshId": refresh.instance_refresh_id})

    return start_instance_refresh


def _describe(fleet: Fleet) -> Any:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeInstanceRefreshes.html, newest first."""

    def describe_instance_refreshes(self: AutoScalingResponse) -> ActionResult:
        group = find(self.autoscaling_backend, self._get_param("AutoScalingGroupName"))
        ids = self._get_param("InstanceRefreshIds", [])
        found = [r for r in fleet.state(group).refreshes if not ids or r.instance_refresh_id in ids]
        start, size = int(self._get_param("NextToken") or 0), min(self._get_int_param("MaxRecords") or 50, 100)
        token = str(start + size) if len(found) > start + size else None
        return ActionResult({"InstanceRefreshes": found[start : start + size], "NextToken": token})

    return describe_instance_refreshes


def _cancel(fleet: Fleet) -> Any:
    """https://docs.aws.amazon.com/autoscaling/ec2/userguide/cancel-instance-refresh.html:
    what is replaced stays replaced.
    """

    def cancel_instance_refresh(self: AutoScalingResponse) -> ActionResult:
        refresh = _active(fleet, self)
        refresh.status, refresh.status_reason = "Cancelling", "Cancelled due to user request."
        return ActionResult({"InstanceRefreshId": refresh.instance_refresh_id})

    return cancel_instance_refresh


def _rollback(fleet: Fleet) -> Any:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RollbackInstanceRefresh.html"""

    def rollback_instance_refresh(self: AutoScalingResponse) -> ActionResult:
        refresh = _active(fleet, self)
        group = find(self.autoscaling_backend, refresh.auto_scaling_group_name)
        obstacle = _irreversible(refresh.desired_configuration, group_template(group))
        if obstacle or refresh.status in ("RollbackInProgress", "Cancelling"):
            raise error(obstacle or f"The instance refresh is {refresh.status}.", "IrreversibleInstanceRefresh")
        fleet.refreshes.roll_back(fleet.state(group), refresh, "Manual rollback: a user request started the rollback.")
        return ActionResult({"InstanceRefreshId": refresh.instance_refresh_id})

    return rollback_instance_refresh


def _active(fleet: Fleet, response: AutoScalingResponse) -> Refresh:
    group = find(response.autoscaling_backend, response._get_param("AutoScalingGroupName"))
    refresh = fleet.state(group).active_refresh
    if refresh is None:
        raise error(
            f"No in progress or pending Instance Refresh found for Auto Scaling group {group.name}",
            "ActiveInstanceRefreshNotFound",
        )
    return refresh


def _plain(desired: dict[str, Any] | None) -> dict[str, Any] | None:
    """One of the two: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DesiredConfiguration.html"""
    if not desired:
        return None
    given = {name: desired[name] for name in ("LaunchTemplate", "MixedInstancesPolicy") if desired.get(name)}
    if len(given) != 1:
        raise error("You must specify either a LaunchTemplate or a MixedInstancesPolicy in the desired configuration.")
    return copy.deepcopy(given)


def _wanted(group: Any, desired: dict[str, Any] | None) -> TemplateRef | None:
    """The version that the desired configuration means now."""
    if desired is None:
        return None
    given = desired.get("LaunchTemplate") or mixed.specification(desired["MixedInstancesPolicy"])
    id_, name = given.get("LaunchTemplateId"), given.get("LaunchTemplateName")
    if bool(id_) == bool(name):
        raise error("Valid requests must contain either launchTemplateId or LaunchTemplateName")
    if name:
        id_ = group.ec2_backend.launch_template_name_to_ids.get(name)
        if id_ is None:
            raise error(
                f"You must use a valid fully-formed launch template. The specified launch template, with template name "
                f"{name}, does not exist."
            )
    wanted = _numbered(group, TemplateRef(id_, str(given.get("Version") or "$Default")))
    check_template(group.ec2_backend, {"LaunchTemplateId": wanted.id, "Version": wanted.version})
    return wanted


def _previous(group: Any, current: TemplateRef | None) -> TemplateRef | None:
    """What a rollback launches: also a version that is gone, and then it does not get far."""
    try:
        return _numbered(group, current) if current else None
    except AutoscalingClientError:
        return current


def _numbered(group: Any, reference: TemplateRef) -> TemplateRef:
    try:
        return TemplateRef(reference.id, str(resolve(group, reference).number))
    except LaunchFailed as failure:
        reason = str(failure).removesuffix(" Launching EC2 instance failed.")
        raise error(f"You must use a valid fully-formed launch template. {reason}") from failure


def _irreversible(desired: dict[str, Any] | None, current: TemplateRef | None) -> str:
    """Why a refresh cannot be rolled back; empty when it can.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html, considerations.
    """
    if desired is None:
        return "The instance refresh has no desired configuration."
    if current is None:
        return "The Auto Scaling group has no launch template."
    if current.version.startswith("$"):
        return f"The Auto Scaling group uses the {current.version} version of its launch template."
    return ""


def _bounds(preferences: dict[str, Any], policy: tuple[int, int] | None) -> Bounds:
    default_low, default_high = policy or DEFAULT_BOUNDS
    low, high = preferences.get("MinHealthyPercentage"), preferences.get("MaxHealthyPercentage")
    if high is not None and low is None:
        raise error("If you specify MaxHealthyPercentage, you must also specify MinHealthyPercentage.")
    low = default_low if low is None else int(low)
    high = default_high if high is None else int(high)
    if not (0 <= low <= 100 <= high <= 200):
        raise error("MinHealthyPercentage is 0 to 100 and MaxHealthyPercentage 100 to 200.")
    if high - low > 100:
        raise error("The difference between MinHealthyPercentage and MaxHealthyPercentage cannot be greater than 100.")
    for name, allowed in _MODES.items():
        if preferences.get(name) not in (None, *allowed):
            raise error(
                f"1 validation error detected: Value '{preferences[name]}' at 'preferences.{name[0].lower()}{name[1:]}' "
                f"failed to satisfy constraint: Member must satisfy enum value set: [{', '.join(allowed)}]"
            )
    if preferences.get("CheckpointPercentages"):
        raise error("Checkpoints are not in the embedded AWS; leave CheckpointPercentages out.")
    return Bounds(low, high)


def _shown(preferences: dict[str, Any], bounds: Bounds) -> dict[str, Any]:
    """Preferences with their defaults, as DescribeInstanceRefreshes shows them."""
    defaults = {
        "SkipMatching": False,
        "AutoRollback": False,
        "ScaleInProtectedInstances": "Wait",
        "StandbyInstances": "Wait",
    }
    percentages = {"MinHealthyPercentage": bounds.min_percent, "MaxHealthyPercentage": bounds.max_percent}
    return {**defaults, **preferences, **percentages}


def _warmup(group: Any, preferences: dict[str, Any]) -> int:
    for seconds in (preferences.get("InstanceWarmup"), getattr(group, "default_instance_warmup", None)):
        if seconds is not None and int(seconds) >= 0:
            return int(seconds)
    return int(group.health_check_grace_period or 0)
