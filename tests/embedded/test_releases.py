"""Releases: three of them, back to the first under constant load, promotion, and what is left when a deployment fails, is stopped or is killed.

The tests share one world and stand on each other, because that is what an environment's history does.
"""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess

import pytest
from cached_images import CachedImages
from deployment import DEPLOY_TIMEOUT, STATE_BUCKET, Deployment, Result, constant_requests, page, version
from world import World, eventually

APP, DEMO, PROD = "releases", "demo", "prod"
#: A health check and a warm-up that settle soon, and patience with a computer that has much else to do.
QUICK = {
    "health_check_interval": 5,
    "health_check_timeout": 2,
    "deregistration_delay": 5,
    "instance_warmup": 5,
    "health_check_grace_period": 600,
}
EDITIONS = ("one", "two", "three")
LAUNCH_QUOTA = (
    "You have requested more vCPU capacity than your current vCPU limit of 32 allows for the instance bucket that the "
    "specified instance type belongs to. Launching EC2 instance failed."
)


def deploy_arguments(environment: str, *more: str) -> list[str]:
    return ["deploy", "--environment", environment, "--auto-approve", "--create-state-bucket", *more]


def deploy(deployment: Deployment, environment: str, *more: str):
    result = deployment.run(*deploy_arguments(environment, *more))
    assert result.code == 0, result.text
    return result


def edition(deployment: Deployment, word: str) -> list[str]:
    """The application with another sentence on its page, beside the others; the options that deploy it."""
    directory = deployment.checkout / word
    shutil.copytree(deployment.checkout / "webapp", directory)
    template = next(directory.rglob("*.html"))
    template.write_text(template.read_text().replace("</body>", f"<p>edition {word}</p></body>"))
    return options(deployment, word)


def options(deployment: Deployment, word: str) -> list[str]:
    number = EDITIONS.index(word) + 1
    application = str(deployment.checkout / word)
    return ["--application", application, "--app-version", f"{number}.0", "--commit", f"{number}c0ffee"]


def releases(deployment: Deployment, environment: str) -> dict[int, dict]:
    result = deployment.run("releases", "--environment", environment, "--json")
    assert result.code == 0, result.text
    return {release["number"]: release for release in json.loads(result.out)}


def newest(deployment: Deployment, environment: str = DEMO) -> dict:
    """The newest record in the state bucket, as docs/releases.md says that records look: begin, result and end."""
    s3, prefix = deployment.world.client("s3"), f"{APP}/{environment}/releases/"
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=STATE_BUCKET, Prefix=prefix).get("Contents", [])]
    number = max(int(found[1]) for key in keys if (found := re.search(r"/(\d+)/begin\.json$", key)))
    halves = {
        half: json.load(s3.get_object(Bucket=STATE_BUCKET, Key=key)["Body"])
        for half in ("begin", "end")
        if (key := f"{prefix}{number:06}/{half}.json") in keys
    }
    end = halves.get("end")
    return halves["begin"] | {"result": end and end["result"], "end": end}


def template_version(clients, environment: str) -> str:
    name = f"{APP}-{environment}"
    groups = clients("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
    return groups[0]["LaunchTemplate"]["Version"]


def refreshes(clients, environment: str) -> list[dict]:
    name = f"{APP}-{environment}"
    return clients("autoscaling").describe_instance_refreshes(AutoScalingGroupName=name)["InstanceRefreshes"]


def running_refresh(clients, before: int) -> None:
    eventually("its refresh", lambda: len(refreshes(clients, DEMO)) > before, timeout=120, every=0.2)


def image(deployment: Deployment, number: int) -> str:
    key = f"{APP}/{DEMO}/releases/{number:06}/end.json"
    return json.load(deployment.world.client("s3").get_object(Bucket=STATE_BUCKET, Key=key)["Body"])["image_id"]


def image_arguments(deployment: Deployment, number: int, *more: str) -> list[str]:
    """Deploys the image of an earlier release by its id."""
    return ["deploy", "--environment", DEMO, "--auto-approve", "--image-id", image(deployment, number), *more]


def ended(process: subprocess.Popen) -> Result:
    out, err = process.communicate(timeout=DEPLOY_TIMEOUT)
    print(err, out)
    return Result(process.returncode, out, err)


@pytest.fixture(scope="module")
def url(deployment: Deployment, base_layers: CachedImages) -> str:
    """Three releases of demo, each of an edition of its own; the address of the environment."""
    base_layers.load_application(APP)
    base_layers.lend_to(APP)
    for name in (DEMO, PROD):
        deployment.environment_file(name, app=APP, **QUICK)
    first, *others = (edition(deployment, word) for word in EDITIONS)
    # While the first stack is made, which takes as long as a load balancer does.
    bakes = [deployment.start("bake", "--environment", DEMO, *each) for each in others]
    address = deploy(deployment, DEMO, *first).last_line
    base_layers.keep()
    for bake, each in zip(bakes, others, strict=True):
        assert ended(bake).code == 0
        assert "reused ami-" in deploy(deployment, DEMO, *each).err
    base_layers.keep_application(APP, *(image(deployment, number) for number in (1, 2, 3)))
    return address


@pytest.fixture(scope="module")
def promotion(url: str, deployment: Deployment) -> subprocess.Popen:
    """Prod gets what demo runs, while demo's own history goes on."""
    return deployment.start(*deploy_arguments(PROD, "--from", DEMO))


def test_deployments_areRecordedAsReleases(url: str, deployment: Deployment):
    known = releases(deployment, DEMO)
    assert list(known) == [3, 2, 1]
    assert {release["state"] for release in known.values()} == {"healthy"}
    end = known[3]["end"]
    assert end["app_version"] == "3.0" and end["commit"] == "3c0ffee" and end["url"] == url
    assert end["image_id"] != known[2]["end"]["image_id"]
    assert list(end["phases"]) == ["bake", "plan", "approve", "apply", "rollout"]
    assert end["instance_ids"] and end["shape"]["desired_capacity"] == 1 and end["refresh_id"]
    assert end["base_image_id"].startswith("ami-") and end["base_baked_at"]


def test_twoDeploymentsAtOnce_oneIsRefused(url: str, deployment: Deployment):
    first = deployment.start(*image_arguments(deployment, 3, "--app-version", "4.0", "--build", "first"))
    eventually(
        "its release",
        lambda: (newest(deployment)["number"], newest(deployment)["result"]) == (4, None),
        timeout=60,
        every=0.2,
    )
    second = deployment.run(*deploy_arguments(DEMO, "--build", "second"))
    assert second.code == 5, second.text
    assert re.search(
        r"error: [A-Z_]+: first \(process \d+ on \S+\) works on demo since \S+\n  do: wait for its end", second.err
    )
    assert ended(first).code == 0
    record = newest(deployment)
    assert (record["number"], record["build"], record["result"]) == (4, "first", "healthy")


def test_unchangedDeployment_isProvenByOneLook(url: str, deployment: Deployment):
    result = deployment.run(*image_arguments(deployment, 4, "--app-version", "4.0"))
    assert result.code == 0, result.text
    assert "as proven at" in result.err
    assert newest(deployment)["result"] == "unchanged"


def test_rollback_toThreeReleasesAgo_failsNoRequest(url: str, deployment: Deployment, clients):
    before = template_version(clients, DEMO)
    with constant_requests(url) as seen:
        result = deployment.run("rollback", "--environment", DEMO, "--to", "1", "--auto-approve")
    assert result.code == 0, result.text
    assert result.last_line == url
    assert seen.failures == []
    # In between both answer.
    assert seen.versions[0] == "4.0" and seen.versions[-1] == "1.0" and set(seen.versions) == {"4.0", "1.0"}
    print(f"{seen.answered} requests answered, {len(seen.failures)} failed")
    assert "edition one" in page(url)
    assert int(template_version(clients, DEMO)) == int(before) + 1
    record = newest(deployment)
    assert record["kind"] == "rollback" and record["source"] == {"environment": DEMO, "number": 1}
    assert record["result"] == "healthy"
    assert record["end"]["image_id"] == image(deployment, 1)


def test_unchangedDeployment_staysOnTheRollback(url: str, deployment: Deployment, promotion: subprocess.Popen):
    result = deploy(deployment, DEMO, *options(deployment, "three"))
    assert "stays on release 1, to which demo was rolled back from this image" in result.err
    assert version(url)["version"] == "1.0"
    assert newest(deployment)["result"] == "unchanged"


def test_rollback_toWhatWasNeverProven_isRefused(url: str, deployment: Deployment):
    for number, words in (("5", "release 5 is unchanged"), ("99", "has no release 99")):
        result = deployment.run("rollback", "--environment", DEMO, "--to", number, "--auto-approve")
        assert result.code == 2 and words in result.err
    assert newest(deployment)["result"] == "unchanged"


def test_status_saysWhatRunsAndWhatDrifted(url: str, deployment: Deployment, clients):
    result = deployment.run("status", "--environment", DEMO)
    assert result.code == 0, result.text
    assert "releases-demo runs release 6, a rollback of demo 1" in result.out
    assert "1 of 1 instances are healthy" in result.out
    assert "drift" not in result.out
    autoscaling, name = clients("autoscaling"), f"{APP}-{DEMO}"
    autoscaling.suspend_processes(AutoScalingGroupName=name, ScalingProcesses=["AZRebalance"])
    try:
        report = json.loads(deployment.run("status", "--environment", DEMO, "--json").out)
    finally:
        autoscaling.resume_processes(AutoScalingGroupName=name, ScalingProcesses=["AZRebalance"])
    assert report["drift"] == ["suspended processes: AZRebalance now, none in the record"]


def test_interruptedDeployment_isRecordedAsAborted(url: str, deployment: Deployment, clients):
    before = len(refreshes(clients, DEMO))
    process = deployment.start(*image_arguments(deployment, 2, "--build", "stopped"))
    running_refresh(clients, before)
    process.send_signal(signal.SIGINT)
    assert ended(process).code == 130
    record = newest(deployment)
    assert record["build"] == "stopped" and record["result"] == "aborted"
    assert record["end"]["failure"]["cause"] == "ABORTED"
    assert version(url)["version"] == "1.0"


def test_failedDeployment_isRecordedWithItsCause(url: str, deployment: Deployment, world: World):
    world.fault("refuse-launches", LAUNCH_QUOTA, "--group", f"{APP}-{DEMO}")
    try:
        result = deployment.run(*image_arguments(deployment, 2))
    finally:
        world.fault("clear")
    assert result.code == 3, result.text
    failure = newest(deployment)["end"]["failure"]
    assert failure["cause"] == "QUOTA_EXCEEDED"
    assert failure["summary"] and failure["evidence"] and failure["cure"]
    assert version(url)["version"] == "1.0"


def test_killedDeployment_readsCrashedAndIsTakenOver(url: str, deployment: Deployment, clients):
    before = len(refreshes(clients, DEMO))
    process = deployment.start(*image_arguments(deployment, 2, "--build", "killed"))
    running_refresh(clients, before)
    process.kill()
    process.wait(timeout=30)
    crashed = max(releases(deployment, DEMO).values(), key=lambda release: release["number"])
    assert crashed["build"] == "killed" and crashed["state"] == "crashed"
    result = deployment.run(*image_arguments(deployment, 2, "--build", "next"))
    assert result.code == 0, result.text
    assert re.search(
        rf"takes demo over from killed \(process \d+ on \S+\), which ended without a word; "
        rf"its release {crashed['number']} reads crashed",
        result.err,
    )
    assert "edition two" in page(url)
    assert releases(deployment, DEMO)[crashed["number"]]["state"] == "crashed"
    record = newest(deployment)
    assert record["build"] == "next" and record["result"] == "healthy"


def test_promotion_bringsTheImageWithoutABake(deployment: Deployment, promotion: subprocess.Popen):
    result = ended(promotion)
    assert result.code == 0, result.text
    assert "promotes demo release 6: version 1.0, commit 1c0ffee" in result.err
    assert "bake:" not in result.err
    assert version(result.last_line)["version"] == "1.0" and "edition one" in page(result.last_line)
    record = newest(deployment, PROD)
    assert record["kind"] == "promotion" and record["source"] == {"environment": DEMO, "number": 6}
    assert record["end"]["commit"] == "1c0ffee" and record["end"]["image_id"] == image(deployment, 1)


def test_promotion_fromAnEnvironmentWithoutReleases_isRefused(url: str, deployment: Deployment):
    result = deployment.run(*deploy_arguments(PROD, "--from", "stage"))
    assert result.code == 2
    assert "no release of releases in stage is recorded in the bucket ami-deploy-state-" in result.err
    assert len(releases(deployment, PROD)) == 1


def test_table_hasEveryRelease(url: str, deployment: Deployment):
    result = deployment.run("releases", "--environment", DEMO)
    lines = result.out.splitlines()
    assert lines[0].split() == ["RELEASE", "RESULT", "KIND", "STARTED", "TOOK", "VERSION", "COMMIT", "IMAGE", "BY"]
    # Below a failed one stands why.
    rows = [line for line in lines[1:] if not line.startswith(" ")]
    assert {line.split()[1] for line in rows} == {"healthy", "unchanged", "aborted", "failed", "crashed"}
    deployment.run("status", "--environment", DEMO)


def test_destroy_leavesTheRecords(url: str, deployment: Deployment):
    # One after the other: the images go with the last environment.
    for name in (PROD, DEMO):
        result = deployment.run("destroy", "--environment", name, "--auto-approve")
        assert result.code == 0, result.text
    status = deployment.run("status", "--environment", DEMO)
    assert "has no stack" in status.out
    assert newest(deployment)["result"] == "healthy"
