"""Groups that follow a metric: the rules as tables, and over HTTP with a clock that is moved by hand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from embedded_aws.autoscaling import settings
from embedded_aws.autoscaling.tracking import ALARM, OK, UNKNOWN, Measure, Proposal, capacity, propose
from worlds import HttpWorld, Stack

#: Seconds of one value in these tests.
PERIOD = 2


@pytest.mark.parametrize(
    ("values", "high", "low", "wanted"),
    [
        ([], UNKNOWN, UNKNOWN, 0),
        ([None], UNKNOWN, UNKNOWN, 0),
        ([150, 150], OK, OK, 3),
        ([150, 150, 150], ALARM, OK, 3),
        ([150, 100, 150], OK, OK, 3),
        ([None, 150, 150], OK, OK, 3),
        ([10] * 14, OK, OK, 1),
        ([10] * 15, OK, ALARM, 1),
        ([10] * 14 + [95], OK, OK, 2),
        ([0] * 15, OK, ALARM, 0),
    ],
)
def test_alarms_of_two_instances_with_target_100(values: list, high: str, low: str, wanted: int) -> None:
    proposal = propose([Measure(value, 2) for value in values], 100)
    assert (proposal.high, proposal.low, proposal.capacity) == (high, low, wanted)


def more(count: int) -> Proposal:
    return Proposal(ALARM, OK, count)


def fewer(count: int, shrinks: bool = True) -> Proposal:
    return Proposal(OK, ALARM, count, shrinks)


@pytest.mark.parametrize(
    ("proposals", "desired", "warming", "expected"),
    [
        ([more(4)], 2, False, 4),
        ([more(9)], 2, True, 5),
        ([more(2)], 2, False, 2),
        ([more(3), fewer(1)], 2, False, 3),
        ([fewer(1), Proposal(OK, OK, 2)], 3, False, 3),
        ([fewer(1), fewer(2)], 3, False, 2),
        ([fewer(0)], 3, False, 1),
        ([fewer(1)], 3, True, 3),
        ([fewer(1, shrinks=False)], 3, False, 3),
        ([], 3, False, 3),
    ],
)
def test_capacity_between_1_and_5(proposals: list, desired: int, warming: bool, expected: int) -> None:
    assert capacity(proposals, desired, 1, 5, warming) == expected


class Site:
    """A group of one to four behind a balancer, healthy, with warm-up times of nothing."""

    def __init__(self, w: HttpWorld) -> None:
        self.w, self.stack = w, Stack(w)
        self.target_group = self.stack.target_group()
        self.stack.attributes(self.target_group, deregistration_delay="0")
        balancer = self.stack.balancer(self.target_group)["LoadBalancerArn"]
        self.label = f"{balancer.partition(':loadbalancer/')[2]}/{self.target_group.rpartition(':')[2]}"
        more = {"TargetGroupARNs": [self.target_group], "DefaultInstanceWarmup": 0}
        self.stack.create(1, MinSize=1, MaxSize=4, **more)
        self.stack.settle(1)
        self.w.set_health("healthy")

    def put(self, kind: str = "ALBRequestCountPerTarget", target: float = 100, **more: Any) -> dict[str, Any]:
        metric = {"PredefinedMetricType": kind}
        if kind == "ALBRequestCountPerTarget":
            metric["ResourceLabel"] = self.label
        configuration = {"TargetValue": target, "PredefinedMetricSpecification": metric | more.pop("metric", {})}
        return self.w.autoscaling.put_scaling_policy(
            AutoScalingGroupName="web",
            PolicyName=kind,
            PolicyType="TargetTrackingScaling",
            TargetTrackingConfiguration=configuration | more,
        )

    def minutes(self, count: int, requests: int = 0) -> None:
        """So many values, each with so many requests a minute."""
        for _ in range(count):
            counted = self.w.world.balancers.book.requests
            counted[self.target_group] = counted.get(self.target_group, 0) + requests * PERIOD // 60
            self.w.advance(PERIOD)
            self.w.set_health("healthy")

    def alarms(self) -> dict[str, dict[str, Any]]:
        found = self.w.cloudwatch.describe_alarms()["MetricAlarms"]
        return {alarm["AlarmName"].split("-")[2]: alarm for alarm in found}

    def desired(self) -> int:
        return self.stack.group()["DesiredCapacity"]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(settings, "TRACKING_PERIOD", PERIOD)
    world = HttpWorld(boots=True)
    yield Site(world)
    world.close()


def test_group_follows_the_requests_that_its_balancer_counts(site: Site) -> None:
    site.put()
    site.minutes(2, requests=270)
    assert (site.desired(), site.alarms()["AlarmHigh"]["StateValue"]) == (1, "OK")
    site.minutes(1, requests=270)
    assert (site.desired(), site.alarms()["AlarmHigh"]["StateValue"]) == (3, "ALARM")
    site.minutes(4, requests=270)
    site.stack.settle(3)
    name = site.alarms()["AlarmHigh"]["AlarmName"]
    cause = f"a monitor alarm {name} in state ALARM triggered policy ALBRequestCountPerTarget changing the desired capacity from 1 to 3."
    assert cause in site.stack.activities()[0]["Cause"]
    site.minutes(3, requests=900)
    assert site.desired() == 4, "no more than the group's maximum"
    site.minutes(16)
    assert (site.desired(), site.alarms()["AlarmLow"]["StateValue"]) == (1, "ALARM")
    site.stack.settle(1)
    now = site.w.world.clock.now()
    values = site.w.cloudwatch.get_metric_statistics(
        Namespace="AWS/ApplicationELB",
        MetricName="RequestCountPerTarget",
        Dimensions=[{"Name": "TargetGroup", "Value": site.target_group.rpartition(":")[2]}],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(hours=1),
        Period=7200,
        Statistics=["Maximum"],
    )["Datapoints"]
    assert [value["Maximum"] for value in values] == [300.0], "900 requests a minute to three targets"


def test_policy_reads_back_as_it_was_written(site: Site) -> None:
    made = site.put()
    found = site.w.autoscaling.describe_policies(AutoScalingGroupName="web")["ScalingPolicies"][0]
    assert found["PolicyARN"] == made["PolicyARN"] and found["Enabled"] is True
    assert found["Alarms"] == made["Alarms"] and len(made["Alarms"]) == 2
    assert "PredictiveScalingConfiguration" not in found
    metric = {"PredefinedMetricType": "ALBRequestCountPerTarget", "ResourceLabel": site.label}
    expected = {"PredefinedMetricSpecification": metric, "TargetValue": 100.0, "DisableScaleIn": False}
    assert found["TargetTrackingConfiguration"] == expected
    high, low = site.alarms()["AlarmHigh"], site.alarms()["AlarmLow"]
    assert (high["Threshold"], high["EvaluationPeriods"], high["AlarmActions"]) == (100.0, 3, [made["PolicyARN"]])
    assert (low["Threshold"], low["EvaluationPeriods"], low["StateValue"]) == (90.0, 15, "INSUFFICIENT_DATA")


def test_alarms_follow_their_policy(site: Site) -> None:
    site.put()
    names = {alarm["AlarmName"] for alarm in site.alarms().values()}
    site.put(target=50, DisableScaleIn=True)
    assert set(site.alarms()) == {"AlarmHigh"}
    assert site.alarms()["AlarmHigh"]["AlarmName"] in names and site.alarms()["AlarmHigh"]["Threshold"] == 50.0
    site.put("ASGAverageCPUUtilization")
    site.w.autoscaling.delete_policy(AutoScalingGroupName="web", PolicyName="ALBRequestCountPerTarget")
    assert {alarm["MetricName"] for alarm in site.alarms().values()} == {"CPUUtilization"}
    site.w.autoscaling.delete_auto_scaling_group(AutoScalingGroupName="web", ForceDelete=True)
    site.w.advance(PERIOD * 3)
    assert site.alarms() == {}


def test_processors_are_those_of_the_machines(site: Site) -> None:
    used = dict.fromkeys(site.stack.ids(), 0.0)
    site.w.world.machines.processor_seconds = used.get
    site.put("ASGAverageCPUUtilization", target=50)
    site.minutes(1)
    for _ in range(3):
        for id_ in used:
            used[id_] += 0.8 * PERIOD * min(2, os.cpu_count() or 1)
        site.minutes(1)
    assert site.desired() == 2, "80 % of its processors, where 50 % are wanted"


def test_machines_that_measure_nothing_leave_the_capacity_alone(site: Site) -> None:
    site.put("ASGAverageCPUUtilization")
    site.minutes(16)
    assert {alarm["StateValue"] for alarm in site.alarms().values()} == {"INSUFFICIENT_DATA"}
    assert site.desired() == 1


@pytest.mark.parametrize(
    ("kind", "more", "message"),
    [
        ("ASGAverageNetworkIn", {}, "ASGAverageNetworkIn is not measured in the embedded AWS"),
        ("ALBRequestCountPerTarget", {"target": 0}, "Target value must be greater than 0."),
        ("ALBRequestCountPerTarget", {"metric": {"ResourceLabel": "app/x/1/targetgroup/y/2"}}, "The load balancer of"),
        ("ASGAverageCPUUtilization", {"metric": {"ResourceLabel": "app/x"}}, "Resource label should not be specified"),
    ],
)
def test_policy_that_could_not_act_is_refused(site: Site, kind: str, more: dict, message: str) -> None:
    with pytest.raises(ClientError, match="ValidationError") as caught:
        site.put(kind, **more)
    assert message in caught.value.response["Error"]["Message"]


def test_target_group_of_another_group_is_refused(site: Site) -> None:
    site.w.autoscaling.detach_load_balancer_target_groups(
        AutoScalingGroupName="web", TargetGroupARNs=[site.target_group]
    )
    with pytest.raises(ClientError, match="is not attached to the Auto Scaling group web"):
        site.put()
