"""Groups with a mixed instances policy: the first of its instance types is launched, as with the strategy `prioritized`.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html
"""

from __future__ import annotations

from typing import Any

from .refresh_state import Refresh


def specification(policy: dict[str, Any]) -> dict[str, Any]:
    """The launch template of a policy."""
    return (policy.get("LaunchTemplate") or {}).get("LaunchTemplateSpecification") or {}


def instance_type(group: Any, refresh: Refresh | None) -> str | None:
    """The type that the policy in force has first; None where the launch template decides.

    In force is the desired configuration of a refresh, with a policy or without, and the group's own otherwise.
    """
    desired = refresh.desired_configuration if refresh and refresh.launches_desired else None
    policy = desired.get("MixedInstancesPolicy") if desired else group.mixed_instances_policy
    overrides = ((policy or {}).get("LaunchTemplate") or {}).get("Overrides") or []
    return next((one["InstanceType"] for one in overrides if one.get("InstanceType")), None)
