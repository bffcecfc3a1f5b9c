"""A stack that an earlier version of these recipes made is taken over: nothing is replaced, nothing is destroyed, and it can go away.

The earlier version is taken from Git's history and applied with bare Terraform, with an image as that version tagged it: of an application
and of an environment, without a fingerprint.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
from pathlib import Path

import pytest
from deployment import Deployment
from world import ROOT, World

#: The commit whose stacks are taken over.
LANDED = "cb6ea60"
APP, ENVIRONMENT, REGION = "web", "landed", "us-east-1"
TAGS = {
    "Name": "web-landed-20261120100000",
    "ami-deploy:app": APP,
    "ami-deploy:environment": ENVIRONMENT,
    "ami-deploy:build": "deploy-41",
    "ami-deploy:commit": "4c0ffee",
    "ami-deploy:version": "1.4.0",
    "ami-deploy:base-image": "ami-0123456789abcdef0 debian-12-amd64-20260901-2200",
}
OF_THE_STACK = [
    {"Name": "tag:ami-deploy:app", "Values": [APP]},
    {"Name": "tag:ami-deploy:environment", "Values": [ENVIRONMENT]},
]


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Terraform configuration of that commit."""
    archive = subprocess.run(["git", "archive", LANDED, "terraform"], cwd=ROOT, capture_output=True)
    if archive.returncode:
        pytest.skip(f"the commit {LANDED} is not in this checkout's history: {archive.stderr.decode().strip()}")
    directory = tmp_path_factory.mktemp("landed")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as packed:
        packed.extractall(directory, filter="data")
    return directory / "terraform"


@pytest.fixture(scope="module")
def image(clients) -> str:
    """A copy of the distribution's image; what boots from it matters to nobody here."""
    ec2 = clients("ec2")
    [source, *_] = ec2.describe_images(Filters=[{"Name": "name", "Values": ["debian-12-amd64-*"]}])["Images"]
    tags = [{"Key": key, "Value": value} for key, value in TAGS.items()]
    copy = ec2.copy_image(
        Name=TAGS["Name"],
        SourceImageId=source["ImageId"],
        SourceRegion=REGION,
        Encrypted=True,
        TagSpecifications=[{"ResourceType": kind, "Tags": tags} for kind in ("image", "snapshot")],
    )["ImageId"]
    ec2.get_waiter("image_available").wait(ImageIds=[copy])
    return copy


@pytest.fixture(scope="module")
def bucket(clients) -> str:
    """The bucket of the state, as the command line makes it."""
    s3, name = clients("s3"), f"ami-deploy-state-{clients('sts').get_caller_identity()['Account']}-{REGION}"
    if name not in {each["Name"] for each in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    encryption = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration=encryption)
    closed = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(closed, True))
    return name


@pytest.fixture(scope="module")
def stack(landed: Path, image: str, bucket: str, deployment: Deployment, world: World, tmp_path_factory) -> dict:
    """The stack by that commit's configuration; its outputs."""
    deployment.environment_file(ENVIRONMENT)
    environment = (
        os.environ | world.environment | {"TF_DATA_DIR": str(tmp_path_factory.mktemp("data")), "TF_IN_AUTOMATION": "1"}
    )

    def terraform(*arguments: str) -> str:
        result = subprocess.run(
            ["terraform", *arguments], cwd=landed, env=environment, capture_output=True, text=True, timeout=600
        )
        assert result.returncode == 0, result.stdout[-3000:] + result.stderr
        return result.stdout

    backend = {
        "bucket": bucket,
        "key": f"{APP}/{ENVIRONMENT}/terraform.tfstate",
        "region": REGION,
        "use_lockfile": "true",
    }
    terraform("init", "-input=false", *(f"-backend-config={key}={value}" for key, value in backend.items()))
    variables = {"app": APP, "environment": ENVIRONMENT, "region": REGION, "image_id": image, "build": "deploy-42"}
    terraform("apply", "-input=false", "-auto-approve", *(f"-var={key}={value}" for key, value in variables.items()))
    return {name: output["value"] for name, output in json.loads(terraform("output", "-json")).items()}


def identities(clients) -> dict[str, list[str]]:
    """What a replacement would change: ids of everything that the stack consists of."""
    ec2, name = clients("ec2"), f"{APP}-{ENVIRONMENT}"
    groups = ec2.describe_security_groups(Filters=OF_THE_STACK)["SecurityGroups"]
    rules = ec2.describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": [group["GroupId"] for group in groups]}]
    )["SecurityGroupRules"]
    balancers = clients("elbv2").describe_load_balancers(Names=[name])["LoadBalancers"]
    listeners = clients("elbv2").describe_listeners(LoadBalancerArn=balancers[0]["LoadBalancerArn"])["Listeners"]
    scaling = clients("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
    return {
        "security groups": sorted(group["GroupId"] for group in groups),
        "rules": sorted(rule["SecurityGroupRuleId"] for rule in rules),
        "load balancers": [balancer["LoadBalancerArn"] for balancer in balancers],
        "listeners": [listener["ListenerArn"] for listener in listeners],
        "groups": [f"{group['AutoScalingGroupARN']} of {group['CreatedTime']}" for group in scaling],
        "templates": [
            template["LaunchTemplateId"]
            for template in ec2.describe_launch_templates(Filters=OF_THE_STACK[:1])["LaunchTemplates"]
            if template["LaunchTemplateName"].startswith(f"{name}-")
        ],
    }


def test_plan_replacesAndDestroysNothing(stack: dict, image: str, deployment: Deployment):
    result = deployment.run("plan", "--environment", ENVIRONMENT, "--image-id", image)
    assert result.code == 0, result.text
    assert result.last_line == "0 to add, 1 to change, 0 to replace, 0 to destroy"
    assert "aws_launch_template.web" in result.text


def test_apply_keepsEverythingAndAddsATemplateVersion(stack: dict, image: str, deployment: Deployment, clients):
    before = identities(clients)
    assert all(before.values())
    result = deployment.run("apply", "--environment", ENVIRONMENT, "--image-id", image, "--auto-approve")
    assert result.code == 0, result.text
    assert identities(clients) == before
    versions = clients("ec2").describe_launch_template_versions(LaunchTemplateId=stack["launch_template_id"])
    numbers = sorted(version["VersionNumber"] for version in versions["LaunchTemplateVersions"])
    assert numbers == [1, 2] and stack["launch_template_version"] == "1"
    # Only the new version tells an instance which release it is.
    told = {
        version["VersionNumber"]: bool(version["LaunchTemplateData"].get("UserData"))
        for version in versions["LaunchTemplateVersions"]
    }
    assert told == {1: False, 2: True}


def test_destroy_removesStackAndItsImage(stack: dict, image: str, deployment: Deployment, clients):
    result = deployment.run("destroy", "--environment", ENVIRONMENT, "--auto-approve")
    assert result.code == 0, result.text
    assert clients("ec2").describe_images(Owners=["self"], Filters=OF_THE_STACK)["Images"] == []
    assert clients("ec2").describe_snapshots(OwnerIds=["self"], Filters=OF_THE_STACK)["Snapshots"] == []
    assert clients("ec2").describe_security_groups(Filters=OF_THE_STACK)["SecurityGroups"] == []
