"""Hosted zones: what a change may name, and what a client is told when it may not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from worlds import HttpWorld, Stack


@pytest.fixture(scope="module")
def w() -> Iterator[HttpWorld]:
    world = HttpWorld()
    yield world
    world.close()


@pytest.fixture(scope="module")
def zone(w: HttpWorld) -> str:
    return w.route53.create_hosted_zone(Name="shop.example", CallerReference="1")["HostedZone"]["Id"]


@pytest.fixture(scope="module")
def balancer(w: HttpWorld) -> dict[str, Any]:
    stack = Stack(w)
    return stack.balancer(stack.target_group())


def change(w: HttpWorld, zone: str, action: str, **record: Any) -> str:
    """Id of the change, or the message of its refusal."""
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": {"Type": "A", **record}}]}
    try:
        return w.route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)["ChangeInfo"]["Id"]
    except ClientError as error:
        assert error.response["Error"]["Code"] == "InvalidChangeBatch"
        return error.response["Error"]["Message"]


def alias(balancer: dict[str, Any], name: str = "") -> dict[str, Any]:
    zone = balancer["CanonicalHostedZoneId"]
    return {"HostedZoneId": zone, "DNSName": name or balancer["DNSName"], "EvaluateTargetHealth": True}


def test_alias_to_a_balancer_is_kept_until_it_is_deleted(w: HttpWorld, zone: str, balancer: dict[str, Any]) -> None:
    record = {"Name": "www.shop.example", "AliasTarget": alias(balancer)}
    made = change(w, zone, "CREATE", **record)
    assert w.route53.get_change(Id=made)["ChangeInfo"]["Status"] == "INSYNC"
    found = w.route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    listed = next(one for one in found if one["Type"] == "A")
    assert (listed["Name"], listed["AliasTarget"]["EvaluateTargetHealth"]) == ("www.shop.example.", True)
    message = "[Tried to create resource record set [name='www.shop.example.', type='A'] but it already exists]"
    assert change(w, zone, "CREATE", **record) == message
    change(w, zone, "DELETE", **record)
    assert "but it was not found" in change(w, zone, "DELETE", **record)


@pytest.mark.parametrize("name", ["www.other.example", "notshop.example"])
def test_name_beside_the_zone_is_refused(w: HttpWorld, zone: str, balancer: dict[str, Any], name: str) -> None:
    message = f"[RRSet with DNS name {name}. is not permitted in zone shop.example.]"
    assert change(w, zone, "UPSERT", Name=name, AliasTarget=alias(balancer)) == message


def test_alias_to_no_balancer_is_refused(w: HttpWorld, zone: str, balancer: dict[str, Any]) -> None:
    nobody = alias(balancer, "gone.elb.amazonaws.com")
    message = change(w, zone, "CREATE", Name="shop.example", AliasTarget=nobody)
    assert message.endswith("but the alias target name does not lie within the target zone]")
