"""A dozen points of ``make torture``: runs are ended at them, and nothing is lost. Four accounts side by side, three points in each."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / each) for each in ("torture", "causes", "embedded")]

import cases  # noqa: E402
from account import Site  # noqa: E402
from flows import FLOWS  # noqa: E402
from grounds import started  # noqa: E402
from kinds import Kind  # noqa: E402

STATE = ("Key=*.tfstate", "the state")
LOCK = ("Key=*.tflock", "the state's lock")
RELEASE = ("Key=*/releases/*/end.json", "a release's end")
#: Flow, call, ending; in each account one after the other.
POINTS = {
    "a": [
        ("first deployment", Kind("Terraform", "elasticloadbalancing:CreateLoadBalancer"), "crash"),
        ("redeployment", Kind("Terraform", "s3:PutObject", *STATE), "crash"),
        ("destroy", Kind("Terraform", "autoscaling:DeleteAutoScalingGroup"), "crash"),
    ],
    "b": [
        ("first deployment", Kind("Terraform", "ec2:CreateSecurityGroup"), "SIGTERM"),
        ("redeployment", Kind("ami-deploy", "autoscaling:StartInstanceRefresh"), "SIGKILL"),
        ("destroy", Kind("Terraform", "elasticloadbalancing:DeleteLoadBalancer"), "SIGTERM"),
    ],
    "c": [
        ("first deployment", Kind("Terraform", "autoscaling:CreateAutoScalingGroup"), "crash"),
        ("rollback", Kind("Terraform", "ec2:CreateLaunchTemplateVersion"), "SIGKILL"),
        ("destroy", Kind("Terraform", "s3:DeleteObject", *LOCK), "crash"),
    ],
    "d": [
        ("first deployment", Kind("Terraform", "s3:PutObject", *LOCK), "SIGKILL"),
        ("promotion", Kind("ami-deploy", "s3:PutObject", *RELEASE), "crash"),
        ("destroy", Kind("Terraform", "ec2:DeleteSecurityGroup"), "SIGKILL"),
    ],
}
NAMES = [(account, number) for account, points in POINTS.items() for number in range(len(points))]


@pytest.fixture(scope="module")
def results() -> Iterator[dict[str, list[cases.Result]]]:
    with ThreadPoolExecutor(len(POINTS)) as pool:
        running = {account: pool.submit(gone_through, account) for account in POINTS}
        yield {account: each.result() for account, each in running.items()}


def gone_through(account: str) -> list[cases.Result]:
    world = started(f"points-{os.getpid()}-{account}", "--api-only")
    try:
        site, whole, results = Site(world, ROOT / "ami-deploy"), Counter(), []
        for flow, kind, ending in POINTS[account]:
            results.append(cases.run(site, FLOWS[flow], kind, ending, whole))
            if not whole and not results[-1].faults:
                whole = site.shape()
        return results
    finally:
        subprocess.run([*world.control, "down"], check=True, timeout=300)


@pytest.mark.parametrize(
    ("account", "number"),
    NAMES,
    ids=[" ".join((flow, kind.call, ending)) for points in POINTS.values() for flow, kind, ending in points],
)
def test_runThatIsEndedAtACall_losesNothing(results: dict[str, list[cases.Result]], account: str, number: int):
    assert results[account][number].faults == []
