"""One step of an instance refresh: what to replace now, how far it is, whether it is over. Pure;
`refresh_runner.py` carries it out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .capacity import retire_ended
from .termination import choose
from .views import DIFFERENCE, REFRESH, Bounds, GroupView, MemberView, Plan


@dataclass(frozen=True)
class RefreshView:
    """A running refresh, or its rollback."""

    bounds: Bounds
    #: Instances that were there at the start and have to go.
    to_replace: frozenset[str]
    #: Seconds after InService before a new instance counts.
    warmup: int = 0
    #: Refresh, Ignore or Wait.
    protected: str = "Wait"
    #: Terminate, Ignore or Wait.
    standby: str = "Wait"


@dataclass
class RefreshStep:
    """Outcome of one look."""

    plan: Plan
    #: New instances that are in service, healthy and warm, at most as many as had to be replaced.
    updated: int = 0
    #: Everything is replaced and the old instances are gone.
    complete: bool = False
    #: What it waits for, in AWS's manner; empty when it acts.
    reason: str = ""
    unhealthy_new: list[str] = field(default_factory=list)


def step(group: GroupView, refresh: RefreshView, now: float) -> RefreshStep:
    """Decide the next actions.

    The group keeps `min_percent` of its desired capacity ready, and never has more than `max_percent`: above 100 it
    launches before it terminates. An instance counts as ready once it is in service, its health checks pass and its
    warm-up is over.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
    """
    plan = Plan()
    retire_ended(group, plan)
    current = group.without(plan.terminated)
    keep, most = refresh.bounds.keep(group.desired), refresh.bounds.most(group.desired)
    active = current.active
    ready = {m.id for m in active if _ready(m, refresh, now)}
    old = [m for m in active if m.id in refresh.to_replace]
    unhealthy_new = [m for m in active if m.id not in refresh.to_replace and not m.healthy]
    for member in unhealthy_new:
        plan.terminate(member, member.unhealthy_reason)
    blocked = _terminate_old(group, refresh, plan, old, ready, keep, full=len(active) - len(unhealthy_new) >= most)
    active = [m for m in active if m.id not in plan.terminated]
    new = [m for m in active if m.id not in refresh.to_replace]
    kept = len(blocked) if refresh.protected == "Ignore" else 0
    if group.runs("Launch"):
        plan.launch(min(group.desired - kept - len(new), most - len(active)), refresh=True)
    for member in choose(group, new, len(new) + kept - group.desired):
        plan.terminate(member, DIFFERENCE, selected=True)
    remaining = [m for m in group.members if m.id in refresh.to_replace and _must_go(m, refresh)]
    ready_new = [m for m in new if m.id in ready]
    matched = max(group.desired - len(refresh.to_replace), 0)
    result = RefreshStep(
        plan,
        updated=max(0, min(len(refresh.to_replace), len(ready_new) - matched)),
        complete=not remaining and not plan.actions and len(ready_new) + kept >= group.desired,
        unhealthy_new=[m.id for m in unhealthy_new],
    )
    result.reason = _reason(group, refresh, new, ready, blocked, now)
    return result


def _terminate_old(
    group: GroupView,
    refresh: RefreshView,
    plan: Plan,
    old: list[MemberView],
    ready: set[str],
    keep: int,
    full: bool,
) -> list[MemberView]:
    """Let old instances go, those that serve nobody first, as far as enough others are ready;
    returns those that may not go.
    """
    blocked = [m for m in old if m.protected and refresh.protected != "Refresh"]
    if not group.runs("Terminate"):
        return blocked
    ready_now = len(ready)
    for member in sorted(old, key=lambda m: (m.id in ready, m.launched_at, m.id)):
        loss = 1 if member.id in ready else 0
        if member in blocked or (ready_now - loss < keep and not (full and not loss and not member.healthy)):
            continue
        plan.terminate(member, REFRESH if member.healthy else member.unhealthy_reason, selected=member.healthy)
        ready_now -= loss
        full = False
    if refresh.standby == "Terminate":
        for member in group.members:
            if member.lifecycle == "Standby" and member.id in refresh.to_replace:
                plan.terminate(member, REFRESH, selected=True)
    return blocked


def _ready(member: MemberView, refresh: RefreshView, now: float) -> bool:
    if member.lifecycle != "InService" or not member.healthy or not member.serving or member.ended:
        return False
    if member.id in refresh.to_replace:
        return True
    return member.in_service_at is not None and now >= member.in_service_at + refresh.warmup


def _must_go(member: MemberView, refresh: RefreshView) -> bool:
    if member.protected and refresh.protected == "Ignore":
        return False
    return not (member.lifecycle == "Standby" and refresh.standby == "Ignore")


def _reason(
    group: GroupView,
    refresh: RefreshView,
    new: list[MemberView],
    ready: set[str],
    blocked: list[MemberView],
    now: float,
) -> str:
    """What the refresh waits for, worded as DescribeInstanceRefreshes words StatusReason."""
    available = "Waiting for remaining instances to be available. For example: "
    for member in new:
        if member.id in ready:
            continue
        if member.lifecycle.startswith("Pending"):
            return f"{available}{member.id} is {'pending' if member.lifecycle == 'Pending' else member.lifecycle}."
        if not member.serving:
            return f"{available}{member.id} has not passed its health checks."
        if member.in_service_at is not None and now < member.in_service_at + refresh.warmup:
            return f"Waiting for instances to warm up before continuing. For example: {member.id} is warming up."
    if blocked and refresh.protected == "Wait":
        return (
            f"Waiting for scale-in protection to be removed. For example: {blocked[0].id} is protected from scale in."
        )
    standby = [m.id for m in group.members if m.lifecycle == "Standby" and m.id in refresh.to_replace]
    if standby and refresh.standby == "Wait":
        return f"Waiting for instances in Standby to return to service. For example: {standby[0]} is in Standby."
    leaving = [m for m in group.members if m.lifecycle.startswith("Terminating") and m.id in refresh.to_replace]
    if leaving:
        where = "terminating" if leaving[0].lifecycle == "Terminating" else leaving[0].lifecycle
        return f"Waiting for instances to terminate. For example: {leaving[0].id} is {where}."
    return ""
