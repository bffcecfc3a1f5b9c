"""What ``prune`` takes and what it leaves, on an embedded AWS that keeps records only: no machine boots, and images are copies of one another.

Releases need no deployment here: they are written into the state bucket as ``docs/releases.md`` says that records look, which is a public format.
"""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from deployment import STATE_BUCKET, Deployment
from world import ROOT, World, eventually, running_world

sys.path.insert(0, str(ROOT / "tests"))
import iam_policy

APP = "pruned"
PRUNE = ("prune", "--environment", "demo")


@dataclass
class Application:
    """An application with images and releases that nobody had to bake or deploy."""

    world: World
    #: Id of each image by the number that its name and its fingerprint have.
    images: dict[int, str] = field(default_factory=dict)

    @property
    def ec2(self):
        return self.world.client("ec2")

    @property
    def s3(self):
        return self.world.client("s3")

    def image(self, number: int) -> None:
        published = self.ec2.describe_images(Owners=["136693071363"])["Images"][0]["ImageId"]
        tags = {"app": APP, "layer": "application", "fingerprint": f"{number:064x}"}
        self.images[number] = self.ec2.copy_image(
            Name=f"{APP}-{number}",
            SourceImageId=published,
            SourceRegion=self.world.environment["AWS_REGION"],
            Encrypted=True,
            TagSpecifications=[{"ResourceType": kind, "Tags": tagged(tags)} for kind in ("image", "snapshot")],
        )["ImageId"]

    def release(self, environment: str, number: int, image: int) -> None:
        """One that was proven healthy."""
        begin = {
            "format": 1,
            "number": number,
            "app": APP,
            "environment": environment,
            "kind": "deployment",
            "started_at": f"2026-11-0{number}T12:00:00Z",
            "build": f"cli-ann-{number}",
            "build_url": "",
            "run_commit": "",
        }
        end = {
            "format": 1,
            "result": "healthy",
            "ended_at": f"2026-11-0{number}T12:05:00Z",
            "image_id": self.images[image],
        }
        for half, document in {"begin": begin, "end": end}.items():
            self.put(f"{environment}/releases/{number:06}/{half}.json", json.dumps(document))

    def put(self, key: str, text: str) -> None:
        self.s3.put_object(Bucket=STATE_BUCKET, Key=f"{APP}/{key}", Body=text.encode())

    def stack(self, environment: str, image: int) -> str:
        """As much of it as says that it stands; returns the launch template's id."""
        return self.ec2.create_launch_template(
            LaunchTemplateName=f"{APP}-{environment}",
            LaunchTemplateData={"ImageId": self.images[image], "InstanceType": "t3.small"},
            TagSpecifications=[
                {"ResourceType": "launch-template", "Tags": tagged({"app": APP, "environment": environment})}
            ],
        )["LaunchTemplate"]["LaunchTemplateId"]

    def there(self) -> list[int]:
        """Numbers of the images that there are; each has its snapshot, and no snapshot is without its image."""
        mine = [{"Name": "tag:ami-deploy:app", "Values": [APP]}]
        found = self.ec2.describe_images(Owners=["self"], Filters=mine)["Images"]
        snapshots = {
            each["SnapshotId"] for each in self.ec2.describe_snapshots(OwnerIds=["self"], Filters=mine)["Snapshots"]
        }
        assert snapshots == {mapping["Ebs"]["SnapshotId"] for each in found for mapping in each["BlockDeviceMappings"]}
        ids = {each["ImageId"] for each in found}
        return sorted(number for number, image in self.images.items() if image in ids)

    def claims(self) -> list[str]:
        listed = self.s3.list_objects_v2(Bucket=STATE_BUCKET, Prefix=f"{APP}/claims/")
        return [entry["Key"] for entry in listed.get("Contents", [])]


def tagged(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": f"ami-deploy:{key}", "Value": value} for key, value in values.items()]


@pytest.fixture(scope="module")
def records() -> Iterator[World]:
    with running_world(f"prune{os.getpid()}", "--api-only", limit=120) as world:
        yield world


@pytest.fixture(scope="module")
def application(records: World) -> Application:
    """demo went from image 1 to image 7, release by release; prod runs image 2; nobody has told yet what image 8 is for."""
    application = Application(records)
    application.s3.create_bucket(Bucket=STATE_BUCKET)
    for number in range(1, 9):
        application.image(number)
    for number in range(1, 8):
        application.release("demo", number, image=number)
    application.release("prod", 1, image=2)
    application.stack("demo", image=7)
    application.stack("prod", image=2)
    application.ec2.run_instances(
        ImageId=application.images[2],
        InstanceType="t3.small",
        MinCount=1,
        MaxCount=1,
        TagSpecifications=[{"ResourceType": "instance", "Tags": tagged({"app": APP, "environment": "prod"})}],
    )
    return application


@pytest.fixture(scope="module")
def pruning(records: World, application: Application, checkout: Path) -> Deployment:
    deployment = Deployment(ROOT / "ami-deploy", records, checkout)
    for name in ("demo", "prod"):
        deployment.environment_file(name, app=APP)
    return deployment


class AtATerminal:
    """A command that has somebody to ask."""

    def __init__(self, deployment: Deployment, *arguments: str):
        self.terminal, inside = pty.openpty()
        self.process = subprocess.Popen(
            [str(deployment.command), *arguments, "--directory", str(deployment.checkout)],
            env=os.environ | deployment.world.environment,
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
        )
        os.close(inside)
        self.said = ""

    def waits_for(self, words: str, timeout: float = 120) -> None:
        deadline = time.monotonic() + timeout
        while words not in self.said:
            assert time.monotonic() < deadline, self.said
            self.said += os.read(self.terminal, 4096).decode()

    def answer(self, line: str) -> None:
        os.write(self.terminal, f"{line}\n".encode())

    def ended(self, timeout: float = 120) -> int:
        try:
            while part := os.read(self.terminal, 4096):
                self.said += part.decode()
        except OSError:
            pass  # Linux answers so at the end of what is written.
        os.close(self.terminal)
        print(self.said)
        return self.process.wait(timeout=timeout)


def test_dryRun_saysWhatGoesAndWhatStaysForWhom_andChangesNothing(pruning: Deployment, application: Application):
    shown = pruning.run(*PRUNE, "--dry-run")

    assert shown.code == 0, shown.text
    assert shown.last_line == "1 would be removed, 7 kept"
    images = application.images
    assert f"  - image {images[1]} ({APP}-1) with 1 snapshot, of 20" in shown.err
    assert f"keeps image {images[2]} ({APP}-2): prod runs it (i-" in shown.err
    for number in range(3, 8):
        assert f"keeps image {images[number]} ({APP}-{number}): demo release {number} can be gone back to" in shown.err
    assert f"keeps image {images[8]} ({APP}-8): baked less than 24 h ago" in shown.err
    assert application.there() == list(range(1, 9))
    assert application.claims() == []


@pytest.mark.parametrize("kind", ["malformed", "denied"])
def test_recordsThatCannotBeRead_removeNothingAndFail(pruning: Deployment, application: Application, kind: str):
    if kind == "malformed":
        application.put("demo/releases/000005/end.json", "half a rec")
    else:
        application.world.fault("fail", "s3:GetObject", "--code", "AccessDenied", "--status", "403")
    try:
        failed = pruning.run(*PRUNE, "--auto-approve")
    finally:
        application.world.fault("clear")
        application.release("demo", 5, image=5)

    assert failed.code == 4, failed.text
    said = (
        "000005/end.json in the state bucket is no record of a release"
        if kind == "malformed"
        else "s3:GetObject is not allowed"
    )
    assert "left behind\n  not looked at: " in failed.err and said in failed.err
    assert failed.last_line.startswith("0 removed, ")
    assert application.there() == list(range(1, 9))


def test_imageThatAnotherRunClaimsBetweenTheListAndTheRemoval_stays(pruning: Deployment, application: Application):
    prune = AtATerminal(pruning, *PRUNE)
    prune.waits_for("remove this image? account 123456789012, region us-east-1 (yes/no)")
    assert f"  - image {application.images[1]}" in prune.said
    other = pruning.start(
        *("apply", "--environment", "prod", "--image-id", application.images[1], "--create-state-bucket")
    )
    eventually(
        "prod's claim",
        lambda: any(f"{1:064x}/prod." in key for key in application.claims()),
        timeout=60,
        every=0.1,
    )
    # It is about to plan; held here, it is so for as long as the prune takes.
    os.killpg(other.pid, signal.SIGSTOP)
    try:
        prune.answer("yes")
        assert prune.ended() == 0
    finally:
        os.killpg(other.pid, signal.SIGCONT)
        other.communicate(timeout=300)

    assert "0 removed, 8 kept" in prune.said
    assert application.there() == list(range(1, 9))
    assert application.claims() == []


def test_prune_removesWhatIsBeyondTheNewestFiveAndNotInUse_withSnapshots(pruning: Deployment, application: Application):
    pruned = pruning.run(*PRUNE, "--auto-approve")

    assert pruned.code == 0, pruned.text
    assert pruned.last_line == "1 removed, 7 kept"
    assert application.there() == list(range(2, 9))
    assert application.claims() == []


def test_pruneToFewer_asOneDocument(pruning: Deployment, application: Application):
    pruned = pruning.run(*PRUNE, "--keep", "2", "--auto-approve", "--json")

    assert pruned.code == 0, pruned.text
    document = json.loads(pruned.out)
    assert document["removed"] == [application.images[number] for number in (3, 4, 5)]
    assert [each["name"] for each in document["going"]] == [f"{APP}-{number}" for number in (3, 4, 5)]
    assert len(document["kept"]) == 4
    assert application.there() == [2, 6, 7, 8]


def test_policiesOfDocsIam_allowEveryCallOfAPrune(pruning: Deployment, application: Application):
    before = len(application.world.calls())
    assert pruning.run(*PRUNE, "--keep", "1", "--auto-approve").code == 0
    deployer = application.world.environment["AWS_ACCESS_KEY_ID"]
    calls = [call for call in application.world.calls()[before:] if call["key"] == deployer]

    assert application.there() == [2, 7, 8]
    assert "DeregisterImage" in {call["action"] for call in calls}
    assert iam_policy.refused_calls(calls) == set()
