"""What a group decides, as tables: no clock, no API."""

from __future__ import annotations

import pytest
from embedded_aws.autoscaling.capacity import decide
from embedded_aws.autoscaling.settings import launch_retry_pause
from embedded_aws.autoscaling.termination import choose
from embedded_aws.autoscaling.views import ELB_FAILED, Bounds, GroupView, Launch, MemberView, Terminate

LAUNCH_FIRST = Bounds(100, 200)


def member(name: str, **more: object) -> MemberView:
    return MemberView(name, **more)


def sick(name: str, **more: object) -> MemberView:
    return MemberView(name, healthy=False, serving=False, unhealthy_reason=ELB_FAILED, **more)


def decided(desired: int, *members: MemberView, **more: object) -> tuple[set[str], int, int]:
    """Ids that go, instances that are launched for a difference, and for an unhealthy one."""
    actions = decide(GroupView(desired, members, **more)).actions
    launches = [a for a in actions if isinstance(a, Launch)]
    return (
        {a.id for a in actions if isinstance(a, Terminate)},
        sum(a.count for a in launches if not a.replaces),
        sum(a.count for a in launches if a.replaces),
    )


@pytest.mark.parametrize(
    ("case", "desired", "members", "more", "expected"),
    [
        ("empty group launches all", 3, [], {}, (set(), 3, 0)),
        ("pending ones count", 2, [member("a", lifecycle="Pending"), member("b")], {}, (set(), 0, 0)),
        ("standby does not count", 1, [member("a", lifecycle="Standby")], {}, (set(), 1, 0)),
        ("terminating does not count", 1, [member("a", lifecycle="Terminating")], {}, (set(), 1, 0)),
        ("surplus goes", 1, [member("a", launched_at=1), member("b", launched_at=2)], {}, ({"a"}, 0, 0)),
        ("unhealthy: terminate and launch", 1, [sick("a")], {}, ({"a"}, 0, 1)),
        ("unhealthy: launch first", 1, [sick("a")], {"bounds": LAUNCH_FIRST}, (set(), 0, 1)),
        (
            "launch first waits for the replacement to serve",
            *(1, [sick("a"), member("b", serving=False)], {"bounds": LAUNCH_FIRST}, (set(), 0, 0)),
        ),
        (
            "launch first, replacement serves",
            *(1, [sick("a"), member("b")], {"bounds": LAUNCH_FIRST}, ({"a"}, 0, 0)),
        ),
        (
            "replacement fails too: the older one makes room",
            *(1, [sick("a", launched_at=1), sick("b", launched_at=2)], {"bounds": LAUNCH_FIRST}, ({"a"}, 0, 1)),
        ),
        (
            "three fail at once, launch first: three more",
            *(3, [sick("a"), sick("b"), sick("c")], {"bounds": LAUNCH_FIRST}, (set(), 0, 3)),
        ),
        (
            "at most 10 % more: one at a time",
            *(3, [sick("a"), sick("b"), member("c")], {"bounds": Bounds(100, 110)}, (set(), 0, 1)),
        ),
        (
            "ended ones go at once, whatever the policy",
            1,
            [member("a", ended=True)],
            {"bounds": LAUNCH_FIRST},
            ({"a"}, 0, 1),
        ),
        (
            "no launching while Launch is suspended",
            2,
            [member("a")],
            {"suspended": frozenset({"Launch"})},
            (set(), 0, 0),
        ),
        ("no replacing while suspended", 1, [sick("a")], {"suspended": frozenset({"ReplaceUnhealthy"})}, (set(), 0, 0)),
        ("protected ones stay", 0, [member("a", protected=True), member("b")], {}, ({"b"}, 0, 0)),
        ("desired 0 empties the group", 0, [member("a"), member("b")], {}, ({"a", "b"}, 0, 0)),
    ],
)
def test_decision(case: str, desired: int, members: list, more: dict, expected: tuple) -> None:
    assert decided(desired, *members, **more) == expected


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        (("Default",), "old-template"),
        (("OldestInstance",), "oldest"),
        (("NewestInstance",), "newest"),
        (("OldestLaunchTemplate",), "old-template"),
    ],
)
def test_termination_policy_selects(policies: tuple[str, ...], expected: str) -> None:
    members = (
        member("oldest", launched_at=0, version=2),
        member("old-template", launched_at=100, version=1),
        member("newest", launched_at=200, version=2),
    )
    group = GroupView(2, members, policies=policies)
    assert [m.id for m in choose(group, list(members), 1)] == [expected]


def test_fullest_zone_comes_before_the_policy() -> None:
    members = (
        member("a1", zone="a", launched_at=5),
        member("a2", zone="a", launched_at=6),
        member("b1", zone="b", launched_at=0),
    )
    group = GroupView(2, members, policies=("OldestInstance",))
    assert [m.id for m in choose(group, list(members), 2)] == ["a1", "b1"]


def test_other_template_goes_before_low_version() -> None:
    members = (member("low", version=1), member("foreign", template_id="lt-2", version=9))
    assert [m.id for m in choose(GroupView(1, members), list(members), 1)] == ["foreign"]


@pytest.mark.parametrize(
    ("bounds", "desired", "keep", "most"),
    [
        ((90, 100), 1, 0, 1),
        ((90, 100), 10, 9, 10),
        ((100, 200), 1, 1, 2),
        ((100, 110), 10, 10, 11),
        ((100, 100), 3, 3, 4),
        ((50, 150), 4, 2, 6),
    ],
)
def test_bounds(bounds: tuple[int, int], desired: int, keep: int, most: int) -> None:
    assert (Bounds(*bounds).keep(desired), Bounds(*bounds).most(desired)) == (keep, most)


def test_pause_after_failed_launches_grows_to_a_limit() -> None:
    pauses = [launch_retry_pause(failures) for failures in (1, 2, 3, 10)]
    assert pauses == sorted(pauses) and pauses[0] < pauses[1] and pauses[-1] == 60
