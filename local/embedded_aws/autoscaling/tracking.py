"""Target tracking as pure rules: what two alarms say of a metric's values, and which capacity follows.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Values that have to be above the target, or below this share of it, one after the other: as in the alarms that AWS makes.
HIGH_PERIODS, LOW_PERIODS, LOW_SHARE = 3, 15, 0.9

OK, ALARM, UNKNOWN = "OK", "ALARM", "INSUFFICIENT_DATA"


@dataclass(frozen=True)
class Measure:
    """A metric of one period: the average over `count` instances; None when nothing could be measured."""

    value: float | None
    count: int = 0


@dataclass(frozen=True)
class Proposal:
    """What one policy wants: more, fewer, or neither; its alarm states, and the capacity that its last value asks for."""

    high: str
    low: str
    capacity: int
    shrinks: bool = True


def propose(measures: Sequence[Measure], target: float, shrinks: bool = True) -> Proposal:
    """Judge the values of a policy, oldest first."""
    high = _state([m.value for m in measures[-HIGH_PERIODS:]], HIGH_PERIODS, lambda value: value > target)
    low = _state([m.value for m in measures[-LOW_PERIODS:]], LOW_PERIODS, lambda value: value < LOW_SHARE * target)
    last = measures[-1] if measures else Measure(None)
    capacity = math.ceil(last.count * last.value / target) if last.value is not None else 0
    return Proposal(high, low, capacity, shrinks)


def _state(values: list[float | None], periods: int, breaches: object) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return UNKNOWN
    return ALARM if len(known) == periods and all(map(breaches, known)) else OK


def capacity(proposals: Iterable[Proposal], desired: int, low: int, high: int, warming: bool) -> int:
    """The desired capacity that all policies of a group make together.

    Any policy can have it grow; it shrinks only when all that may shrink it agree, and not while an instance warms up. An instance that
    comes is counted at once, so that the same load does not launch twice.
    """
    those = list(proposals)
    growing = [one.capacity for one in those if one.high == ALARM and one.capacity > desired]
    if growing:
        return min(max(growing), high)
    judges = [one for one in those if one.shrinks]
    if judges and not warming and all(one.low == ALARM and one.capacity < desired for one in judges):
        return max(max(one.capacity for one in judges), low)
    return desired
