"""Ctrl-C in the middle: the tool gets the signal once, cleans up, and nothing of it is left in the account."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

from deployment import Deployment
from world import eventually

ENVIRONMENT = "abort"


def interrupt(process: subprocess.Popen) -> tuple[int, str]:
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=300)
    print(err, out)
    return process.returncode, err + out


def test_interruptedBake_leavesNoInstanceNoKeyPairNoSecurityGroup(
    deployment: Deployment, clients, short_directory: Path
):
    deployment.environment_file(ENVIRONMENT)
    ec2 = clients("ec2")
    before = {group["GroupId"] for group in ec2.describe_security_groups()["SecurityGroups"]}

    def baking() -> list[dict]:
        filters = [
            {"Name": "tag:ami-deploy:temporary", "Values": ["true"]},
            {"Name": "tag:ami-deploy:environment", "Values": [ENVIRONMENT]},
            {"Name": "instance-state-name", "Values": ["running"]},
        ]
        return ec2.describe_instances(Filters=filters)["Reservations"]

    process = deployment.start(
        "bake", "--environment", ENVIRONMENT, "--app-version", "1", "--commit", "abad1dea",
        environment={"TMPDIR": str(short_directory)},
    )  # fmt: skip
    try:
        eventually("the bake's instance", baking, timeout=120, every=0.2)
    finally:
        code, text = interrupt(process)
    assert code == 130, text
    assert baking() == []
    assert list(short_directory.iterdir()) == []
    assert ec2.describe_key_pairs()["KeyPairs"] == []
    assert {group["GroupId"] for group in ec2.describe_security_groups()["SecurityGroups"]} == before


def test_interruptedApply_releasesTheLockAndKeepsTheState(deployment: Deployment, clients, world):
    deployment.environment_file(ENVIRONMENT)
    before = {group["GroupId"] for group in clients("ec2").describe_security_groups()["SecurityGroups"]}
    image = clients("ec2").describe_images(Filters=[{"Name": "name", "Values": ["debian-12-amd64-*"]}])["Images"][0]
    process = deployment.start(
        "apply", "--environment", ENVIRONMENT, "--auto-approve", "--create-state-bucket",
        "--image-id", image["ImageId"], "--app-version", "1", "--commit", "abad1dea",
    )  # fmt: skip
    try:
        eventually(
            "the load balancer", lambda: clients("elbv2").describe_load_balancers()["LoadBalancers"], 180, every=0.2
        )
    finally:
        code, text = interrupt(process)
    assert code == 130, text
    assert "run apply again to finish, or destroy to remove what is there" in text
    objects = [
        entry["Key"]
        for bucket in clients("s3").list_buckets()["Buckets"]
        for entry in clients("s3").list_objects_v2(Bucket=bucket["Name"]).get("Contents", [])
    ]
    assert [key for key in objects if key.endswith(".tflock")] == []
    assert f"web/{ENVIRONMENT}/terraform.tfstate" in objects
    result = deployment.run("destroy", "--environment", ENVIRONMENT, "--auto-approve")
    assert result.code == 0, result.text
    assert clients("elbv2").describe_load_balancers()["LoadBalancers"] == []
    assert {group["GroupId"] for group in clients("ec2").describe_security_groups()["SecurityGroups"]} == before
