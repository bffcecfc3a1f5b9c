"""`local/aws inventory`: what is in the account, by the embedded AWS's own records."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator

import pytest
from worlds import REGION, HttpWorld, Stack


@pytest.fixture
def w() -> Iterator[HttpWorld]:
    world = HttpWorld()
    world.ec2.describe_vpcs()
    yield world
    world.close()


def listed(w: HttpWorld) -> set[str]:
    with urllib.request.urlopen(f"{w.endpoint}/_world/inventory", timeout=60) as response:
        return set(json.load(response))


def kinds(lines: set[str]) -> set[str]:
    return {line.rsplit(" ", 1)[0] for line in lines}


def test_whatIsMade_isListedByServiceRegionKindAndName(w: HttpWorld) -> None:
    before = listed(w)
    assert any(line.startswith(f"ec2 {REGION} VPC vpc-") for line in before)
    stack = Stack(w)
    stack.balancer(stack.target_group())
    stack.create(1)
    w.advance(2)
    w.ec2.create_key_pair(KeyName="a-key")
    w.iam.create_role(RoleName="a-role", AssumeRolePolicyDocument="{}")
    w.s3.create_bucket(Bucket="inventory")
    w.s3.put_object(Bucket="inventory", Key="web/prod/terraform.tfstate", Body=b"{}")
    made = listed(w) - before
    assert {
        f"ec2 {REGION} KeyPair a-key",
        "s3 aws Bucket inventory",
        "s3 aws Key inventory/web/prod/terraform.tfstate",
    } <= made
    assert {
        f"autoscaling {REGION} AutoScalingGroup",
        f"ec2 {REGION} Instance",
        f"ec2 {REGION} LaunchTemplate",
        f"ec2 {REGION} SecurityGroup",
        f"ec2 {REGION} Volume",
        f"elbv2 {REGION} LoadBalancer",
        f"elbv2 {REGION} TargetGroup",
        "iam aws Role",
    } <= kinds(made)


def test_whatIsTakenAway_isListedNoMore(w: HttpWorld) -> None:
    group = w.ec2.create_security_group(GroupName="one", Description="one")["GroupId"]
    image = w.ec2.describe_images(Owners=["136693071363"])["Images"][0]["ImageId"]
    before = listed(w)
    launched = w.ec2.run_instances(ImageId=image, InstanceType="t3.small", MinCount=1, MaxCount=1)["Instances"][0]
    assert f"ec2 {REGION} Instance {launched['InstanceId']}" in listed(w)
    w.ec2.terminate_instances(InstanceIds=[launched["InstanceId"]])
    w.advance(5)
    assert listed(w) == before
    w.ec2.delete_security_group(GroupId=group)
    assert before - listed(w) == {f"ec2 {REGION} SecurityGroup {group}"}


def test_objectWithADeleteMarker_isListedNoMore(w: HttpWorld) -> None:
    w.s3.create_bucket(Bucket="marked")
    w.s3.put_bucket_versioning(Bucket="marked", VersioningConfiguration={"Status": "Enabled"})
    w.s3.put_object(Bucket="marked", Key="web/prod/terraform.tfstate.tflock", Body=b"{}")
    assert "s3 aws Key marked/web/prod/terraform.tfstate.tflock" in listed(w)
    w.s3.delete_object(Bucket="marked", Key="web/prod/terraform.tfstate.tflock")
    assert [line for line in listed(w) if "marked" in line] == ["s3 aws Bucket marked"]
