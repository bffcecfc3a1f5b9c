"""Instances that are protected from scale-in or in Standby, against what a refresh is told to do with them.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError
from embedded_aws.autoscaling import settings
from worlds import HttpWorld, Stack

SAFE = {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 200, "InstanceWarmup": 0}
WEB = {"AutoScalingGroupName": "web"}


@pytest.fixture
def w() -> Iterator[HttpWorld]:
    world = HttpWorld(boots=True)
    yield world
    world.close()


@pytest.fixture
def stack(w: HttpWorld) -> Stack:
    """A group of two."""
    stack = Stack(w)
    stack.create(2)
    stack.settle(2)
    return stack


def protect(w: HttpWorld, instance: str, on: bool = True) -> None:
    w.autoscaling.set_instance_protection(InstanceIds=[instance], ProtectedFromScaleIn=on, **WEB)


def stand_by(w: HttpWorld, instance: str) -> None:
    w.autoscaling.enter_standby(InstanceIds=[instance], ShouldDecrementDesiredCapacity=True, **WEB)


def end(stack: Stack) -> str:
    """Status after a minute."""
    stack.w.advance(60)
    return stack.refresh()["Status"]


@pytest.mark.parametrize(
    ("preference", "status", "kept"),
    [
        (None, "InProgress", True),
        ("Wait", "InProgress", True),
        ("Ignore", "Successful", True),
        ("Refresh", "Successful", False),
    ],
)
def test_protected_instance(w: HttpWorld, stack: Stack, preference: str | None, status: str, kept: bool) -> None:
    protected, _ = sorted(stack.ids())
    protect(w, protected)
    given = {"ScaleInProtectedInstances": preference} if preference else {}
    stack.start_refresh(stack.new_version(), **SAFE, **given)
    assert end(stack) == status
    assert (protected in stack.ids()) is kept
    if status == "InProgress":
        assert stack.refresh()["Preferences"]["ScaleInProtectedInstances"] == "Wait"
        assert f"{protected} is protected from scale in" in stack.refresh()["StatusReason"]


@pytest.mark.parametrize(
    ("preference", "status", "kept"),
    [
        (None, "InProgress", True),
        ("Wait", "InProgress", True),
        ("Ignore", "Successful", True),
        ("Terminate", "Successful", False),
    ],
)
def test_instance_in_standby(w: HttpWorld, stack: Stack, preference: str | None, status: str, kept: bool) -> None:
    waiting, _ = sorted(stack.ids())
    stand_by(w, waiting)
    given = {"StandbyInstances": preference} if preference else {}
    stack.start_refresh(stack.new_version(), **SAFE, **given)
    assert end(stack) == status
    assert (waiting in stack.ids("Standby")) is kept
    if status == "InProgress":
        assert f"{waiting} is in Standby" in stack.refresh()["StatusReason"]


def test_protection_that_is_taken_off_lets_the_refresh_go_on(w: HttpWorld, stack: Stack) -> None:
    protected, _ = sorted(stack.ids())
    protect(w, protected)
    stack.start_refresh(stack.new_version(), **SAFE)
    assert end(stack) == "InProgress"
    protect(w, protected, on=False)
    assert end(stack) == "Successful"


def test_instance_that_leaves_standby_is_replaced(w: HttpWorld, stack: Stack) -> None:
    waiting, _ = sorted(stack.ids())
    stand_by(w, waiting)
    stack.start_refresh(stack.new_version(), **SAFE)
    assert end(stack) == "InProgress"
    w.autoscaling.exit_standby(InstanceIds=[waiting], **WEB)
    assert end(stack) == "Successful"
    assert waiting not in stack.ids()


@pytest.mark.parametrize("kind", ["protection", "standby"])
def test_wait_ends_after_an_hour(w: HttpWorld, stack: Stack, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(settings, "REFRESH_PATIENCE", 40)
    one, _ = sorted(stack.ids())
    (protect if kind == "protection" else stand_by)(w, one)
    stack.start_refresh(stack.new_version(), **SAFE)
    assert end(stack) == "Failed"
    assert one in stack.refresh()["StatusReason"]


def test_preferences_are_those_of_the_api(stack: Stack) -> None:
    for wrong in ({"ScaleInProtectedInstances": "Terminate"}, {"StandbyInstances": "Refresh"}):
        with pytest.raises(ClientError) as caught:
            stack.start_refresh(**SAFE, **wrong)
        assert caught.value.response["Error"]["Code"] == "ValidationError"
