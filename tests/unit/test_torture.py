"""tests/torture: which calls are points, and what its table says."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
sys.path.append(str(TESTS / "torture"))

import endings  # noqa: E402
from kinds import Kind, kinds  # noqa: E402


def call(action: str, agent: str = "Terraform/1.11.4", error: str | None = None, key: str = "") -> dict:
    service = "s3" if key else "ec2"
    return {
        "service": service,
        "action": action,
        "agent": agent,
        "error": error,
        "parameters": {"Key": key} if key else {},
    }


@pytest.mark.parametrize(
    ("recorded", "point"),
    [
        (call("CreateSecurityGroup"), Kind("Terraform", "ec2:CreateSecurityGroup")),
        (call("StartInstanceRefresh", agent="aws-sdk-java/2.33.4"), Kind("ami-deploy", "ec2:StartInstanceRefresh")),
        (
            call("PutObject", key="web/prod/terraform.tfstate.tflock"),
            Kind("Terraform", "s3:PutObject", "Key=*.tflock", "the state's lock"),
        ),
        (
            call("PutObject", key="web/prod/terraform.tfstate"),
            Kind("Terraform", "s3:PutObject", "Key=*.tfstate", "the state"),
        ),
        (
            call("PutObject", key="web/prod/releases/000012/end.json"),
            Kind("Terraform", "s3:PutObject", "Key=*/releases/*/end.json", "a release's end"),
        ),
        (call("RunInstances", agent="aws-sdk-go/1.44.133"), Kind("Packer", "ec2:RunInstances")),
        (
            call("PutObject", key="web/bakes/prod.cli-1/packer_6b099bec-451f-429a-65a3-04ab9ee08285.json"),
            Kind(
                "Terraform",
                "s3:PutObject",
                "Key=*/bakes/*/packer_????????-????-????-????-????????????.json",
                "the claim of a security group",
            ),
        ),
        (
            call("PutObject", key="web/bakes/prod.cli-1/packer_web-20261127150319-d7badcf7-63dd.json"),
            Kind(
                "Terraform",
                "s3:PutObject",
                "Key=*/bakes/*/packer_*-20????????????-*.json",
                "the claim of a key pair",
            ),
        ),
        (call("DescribeSecurityGroups"), None),
        (call("GetObject", key="web/prod/terraform.tfstate"), None),
        (call("CreateSecurityGroup", error="DryRunOperation"), None),
        (call("CreateSecurityGroup", agent="Boto3/1.44.5"), None),
    ],
)
def test_callThatSucceededAndChangesSomething_isAPoint(recorded: dict, point: Kind | None):
    assert kinds([recorded]) == ([point] if point else [])


def test_callsOfAKind_areOnePoint_inTheOrderOfTheFirst():
    found = kinds([call("CreateLaunchTemplate"), call("CreateSecurityGroup"), call("CreateLaunchTemplate")])
    assert [kind.call for kind in found] == ["ec2:CreateLaunchTemplate", "ec2:CreateSecurityGroup"]


def test_pointIsHeld_byCallProgramAndObject():
    (kind,) = kinds([call("DeleteObject", key="web/prod/terraform.tfstate.tflock")])
    assert kind.fault() == ["s3:DeleteObject", "--agent", "terraform/*", "--where", "Key=*.tflock"]


#: A run whose tool is in a session of its own, and ends by itself once it may.
RUN = """
trap 'wait; exit 143' TERM
setsid bash -c "until [ -e {0} ]; do sleep 0.05; done" &
echo started
wait
"""


@pytest.mark.parametrize(("ending", "code"), [("SIGTERM", 143), ("SIGKILL", -9), ("crash", -9)])
def test_ending_reachesWhatItSays_andNothingOfTheRunIsLeft(tmp_path: Path, ending: str, code: int):
    answer = tmp_path / "answer"
    mark = uuid.uuid4().hex
    process = subprocess.Popen(
        ["bash", "-c", RUN.format(answer)],
        env=os.environ | {endings.MARK: mark},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout.readline() == "started\n"
    left_at_the_answer: list[int] = []

    def release() -> None:
        left_at_the_answer.extend(endings.of_run(mark))
        answer.touch()

    endings.ENDINGS[ending](process, mark, release)
    assert process.returncode == code
    assert bool(left_at_the_answer) is (ending != "crash")
    assert endings.of_run(mark) == []
