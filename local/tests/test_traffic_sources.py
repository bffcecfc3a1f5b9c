"""Target groups that are attached as traffic sources, the way that newer clients do it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from worlds import HttpWorld, Stack


@pytest.fixture
def w() -> Iterator[HttpWorld]:
    world = HttpWorld()
    yield world
    world.close()


@pytest.fixture
def stack(w: HttpWorld) -> Stack:
    return Stack(w)


def sources(stack: Stack, **more: Any) -> list[tuple[str, str, str]]:
    found = stack.w.autoscaling.describe_traffic_sources(AutoScalingGroupName="web", **more)["TrafficSources"]
    return [(one["Identifier"], one["Type"], one["State"]) for one in found]


def attach(stack: Stack, *identifiers: str, **more: Any) -> None:
    named = [{"Identifier": each, **more} for each in identifiers]
    stack.w.autoscaling.attach_traffic_sources(AutoScalingGroupName="web", TrafficSources=named)


def test_attached_source_gets_the_instances_and_is_in_service_when_one_is_healthy(w: HttpWorld, stack: Stack) -> None:
    target_group = stack.target_group()
    stack.balancer(target_group)
    stack.create(2)
    stack.settle(2)
    attach(stack, target_group)
    assert sources(stack) == [(target_group, "elbv2", "Added")]
    assert set(stack.targets(target_group)) == stack.ids()
    w.set_health("healthy")
    assert sources(stack, TrafficSourceType="elbv2") == [(target_group, "elbv2", "InService")]
    assert sources(stack, TrafficSourceType="vpc-lattice") == []


def test_group_says_its_sources_whichever_way_they_came(stack: Stack) -> None:
    target_group = stack.target_group()
    stack.create(0, TargetGroupARNs=[target_group])
    assert stack.group()["TrafficSources"] == [{"Identifier": target_group, "Type": "elbv2"}]
    assert stack.group()["TargetGroupARNs"] == [target_group]


def test_group_is_made_with_sources(stack: Stack) -> None:
    target_group = stack.target_group()
    stack.create(1, TrafficSources=[{"Identifier": target_group, "Type": "elbv2"}])
    stack.settle(1)
    assert stack.group()["TargetGroupARNs"] == [target_group]
    assert set(stack.targets(target_group)) == stack.ids()


def test_detached_source_loses_the_instances(stack: Stack) -> None:
    target_group = stack.target_group()
    stack.balancer(target_group)
    stack.create(1, TargetGroupARNs=[target_group])
    stack.settle(1)
    stack.w.autoscaling.detach_traffic_sources(
        AutoScalingGroupName="web", TrafficSources=[{"Identifier": target_group, "Type": "elbv2"}]
    )
    assert sources(stack) == []
    assert {state for state, _ in stack.targets(target_group).values()} <= {"draining"}


def test_source_that_nothing_here_is_is_refused_by_name(stack: Stack) -> None:
    stack.create(0)
    for kind in ("vpc-lattice", "elb"):
        with pytest.raises(ClientError, match=f"UnsupportedOperation.* traffic sources of type {kind};"):
            attach(stack, "classic", Type=kind)
    with pytest.raises(ClientError, match="One or more target groups not found"):
        attach(stack, "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/none/1234567890123456")
    with pytest.raises(ClientError, match="AutoScalingGroup name not found"):
        stack.w.autoscaling.describe_traffic_sources(AutoScalingGroupName="none")
