"""What a balancer's attributes refuse: access logs that cannot be written, and the deletion of a protected one."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError
from embedded_aws.elb.attributes import WRITER, may_write
from worlds import HttpWorld, Stack

OBJECT = "arn:aws:s3:::logs/web/AWSLogs/123456789012/ELBAccessLogTestFile"


@pytest.fixture(scope="module")
def w() -> Iterator[HttpWorld]:
    world = HttpWorld()
    yield world
    world.close()


@pytest.fixture(scope="module")
def balancer(w: HttpWorld) -> str:
    stack = Stack(w)
    return stack.balancer(stack.target_group())["LoadBalancerArn"]


def change(w: HttpWorld, balancer: str, **values: str) -> tuple[str, str] | None:
    """The error of setting these attributes, underscores standing for dots; None when they are taken."""
    attributes = [{"Key": key.replace("__", "."), "Value": value} for key, value in values.items()]
    try:
        w.elbv2.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=attributes)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    return None


def allow(
    principal: dict[str, str], resource: str = "arn:aws:s3:::logs/web/AWSLogs/123456789012/*", **more: object
) -> dict:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:PutObject", "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement | more]}


def test_access_logs_need_a_bucket_that_the_balancer_may_write_to(w: HttpWorld, balancer: str) -> None:
    wanted = {"access_logs__s3__enabled": "true", "access_logs__s3__bucket": "logs", "access_logs__s3__prefix": "web"}
    denied = ("InvalidConfigurationRequest", "Access Denied for bucket: logs. Please check S3bucket permission")
    assert change(w, balancer, **wanted) == denied, "no such bucket"
    w.s3.create_bucket(Bucket="logs")
    assert change(w, balancer, **wanted) == denied, "no policy"
    w.s3.put_bucket_policy(Bucket="logs", Policy=json.dumps(allow({"Service": WRITER})))
    assert change(w, balancer, **wanted) is None
    assert [one["Key"] for one in w.s3.list_objects_v2(Bucket="logs")["Contents"]] == [OBJECT.partition("logs/")[2]]
    assert change(w, balancer, access_logs__s3__prefix="other") == denied
    assert change(w, balancer, access_logs__s3__enabled="false", access_logs__s3__prefix="other") is None


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({}, False),
        (allow({"Service": WRITER}), True),
        (allow({"AWS": "arn:aws:iam::127311923021:root"}), True),
        (allow({"AWS": "127311923021"}, "arn:aws:s3:::logs/*", Action=["s3:GetObject", "s3:Put*"]), True),
        (allow({"AWS": "arn:aws:iam::054676820928:root"}), False),
        (allow({"Service": "delivery.logs.amazonaws.com"}), False),
        (allow({"Service": WRITER}, "arn:aws:s3:::logs/AWSLogs/123456789012/*"), False),
        (allow({"Service": WRITER}, Effect="Deny"), False),
    ],
)
def test_policy_allows_the_balancers_of_its_region(policy: dict, expected: bool) -> None:
    assert may_write(policy, OBJECT, "us-east-1") is expected


def test_condition_of_a_denial_is_taken_not_to_be_met() -> None:
    policy = allow({"Service": WRITER})
    insecure = {"Bool": {"aws:SecureTransport": "false"}}
    policy["Statement"] += allow({"AWS": "*"}, Effect="Deny", Action="s3:*", Condition=insecure)["Statement"]
    assert may_write(policy, OBJECT, "us-east-1")


def test_protected_balancer_is_deleted_only_when_the_protection_is_off(w: HttpWorld, balancer: str) -> None:
    assert change(w, balancer, deletion_protection__enabled="true") is None
    with pytest.raises(ClientError) as caught:
        w.elbv2.delete_load_balancer(LoadBalancerArn=balancer)
    assert caught.value.response["Error"]["Code"] == "OperationNotPermitted"
    assert caught.value.response["Error"]["Message"] == (
        f"Load balancer '{balancer}' cannot be deleted because deletion protection is enabled"
    )
    assert change(w, balancer, deletion_protection__enabled="false") is None
    w.elbv2.delete_load_balancer(LoadBalancerArn=balancer)
    assert w.elbv2.describe_load_balancers()["LoadBalancers"] == []
