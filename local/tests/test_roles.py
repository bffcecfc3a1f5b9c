"""Credentials of instances' roles, and what may be done with them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from embedded_aws.ec2 import lookup
from embedded_aws.ec2.metadata_content import content
from embedded_aws.world import World
from machines import debian

TRUST = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
ACCOUNT = "123456789012"


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource} | more


def parameter(name: str) -> str:
    return f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/{name}"


class Machine:
    """An instance with a profile, seen from inside."""

    def __init__(self, world: World, trust: dict[str, Any] = TRUST, **launch: Any) -> None:
        self.world, self.iam = world, world.clients.iam
        self._clients: dict[tuple[str, ...], Any] = {}
        arguments = {"RoleName": "shop", "Path": "/ami-deploy/shop/", "AssumeRolePolicyDocument": policy(trust)}
        self.role_arn = self.iam.create_role(**arguments)["Role"]["Arn"]
        self.iam.create_instance_profile(InstanceProfileName="shop")
        self.iam.add_role_to_instance_profile(InstanceProfileName="shop", RoleName="shop")
        ec2 = world.clients.ec2
        launch = launch or {"ImageId": debian(ec2), "IamInstanceProfile": {"Name": "shop"}, "InstanceType": "t3.small"}
        self.id = ec2.run_instances(MinCount=1, MaxCount=1, **launch)["Instances"][0]["InstanceId"]
        self.arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/shop/{self.id}"

    def metadata(self, path: str) -> Any:
        with self.world.lock:
            return content(self.world, lookup.instance(self.world, self.id), f"/latest/meta-data/{path}")

    def credentials(self) -> dict[str, str]:
        return json.loads(self.metadata("iam/security-credentials/shop"))

    def client(self, service: str, **other: str) -> Any:
        found = self.credentials() | other
        name = (service, *found.values())
        if name not in self._clients:
            self._clients[name] = self._client(service, found)
        return self._clients[name]

    def _client(self, service: str, found: dict[str, str]) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.world.clients.endpoint,
            region_name="us-east-1",
            aws_access_key_id=found["AccessKeyId"],
            aws_secret_access_key=found["SecretAccessKey"],
            aws_session_token=found["Token"],
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )

    def may(self, *statements: dict[str, Any]) -> None:
        self.iam.put_role_policy(RoleName="shop", PolicyName="inline", PolicyDocument=policy(*statements))

    def read(self, name: str, **more: Any) -> str:
        return self.client("ssm").get_parameter(Name=name, WithDecryption=True, **more)["Parameter"]["Value"]


@pytest.fixture
def machine(world: World) -> Machine:
    return Machine(world)


@pytest.fixture
def ssm(world: World) -> Any:
    world.clients.ssm.put_parameter(Name="/web/url", Value="hidden", Type="SecureString")
    world.clients.ssm.put_parameter(Name="/web/level", Value="info", Type="String")
    return world.clients.ssm


def refusal(code: str = "AccessDeniedException") -> Any:
    return pytest.raises(ClientError, match=code)


# --- credentials -----------------------------------------------------------------------------------------------------


def test_metadata_tells_profile_role_and_credentials_that_are_the_roles_session(machine: Machine) -> None:
    assert machine.metadata("iam/") == "info\nsecurity-credentials/"
    info = json.loads(machine.metadata("iam/info"))
    assert info["InstanceProfileArn"] == f"arn:aws:iam::{ACCOUNT}:instance-profile/shop"
    assert machine.metadata("iam/security-credentials/") == "shop"
    found = machine.credentials()
    assert (found["Code"], found["Type"]) == ("Success", "AWS-HMAC")
    identity = machine.client("sts").get_caller_identity()
    assert (identity["Arn"], identity["Account"]) == (machine.arn, ACCOUNT)


def test_credentials_are_renewed_before_they_end_and_the_old_ones_expire(machine: Machine, ssm: Any) -> None:
    machine.may(allow("ssm:GetParameter"))
    first = machine.credentials()
    assert machine.credentials() == first
    machine.world.clock.move_to(machine.world.clock.monotonic() + 5 * 3600 + 60)
    second = machine.credentials()
    assert second["AccessKeyId"] != first["AccessKeyId"]
    assert datetime.fromisoformat(second["Expiration"]) > datetime.fromisoformat(first["Expiration"])
    old = machine.client("ssm", **first)
    assert old.get_parameter(Name="/web/level")["Parameter"]["Value"] == "info"
    machine.world.clock.move_to(machine.world.clock.monotonic() + 3600)
    with refusal("ExpiredTokenException"):
        old.get_parameter(Name="/web/level")


def test_an_instance_without_profile_has_no_credentials(world: World) -> None:
    machine = Machine(world, ImageId=debian(world.clients.ec2), InstanceType="t3.small")
    assert machine.metadata("iam/") is None
    assert "iam" not in machine.metadata("")


def test_profile_of_a_launch_template_counts(world: World) -> None:
    data = {"ImageId": debian(world.clients.ec2), "IamInstanceProfile": {"Name": "shop"}, "InstanceType": "t3.small"}
    world.clients.ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=data)
    machine = Machine(world, LaunchTemplate={"LaunchTemplateName": "web"})
    assert machine.credentials()["Code"] == "Success"


def test_a_role_that_does_not_trust_ec2_is_not_assumed(world: World) -> None:
    machine = Machine(world, TRUST | {"Principal": {"Service": "lambda.amazonaws.com"}})
    assert machine.credentials()["Code"] == "AssumeRoleUnauthorizedAccess"


def test_a_wrong_secret_or_token_is_refused(machine: Machine) -> None:
    with refusal("InvalidSignatureException"):
        machine.client("ssm", SecretAccessKey="wrong").get_parameter(Name="/x")
    with refusal("UnrecognizedClientException"):
        machine.client("ssm", Token="wrong").get_parameter(Name="/x")


# --- what a role allows ----------------------------------------------------------------------------------------------


def test_without_a_policy_nothing_is_allowed_in_awss_words(machine: Machine, ssm: Any) -> None:
    with refusal() as refused:
        machine.read("/web/url")
    assert refused.value.response["Error"]["Message"] == (
        f"User: {machine.arn} is not authorized to perform: ssm:GetParameter on resource: {parameter('web/url')} "
        "because no identity-based policy allows the ssm:GetParameter action"
    )
    with refusal():
        machine.read("/nothing")
    assert ssm.get_parameter(Name="/web/url", WithDecryption=True)["Parameter"]["Value"] == "hidden"


@pytest.mark.parametrize(
    "resource", [parameter("web/url"), [parameter("x"), parameter("web/*")], "*", parameter("web/ur?")]
)
def test_a_parameter_is_allowed_by_its_arn_or_a_pattern(machine: Machine, ssm: Any, resource: Any) -> None:
    machine.may(allow(["ssm:GetParameter", "ssm:GetParameters"], resource))
    assert machine.read("/web/url") == machine.read(parameter("web/url")) == "hidden"
    found = machine.client("ssm").get_parameters(Names=["/web/url"], WithDecryption=True)["Parameters"]
    assert found[0]["Value"] == "hidden"


def test_a_parameter_without_a_slash_is_found_by_its_arn(machine: Machine, ssm: Any) -> None:
    ssm.put_parameter(Name="plain", Value="found", Type="SecureString")
    machine.may(allow("ssm:GetParameter", parameter("plain")))
    assert machine.read(parameter("plain")) == machine.read("plain") == "found"


def test_another_parameter_or_action_is_not_allowed(machine: Machine, ssm: Any) -> None:
    machine.may(allow("ssm:getparameter", parameter("web/url")))
    assert machine.read("/web/url") == "hidden"
    for refused in ("/web/level", "/web/url2"):
        with refusal():
            machine.read(refused)
    with refusal():
        machine.client("ssm").get_parameters(Names=["/web/url"])
    with refusal("UnauthorizedOperation"):
        machine.client("ec2").describe_instances()
    with refusal("AccessDenied"):
        machine.client("s3").list_buckets()


def test_a_missing_parameter_that_is_allowed_is_not_found(machine: Machine, ssm: Any) -> None:
    machine.may(allow("ssm:*", "*"))
    with refusal("ParameterNotFound"):
        machine.read("/web/nothing")


def test_a_deny_wins(machine: Machine, ssm: Any) -> None:
    machine.may(allow("ssm:*"), allow("ssm:Get*", parameter("web/*"), Effect="Deny"))
    with refusal("with an explicit deny in an identity-based policy"):
        machine.read("/web/url")


def test_attached_policies_and_boundaries_count(machine: Machine, ssm: Any) -> None:
    iam = machine.iam
    arn = iam.create_policy(PolicyName="read", PolicyDocument=policy(allow("ssm:Get*")))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="shop", PolicyArn=arn)
    assert machine.read("/web/url") == "hidden"
    limit = iam.create_policy(PolicyName="limit", PolicyDocument=policy(allow("s3:*")))["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName="shop", PermissionsBoundary=limit)
    with refusal("because no permissions boundary allows the ssm:GetParameter action"):
        machine.read("/web/url")


def test_what_cannot_be_judged_is_refused_by_name(machine: Machine, ssm: Any) -> None:
    machine.may(allow("ssm:GetParameter", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}))
    with refusal("the embedded AWS cannot judge the condition IpAddress"):
        machine.read("/web/url")
    machine.may(allow("ssm:GetParameter", Condition={"StringEquals": {"aws:ResourceTag/app": "web"}}))
    with refusal("cannot judge the condition key aws:resourcetag/app of ssm:GetParameter"):
        machine.read("/web/url")
    machine.may(allow("ec2:DescribeInstances", "arn:aws:ec2:*:*:instance/*"))
    with refusal("cannot judge which resource ec2:DescribeInstances is about"):
        machine.client("ec2").describe_instances()
    machine.may(allow("*"))
    with refusal("cannot judge sts:AssumeRole"):
        machine.client("sts").assume_role(RoleArn=machine.role_arn, RoleSessionName="other")


def test_conditions_that_are_known_are_followed(machine: Machine, ssm: Any) -> None:
    for condition, expected in [
        ({"StringEquals": {"aws:RequestedRegion": ["us-east-1", "eu-west-1"]}}, True),
        ({"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}}, False),
        (
            {
                "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/ami-deploy/*"},
                "Bool": {"aws:SecureTransport": True},
            },
            True,
        ),
        ({"StringEquals": {"kms:ViaService": "ssm.us-east-1.amazonaws.com"}}, False),
        ({"StringEqualsIfExists": {"kms:ViaService": "ssm.us-east-1.amazonaws.com"}}, True),
    ]:
        machine.may(allow("ssm:GetParameter", Condition=condition))
        if expected:
            assert machine.read("/web/url") == "hidden"
        else:
            with refusal():
                machine.read("/web/url")


# --- keys and secrets ------------------------------------------------------------------------------------------------


def test_a_key_of_ones_own_has_to_be_allowed_for_a_secure_string(machine: Machine, world: World) -> None:
    key = world.clients.kms.create_key()["KeyMetadata"]["Arn"]
    world.clients.ssm.put_parameter(Name="/own", Value="hidden", Type="SecureString", KeyId=key)
    machine.may(allow("ssm:GetParameter"))
    with refusal(f"kms:Decrypt on resource: {key} because no identity-based policy allows the kms:Decrypt action"):
        machine.read("/own")
    via = {"StringEquals": {"kms:ViaService": "ssm.us-east-1.amazonaws.com"}}
    machine.may(allow("ssm:GetParameter"), allow("kms:Decrypt", key, Condition=via))
    assert machine.read("/own") == "hidden"
    via = {"StringLike": {"kms:ViaService": "secretsmanager.*.amazonaws.com"}}
    machine.may(allow("ssm:GetParameter"), allow("kms:Decrypt", "*", Condition=via))
    with refusal():
        machine.read("/own")


def test_a_secret_is_allowed_by_its_arn(machine: Machine, world: World) -> None:
    arn = world.clients.secretsmanager.create_secret(Name="web/db", SecretString="hidden")["ARN"]
    machine.may(allow("secretsmanager:GetSecretValue", arn))
    client = machine.client("secretsmanager")
    for name in (arn, arn[:-7], "web/db"):
        assert client.get_secret_value(SecretId=name)["SecretString"] == "hidden"
    with refusal("on resource: web/other because no identity-based policy"):
        client.get_secret_value(SecretId="web/other")
    with refusal():
        client.list_secrets()


def test_a_secret_with_a_key_of_ones_own_needs_it(machine: Machine, world: World) -> None:
    key = world.clients.kms.create_key()["KeyMetadata"]["Arn"]
    world.clients.kms.create_alias(AliasName="alias/own", TargetKeyId=key)
    secret = {"Name": "db", "SecretString": "hidden", "KmsKeyId": "alias/own"}
    arn = world.clients.secretsmanager.create_secret(**secret)["ARN"]
    machine.may(allow("secretsmanager:GetSecretValue", arn))
    with refusal("Access to KMS is not allowed"):
        machine.client("secretsmanager").get_secret_value(SecretId="db")
    machine.may(allow("secretsmanager:GetSecretValue", arn), allow("kms:Decrypt", key))
    assert machine.client("secretsmanager").get_secret_value(SecretId="db")["SecretString"] == "hidden"


def test_objects_are_judged_by_bucket_and_key(machine: Machine, world: World) -> None:
    world.clients.s3.create_bucket(Bucket="files")
    world.clients.s3.put_object(Bucket="files", Key="a/b c", Body=b"x")
    machine.may(allow("s3:GetObject", "arn:aws:s3:::files/a/*"), allow("s3:ListBucket", "arn:aws:s3:::files"))
    s3 = machine.client("s3")
    assert s3.get_object(Bucket="files", Key="a/b c")["Body"].read() == b"x"
    assert s3.list_objects_v2(Bucket="files")["KeyCount"] == 1
    with refusal("AccessDenied"):
        s3.put_object(Bucket="files", Key="a/b", Body=b"y")
