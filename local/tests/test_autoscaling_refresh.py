"""Instance refreshes over HTTP, from Pending to each of their ends; the clock is moved by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from botocore.exceptions import ClientError
from embedded_aws.autoscaling import settings
from worlds import HttpWorld, Stack

SAFE = {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 200, "InstanceWarmup": 0}


@pytest.fixture
def w() -> Iterator[HttpWorld]:
    world = HttpWorld(boots=True)
    yield world
    world.close()


@pytest.fixture
def stack(w: HttpWorld) -> Stack:
    """A group of one behind a balancer, in service and healthy."""
    stack = Stack(w)
    target_group = stack.target_group()
    stack.attributes(target_group, deregistration_delay="5")
    stack.balancer(target_group)
    stack.create(1, TargetGroupARNs=[target_group], HealthCheckType="ELB", HealthCheckGracePeriod=10)
    stack.settle(1)
    w.set_health("healthy")
    w.advance(20)
    return stack


def refuse(call: Callable, **arguments: object) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def versions(stack: Stack) -> list[str]:
    return sorted(i["LaunchTemplate"]["Version"] for i in stack.instances())


def test_success_replaces_then_writes_the_configuration(w: HttpWorld, stack: Stack) -> None:
    stack.start_refresh(stack.new_version(), AutoRollback=True, **SAFE)
    assert stack.refresh()["Status"] == "Pending"
    w.advance(3)
    running = stack.refresh()
    assert (running["Status"], running["PercentageComplete"], running["InstancesToUpdate"]) == ("InProgress", 0, 1)
    assert "has not passed its health checks" in running["StatusReason"]
    assert versions(stack) == ["1", "2"], "launched before anything ends"
    assert stack.group()["LaunchTemplate"]["Version"] == "1", "written on success only"
    w.set_health("healthy")
    w.advance(2)
    assert (stack.refresh()["Status"], stack.refresh()["PercentageComplete"]) == ("InProgress", 100)
    w.until(lambda: stack.refresh()["Status"] == "Successful", 15)
    ended = stack.refresh()
    assert (ended["PercentageComplete"], ended["InstancesToUpdate"]) == (100, 0)
    assert ended["EndTime"] > ended["StartTime"]
    assert ended["Preferences"]["AutoRollback"] and ended["DesiredConfiguration"]["LaunchTemplate"]["Version"] == "2"
    assert stack.group()["LaunchTemplate"]["Version"] == "2" and versions(stack) == ["2"]
    causes = [a["Cause"] for a in stack.activities()]
    assert any("launched in response to an instance refresh" in cause for cause in causes)
    assert any("taken out of service in response to an instance refresh.  At" in cause for cause in causes)


def test_group_of_three_never_has_fewer_than_three_that_serve(w: HttpWorld, stack: Stack) -> None:
    w.autoscaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=3)
    stack.settle(3)
    w.set_health("healthy")
    stack.start_refresh(stack.new_version(), **SAFE)
    for _ in range(60):
        w.advance(1)
        serving = [i for i in stack.instances("InService")]
        assert len(serving) >= 3 and len(stack.instances()) <= 6
        if len(stack.instances()) == 6:
            w.set_health("healthy")
    assert stack.refresh()["Status"] == "Successful" and versions(stack) == ["2", "2", "2"]


def test_rollback_on_request_returns_to_the_previous_version(w: HttpWorld, stack: Stack) -> None:
    first = stack.ids()
    stack.start_refresh(stack.new_version(), AutoRollback=True, **SAFE)
    w.advance(5)
    w.autoscaling.rollback_instance_refresh(AutoScalingGroupName="web")
    assert stack.refresh()["Status"] == "RollbackInProgress"
    w.until(lambda: stack.refresh()["Status"] == "RollbackSuccessful", 30)
    assert stack.ids() == first, "the old instance served throughout"
    details = stack.refresh()["RollbackDetails"]
    assert "user request" in details["RollbackReason"] and details["InstancesToUpdateOnRollback"] == 1
    assert stack.group()["LaunchTemplate"]["Version"] == "1"


def fail_health(w: HttpWorld, first: set[str], stack: Stack) -> None:
    """New instances never pass, old ones always do."""
    w.set_health("unhealthy", *(stack.ids() - first))


@pytest.mark.parametrize(("auto", "end"), [(True, "RollbackSuccessful"), (False, "Failed")])
def test_replacements_that_never_get_healthy_fail_the_refresh(
    w: HttpWorld, stack: Stack, monkeypatch: pytest.MonkeyPatch, auto: bool, end: str
) -> None:
    monkeypatch.setattr(settings, "REFRESH_PATIENCE", 120)
    first = stack.ids()
    stack.start_refresh(stack.new_version(), AutoRollback=auto, **SAFE)
    seen = set()
    for _ in range(200):
        w.advance(1)
        fail_health(w, first, stack)
        seen |= {stack.refresh()["Status"]}
        if stack.refresh()["Status"] == end:
            break
    assert stack.refresh()["Status"] == end, seen
    assert first <= stack.ids("InService") and stack.group()["LaunchTemplate"]["Version"] == "1"
    assert "failed their health checks" in stack.refresh()["StatusReason"]
    failures = [
        a for a in stack.activities() if a["Cause"].endswith("in response to an ELB system health check failure.")
    ]
    assert len(failures) >= 2, "AWS keeps replacing until its patience ends"
    assert ("RollbackInProgress" in seen) == auto


def test_launches_that_fail_end_in_a_rollback(w: HttpWorld, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "REFRESH_PATIENCE", 60)
    first = stack.ids()
    stack.start_refresh(stack.new_version(KeyName="lost"), AutoRollback=True, **SAFE)
    w.until(lambda: stack.refresh()["Status"] == "RollbackSuccessful", 100)
    assert stack.ids() == first
    assert "The key pair lost does not exist. Launching EC2 instance failed." in {
        a.get("StatusMessage") for a in stack.activities()
    }


def test_cancel_keeps_what_is_replaced(w: HttpWorld, stack: Stack) -> None:
    stack.start_refresh(stack.new_version(), **SAFE)
    w.advance(2)
    w.autoscaling.cancel_instance_refresh(AutoScalingGroupName="web")
    assert stack.refresh()["Status"] == "Cancelling"
    w.advance(2)
    assert stack.refresh()["Status"] == "Cancelled"
    assert stack.group()["LaunchTemplate"]["Version"] == "1"


def test_skip_matching_with_nothing_to_do_succeeds_at_once(w: HttpWorld, stack: Stack) -> None:
    first = stack.ids()
    stack.start_refresh("1", SkipMatching=True, **SAFE)
    w.advance(2)
    assert (stack.refresh()["Status"], stack.refresh()["PercentageComplete"]) == ("Successful", 100)
    assert stack.ids() == first


def test_without_desired_configuration_the_same_version_is_launched_anew(w: HttpWorld, stack: Stack) -> None:
    first = stack.ids()
    stack.start_refresh(**SAFE)
    w.advance(3)
    w.set_health("healthy")
    w.until(lambda: stack.refresh()["Status"] == "Successful", 20)
    assert not stack.ids() & first and versions(stack) == ["1"]


def test_bake_time_follows_the_last_replacement(w: HttpWorld, stack: Stack) -> None:
    stack.start_refresh(stack.new_version(), BakeTime=20, **SAFE)
    w.advance(3)
    w.set_health("healthy")
    w.until(lambda: stack.refresh()["Status"] == "Baking", 20)
    w.advance(10)
    assert stack.refresh()["Status"] == "Baking"
    w.until(lambda: stack.refresh()["Status"] == "Successful", 15)


def test_errors_are_those_of_aws(w: HttpWorld, stack: Stack) -> None:
    asg, name = w.autoscaling, {"AutoScalingGroupName": "web"}
    assert refuse(asg.cancel_instance_refresh, **name)[0] == "ActiveInstanceRefreshNotFound"
    assert refuse(asg.rollback_instance_refresh, **name)[0] == "ActiveInstanceRefreshNotFound"
    assert refuse(asg.start_instance_refresh, AutoScalingGroupName="none")[0] == "ValidationError"
    assert refuse(asg.start_instance_refresh, **name, Preferences={"MaxHealthyPercentage": 150})[0] == "ValidationError"
    wide = {"MinHealthyPercentage": 50, "MaxHealthyPercentage": 200}
    assert refuse(asg.start_instance_refresh, **name, Preferences=wide)[0] == "ValidationError"
    assert (
        "no desired configuration" in refuse(asg.start_instance_refresh, **name, Preferences={"AutoRollback": True})[1]
    )
    lost = {"LaunchTemplate": {"LaunchTemplateId": stack.template_id, "Version": "99"}}
    assert refuse(asg.start_instance_refresh, **name, DesiredConfiguration=lost)[0] == "ValidationError"
    stack.start_refresh(**SAFE)
    assert refuse(asg.start_instance_refresh, **name)[0] == "InstanceRefreshInProgress"
    w.advance(1)
    assert refuse(asg.rollback_instance_refresh, **name)[0] == "IrreversibleInstanceRefresh"


def test_group_on_latest_cannot_be_rolled_back(w: HttpWorld, stack: Stack) -> None:
    template = {"LaunchTemplateId": stack.template_id, "Version": "$Latest"}
    w.autoscaling.update_auto_scaling_group(AutoScalingGroupName="web", LaunchTemplate=template)
    desired = {"LaunchTemplate": {"LaunchTemplateId": stack.template_id, "Version": "1"}}
    code, message = refuse(
        w.autoscaling.start_instance_refresh,
        AutoScalingGroupName="web",
        DesiredConfiguration=desired,
        Preferences={"AutoRollback": True},
    )
    assert code == "ValidationError" and "$Latest" in message
