"""Scaling policies: target tracking acts (`tracker.py`), the other kinds are records, as in moto.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutScalingPolicy.html
"""

from __future__ import annotations

from typing import Any

from moto.autoscaling.models import AutoScalingBackend, FakeScalingPolicy
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.elbv2 import elbv2_backends

from . import alarms
from .api_groups import error, find
from .loop import Fleet

TRACKING = "TargetTrackingScaling"
REQUESTS, CPU = "ALBRequestCountPerTarget", "ASGAverageCPUUtilization"


def install(fleet: Fleet) -> None:
    patches = fleet.world.patches
    patches.wrap(AutoScalingResponse, "put_scaling_policy", lambda original: _putting(original))
    patches.set(AutoScalingResponse, "delete_policy", _delete)
    patches.wrap(AutoScalingBackend, "describe_policies", _describing)


def _putting(original: Any) -> Any:
    def put_scaling_policy(self: AutoScalingResponse) -> ActionResult:
        parameters = self._get_params()
        backend = self.autoscaling_backend
        name, group_name = parameters["PolicyName"], parameters["AutoScalingGroupName"]
        group = backend.autoscaling_groups.get(group_name)
        if group is None:
            raise error(f"Group {group_name} not found")
        tracks = parameters.get("PolicyType") == TRACKING
        if tracks:
            _check(group, parameters.get("TargetTrackingConfiguration"))
        key = f"{group_name}/{name}"
        before = backend.policies.get(key)
        original(self)
        # moto knows one policy of each name.
        policy = backend.policies[key] = backend.policies.pop(name)
        policy.enabled = str(parameters.get("Enabled", True)).lower() == "true"
        policy.predictive_scaling_configuration = policy.predictive_scaling_configuration or None
        policy.alarms = []
        if tracks:
            policy.target_tracking_configuration.__dict__.setdefault("DisableScaleIn", False)
            policy.measures = list(before.measures) if before and _metric(before) == _metric(policy) else []
            alarms.make(group, policy, before)
        elif before:
            alarms.remove(group, before)
        return ActionResult({"PolicyARN": policy.arn, "Alarms": policy.alarms})

    return put_scaling_policy


def _describing(original: Any) -> Any:
    def describe_policies(self: AutoScalingBackend, *args: Any, **kwargs: Any) -> list[FakeScalingPolicy]:
        forget_orphans(self)
        return original(self, *args, **kwargs)

    return describe_policies


def _delete(self: AutoScalingResponse) -> ActionResult:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeletePolicy.html, by name or by ARN; its alarms go with it."""
    wanted, group_name = self._get_param("PolicyName"), self._get_param("AutoScalingGroupName")
    backend = self.autoscaling_backend
    for key, policy in list(backend.policies.items()):
        if policy.arn == wanted or (policy.name, policy.auto_scaling_group_name) == (wanted, group_name):
            alarms.remove(find(backend, policy.auto_scaling_group_name), policy)
            del backend.policies[key]
            return EmptyResult()
    raise error(f"Scaling policy {wanted} not found")


def forget_orphans(backend: AutoScalingBackend) -> None:
    """A group takes its policies and their alarms with it."""
    for key, policy in list(backend.policies.items()):
        if policy.auto_scaling_group_name not in backend.autoscaling_groups:
            alarms.remove(backend, policy)
            del backend.policies[key]


def predefined(policy: FakeScalingPolicy) -> dict[str, Any]:
    """PredefinedMetricSpecification of a target-tracking policy."""
    return policy.target_tracking_configuration.__dict__["PredefinedMetricSpecification"]


def _metric(policy: FakeScalingPolicy) -> Any:
    return predefined(policy) if policy.policy_type == TRACKING else None


def _check(group: Any, configuration: dict[str, Any] | None) -> None:
    if not configuration:
        raise error(f"TargetTrackingConfiguration must be specified for policy type {TRACKING}")
    if float(configuration["TargetValue"]) <= 0:
        raise error("Target value must be greater than 0.")
    metric = configuration.get("PredefinedMetricSpecification") or {}
    kind, label = metric.get("PredefinedMetricType", "a customized metric"), metric.get("ResourceLabel")
    if kind not in (REQUESTS, CPU):
        raise error(f"{kind} is not measured in the embedded AWS; {REQUESTS} and {CPU} are.")
    if kind == REQUESTS:
        _check_label(group, label)
    elif label:
        raise error(f"Resource label should not be specified for predefined metric type {kind}")


def _check_label(group: Any, label: str | None) -> None:
    """app/<name>/<id>/targetgroup/<name>/<id>: a target group of the group's own, and a balancer that forwards to it."""
    if not label:
        raise error(f"Resource label should be specified for predefined metric type {REQUESTS}")
    elb = elbv2_backends[group.account_id][group.region]
    balancer = next((b for b in elb.load_balancers.values() if label.startswith(f"{balancer_label(b.arn)}/")), None)
    if balancer is None:
        raise error(f"The load balancer of resource label {label} does not exist")
    arn = next(
        (a for a in elb.target_groups if f"{balancer_label(balancer.arn)}/{target_group_label(a)}" == label), None
    )
    if arn is None or arn not in group.target_group_arns:
        raise error(
            f"The target group of resource label {label} is not attached to the Auto Scaling group {group.name}"
        )
    if balancer.arn not in elb.target_groups[arn].load_balancer_arns:
        raise error(f"The target group of resource label {label} is not attached to its load balancer")


def balancer_label(arn: str) -> str:
    """app/<name>/<id>, a balancer's CloudWatch dimension."""
    return arn.partition(":loadbalancer/")[2]


def target_group_label(arn: str) -> str:
    """targetgroup/<name>/<id>, a target group's CloudWatch dimension."""
    return arn.rpartition(":")[2]
