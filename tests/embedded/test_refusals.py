"""What a user sees when something is wrong: one clear line that names cause and cure, and nothing half done."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from deployment import Deployment

NOTHING_STARTED = ("RunInstances", "CreateImage", "CreateLoadBalancer", "CreateAutoScalingGroup", "CreateSecurityGroup")


@pytest.fixture(autouse=True)
def nothing_begun(world):
    """None of these may create anything."""
    before = len(world.calls())
    yield
    created = [call["action"] for call in world.calls()[before:] if call["action"] in NOTHING_STARTED]
    assert created == []


def error_lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.lower().startswith(("error", "ami-deploy:"))]


def refused(deployment: Deployment, *arguments: str, code: int, words: list[str], environment: dict | None = None):
    result = deployment.run(*arguments, environment=environment)
    assert result.code == code, result.text
    lines = [line for line in error_lines(result.err) if all(word in line for word in words)]
    assert len(lines) == 1, f"no single line with {words} in: {result.err}"


DEPLOY = (
    "deploy",
    "--auto-approve",
    "--create-state-bucket",
    "--app-version",
    "1",
    "--commit",
    "c0ffee1",
    "--environment",
)


def test_badVariable(deployment: Deployment):
    name = deployment.environment_file("badvar", instance_type="not a type")
    refused(deployment, *DEPLOY, name, code=2, words=["instance_type"])


def test_unknownEnvironment(deployment: Deployment):
    refused(deployment, *DEPLOY, "nowhere", code=2, words=["environments/nowhere.pkrvars.hcl"])


def test_missingTool(deployment: Deployment, tmp_path: Path):
    """A PATH on which everything but packer is to be found."""
    for directory in os.environ["PATH"].split(os.pathsep):
        for tool in Path(directory).glob("*") if Path(directory).is_dir() else []:
            if tool.name != "packer" and not (tmp_path / tool.name).exists():
                (tmp_path / tool.name).symlink_to(tool)
    name = deployment.environment_file("notool")
    environment = {"PATH": str(tmp_path), "AMI_DEPLOY_RUN": "host"}
    refused(deployment, *DEPLOY, name, code=2, words=["packer", "PATH"], environment=environment)


def test_noCredentials(deployment: Deployment):
    name = deployment.environment_file("nocred")
    environment = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent"}
    refused(deployment, *DEPLOY, name, code=2, words=["credentials"], environment=environment)


def test_endpointThatDoesNotAnswer(deployment: Deployment):
    name = deployment.environment_file("noend")
    refused(
        deployment,
        *DEPLOY,
        name,
        code=1,
        words=["NO_ANSWER", "127.0.0.1:9"],
        environment={"AWS_ENDPOINT_URL": "http://127.0.0.1:9"},
    )


def test_vpcWithOneSubnet(deployment: Deployment, clients):
    ec2 = clients("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.77.0.0/24")["Subnet"]["SubnetId"]
    try:
        name = deployment.environment_file("onesub", vpc_id=vpc)
        refused(deployment, *DEPLOY, name, code=2, words=[vpc, "zone"])
    finally:
        ec2.delete_subnet(SubnetId=subnet)
        ec2.delete_vpc(VpcId=vpc)


def test_heldStateLock(deployment: Deployment, clients):
    name = deployment.environment_file("locked")
    account = clients("sts").get_caller_identity()["Account"]
    region = deployment.world.environment["AWS_REGION"]
    bucket, key = f"ami-deploy-state-{account}-{region}", f"web/{name}/terraform.tfstate.tflock"
    s3 = clients("s3")
    if bucket not in [each["Name"] for each in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=bucket)
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    lock = (
        '{"ID":"0f5c1c0e-4f4c-4f5e-9a3e-6f1f2a3b4c5d","Operation":"OperationTypeApply","Info":"","Who":"jenkins@agent-7",'
        f'"Version":"1.11.4","Created":"{created}","Path":"{bucket}/web/{name}/terraform.tfstate"}}'
    )
    s3.put_object(Bucket=bucket, Key=key, Body=lock.encode())
    try:
        refused(deployment, *DEPLOY, name, code=5, words=["lock", "jenkins@agent-7"])
    finally:
        s3.delete_object(Bucket=bucket, Key=key)
