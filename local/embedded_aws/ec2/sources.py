"""Addresses that the world itself has inside a VPC: something that is no instance opens connections from there."""

from __future__ import annotations

from collections.abc import Iterable

from ..world import Source, World
from .network import free_address, network_of, release_address


def attach(world: World, vpc_id: str, group_ids: Iterable[str] = (), subnet_id: str | None = None) -> str:
    """Take an address of the VPC to bind outgoing connections to; returns it.

    Security-group rules that allow one of `group_ids` let it in. Blocks; call without the lock.
    """
    with world.lock:
        network = network_of(world, vpc_id)
        address = free_address(world, vpc_id, subnet_id)
    world.machines.add_address(network, address)
    with world.lock:
        world.sources[address] = Source(address, vpc_id, tuple(group_ids))
        world.security_changed()
    return address


def set_groups(world: World, address: str, group_ids: Iterable[str]) -> None:
    """The security groups of a source address are now these."""
    with world.lock:
        world.sources[address].group_ids = tuple(group_ids)
        world.security_changed()


def detach(world: World, address: str) -> None:
    """Give the address back. No error when it is gone already. Blocks; call without the lock."""
    with world.lock:
        source = world.sources.pop(address, None)
        if source is None:
            return
        network = network_of(world, source.vpc_id)
        release_address(world, source.vpc_id, address)
        world.security_changed()
    world.machines.remove_address(network, address)
