"""Regions that an account has to enable first: they do not know its credentials until then.

https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.availability_zones_and_regions import Region, RegionsAndZonesBackend
from moto.ec2.responses.availability_zones_and_regions import AvailabilityZonesAndRegions
from werkzeug import Request

from .api_call import Call, read_call
from .roles.judge import refusal, scope
from .wire_errors import answer_error
from .world import World

#: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html (opt-in required)
OPT_IN = frozenset(
    {
        *("af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5"),
        *("ap-southeast-6", "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1"),
        *("me-central-1", "me-south-1", "mx-central-1"),
    }
)
#: What EC2, and the others, say of credentials that a region does not know.
_EC2_WORDS = "AWS was not able to validate the provided access credentials"
_WORDS = "The security token included in the request is invalid."
_S3_WORDS = "The AWS Access Key Id you provided does not exist in our records."


def install(world: World) -> None:
    """A world's own region is enabled, whichever it is; of the others those that need no opt-in are."""
    world.middlewares.append(lambda app: Gate(world, app))
    world.patches.set(AvailabilityZonesAndRegions, "describe_regions", lambda self: _describe(world, self))


def enabled(world: World, region: str) -> bool:
    return region not in OPT_IN or region == world.region


class Gate:
    """WSGI middleware that refuses calls to regions that are not enabled."""

    def __init__(self, world: World, app: Any) -> None:
        self._world = world
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        region = scope(Request(environ))[1]
        if not enabled(self._world, region):
            return answer_error(environ, start_response, *_unknown(read_call(environ)))
        return self._app(environ, start_response)


def _unknown(call: Call) -> tuple[int, str, str]:
    if call.service == "ec2":
        return 401, "AuthFailure", _EC2_WORDS
    if call.service == "s3":
        return 403, "InvalidAccessKeyId", _S3_WORDS
    return refusal(call, "invalid", _WORDS)


def _describe(world: World, response: AvailabilityZonesAndRegions) -> ActionResult:
    """Only enabled regions unless all are asked for.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html
    """
    response.error_on_dryrun()
    names = response._get_param("RegionNames", [])
    known = {region.name: region for region in RegionsAndZonesBackend.regions}
    missing = [name for name in names if name not in known]
    if missing:
        raise EC2ClientError("InvalidParameterValue", f"Invalid region name: {', '.join(missing)}")
    wanted = names or [name for name in known if response._get_bool_param("AllRegions", False) or enabled(world, name)]
    rows = [_row(world, known[name]) for name in wanted if not name.startswith(("us-gov-", "cn-"))]
    values = {one["Name"]: one["Values"] for one in response._get_param("Filters", []) or []}
    names_of = {"opt-in-status": "OptInStatus", "region-name": "RegionName", "endpoint": "Endpoint"}
    found = [row for row in rows if all(row[names_of[key]] in wanted for key, wanted in values.items())]
    return ActionResult({"Regions": found})


def _row(world: World, region: Region) -> dict[str, str]:
    status = "opt-in-not-required" if region.name not in OPT_IN else "not-opted-in"
    status = "opted-in" if status == "not-opted-in" and enabled(world, region.name) else status
    return {"RegionName": region.name, "Endpoint": region.endpoint, "OptInStatus": status}
