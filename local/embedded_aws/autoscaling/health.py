"""Reading an instance's health off EC2 and the load balancers."""

from __future__ import annotations

from typing import Any

from moto.ec2 import ec2_backends
from moto.elbv2 import elbv2_backends

from .members import Member
from .views import ELB_FAILED

#: EC2 states in which an instance has ended as far as its group is concerned.
#: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html
ENDED_STATES = ("stopping", "stopped", "shutting-down", "terminated")


def ended(member: Member) -> bool:
    return member.instance.state in ENDED_STATES


def target_states(group: Any, instance_id: str) -> list[tuple[str, str | None]]:
    """State and reason of the instance in every target group of its group that still exists."""
    ec2 = ec2_backends[group.account_id][group.region]
    known = elbv2_backends[group.account_id][group.region].target_groups
    found = [known[arn].health_for({"Id": instance_id}, ec2) for arn in group.target_group_arns if arn in known]
    return [(health.status, health.reason) for health in found]


def asks_load_balancer(group: Any) -> bool:
    return "ELB" in str(group.health_check_type or "EC2")


def serving(member: Member) -> bool:
    """In service, and every load balancer that the group asks agrees.
    A target group without a balancer has no opinion.
    """
    if member.lifecycle_state != "InService":
        return False
    if not asks_load_balancer(member.group):
        return True
    return all(
        state == "healthy" or reason in ("Target.NotInUse", "Target.HealthCheckDisabled")
        for state, reason in target_states(member.group, member.instance_id)
    )


def check(member: Member, now: float) -> None:
    """Mark the instance unhealthy when a check fails after the grace period, which starts when it comes into service.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/health-check-grace-period.html
    """
    if member.lifecycle_state != "InService" or member.health_status != "Healthy" or member.in_service_at is None:
        return
    if now < member.in_service_at + (member.group.health_check_grace_period or 0):
        return
    if asks_load_balancer(member.group):
        states = target_states(member.group, member.instance_id)
        if any(state in ("unhealthy", "unhealthy.draining") for state, _ in states):
            member.health_status = "Unhealthy"
            member.unhealthy_reason = ELB_FAILED


def draining(member: Member) -> bool:
    """A target group still lets the instance finish its requests."""
    return any(state == "draining" for state, _ in target_states(member.group, member.instance_id))


def register(member: Member, arns: list[str] | None = None) -> None:
    """Make the instance a target of the group's target groups, on each one's own port."""
    group = member.group
    known = elbv2_backends[group.account_id][group.region].target_groups
    for arn in group.target_group_arns if arns is None else arns:
        if arn in known and member.instance_id not in known[arn].targets:
            known[arn].register([{"Id": member.instance_id, "Port": known[arn].port}])


def deregister(member: Member, arns: list[str] | None = None) -> None:
    """Take it out of them; what is still registered then drains."""
    group = member.group
    known = elbv2_backends[group.account_id][group.region].target_groups
    for arn in group.target_group_arns if arns is None else arns:
        if arn in known and member.instance_id in known[arn].targets:
            known[arn].deregister([{"Id": member.instance_id}])
