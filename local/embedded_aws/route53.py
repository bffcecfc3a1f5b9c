"""Route 53 where moto takes what AWS refuses: names beside the zone, aliases to nothing, records that are there already.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html. Nothing resolves the names: a zone is a record.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.elbv2 import elbv2_backends
from moto.route53.exceptions import Route53ClientError
from moto.route53.models import Route53Backend

from .world import World

#: What moto gives every load balancer as CanonicalHostedZoneId.
LOAD_BALANCER_ZONE = "Z2P70J7EXAMPLE"


def install(world: World) -> None:
    world.patches.wrap(Route53Backend, "change_resource_record_sets", lambda original: _changing(world, original))


def _changing(world: World, original: Callable[..., Any]) -> Callable[..., Any]:
    """All of a batch or nothing: everything is looked at before moto changes anything."""

    def change_resource_record_sets(self: Route53Backend, zoneid: str, change_list: list[dict[str, Any]]) -> None:
        zone = self.get_hosted_zone(zoneid)
        wrong = [message for change in change_list for message in _wrong(world, zone, change)]
        if wrong:
            raise Route53ClientError("InvalidChangeBatch", f"[{', '.join(wrong)}]")
        original(self, zoneid, change_list)

    return change_resource_record_sets


def _wrong(world: World, zone: Any, change: dict[str, Any]) -> list[str]:
    record, action = change["ResourceRecordSet"], change["Action"]
    name, kind = _dotted(record["Name"]), record["Type"]
    apex = _dotted(zone.name)
    if name != apex and not name.endswith(f".{apex}"):
        return [f"RRSet with DNS name {name} is not permitted in zone {apex}"]
    there = any(_dotted(one.name) == name and one.type == kind for one in zone.rrsets)
    if action == "CREATE" and there and not record.get("SetIdentifier"):
        return [f"Tried to create resource record set [name='{name}', type='{kind}'] but it already exists"]
    if action == "DELETE" and not there:
        return [f"Tried to delete resource record set [name='{name}', type='{kind}'] but it was not found"]
    if action != "DELETE" and record.get("AliasTarget"):
        return _wrong_alias(world, record["AliasTarget"], kind)
    return []


def _wrong_alias(world: World, target: dict[str, Any], kind: str) -> list[str]:
    """An alias in the zone of the load balancers points to one that exists; other zones are not looked at."""
    balancers = [one for elb in list(elbv2_backends[world.account_id].values()) for one in elb.load_balancers.values()]
    zone, name = target["HostedZoneId"], _dotted(target["DNSName"])
    names = {_dotted(one.dns_name) for one in balancers if one.canonical_hosted_zone_id == zone}
    if (names or zone == LOAD_BALANCER_ZONE) and name.removeprefix("dualstack.") not in names:
        return [
            f"Tried to create an alias that targets {name}, type {kind} in zone {zone}, "
            "but the alias target name does not lie within the target zone"
        ]
    return []


def _dotted(name: str) -> str:
    """A name as Route 53 shows it: lower case, with the last dot."""
    return name.lower().rstrip(".") + "."
