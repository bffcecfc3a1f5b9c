"""Releases: three of them, back to the first under constant load, promotion, and what is left when a deployment fails, is stopped or is killed.

The tests share one world and stand on each other, because that is what an environment's history does.
"""

from __future__ import annotations

import json
import re
import signal

import pytest
from cached_images import CachedImages
from deployment import Deployment, World, constant_requests, eventually, page, version

APP, DEMO, PROD = "releases", "demo", "prod"
#: A health check that settles soon.
QUICK = {"health_check_interval": 5, "health_check_timeout": 2, "deregistration_delay": 5}
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


def edition(deployment: Deployment, word: str) -> None:
    """Changes what the page says."""
    template = next((deployment.checkout / "webapp").rglob("*.html"))
    text = re.sub(r"(<p>edition \w+</p>)?</body>", f"<p>edition {word}</p></body>", template.read_text())
    template.write_text(text)


def releases(deployment: Deployment, environment: str) -> dict[int, dict]:
    result = deployment.run("releases", "--environment", environment, "--json")
    assert result.code == 0, result.text
    return {release["number"]: release for release in json.loads(result.out)}


def newest(deployment: Deployment, environment: str = DEMO) -> dict:
    return max(releases(deployment, environment).values(), key=lambda release: release["number"])


def template_version(clients, environment: str) -> str:
    name = f"{APP}-{environment}"
    groups = clients("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
    return groups[0]["LaunchTemplate"]["Version"]


def refreshes(clients, environment: str) -> list[dict]:
    name = f"{APP}-{environment}"
    return clients("autoscaling").describe_instance_refreshes(AutoScalingGroupName=name)["InstanceRefreshes"]


@pytest.fixture(scope="module")
def url(deployment: Deployment, base_layers: CachedImages) -> str:
    """Three releases of demo; the address of the environment."""
    base_layers.lend_to(APP)
    for name in (DEMO, PROD):
        deployment.environment_file(name, app=APP, **QUICK)
    address = ""
    for number, word in enumerate(("one", "two", "three"), start=1):
        edition(deployment, word)
        address = deploy(deployment, DEMO, "--app-version", f"{number}.0", "--commit", f"{number}c0ffee").last_line
    return address


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


def test_unchangedDeployment_isProvenByOneLook(url: str, deployment: Deployment):
    result = deploy(deployment, DEMO, "--app-version", "3.0", "--commit", "3c0ffee")
    assert "as proven at" in result.err
    assert newest(deployment)["state"] == "unchanged"


def test_rollback_toTheFirst_failsNoRequest(url: str, deployment: Deployment, clients):
    before = template_version(clients, DEMO)
    with constant_requests(url) as seen:
        result = deployment.run("rollback", "--environment", DEMO, "--to", "1", "--auto-approve")
    assert result.code == 0, result.text
    assert result.last_line == url
    assert seen.failures == []
    assert seen.versions == ["3.0", "1.0"]
    assert "edition one" in page(url)
    assert int(template_version(clients, DEMO)) == int(before) + 1
    record = newest(deployment)
    assert record["kind"] == "rollback" and record["source"] == {"environment": DEMO, "number": 1}
    assert record["state"] == "healthy"
    assert record["end"]["image_id"] == releases(deployment, DEMO)[1]["end"]["image_id"]


def test_unchangedDeployment_staysOnTheRollback(url: str, deployment: Deployment):
    result = deploy(deployment, DEMO, "--app-version", "3.0", "--commit", "3c0ffee")
    assert "stays on release 1, to which demo was rolled back from this image" in result.err
    assert version(url)["version"] == "1.0"
    assert newest(deployment)["state"] == "unchanged"


def test_rollback_toWhatWasNeverProven_isRefused(url: str, deployment: Deployment):
    for number, words in (("4", "release 4 is unchanged"), ("99", "has no release 99")):
        result = deployment.run("rollback", "--environment", DEMO, "--to", number, "--auto-approve")
        assert result.code == 2 and words in result.err
    assert newest(deployment)["state"] == "unchanged"


def test_promotion_bringsTheImageWithoutABake(url: str, deployment: Deployment, world: World):
    before = len(world.calls())
    result = deploy(deployment, PROD, "--from", DEMO)
    assert "CreateImage" not in {call["action"] for call in world.calls()[before:]}
    assert version(result.last_line)["version"] == "1.0"
    record = newest(deployment, PROD)
    assert record["kind"] == "promotion" and record["source"]["environment"] == DEMO
    assert record["end"]["commit"] == "1c0ffee"


def test_promotion_fromAnEnvironmentWithoutReleases_isRefused(url: str, deployment: Deployment):
    result = deployment.run(*deploy_arguments(PROD, "--from", "stage"))
    assert result.code == 2
    assert "no release of releases in stage is recorded in the bucket ami-deploy-state-" in result.err
    assert len(releases(deployment, PROD)) == 1


def test_status_saysWhatRunsAndWhatDrifted(url: str, deployment: Deployment, clients):
    result = deployment.run("status", "--environment", DEMO)
    assert result.code == 0, result.text
    assert "releases-demo runs release 5, a rollback of demo 1" in result.out
    assert "1 of 1 instances are healthy" in result.out
    assert "drift" not in result.out
    autoscaling, name = clients("autoscaling"), f"{APP}-{DEMO}"
    autoscaling.suspend_processes(AutoScalingGroupName=name, ScalingProcesses=["AZRebalance"])
    try:
        report = json.loads(deployment.run("status", "--environment", DEMO, "--json").out)
    finally:
        autoscaling.resume_processes(AutoScalingGroupName=name, ScalingProcesses=["AZRebalance"])
    assert report["drift"] == ["suspended processes: AZRebalance now, none in the record"]


def test_twoDeploymentsAtOnce_oneIsRefused(url: str, deployment: Deployment):
    first = deployment.start(*deploy_arguments(DEMO, "--app-version", "1.1", "--build", "first"))
    eventually("its release", lambda: newest(deployment)["state"] == "running", timeout=60, every=0.2)
    second = deployment.run(*deploy_arguments(DEMO, "--build", "second"))
    assert second.code == 5, second.text
    assert re.search(r"error: first \(process \d+ on \S+\) works on demo since \S+: wait for its end", second.err)
    out, err = first.communicate(timeout=300)
    print(err, out)
    assert first.returncode == 0, err
    assert newest(deployment)["build"] == "first" and newest(deployment)["state"] == "healthy"


def test_interruptedDeployment_isRecordedAsAborted(url: str, deployment: Deployment, clients):
    process = deployment.start(
        "deploy", "--environment", DEMO, "--auto-approve", "--image-id", image(deployment, 2), "--build", "stopped"
    )
    running_refresh(clients, len(refreshes(clients, DEMO)))
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=300)
    print(err, out)
    assert process.returncode == 130, err
    record = newest(deployment)
    assert record["build"] == "stopped" and record["state"] == "aborted"
    assert record["end"]["failure"]["cause"] == "ABORTED"
    assert version(url)["version"] == "1.0"


def image(deployment: Deployment, number: int) -> str:
    return releases(deployment, DEMO)[number]["end"]["image_id"]


def running_refresh(clients, before: int) -> None:
    eventually("its refresh", lambda: len(refreshes(clients, DEMO)) > before, timeout=120, every=0.2)


def test_failedDeployment_isRecordedWithItsCause(url: str, deployment: Deployment, world: World):
    world.fault("refuse-launches", LAUNCH_QUOTA, "--group", f"{APP}-{DEMO}")
    try:
        result = deployment.run("deploy", "--environment", DEMO, "--auto-approve", "--image-id", image(deployment, 2))
    finally:
        world.fault("clear")
    assert result.code == 3, result.text
    failure = newest(deployment)["end"]["failure"]
    assert failure["cause"] == "QUOTA_EXCEEDED"
    assert failure["summary"] and failure["evidence"] and failure["cure"]
    assert version(url)["version"] == "1.0"


def test_killedDeployment_readsCrashedAndIsTakenOver(url: str, deployment: Deployment, clients):
    before = len(refreshes(clients, DEMO))
    process = deployment.start(
        "deploy", "--environment", DEMO, "--auto-approve", "--image-id", image(deployment, 2), "--build", "killed"
    )
    running_refresh(clients, before)
    process.kill()
    process.wait(timeout=30)
    crashed = newest(deployment)
    assert crashed["build"] == "killed" and crashed["state"] == "crashed"
    result = deployment.run(
        "deploy", "--environment", DEMO, "--auto-approve", "--image-id", image(deployment, 2), "--build", "next"
    )
    assert result.code == 0, result.text
    assert re.search(
        rf"takes demo over from killed \(process \d+ on \S+\), which ended without a word; its release "
        rf"{crashed['number']} reads crashed",
        result.err,
    )
    assert "edition two" in page(url)
    known = releases(deployment, DEMO)
    assert known[crashed["number"]]["state"] == "crashed"
    assert newest(deployment)["build"] == "next" and newest(deployment)["state"] == "healthy"


def test_table_hasEveryRelease(url: str, deployment: Deployment):
    result = deployment.run("releases", "--environment", DEMO)
    lines = result.out.splitlines()
    assert lines[0].split() == ["RELEASE", "RESULT", "KIND", "STARTED", "TOOK", "VERSION", "COMMIT", "IMAGE", "BY"]
    assert {line.split()[1] for line in lines[1:]} == {"healthy", "unchanged", "aborted", "failed", "crashed"}
    deployment.run("status", "--environment", DEMO)


def test_destroy_leavesTheRecords(url: str, deployment: Deployment):
    for name in (DEMO, PROD):
        result = deployment.run("destroy", "--environment", name, "--auto-approve")
        assert result.code == 0, result.text
    status = deployment.run("status", "--environment", DEMO)
    assert "has no stack" in status.out
    assert newest(deployment)["state"] == "healthy"
