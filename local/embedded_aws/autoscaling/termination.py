"""Which instances go when a group shrinks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from .views import GroupView, MemberView

#: Seconds of an instance hour, which the default policy still weighs.
_HOUR = 3600


def choose(group: GroupView, candidates: list[MemberView], count: int) -> list[MemberView]:
    """The `count` instances that the group's termination policies select, one after the other, never a protected one.

    The zone with most instances comes first, then the policies in their order, then the instance id, so that the choice
    is repeatable where AWS chooses at random. Instances that are not in service yet, or do not serve yet, go before
    those that do.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
    """
    left = [m for m in candidates if not m.protected]
    everyone = list(candidates)
    chosen: list[MemberView] = []
    while left and len(chosen) < count:
        zones = Counter(m.zone for m in everyone)
        fullest = max(zones[m.zone] for m in left)
        pool = [m for m in left if zones[m.zone] == fullest]
        victim = min(pool, key=lambda m: (m.lifecycle == "InService", m.serving, *_order(group, m), m.id))
        chosen.append(victim)
        left.remove(victim)
        everyone.remove(victim)
    return chosen


def _order(group: GroupView, member: MemberView) -> list[float]:
    return [number for policy in group.policies for number in _POLICIES.get(policy, _default)(group, member)]


def _default(group: GroupView, member: MemberView) -> list[float]:
    """Oldest launch template, then closest to the next instance hour (of equals: the oldest)."""
    return [*_oldest_template(group, member), *_next_hour(group, member), member.launched_at]


def _oldest_template(group: GroupView, member: MemberView) -> list[float]:
    """Instances of a template that the group no longer has, then those of the lowest version."""
    return [float(member.template_id == group.template_id), float(member.version)]


def _next_hour(group: GroupView, member: MemberView) -> list[float]:
    newest = max(m.launched_at for m in group.members)
    return [_HOUR - (newest - member.launched_at) % _HOUR]


_POLICIES: dict[str, Callable[[GroupView, MemberView], list[float]]] = {
    "Default": _default,
    "OldestInstance": lambda group, member: [member.launched_at],
    "NewestInstance": lambda group, member: [-member.launched_at],
    "OldestLaunchTemplate": _oldest_template,
    "OldestLaunchConfiguration": _oldest_template,
    "ClosestToNextInstanceHour": _next_hour,
    "AllocationStrategy": _default,
}
