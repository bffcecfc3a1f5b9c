"""Regions that have to be enabled first do not know the account's credentials."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError
from worlds import HttpWorld


@pytest.fixture(scope="module")
def w() -> Iterator[HttpWorld]:
    world = HttpWorld()
    yield world
    world.close()


@pytest.mark.parametrize(
    ("service", "action", "expected"),
    [
        ("ec2", "describe_vpcs", (401, "AuthFailure", "AWS was not able to validate the provided access credentials")),
        (
            "autoscaling",
            "describe_auto_scaling_groups",
            (403, "InvalidClientTokenId", "The security token included in the request is invalid."),
        ),
        (
            "sts",
            "get_caller_identity",
            (403, "InvalidClientTokenId", "The security token included in the request is invalid."),
        ),
        (
            "ssm",
            "describe_parameters",
            (400, "UnrecognizedClientException", "The security token included in the request is invalid."),
        ),
        (
            "s3",
            "list_buckets",
            (403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."),
        ),
    ],
)
@pytest.mark.parametrize("region", ["me-south-1", "ap-east-1"])
def test_region_that_is_not_enabled(w: HttpWorld, region: str, service: str, action: str, expected: tuple) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(w.client(service, region=region), action)()
    found = caught.value.response
    assert (found["ResponseMetadata"]["HTTPStatusCode"], found["Error"]["Code"], found["Error"]["Message"]) == expected


def test_regions_say_whether_they_are_enabled(w: HttpWorld) -> None:
    enabled = {one["RegionName"]: one["OptInStatus"] for one in w.ec2.describe_regions()["Regions"]}
    assert set(enabled.values()) == {"opt-in-not-required"} and "us-east-1" in enabled
    every = {one["RegionName"]: one["OptInStatus"] for one in w.ec2.describe_regions(AllRegions=True)["Regions"]}
    assert {every[name] for name in ("me-south-1", "ap-east-1", "af-south-1")} == {"not-opted-in"}
    off = [{"Name": "opt-in-status", "Values": ["not-opted-in"]}]
    found = w.ec2.describe_regions(AllRegions=True, Filters=off)["Regions"]
    assert "me-south-1" in {one["RegionName"] for one in found} and not {one["RegionName"] for one in found} & set(
        enabled
    )


def test_region_of_the_world_itself_is_enabled(w: HttpWorld) -> None:
    w.world.region = "me-south-1"
    try:
        ec2 = w.client("ec2", region="me-south-1")
        (found,) = ec2.describe_regions(RegionNames=["me-south-1"])["Regions"]
        assert found["OptInStatus"] == "opted-in"
    finally:
        w.world.region = "us-east-1"
