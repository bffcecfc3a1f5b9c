"""A caller whose clock is a quarter of an hour off is refused, as each service says it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from botocore.exceptions import ClientError
from embedded_aws import skew
from embedded_aws.api_call import Call
from embedded_aws.fault_cli import offset
from worlds import HttpWorld

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def w() -> Iterator[HttpWorld]:
    world = HttpWorld()
    yield world
    world.close()


@pytest.fixture(autouse=True)
def _clear(w: HttpWorld) -> Iterator[None]:
    yield
    w.fault(do="clear")


def refused(client: object, action: str, **arguments: object) -> dict:
    with pytest.raises(ClientError) as caught:
        getattr(client, action)(**arguments)
    return caught.value.response


@pytest.mark.parametrize(
    ("service", "dated", "expected"),
    [
        ("ec2", "20260901T114459Z", "RequestExpired"),
        ("ec2", "20260901T121501Z", "RequestExpired"),
        ("autoscaling", "20260901T114459Z", "SignatureDoesNotMatch"),
        ("sts", "20260901T121501Z", "SignatureDoesNotMatch"),
        ("route53", "20260901T121501Z", "SignatureDoesNotMatch"),
        ("ssm", "20260901T114459Z", "InvalidSignatureException"),
        ("s3", "20260901T114459Z", "RequestTimeTooSkewed"),
        ("s3", "20260901T114500Z", None),
        ("ec2", "20260901T121500Z", None),
        ("ec2", "", None),
        ("ec2", "not a date", None),
    ],
)
def test_refusal_at_noon(service: str, dated: str, expected: str | None) -> None:
    found = skew.refusal(Call(service, "Any", ""), dated, NOW)
    assert (found[1] if found else None) == expected


def test_words_have_both_times() -> None:
    behind = skew.refusal(Call("sts", "GetCallerIdentity", ""), "20260901T114000Z", NOW)
    assert behind
    assert behind[2] == (
        "Signature expired: 20260901T114000Z is now earlier than 20260901T114500Z (20260901T120000Z - 15 min.)"
    )
    ahead = skew.refusal(Call("sts", "GetCallerIdentity", ""), "20260901T122000Z", NOW)
    assert ahead
    assert ahead[2] == (
        "Signature not yet current: 20260901T122000Z is still later than 20260901T121500Z (20260901T120000Z + 15 min.)"
    )


def test_clients_are_answered_in_their_protocols(w: HttpWorld) -> None:
    w.fault(kind="clock", do="add", seconds=1200)
    assert refused(w.ec2, "describe_vpcs")["Error"]["Code"] == "RequestExpired"
    found = refused(w.sts, "get_caller_identity")
    assert found["Error"]["Code"] == "SignatureDoesNotMatch"
    assert "is now earlier than" in found["Error"]["Message"]
    assert found["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert refused(w.ssm, "describe_parameters")["Error"]["Code"] == "InvalidSignatureException"
    skewed = refused(w.s3, "list_buckets")["Error"]
    assert skewed["Code"] == "RequestTimeTooSkewed" and skewed["MaxAllowedSkewMilliseconds"] == "900000"
    assert skewed["RequestTime"] and skewed["ServerTime"]


@pytest.mark.parametrize(("dated", "minutes"), [(True, 20), (False, 0)])
def test_answer_has_the_date_of_aws_unless_that_is_kept_back(w: HttpWorld, dated: bool, minutes: int) -> None:
    w.fault(kind="clock", do="add", seconds=1200, dated=dated)
    date = parsedate_to_datetime(
        refused(w.sts, "get_caller_identity")["ResponseMetadata"]["HTTPHeaders"]["date"],
    )
    assert abs(date - datetime.now(UTC) - timedelta(minutes=minutes)) < timedelta(minutes=1)


def test_ten_minutes_are_let_pass_and_clear_sets_the_clock_right(w: HttpWorld) -> None:
    w.fault(kind="clock", do="add", seconds=600)
    w.ec2.describe_vpcs()
    w.fault(kind="clock", do="add", seconds=-3600)
    assert "later" in refused(w.sts, "get_caller_identity")["Error"]["Message"]
    w.fault(do="clear")
    w.ec2.describe_vpcs()


def test_offset_is_a_span() -> None:
    assert [offset(text) for text in ("90s", "20m", "-1h")] == [90, 1200, -3600]
    with pytest.raises(argparse.ArgumentTypeError, match="20m"):
        offset("twenty")
