"""What stands and the state does not know: the next apply takes it up and replaces nothing, a destroy removes it before Terraform would wait.

On an embedded AWS that keeps records only. A state is lost, or is the one that was written before an apply was cut off. A killed bake is what
it leaves: a key pair and a security group without a tag, and the claim of them.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from deployment import STATE_BUCKET, Deployment
from world import ROOT, World, eventually, running_world

APP, ENVIRONMENT = "lost", "demo"
STATE = f"{APP}/{ENVIRONMENT}/terraform.tfstate"
#: What an apply makes last, so that a state that was written before lacks it.
LAST = {
    "aws_autoscaling_group.web",
    "aws_lb_listener.http",
    "aws_vpc_security_group_ingress_rule.instance_http",
    "aws_launch_template.web",
}


@pytest.fixture(scope="module")
def records() -> Iterator[World]:
    with running_world(f"orphans{os.getpid()}", "--api-only", limit=120) as world:
        yield world


@dataclass
class Stack:
    """The application's stack as the world has it, and its state."""

    world: World
    deployment: Deployment
    image: str

    @property
    def s3(self):
        return self.world.client("s3")

    def apply(self):
        return self.deployment.run(
            "apply", "-e", ENVIRONMENT, "--image-id", self.image, "--auto-approve", "--create-state-bucket"
        )

    def lose(self) -> None:
        self.s3.delete_object(Bucket=STATE_BUCKET, Key=STATE)

    def forget(self, addresses: set[str]) -> None:
        """Has the state be one that was written before these were made."""
        state = json.loads(self.s3.get_object(Bucket=STATE_BUCKET, Key=STATE)["Body"].read())
        before = len(state["resources"])
        state["resources"] = [each for each in state["resources"] if f"{each['type']}.{each['name']}" not in addresses]
        assert len(state["resources"]) == before - len(addresses)
        self.s3.put_object(Bucket=STATE_BUCKET, Key=STATE, Body=json.dumps(state).encode())

    def identities(self) -> dict[str, list[str]]:
        """Ids of everything that the stack consists of; empty lists where there is nothing."""
        ec2, balancing, scaling = (self.world.client(name) for name in ("ec2", "elbv2", "autoscaling"))
        mine = [{"Name": "tag:ami-deploy:app", "Values": [APP]}]
        groups = [each["GroupId"] for each in ec2.describe_security_groups(Filters=mine)["SecurityGroups"]]
        rules = [
            rule["SecurityGroupRuleId"]
            for group in groups
            for rule in ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])[
                "SecurityGroupRules"
            ]
        ]
        balancers = [
            each["LoadBalancerArn"]
            for each in balancing.describe_load_balancers()["LoadBalancers"]
            if each["LoadBalancerName"].startswith(APP)
        ]
        instances = ec2.describe_instances(
            Filters=[
                *mine,
                {"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "shutting-down"]},
            ]
        )["Reservations"]
        return {
            "security groups": sorted(groups),
            "rules": sorted(rules),
            "load balancers": balancers,
            "listeners": sorted(
                listener["ListenerArn"]
                for arn in balancers
                for listener in balancing.describe_listeners(LoadBalancerArn=arn)["Listeners"]
            ),
            "target groups": sorted(
                each["TargetGroupArn"]
                for each in balancing.describe_target_groups()["TargetGroups"]
                if each["TargetGroupName"].startswith(APP)
            ),
            "groups": [
                f"{each['AutoScalingGroupARN']} of {each['CreatedTime']}"
                for each in scaling.describe_auto_scaling_groups()["AutoScalingGroups"]
                if each["AutoScalingGroupName"].startswith(APP)
            ],
            "instances": sorted(each["InstanceId"] for some in instances for each in some["Instances"]),
            "templates": [
                each["LaunchTemplateId"] for each in ec2.describe_launch_templates(Filters=mine)["LaunchTemplates"]
            ],
            "alarms": sorted(
                each["AlarmName"]
                for each in self.world.client("cloudwatch").describe_alarms(AlarmNamePrefix=f"{APP}-")["MetricAlarms"]
            ),
        }


@pytest.fixture(scope="module")
def stack(records: World, checkout: Path) -> Stack:
    deployment = Deployment(ROOT / "ami-deploy", records, checkout)
    deployment.environment_file(ENVIRONMENT, app=APP)
    return Stack(records, deployment, copied_image(records))


def copied_image(world: World) -> str:
    ec2 = world.client("ec2")
    published = ec2.describe_images(Owners=["136693071363"])["Images"][0]["ImageId"]
    values = {"app": APP, "layer": "application", "fingerprint": "1" * 64, "build": "b-1"}
    tags = [{"Key": f"ami-deploy:{key}", "Value": value} for key, value in values.items()]
    return ec2.copy_image(
        Name=f"{APP}-1",
        SourceImageId=published,
        SourceRegion=world.environment["AWS_REGION"],
        Encrypted=True,
        TagSpecifications=[{"ResourceType": kind, "Tags": tags} for kind in ("image", "snapshot")],
    )["ImageId"]


@pytest.fixture(scope="module")
def standing(stack: Stack) -> dict[str, list[str]]:
    """Made by an apply that ended well; what it is made of."""
    made = stack.apply()
    assert made.code == 0, made.text
    assert "does not know" not in made.err
    # The group launches its instance by itself.
    eventually("all of it", lambda: all(stack.identities().values()), timeout=60)
    return stack.identities()


def test_apply_afterOneThatWasCutOff_takesUpWhatTheStateLacks_andReplacesNothing(stack: Stack, standing: dict):
    stack.forget(LAST)

    result = stack.apply()

    assert result.code == 0, result.text
    assert f"the state does not know {len(LAST)} parts of the stack" in result.err
    assert "0 to add" in result.err and "0 to replace, 0 to destroy" in result.err
    assert stack.identities() == standing
    again = stack.deployment.run("plan", "-e", ENVIRONMENT, "--image-id", stack.image)
    assert again.code == 0 and "does not know" not in again.err, again.text


def test_apply_afterTheStateWasLost_takesUpWhatServes_andNamesWhatAnApplyLeftBesideIt(stack: Stack, standing: dict):
    ec2 = stack.world.client("ec2")
    vpc = ec2.describe_security_groups(GroupIds=[standing["security groups"][0]])["SecurityGroups"][0]["VpcId"]
    tags = {"Name": f"{APP}-{ENVIRONMENT}-instance", "ami-deploy:app": APP, "ami-deploy:environment": ENVIRONMENT}
    beside = ec2.create_security_group(
        GroupName=f"{APP}-{ENVIRONMENT}-instance-0",
        Description="left",
        VpcId=vpc,
        TagSpecifications=[
            {"ResourceType": "security-group", "Tags": [{"Key": key, "Value": tags[key]} for key in tags]}
        ],
    )["GroupId"]
    stack.lose()

    result = stack.apply()

    assert result.code == 0, result.text
    assert "the state does not know 13 parts of the stack" in result.err
    assert f"security group {beside}" in result.err and "no place in it" in result.err
    assert "0 to add" in result.err and "0 to replace, 0 to destroy" in result.err
    ec2.describe_security_groups(GroupIds=[beside])
    after = stack.identities()
    assert set(after.pop("security groups")) == {*standing["security groups"], beside}
    assert set(after.pop("rules")) >= set(standing["rules"])
    assert after == {kind: ids for kind, ids in standing.items() if kind in after}


def test_destroy_removesWhatTheStateDoesNotKnow_beforeTerraformWouldWaitForIt(stack: Stack, standing: dict):
    stack.forget(LAST)
    began = time.monotonic()

    result = stack.deployment.run("destroy", "-e", ENVIRONMENT, "--auto-approve")

    assert result.code == 0, result.text
    assert result.last_line == "0 left behind"
    assert "which the state does not know" in result.err
    assert not any(stack.identities().values()), stack.identities()
    # Terraform gives a security group that is in use up after 15 minutes.
    assert time.monotonic() - began < 300


def image_without_tags(stack: Stack, name: str) -> tuple[str, str]:
    """Image and snapshot, as they are when Packer is ended right after it asked for them."""
    ec2 = stack.world.client("ec2")
    published = ec2.describe_images(Owners=["136693071363"])["Images"][0]["ImageId"]
    [machine] = ec2.run_instances(ImageId=published, MinCount=1, MaxCount=1, InstanceType="t3.small")["Instances"]
    ec2.get_waiter("instance_running").wait(InstanceIds=[machine["InstanceId"]], WaiterConfig={"Delay": 1})
    image = ec2.create_image(InstanceId=machine["InstanceId"], Name=name)["ImageId"]
    ec2.get_waiter("image_available").wait(ImageIds=[image], WaiterConfig={"Delay": 1})
    ec2.terminate_instances(InstanceIds=[machine["InstanceId"]])
    [device] = ec2.describe_images(ImageIds=[image])["Images"][0]["BlockDeviceMappings"]
    return image, device["Ebs"]["SnapshotId"]


def test_destroy_removesWhatADeadBakeClaims_andNamesWhatNobodyDoes(stack: Stack):
    ec2 = stack.world.client("ec2")
    vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    mine = f"{APP}-2"
    ours, others = "packer_6b042887-d877-097e-4e49-e8d11c1970c4", "packer_6b0428ea-540d-5624-f045-7c440b453f89"
    groups = {
        name: ec2.create_security_group(GroupName=name, Description="Temporary group for Packer", VpcId=vpc)["GroupId"]
        for name in (ours, others)
    }
    for name in (f"packer_{mine}", "packer_theirs"):
        ec2.create_key_pair(KeyName=name)
    half_made = {name: image_without_tags(stack, name) for name in (mine, "theirs")}
    for kind, name in (("KEY_PAIR", f"packer_{mine}"), ("SECURITY_GROUP", ours)):
        claim = {
            "format": 1,
            "kind": kind,
            "name": name,
            "environment": ENVIRONMENT,
            "expires_at": "2026-01-01T00:00:00Z",
            "build": "cli-ann-1",
            "build_url": "",
            "host": "elsewhere",
            "boot": "",
            "process": 1,
            "process_started_at": "",
        }
        stack.s3.put_object(
            Bucket=STATE_BUCKET,
            Key=f"{APP}/bakes/{ENVIRONMENT}.cli-ann-1/{name}.json",
            Body=json.dumps(claim).encode(),
        )

    result = stack.deployment.run("destroy", "-e", ENVIRONMENT, "--auto-approve")

    assert result.code == 0, result.text
    assert result.last_line == "0 left behind"
    assert {each["KeyName"] for each in ec2.describe_key_pairs()["KeyPairs"]} == {"packer_theirs"}
    left = {each["GroupId"] for each in ec2.describe_security_groups()["SecurityGroups"]}
    assert groups[others] in left and groups[ours] not in left
    assert f"keeps security group {groups[others]} ({others}): named as Packer names" in result.err
    assert "keeps key pair packer_theirs" in result.err
    images = {each["ImageId"] for each in ec2.describe_images(Owners=["self"])["Images"]}
    snapshots = {each["SnapshotId"] for each in ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]}
    assert set(half_made["theirs"]) <= images | snapshots
    assert not set(half_made[mine]) & (images | snapshots)
    assert f"removed image {half_made[mine][0]} ({mine})" in result.err
    assert stack.s3.list_objects_v2(Bucket=STATE_BUCKET, Prefix=f"{APP}/bakes/").get("KeyCount", 0) == 0
