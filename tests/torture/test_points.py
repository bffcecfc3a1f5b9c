"""A point of each family of ``make torture``, and a day of its weather: nothing is lost. The accounts are side by side: most of their time
they wait."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / each) for each in ("torture", "causes", "embedded")]

import cases  # noqa: E402
import weather  # noqa: E402
from account import Site  # noqa: E402
from flows import FLOWS  # noqa: E402
from grounds import started  # noqa: E402
from kinds import Kind  # noqa: E402

STATE = ("Key=*.tfstate", "the state")
LOCK = ("Key=*.tflock", "the state's lock")
RELEASE = ("Key=*/releases/*/begin.json", "a release's begin")
#: Flow, call, ending; in each account one after the other, so that where one ends the next begins. Together every flow that needs no
#: machine, every ending, and every kind of thing: what is made, what is removed, a refresh, a record, the state, its lock. An account
#: that begins with what stands is given a stack that nobody has proven yet: proving it is what the run after the end does.
POINTS = {
    "a": [
        ("first deployment", Kind("Terraform", "elasticloadbalancing:CreateLoadBalancer"), "crash"),
        ("destroy", Kind("Terraform", "elasticloadbalancing:DeleteLoadBalancer"), "SIGTERM"),
    ],
    "b": [
        ("redeployment", Kind("ami-deploy", "autoscaling:StartInstanceRefresh"), "SIGKILL"),
        ("promotion", Kind("ami-deploy", "s3:PutObject", *RELEASE), "crash"),
        ("rollback", Kind("Terraform", "s3:PutObject", *STATE), "crash"),
        ("destroy", Kind("Terraform", "s3:DeleteObject", *LOCK), "SIGKILL"),
    ],
}
#: What stands after a deployment of this application, with one instance.
WHOLE = Counter(
    {
        "autoscaling us-east-1 AutoScalingGroup": 1,
        "cloudwatch us-east-1 Alarm": 3,
        "ec2 us-east-1 Instance": 1,
        "ec2 us-east-1 LaunchTemplate": 1,
        "ec2 us-east-1 NetworkInterface": 1,
        "ec2 us-east-1 SecurityGroup": 2,
        "ec2 us-east-1 Volume": 1,
        "elbv2 us-east-1 LoadBalancer": 1,
        "elbv2 us-east-1 TargetGroup": 1,
    }
)
NAMES = [(account, number) for account, points in POINTS.items() for number in range(len(points))]


@pytest.fixture(scope="module")
def results() -> Iterator[dict[str, Any]]:
    with ThreadPoolExecutor(len(POINTS) + 1) as pool:
        storm = pool.submit(through_the_storm)
        running = {account: pool.submit(gone_through, account) for account in POINTS}
        yield {account: each.result() for account, each in running.items()} | {"storm": storm.result()}


@contextmanager
def site(account: str) -> Iterator[Site]:
    world = started(f"points-{os.getpid()}-{account}", "--api-only")
    try:
        yield Site(world, ROOT / "ami-deploy")
    finally:
        subprocess.run([*world.control, "down"], check=True, timeout=300)


def gone_through(account: str) -> list[cases.Result]:
    points = POINTS[account]
    with site(account) as its:
        if points[0][0] != "first deployment":
            its.stand_unproven()
        # That the next deployment succeeds after a destroy is shown by one that comes next; where none comes, by the other accounts.
        return [cases.run(its, FLOWS[flow], kind, ending, WHOLE, is_followed=True) for flow, kind, ending in points]


def through_the_storm() -> weather.Day:
    with site("storm") as its:
        return weather.day(its, "throttled", ("first deployment", "destroy"))


@pytest.mark.parametrize(
    ("account", "number"),
    NAMES,
    ids=[" ".join((flow, kind.call, ending)) for points in POINTS.values() for flow, kind, ending in points],
)
def test_runThatIsEndedAtACall_losesNothing(results: dict[str, Any], account: str, number: int):
    assert results[account][number].faults == []


def test_whileThreeOfTenCallsAreThrottled_deployAndDestroySucceed(results: dict[str, Any]):
    assert results["storm"].faults == []
