"""Faults, first as rules, then as a client meets them; and the log of calls, which sees them too."""

from __future__ import annotations

import argparse
import json
import random
import urllib.error
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from embedded_aws import calls, faults
from embedded_aws.api_call import Call
from embedded_aws.fault_rules import Fault, FaultList, error_of
from worlds import HttpWorld, Stack

DESCRIBE = Call("autoscaling", "DescribeAutoScalingGroups", "AKIA1")


@pytest.fixture
def w(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpWorld]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (tmp_path / "ami-deploy" / "test").mkdir(parents=True)
    world = HttpWorld()
    yield world
    world.close()


def logged(tmp_path: Path, since: datetime | None = None) -> list[dict]:
    return list(calls.read(tmp_path / "ami-deploy" / "test" / calls.FILE, since))


def outcome(client: object, action: str, **arguments: object) -> tuple[str, int]:
    try:
        return "ok", getattr(client, action)(**arguments)["ResponseMetadata"]["HTTPStatusCode"]
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]


# --- rules ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("autoscaling:DescribeAutoScalingGroups", True),
        ("autoscaling:describe*", True),
        ("*:*", True),
        ("ec2:*", False),
        ("autoscaling:Describe", False),
    ],
)
def test_pattern(pattern: str, expected: bool) -> None:
    assert Fault("fail", call=pattern).concerns(DESCRIBE) is expected


def test_next_counts_down_and_ends() -> None:
    rules = FaultList(random.Random(1))
    rules.add(Fault("throttle", next=2))
    assert [bool(rules.strike(DESCRIBE)) for _ in range(4)] == [True, True, False, False]
    assert rules.all() == []


def test_percent_strikes_about_as_often() -> None:
    rules = FaultList(random.Random(1))
    rules.add(Fault("fail", percent=20))
    assert 150 < sum(bool(rules.strike(DESCRIBE)) for _ in range(1000)) < 250


def test_expired_key_concerns_that_key_only() -> None:
    fault = Fault("expire", key="AKIA2")
    assert not fault.concerns(DESCRIBE) and fault.concerns(Call("s3", "GetObject", "AKIA2"))


@pytest.mark.parametrize("wrong", [{"kind": "no"}, {"kind": "fail", "percent": 101}, {"kind": "fail", "next": 0}])
def test_wrong_fault_is_refused(wrong: dict) -> None:
    with pytest.raises(ValueError):
        Fault(**wrong)


@pytest.mark.parametrize(
    ("code", "status"),
    [("InternalError", 500), ("ServiceUnavailable", 503), ("AccessDenied", 403), ("ValidationError", 400)],
)
def test_status_of_a_code(code: str, status: int) -> None:
    assert error_of(Fault("fail", code=code), DESCRIBE)[0] == status


# --- as a client meets them ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service", "action", "throttled", "expired"),
    [
        ("ec2", "describe_instances", ("RequestLimitExceeded", 503), ("RequestExpired", 400)),
        ("autoscaling", "describe_auto_scaling_groups", ("Throttling", 400), ("ExpiredToken", 403)),
        ("elbv2", "describe_load_balancers", ("Throttling", 400), ("ExpiredToken", 403)),
        ("s3", "list_buckets", ("SlowDown", 503), ("ExpiredToken", 400)),
        ("sts", "get_caller_identity", ("Throttling", 400), ("ExpiredToken", 403)),
        ("cloudwatch", "describe_alarms", ("Throttling", 400), ("ExpiredToken", 403)),
        ("ssm", "describe_parameters", ("ThrottlingException", 400), ("ExpiredTokenException", 400)),
    ],
)
def test_each_service_says_it_its_own_way(
    w: HttpWorld, service: str, action: str, throttled: tuple, expired: tuple
) -> None:
    client = w.client(service, key="AKIA1")
    w.fault(do="add", kind="throttle", call=f"{service}:*", next=1)
    assert outcome(client, action) == throttled
    w.fault(do="add", kind="expire", key="AKIA1")
    assert outcome(client, action) == expired
    assert outcome(w.client(service, key="AKIA2"), action)[0] == "ok"
    w.fault(do="clear")
    assert outcome(client, action)[0] == "ok"


def test_client_that_retries_survives_two_throttled_calls(w: HttpWorld) -> None:
    w.fault(do="add", kind="throttle", call="autoscaling:DescribeAutoScalingGroups", next=2)
    assert outcome(w.client("autoscaling", attempts=4), "describe_auto_scaling_groups") == ("ok", 200)
    assert w.fault(do="list") == []


def test_new_objects_are_seen_late(w: HttpWorld) -> None:
    stack = Stack(w)
    w.fault(do="add", kind="delay-consistency", seconds=5)
    instance = w.ec2.run_instances(ImageId=stack.image_id, InstanceType="t3.small", MinCount=1, MaxCount=1)[
        "Instances"
    ][0]
    ids = {"InstanceIds": [instance["InstanceId"]]}
    assert outcome(w.ec2, "describe_instances", **ids) == ("InvalidInstanceID.NotFound", 400)
    assert w.ec2.describe_instances()["Reservations"] == []
    assert w.ec2.describe_images(ImageIds=[stack.image_id])["Images"], "what was there before is seen"
    w.advance(5)
    assert outcome(w.ec2, "describe_instances", **ids) == ("ok", 200)
    assert len(w.ec2.describe_instances()["Reservations"]) == 1


def test_refused_launches_have_the_given_message(w: HttpWorld) -> None:
    stack = Stack(w)
    message = "We currently do not have sufficient t3.small capacity. Launching EC2 instance failed."
    w.fault(do="add", kind="refuse-launches", message=message, group="web", next=1)
    stack.create(1)
    stack.settle(1)
    assert [a.get("StatusMessage") for a in stack.activities()] == [None, message]


def test_held_refresh_stands_still_until_the_fault_ends(w: HttpWorld) -> None:
    stack = Stack(w)
    stack.create(1)
    stack.settle(1)
    w.fault(do="add", kind="hold-refreshes", group="web")
    old = stack.ids()
    w.autoscaling.start_instance_refresh(AutoScalingGroupName="web", Preferences={"MinHealthyPercentage": 100})
    w.advance(60)

    def refresh() -> str:
        return w.autoscaling.describe_instance_refreshes(AutoScalingGroupName="web")["InstanceRefreshes"][0]["Status"]

    assert (refresh(), stack.ids()) == ("InProgress", old)
    w.fault(do="clear")
    w.until(lambda: refresh() == "Successful", 300)


def test_killed_machine_ends(w: HttpWorld) -> None:
    stack = Stack(w)
    stack.create(1)
    stack.settle(1)
    victim = stack.instances()[0]["InstanceId"]
    assert w.fault(do="kill", instance=victim) == {"killed": victim}
    w.until(lambda: victim not in stack.ids() and stack.ids("InService"), 10)


@pytest.mark.parametrize("order", [{"do": "kill", "instance": "i-0"}, {"do": "add", "kind": "no"}, {"do": "dance"}])
def test_wrong_order_is_refused_with_a_reason(w: HttpWorld, order: dict) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        w.fault(**order)
    assert caught.value.code == 400 and json.load(caught.value)["error"]


def test_command_line_becomes_an_order() -> None:
    parser = argparse.ArgumentParser()
    faults.register_command(parser.add_subparsers())
    parsed = parser.parse_args(["fault", "fail", "ec2:RunInstances", "--code", "InternalError", "--percent", "20"])
    assert parsed.order == {"do": "add", "kind": "fail"}
    assert (parsed.call, parsed.code, parsed.percent) == ("ec2:RunInstances", "InternalError", 20.0)


# --- log of calls --------------------------------------------------------------------------------------------------


def test_log_has_every_call_without_secrets(w: HttpWorld, tmp_path: Path) -> None:
    stack = Stack(w)
    stack.new_version(UserData="aHVzaA==")
    w.s3.create_bucket(Bucket="bucket")
    w.s3.put_object(Bucket="bucket", Key="a/b", Body=b"x")
    w.fault(do="add", kind="throttle", call="ec2:DescribeVpcs", next=1)
    outcome(w.ec2, "describe_vpcs")
    outcome(w.ec2, "describe_instances", InstanceIds=["i-00000000"])
    records = logged(tmp_path)
    names = [f"{record['service']}:{record['action']}" for record in records]
    assert names[:2] == ["ec2:DescribeSubnets", "ec2:CreateSecurityGroup"]
    assert names[-4:] == ["s3:CreateBucket", "s3:PutObject", "ec2:DescribeVpcs", "ec2:DescribeInstances"]
    assert [(r["status"], r["error"]) for r in records[-2:]] == [
        (503, "RequestLimitExceeded"),
        (400, "InvalidInstanceID.NotFound"),
    ]
    assert records[-3]["parameters"] == {"Bucket": "bucket", "Key": "a/b"}
    assert {record["key"] for record in records} == {"testing"}
    version = next(r for r in records if r["action"] == "CreateLaunchTemplateVersion")
    assert version["parameters"]["LaunchTemplateData.UserData"] == "***"
    assert logged(tmp_path, since=datetime(2027, 1, 1, tzinfo=UTC)) == []


def test_callsThatChangeSomething_areToldFromThoseThatRead() -> None:
    reading = ("DescribeVpcs", "GetObject", "ListBuckets", "HeadBucket", "AssumeRole", "DecodeAuthorizationMessage")
    changing = ("RunInstances", "PutObject", "DeleteObject", "CreateBucket", "StartInstanceRefresh", "ModifyListener")
    assert all(calls.READING.match(action) for action in reading)
    assert not any(calls.READING.match(action) for action in changing)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("90s", "11:58:30"), ("10m", "11:50:00"), ("2h", "10:00:00"), ("2026-09-01T09:00:00Z", "09:00:00")],
)
def test_since(text: str, expected: str) -> None:
    now = datetime(2026, 9, 1, 12, tzinfo=UTC)
    assert calls.moment(text, now).strftime("%H:%M:%S") == expected


def test_since_that_is_no_time_says_what_is() -> None:
    with pytest.raises(ValueError, match="90s, 10m, 2h"):
        calls.moment("yesterday", datetime.now(UTC))
