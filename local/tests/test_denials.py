"""Explicit denials in AWS's words, and the encoded message that EC2 adds to its own."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError
from worlds import HttpWorld

ME = "arn:aws:sts::123456789012:user/moto"


@pytest.fixture(scope="module")
def w() -> Iterator[HttpWorld]:
    world = HttpWorld()
    yield world
    world.close()


@pytest.fixture(autouse=True)
def _clear(w: HttpWorld) -> Iterator[None]:
    yield
    w.fault(do="clear")


def refused(client: object, action: str, **arguments: object) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        getattr(client, action)(**arguments)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


@pytest.mark.parametrize(
    ("service", "call", "arguments", "code", "action"),
    [
        ("autoscaling", "describe_auto_scaling_groups", {}, "AccessDenied", "autoscaling:DescribeAutoScalingGroups"),
        ("s3", "list_objects_v2", {"Bucket": "b"}, "AccessDenied", "s3:ListBucket"),
        ("ssm", "describe_parameters", {}, "AccessDeniedException", "ssm:DescribeParameters"),
    ],
)
def test_service_control_policy_is_named(
    w: HttpWorld, service: str, call: str, arguments: dict, code: str, action: str
) -> None:
    w.fault(do="add", kind="deny", call=f"{service}:*", policy="scp")
    assert refused(w.client(service), call, **arguments) == (
        code,
        f"User: {ME} is not authorized to perform: {action} on resource: * with an explicit deny in a service control policy",
    )


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("identity", "an identity-based policy"),
        ("boundary", "a permissions boundary"),
        ("session", "a session policy"),
        ("resource", "a resource-based policy"),
    ],
)
def test_each_kind_of_policy_has_its_name(w: HttpWorld, policy: str, words: str) -> None:
    w.fault(do="add", kind="deny", call="iam:GetRole", policy=policy, resource="arn:aws:iam::123456789012:role/web")
    _, message = refused(w.iam, "get_role", RoleName="web")
    assert message.endswith(f"on resource: arn:aws:iam::123456789012:role/web with an explicit deny in {words}")


def test_ec2_adds_a_message_that_sts_decodes(w: HttpWorld) -> None:
    w.fault(do="add", kind="deny", call="ec2:DescribeImages", policy="session")
    code, message = refused(w.ec2, "describe_images")
    assert code == "UnauthorizedOperation"
    plain, _, encoded = message.partition(" Encoded authorization failure message: ")
    assert plain == (
        f"You are not authorized to perform this operation. User: {ME} is not authorized to perform: ec2:DescribeImages "
        "on resource: * with an explicit deny in a session policy."
    )
    decoded = json.loads(w.sts.decode_authorization_message(EncodedMessage=encoded)["DecodedMessage"])
    assert (decoded["allowed"], decoded["explicitDeny"]) == (False, True)
    assert decoded["context"]["action"] == "ec2:DescribeImages" and decoded["context"]["principal"]["arn"] == ME


def test_terse_message_has_nothing_but_the_code(w: HttpWorld) -> None:
    w.fault(do="add", kind="deny", call="ec2:DescribeImages", terse=True)
    _, message = refused(w.ec2, "describe_images")
    assert message.startswith(
        "You are not authorized to perform this operation. Encoded authorization failure message: "
    )


def test_decoding_can_be_denied_too_and_refuses_what_is_no_message(w: HttpWorld) -> None:
    assert refused(w.sts, "decode_authorization_message", EncodedMessage="nonsense")[0] == (
        "InvalidAuthorizationMessageException"
    )
    w.fault(do="add", kind="deny", call="sts:DecodeAuthorizationMessage")
    assert refused(w.sts, "decode_authorization_message", EncodedMessage="eJw")[0] == "AccessDenied"


def test_unknown_policy_is_refused(w: HttpWorld) -> None:
    with pytest.raises(Exception, match="400"):
        w.fault(do="add", kind="deny", call="ec2:*", policy="none")
