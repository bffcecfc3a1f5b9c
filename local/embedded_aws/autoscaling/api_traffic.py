"""Traffic sources: the newer way to say which target groups a group's instances are registered with.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AttachTrafficSources.html
"""

from __future__ import annotations

from typing import Any

from moto.autoscaling.models import FakeAutoScalingGroup
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult

from .api_groups import find
from .api_instances import target_group_states
from .loop import Fleet

#: The kind of traffic source that a target group is, and that a source without a type is taken for.
TARGET_GROUP = "elbv2"


def install(fleet: Fleet) -> None:
    patches = fleet.world.patches
    patches.set(FakeAutoScalingGroup, "traffic_sources", property(_sources))
    patches.wrap(AutoScalingResponse, "create_auto_scaling_group", _creating)
    patches.set(AutoScalingResponse, "attach_traffic_sources", _attach)
    patches.set(AutoScalingResponse, "detach_traffic_sources", _detach)
    patches.set(AutoScalingResponse, "describe_traffic_sources", _describing(fleet))


def _sources(group: FakeAutoScalingGroup) -> list[dict[str, str]]:
    """As DescribeAutoScalingGroups says them, whichever way they were attached."""
    return [{"Identifier": arn, "Type": TARGET_GROUP} for arn in group.target_group_arns]


def _target_groups(response: AutoScalingResponse) -> list[str]:
    """ARNs of the target groups that a request names; other kinds are refused, since nothing here could send them traffic."""
    named = response._get_param("TrafficSources", [])
    for source in named:
        kind = source.get("Type") or TARGET_GROUP
        if kind != TARGET_GROUP:
            raise NotImplementedError(f"traffic sources of type {kind}; target groups ({TARGET_GROUP}) are")
    return [source["Identifier"] for source in named]


def _creating(original: Any) -> Any:
    def create_auto_scaling_group(self: AutoScalingResponse) -> ActionResult:
        arns = _target_groups(self)
        result = original(self)
        if arns:
            self.autoscaling_backend.attach_load_balancer_target_groups(self._get_param("AutoScalingGroupName"), arns)
        return result

    return create_auto_scaling_group


def _attach(self: AutoScalingResponse) -> ActionResult:
    self.autoscaling_backend.attach_load_balancer_target_groups(
        self._get_param("AutoScalingGroupName"), _target_groups(self)
    )
    return EmptyResult()


def _detach(self: AutoScalingResponse) -> ActionResult:
    self.autoscaling_backend.detach_load_balancer_target_groups(
        self._get_param("AutoScalingGroupName"), _target_groups(self)
    )
    return EmptyResult()


def _describing(fleet: Fleet) -> Any:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TrafficSourceState.html"""

    def describe_traffic_sources(self: AutoScalingResponse) -> ActionResult:
        group = find(self.autoscaling_backend, self._get_param("AutoScalingGroupName"))
        kind = self._get_param("TrafficSourceType") or TARGET_GROUP
        states = target_group_states(fleet, self.autoscaling_backend, group) if kind == TARGET_GROUP else {}
        return ActionResult(
            {
                "TrafficSources": [
                    {"Identifier": arn, "TrafficSource": arn, "Type": TARGET_GROUP, "State": state}
                    for arn, state in states.items()
                ]
            }
        )

    return describe_traffic_sources
