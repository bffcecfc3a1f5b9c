"""Alarms of an instance refresh: red at the start, turning red, and a preference that has none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from worlds import HttpWorld, Stack

SAFE = {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 200, "InstanceWarmup": 0}
RED = "The CloudWatch alarm web-5xx is in the ALARM state."


@pytest.fixture
def w() -> Iterator[HttpWorld]:
    world = HttpWorld(boots=True)
    for name in ("web-5xx", "web-slow"):
        world.cloudwatch.put_metric_alarm(
            AlarmName=name,
            MetricName="m",
            Namespace="n",
            ComparisonOperator="GreaterThanThreshold",
            EvaluationPeriods=1,
            Period=60,
            Threshold=1,
            Statistic="Sum",
        )
        turn(world, name, "OK")
    yield world
    world.close()


@pytest.fixture
def stack(w: HttpWorld) -> Stack:
    stack = Stack(w)
    stack.create(1)
    stack.settle(1)
    return stack


def turn(w: HttpWorld, name: str, state: str = "ALARM") -> None:
    w.cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="test")


def start(stack: Stack, *alarms: str, **more: object) -> None:
    stack.start_refresh(stack.new_version(), AlarmSpecification={"Alarms": list(alarms)}, **SAFE, **more)


@pytest.mark.parametrize(
    ("auto", "end", "reason"),
    [(False, "Failed", RED), (True, "RollbackSuccessful", f"Automatic rollback: {RED}")],
)
def test_alarm_that_is_red_at_the_start_ends_the_refresh_before_it_launches(
    w: HttpWorld, stack: Stack, auto: bool, end: str, reason: str
) -> None:
    before = stack.ids()
    turn(w, "web-5xx")
    start(stack, "web-5xx", "web-slow", AutoRollback=auto)
    w.advance(5)
    assert (stack.refresh()["Status"], stack.refresh()["StatusReason"]) == (end, reason)
    assert stack.ids() == before and len(stack.activities()) == 1


def test_alarm_that_turns_red_rolls_back_and_is_named(w: HttpWorld, stack: Stack) -> None:
    start(stack, "web-slow", "web-5xx", AutoRollback=True, BakeTime=60)
    w.until(lambda: stack.refresh()["Status"] == "Baking", 60)
    turn(w, "web-5xx")
    w.advance(1)
    assert stack.refresh()["Status"] == "RollbackInProgress"
    assert stack.refresh()["RollbackDetails"]["RollbackReason"] == f"Automatic rollback: {RED}"
    w.until(lambda: stack.refresh()["Status"] == "RollbackSuccessful", 60)
    assert {i["LaunchTemplate"]["Version"] for i in stack.instances()} == {"1"}


def test_two_red_alarms_are_both_named(w: HttpWorld, stack: Stack) -> None:
    turn(w, "web-5xx")
    turn(w, "web-slow")
    start(stack, "web-5xx", "web-slow")
    w.advance(2)
    assert stack.refresh()["StatusReason"] == "The CloudWatch alarms web-5xx, web-slow are in the ALARM state."


def test_red_alarm_that_is_left_out_does_not_count(w: HttpWorld, stack: Stack) -> None:
    turn(w, "web-5xx")
    start(stack, "web-slow")
    w.until(lambda: stack.refresh()["Status"] == "Successful", 60)


def test_alarm_without_data_does_not_count(w: HttpWorld, stack: Stack) -> None:
    turn(w, "web-5xx", "INSUFFICIENT_DATA")
    start(stack, "web-5xx")
    w.until(lambda: stack.refresh()["Status"] == "Successful", 60)
