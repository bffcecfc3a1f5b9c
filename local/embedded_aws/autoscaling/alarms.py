"""The two CloudWatch alarms of a target-tracking policy, as AWS makes and removes them.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html (alarms that are created for it)
"""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any

from moto.cloudwatch.models import MetricDatum, cloudwatch_backends

from . import tracking
from .tracking import HIGH_PERIODS, LOW_PERIODS, LOW_SHARE, Proposal

#: Seconds of one value, as the alarms show it; how long a period is here says `settings.TRACKING_PERIOD`.
PERIOD = 60


def make(group: Any, policy: Any, before: Any = None) -> None:
    """Give the policy its alarms; those that it had under the same name keep theirs."""
    kept = {alarm["AlarmName"].split("-Alarm")[1][:1]: alarm["AlarmName"] for alarm in getattr(before, "alarms", [])}
    configuration = vars(policy.target_tracking_configuration)
    target = float(configuration["TargetValue"])
    wanted = {}
    if policy.enabled:
        wanted["High"] = ("GreaterThanThreshold", HIGH_PERIODS, target)
        if not configuration["DisableScaleIn"]:
            wanted["Low"] = ("LessThanThreshold", LOW_PERIODS, LOW_SHARE * target)
    cloudwatch = cloudwatch_backends[group.account_id][group.region]
    for side, (comparison, periods, threshold) in wanted.items():
        name = kept.pop(side[0], None) or f"TargetTracking-{group.name}-Alarm{side}-{uuid.uuid4()}"
        namespace, metric, dimensions, statistic = _metric(group, configuration["PredefinedMetricSpecification"])
        alarm = cloudwatch.put_metric_alarm(
            name=name,
            namespace=namespace,
            metric_name=metric,
            comparison_operator=comparison,
            evaluation_periods=periods,
            period=PERIOD,
            threshold=threshold,
            statistic=statistic,
            description=f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {policy.arn}.",
            dimensions=dimensions,
            alarm_actions=[policy.arn],
        )
        alarm.state_value = tracking.UNKNOWN
        policy.alarms.append({"AlarmName": name, "AlarmARN": alarm.alarm_arn})
    cloudwatch.delete_alarms(list(kept.values()))


def remove(place: Any, policy: Any) -> None:
    """`place`: a group or a backend, for its account and region."""
    region = getattr(place, "region", None) or place.region_name
    names = [alarm["AlarmName"] for alarm in getattr(policy, "alarms", [])]
    cloudwatch_backends[place.account_id][region].delete_alarms(names)


def show(group: Any, policy: Any, value: float | None, proposal: Proposal, now: datetime) -> None:
    """Write a value, and what the alarms make of it, where CloudWatch shows it. `now` in UTC."""
    cloudwatch = cloudwatch_backends[group.account_id][group.region]
    configuration = vars(policy.target_tracking_configuration)
    namespace, metric, dimensions, _ = _metric(group, configuration["PredefinedMetricSpecification"])
    if value is not None:
        # moto keeps moments without a time zone.
        cloudwatch.metric_data.append(MetricDatum(namespace, metric, value, dimensions, now.replace(tzinfo=None)))
    reason = "No value was measured." if value is None else f"The last value was {value:.1f}."
    for alarm in policy.alarms:
        found = cloudwatch.alarms.get(alarm["AlarmName"])
        state = proposal.high if "-AlarmHigh-" in alarm["AlarmName"] else proposal.low
        if found and found.state_value != state:
            found.update_state(reason, json.dumps({"value": value}), state)


def name_of(policy: Any, grows: bool) -> str:
    side = "-AlarmHigh-" if grows else "-AlarmLow-"
    return next((alarm["AlarmName"] for alarm in policy.alarms if side in alarm["AlarmName"]), "")


def _metric(group: Any, specification: dict[str, Any]) -> tuple[str, str, list[dict[str, str]], str]:
    label = specification.get("ResourceLabel")
    if not label:
        dimensions = [{"Name": "AutoScalingGroupName", "Value": group.name}]
        return "AWS/EC2", "CPUUtilization", dimensions, "Average"
    balancer, _, target_group = label.partition("/targetgroup/")
    dimensions = [
        {"Name": "TargetGroup", "Value": f"targetgroup/{target_group}"},
        {"Name": "LoadBalancer", "Value": balancer},
    ]
    return "AWS/ApplicationELB", "RequestCountPerTarget", dimensions, "Sum"
