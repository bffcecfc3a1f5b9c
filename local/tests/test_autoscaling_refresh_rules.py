"""One step of an instance refresh, as tables: no clock, no API."""

from __future__ import annotations

import pytest
from embedded_aws.autoscaling.refresh import RefreshStep, RefreshView, step
from embedded_aws.autoscaling.views import Bounds, GroupView, Launch, MemberView, Terminate

NOW = 1000.0


def old(name: str, **more: object) -> MemberView:
    return MemberView(name, version=1, **more)


def new(name: str, **more: object) -> MemberView:
    return MemberView(name, version=2, **({"in_service_at": NOW - 10} | more))


def look(desired: int, *members: MemberView, bounds: tuple[int, int] = (100, 200), **more: object) -> RefreshStep:
    to_replace = frozenset(m.id for m in members if m.version == 1) | more.pop("gone", frozenset())
    return step(GroupView(desired, members), RefreshView(Bounds(*bounds), to_replace, **more), NOW)


def done(result: RefreshStep) -> tuple[set[str], int]:
    actions = result.plan.actions
    return {a.id for a in actions if isinstance(a, Terminate)}, sum(a.count for a in actions if isinstance(a, Launch))


@pytest.mark.parametrize(
    ("case", "desired", "members", "bounds", "expected"),
    [
        ("launch first: one beside one", 1, [old("a")], (100, 200), (set(), 1)),
        ("launch first: waits for pending", 1, [old("a"), new("n", lifecycle="Pending")], (100, 200), (set(), 0)),
        ("launch first: waits for the balancer", 1, [old("a"), new("n", serving=False)], (100, 200), (set(), 0)),
        ("launch first: old goes when new is ready", 1, [old("a"), new("n")], (100, 200), ({"a"}, 0)),
        ("launch first: three beside three", 3, [old("a"), old("b"), old("c")], (100, 200), (set(), 3)),
        (
            "one of three ready: one old goes",
            *(3, [old("a"), old("b"), old("c"), new("n"), new("m", serving=False), new("o", serving=False)]),
            *((100, 200), ({"a"}, 0)),
        ),
        ("default bounds, group of one: outage as on AWS", 1, [old("a")], (90, 100), ({"a"}, 1)),
        ("default bounds, group of three: one at a time", 3, [old("a"), old("b"), old("c")], (90, 100), ({"a"}, 1)),
        ("half: two at a time", 4, [old("a"), old("b"), old("c"), old("d")], (50, 100), ({"a", "b"}, 2)),
        ("100 and 100 still replaces: one more at a time", 2, [old("a"), old("b")], (100, 100), (set(), 1)),
        (
            "unhealthy new one is replaced",
            *(1, [old("a"), new("n", healthy=False, serving=False)], (100, 200), ({"n"}, 1)),
        ),
        (
            "unhealthy old one waits for its replacement",
            1,
            [old("a", healthy=False, serving=False)],
            (100, 200),
            (set(), 1),
        ),
        ("ended old one is replaced at once", 1, [old("a", ended=True)], (100, 200), ({"a"}, 1)),
    ],
)
def test_step(case: str, desired: int, members: list, bounds: tuple[int, int], expected: tuple) -> None:
    assert done(look(desired, *members, bounds=bounds)) == expected


def test_warm_up_delays_the_new_instance() -> None:
    result = look(1, old("a"), new("n"), warmup=30)
    assert done(result) == (set(), 0)
    assert result.updated == 0
    assert "n is warming up" in result.reason


def test_complete_only_when_the_old_one_is_gone() -> None:
    leaving = look(1, old("a", lifecycle="Terminating"), new("n"))
    assert (leaving.complete, leaving.updated) == (False, 1)
    assert "a is terminating" in leaving.reason
    assert look(1, new("n"), gone=frozenset({"a"})).complete


def test_matching_instances_do_not_count_as_updated() -> None:
    result = look(3, old("a"), new("kept"), new("kept-too"))
    assert (result.updated, done(result)) == (0, (set(), 1))


@pytest.mark.parametrize(
    ("mode", "expected", "complete"),
    [("Wait", (set(), 0), False), ("Ignore", (set(), 0), True), ("Refresh", ({"a"}, 0), False)],
)
def test_protected_instance(mode: str, expected: tuple, complete: bool) -> None:
    members = (old("a", protected=True), *(() if mode == "Ignore" else (new("n"),)))
    result = look(1, *members, protected=mode)
    assert (done(result), result.complete) == (expected, complete)


def test_rollback_drops_what_never_served_and_keeps_the_old_one() -> None:
    """To replace are the new ones then; the old one serves all the time."""
    group = GroupView(1, (old("a"), new("n", serving=False)))
    result = step(group, RefreshView(Bounds(100, 200), frozenset({"n"})), NOW)
    assert done(result) == ({"n"}, 0)
