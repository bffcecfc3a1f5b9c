"""After a run that was ended by force, on an embedded AWS that keeps records only: whose the lock is, what removes it.

And a state that could not be written. What the command prints as a cure is run as it is printed.
The first apply is the one whose state could not be written; the runs that are killed afterwards change that stack's release.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from deployment import Deployment, Result, copy_of_the_checkout
from world import ROOT, World, eventually, running_world

LOCK = ".tflock"
#: The environment whose stack the tests share.
STANDING = "standing"
ACCOUNT = "123456789012"


@pytest.fixture(scope="module")
def records() -> Iterator[World]:
    with running_world(f"unlock{os.getpid()}", "--api-only", limit=120) as world:
        yield world


@pytest.fixture(scope="module")
def deployment(records: World, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    checkout = copy_of_the_checkout(tmp_path_factory.mktemp("checkout"))
    return Deployment(ROOT / "ami-deploy", records, checkout)


@pytest.fixture(scope="module")
def image(records: World) -> str:
    """An image that looks as if it were baked."""
    ec2 = records.client("ec2")
    published = ec2.describe_images(Filters=[{"Name": "name", "Values": ["debian-12-amd64-*"]}])["Images"][0]
    tags = {"app": "web", "layer": "application", "fingerprint": "0" * 64}
    return ec2.copy_image(
        Name="web-unlock",
        SourceImageId=published["ImageId"],
        SourceRegion=records.environment["AWS_REGION"],
        TagSpecifications=[
            {
                "ResourceType": kind,
                "Tags": [{"Key": f"ami-deploy:{key}", "Value": value} for key, value in tags.items()],
            }
            for kind in ("image", "snapshot")
        ],
    )["ImageId"]


def release(image: str, version: str) -> tuple[str, ...]:
    return "-e", STANDING, "--image-id", image, "--app-version", version, "--commit", "abad1dea"


def start(deployment: Deployment, image: str, version: str) -> subprocess.Popen:
    return deployment.start("apply", "--auto-approve", "--create-state-bucket", *release(image, version))


def plan(deployment: Deployment, image: str, version: str) -> Result:
    return deployment.run("plan", *release(image, version))


def held(world: World) -> bool:
    return '"holding"' in world.asked("fault", {"do": "list"})


def keys(world: World) -> list[str]:
    s3 = world.client("s3")
    return [
        entry["Key"]
        for bucket in s3.list_buckets()["Buckets"]
        for entry in s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", [])
    ]


def is_locked(world: World, environment: str) -> bool:
    return any(key.endswith(LOCK) and f"/{environment}/" in key for key in keys(world))


def balancers(world: World) -> list[dict]:
    return world.client("elbv2").describe_load_balancers()["LoadBalancers"]


def family(process: int) -> list[int]:
    """A process and all that come of it, whatever session they are in."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = [process]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found


def name(process: int) -> str:
    """As the system calls it; empty for one that has ended."""
    try:
        return Path(f"/proc/{process}/comm").read_text().strip()
    except OSError:
        return ""


def kill_all(process: subprocess.Popen) -> None:
    for each in family(process.pid):
        os.kill(each, signal.SIGKILL)
    process.communicate(timeout=60)


def pasted(deployment: Deployment, text: str) -> Result:
    """Runs the command that stands below ``do:``, as it is printed."""
    command = re.search(r"(?m)^ {6}ami-deploy (.*)$", text)
    assert command, text
    return deployment.run(*shlex.split(command[1]))


@dataclass(frozen=True)
class Unwritten:
    """The first apply, whose state could not be written; the command refused after it; and how the cure that it printed ended."""

    applied: Result
    waiting: Result
    written: Result


@pytest.fixture(scope="module")
def standing(deployment: Deployment, records: World, image: str) -> Unwritten:
    """The stack that runs are killed at."""
    deployment.environment_file(STANDING)
    process = start(deployment, image, "1")
    try:
        eventually("the load balancer", lambda: balancers(records), 180, every=0.2)
        records.fault("fail", "s3:PutObject", "--code", "AccessDenied", "--status", "403")
        out, err = process.communicate(timeout=300)
    finally:
        records.fault("clear")
    print(err, out)
    assert (deployment.checkout / ".work/web" / STANDING / "errored.tfstate").is_file()
    waiting = plan(deployment, image, "1")
    written = pasted(deployment, waiting.err)
    if written.code == 5:
        assert pasted(deployment, written.err).code == 0
        written = pasted(deployment, waiting.err)
    return Unwritten(Result(process.returncode, out, err), waiting, written)


def test_stateThatCannotBeWritten_isKeptAndWrittenByThePrintedCommand(
    standing: Unwritten, deployment: Deployment, records: World, image: str
):
    assert standing.applied.code == 1
    assert "STATE_NOT_WRITTEN" in standing.applied.err
    assert standing.waiting.code == 2
    assert standing.written.code == 0, standing.written.text
    assert not (deployment.checkout / "terraform/errored.tfstate").exists()
    assert f"web/{STANDING}/terraform.tfstate" in keys(records)
    assert plan(deployment, image, "1").code == 0
    assert deployment.run("push-state", "-e", STANDING).code == 2


@pytest.mark.usefixtures("standing")
def test_applyThatIsKilledWithAllItsTools_leavesALockThatThePrintedCommandRemoves(
    deployment: Deployment, records: World, image: str
):
    records.fault("hold", "ec2:CreateLaunchTemplateVersion")
    process = start(deployment, image, "2")
    try:
        eventually("the call that is held", lambda: held(records), 180, every=0.2)
    finally:
        kill_all(process)
        records.fault("clear")
    assert is_locked(records, STANDING)

    refused = plan(deployment, image, "2")
    assert refused.code == 5
    assert "STATE_LOCKED" in refused.err

    unlocked = pasted(deployment, refused.err)
    assert unlocked.code == 0
    assert "removed: state lock held by" in unlocked.out
    assert "which has ended" in unlocked.out
    assert not is_locked(records, STANDING)
    assert [key for key in keys(records) if "terraform-runs" in key] == []
    assert "state lock is free" in deployment.run("unlock", "-e", STANDING).out


@pytest.mark.usefixtures("standing")
def test_commandThatIsKilledAlone_keepsTheLockWhileItsTerraformRuns(deployment: Deployment, records: World, image: str):
    records.fault("hold", "ec2:CreateLaunchTemplateVersion")
    process = start(deployment, image, "3")
    try:
        eventually("the call that is held", lambda: held(records), 180, every=0.2)
        [terraform] = [each for each in family(process.pid)[1:] if name(each) == "terraform"]
        # It would die of its next line, since nobody reads it any more.
        os.kill(terraform, signal.SIGSTOP)
        process.kill()
        process.communicate(timeout=60)

        refused = deployment.run("unlock", "-e", STANDING)
        assert refused.code == 5
        assert f"its terraform, process {terraform}, still runs" in refused.err
        forced = re.search(r"\(lock ([0-9a-f-]+)\)", refused.err)[1]
        assert deployment.run("unlock", "-e", STANDING, "--force-id", forced).code == 5
        assert is_locked(records, STANDING)
    finally:
        records.fault("clear")
        os.kill(terraform, signal.SIGCONT)
    eventually("the end of terraform", lambda: name(terraform) != "terraform", 180)
    assert deployment.run("unlock", "-e", STANDING).code == 0
    assert not is_locked(records, STANDING)


def test_lockThatNobodyOfOursTook_isRemovedByItsIdAlone(deployment: Deployment, records: World):
    environment = deployment.environment_file("foreign")
    bucket = f"ami-deploy-state-{ACCOUNT}-{records.environment['AWS_REGION']}"
    if bucket not in [each["Name"] for each in records.client("s3").list_buckets()["Buckets"]]:
        records.client("s3").create_bucket(Bucket=bucket)
    lock = {"ID": "0f5c1c0e-4f4c-4f5e-9a3e-6f1f2a3b4c5d", "Operation": "OperationTypePlan", "Who": "ann@laptop"}
    key = f"web/{environment}/terraform.tfstate"
    lock |= {"Created": "2026-11-27T08:00:00.5Z", "Path": f"{bucket}/{key}", "Version": "1.11.4", "Info": ""}
    records.client("s3").put_object(Bucket=bucket, Key=key + LOCK, Body=json.dumps(lock).encode())

    refused = deployment.run("unlock", "-e", environment)
    assert refused.code == 5
    assert "ann@laptop since 2026-11-27T08:00:00Z for plan" in refused.err
    assert is_locked(records, environment)
    assert pasted(deployment, refused.err).code == 0
    assert not is_locked(records, environment)


@pytest.mark.usefixtures("standing")
def test_stackWhoseRunsWereKilled_isDestroyed(deployment: Deployment, records: World):
    assert deployment.run("destroy", "-e", STANDING, "--auto-approve").code == 0
    assert balancers(records) == []
