"""After a run that was ended by force, on an embedded AWS that keeps records only: whose the lock is, what removes it.

And a state that could not be written. What the command prints as a cure is run as it is printed.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from deployment import Deployment, Result, copy_of_the_checkout
from world import ROOT, World, eventually, running_world

LOCK = ".tflock"
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


def start(deployment: Deployment, environment: str, image: str) -> subprocess.Popen:
    return deployment.start(
        "apply", "-e", environment, "--auto-approve", "--create-state-bucket",
        "--image-id", image, "--app-version", "1", "--commit", "abad1dea",
    )  # fmt: skip


def plan(deployment: Deployment, environment: str, image: str) -> Result:
    return deployment.run("plan", "-e", environment, "--image-id", image, "--app-version", "1", "--commit", "abad1dea")


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


def target_groups(world: World) -> set[str]:
    return {each["TargetGroupArn"] for each in world.client("elbv2").describe_target_groups()["TargetGroups"]}


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


def test_applyThatIsKilledWithAllItsTools_leavesALockThatThePrintedCommandRemoves(
    deployment: Deployment, records: World, image: str
):
    environment = deployment.environment_file("crash")
    process = start(deployment, environment, image)
    try:
        eventually("the load balancer", lambda: balancers(records), 180, every=0.2)
    finally:
        kill_all(process)
    assert is_locked(records, environment)

    refused = plan(deployment, environment, image)
    assert refused.code == 5
    assert "STATE_LOCKED" in refused.err

    unlocked = pasted(deployment, refused.err)
    assert unlocked.code == 0
    assert "removed: state lock held by" in unlocked.out
    assert "which has ended" in unlocked.out
    assert not is_locked(records, environment)
    assert [key for key in keys(records) if "terraform-runs" in key] == []
    assert "state lock is free" in deployment.run("unlock", "-e", environment).out


def test_commandThatIsKilledAlone_keepsTheLockWhileItsTerraformRuns(deployment: Deployment, records: World, image: str):
    environment = deployment.environment_file("alone")
    before = target_groups(records)
    records.fault("hold", "elasticloadbalancing:CreateTargetGroup")
    process = start(deployment, environment, image)
    try:
        eventually("the target group", lambda: target_groups(records) - before, 180, every=0.2)
        [terraform] = [each for each in family(process.pid)[1:] if name(each) == "terraform"]
        # It would die of its next line, since nobody reads it any more.
        os.kill(terraform, signal.SIGSTOP)
        process.kill()
        process.communicate(timeout=60)

        refused = deployment.run("unlock", "-e", environment)
        assert refused.code == 5
        assert f"its terraform, process {terraform}, still runs" in refused.err
        forced = re.search(r"\(lock ([0-9a-f-]+)\)", refused.err)[1]
        assert deployment.run("unlock", "-e", environment, "--force-id", forced).code == 5
        assert is_locked(records, environment)
    finally:
        records.fault("clear")
        os.kill(terraform, signal.SIGCONT)
    eventually("the end of terraform", lambda: name(terraform) != "terraform", 180)
    assert deployment.run("unlock", "-e", environment).code == 0
    assert not is_locked(records, environment)


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


def test_stateThatCannotBeWritten_isKeptAndWrittenByThePrintedCommand(
    deployment: Deployment, records: World, image: str
):
    environment = deployment.environment_file("unwritten")
    before = {each["LoadBalancerArn"] for each in balancers(records)}
    process = start(deployment, environment, image)
    try:
        eventually(
            "the load balancer",
            lambda: {each["LoadBalancerArn"] for each in balancers(records)} - before,
            180,
            every=0.2,
        )
        records.fault("fail", "s3:PutObject", "--code", "AccessDenied", "--status", "403")
        out, err = process.communicate(timeout=300)
    finally:
        records.fault("clear")
    print(err, out)
    assert process.returncode == 1
    assert "STATE_NOT_WRITTEN" in err
    assert (deployment.checkout / ".work/web" / environment / "errored.tfstate").is_file()
    assert not (deployment.checkout / "terraform/errored.tfstate").exists()

    waiting = plan(deployment, environment, image)
    assert waiting.code == 2
    written = pasted(deployment, waiting.err)
    if written.code == 5:
        assert pasted(deployment, written.err).code == 0
        written = pasted(deployment, waiting.err)
    assert written.code == 0, written.text
    assert f"web/{environment}/terraform.tfstate" in keys(records)
    assert plan(deployment, environment, image).code == 0
    assert deployment.run("push-state", "-e", environment).code == 2
    assert deployment.run("destroy", "-e", environment, "--auto-approve").code == 0
