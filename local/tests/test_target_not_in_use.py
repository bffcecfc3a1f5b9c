"""Why a registered target gets no traffic: no listener, a zone that is not enabled, or a group that does not add it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from worlds import HttpWorld, Stack

NOT_IN_USE = ("unused", "Target.NotInUse")


@pytest.fixture
def w() -> Iterator[HttpWorld]:
    world = HttpWorld(boots=True)
    yield world
    world.close()


class Site:
    """A group of one per zone behind a balancer, all targets healthy."""

    def __init__(self, w: HttpWorld) -> None:
        self.w = w
        self.stack = Stack(w)
        self.target_group = self.stack.target_group()
        self.balancer = self.stack.balancer(self.target_group)
        self.stack.create(2, TargetGroupARNs=[self.target_group], HealthCheckType="ELB")
        self.stack.settle(2)
        w.set_health("healthy")
        assert set(self.states().values()) == {("healthy", None)}

    def states(self) -> dict[str, tuple[str, str | None]]:
        return self.stack.targets(self.target_group)

    def descriptions(self) -> set[str]:
        found = self.w.elbv2.describe_target_health(TargetGroupArn=self.target_group)["TargetHealthDescriptions"]
        return {one["TargetHealth"].get("Description", "") for one in found}


@pytest.fixture
def site(w: HttpWorld) -> Site:
    return Site(w)


def test_without_a_listener_no_target_is_in_use(w: HttpWorld, site: Site) -> None:
    balancer = {"LoadBalancerArn": site.balancer["LoadBalancerArn"]}
    for listener in w.elbv2.describe_listeners(**balancer)["Listeners"]:
        w.elbv2.delete_listener(ListenerArn=listener["ListenerArn"])
    assert set(site.states().values()) == {NOT_IN_USE}
    assert site.descriptions() == {"Target group is not configured to receive traffic from the load balancer"}


def test_target_in_a_zone_that_is_not_enabled(w: HttpWorld, site: Site) -> None:
    """A balancer has two zones at least, so one of the group's gives way to a third."""
    others = sorted(w.ec2.describe_subnets()["Subnets"], key=lambda subnet: subnet["AvailabilityZone"])
    second, third = (subnet["SubnetId"] for subnet in others[1:3])
    w.elbv2.set_subnets(LoadBalancerArn=site.balancer["LoadBalancerArn"], Subnets=[second, third])
    assert sorted(site.states().values(), key=str) == sorted([("healthy", None), NOT_IN_USE], key=str)
    assert "Target is in an Availability Zone that is not enabled for the load balancer" in site.descriptions()


def test_suspended_process_registers_nobody(w: HttpWorld, site: Site) -> None:
    before = set(site.states())
    process = {"AutoScalingGroupName": "web", "ScalingProcesses": ["AddToLoadBalancer"]}
    w.autoscaling.suspend_processes(**process)
    w.autoscaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=3)
    site.stack.settle(3)
    assert set(site.states()) == before
    (new,) = site.stack.ids() - before
    target = [{"Id": new}]
    (found,) = w.elbv2.describe_target_health(TargetGroupArn=site.target_group, Targets=target)[
        "TargetHealthDescriptions"
    ]
    assert found["TargetHealth"]["Reason"] == "Target.NotRegistered"
    w.autoscaling.resume_processes(**process)
    w.advance(5)
    assert set(site.states()) == before, "what was launched meanwhile is not added later"
