"""Finding moto's EC2 objects, whatever their region. All of it needs the world's lock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.ec2.models import EC2Backend, ec2_backends

from ..world import World


def backends(world: World) -> Iterator[EC2Backend]:
    """The EC2 of every region that has been used so far."""
    yield from list(ec2_backends[world.account_id].values())


def backend(world: World, region: str | None = None) -> EC2Backend:
    """The EC2 of one region, of the world's own when none is said."""
    return ec2_backends[world.account_id][region or world.region]


def instances(world: World) -> Iterator[Any]:
    """Every instance, terminated ones included."""
    for ec2 in backends(world):
        for reservation in list(ec2.reservations.values()):
            yield from list(reservation.instances)


def instance(world: World, instance_id: str) -> Any | None:
    """moto's instance object, or None."""
    return next((found for found in instances(world) if found.id == instance_id), None)


def addresses(found: Any) -> list[str]:
    """The private addresses of an instance."""
    return [nic.private_ip_address for nic in found.nics.values() if nic.private_ip_address]


def group_ids(found: Any) -> list[str]:
    """The security groups of an instance's network interfaces."""
    return sorted({group.id for nic in found.nics.values() for group in nic.group_set})
