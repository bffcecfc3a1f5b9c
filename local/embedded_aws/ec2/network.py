"""Address ranges and addresses: the default VPC, an instance's address, the world's own addresses inside a VPC."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.elastic_network_interfaces import NetworkInterface, NetworkInterfaceBackend
from moto.ec2.models.instances import Instance
from moto.ec2.models.subnets import Subnet, SubnetBackend
from moto.ec2.models.vpcs import VPCBackend

from ..machines import Network
from ..world import World
from . import lookup

#: Addresses of a subnet that nobody gets: the first four and the last one.
_RESERVED = 5


def install(world: World) -> None:
    """Give VPCs real addresses. A region's default VPC is a /16 of this world's own, so that worlds do not overlap."""
    ranges = _Ranges(world)
    world.patches.wrap(VPCBackend, "create_default_vpc", ranges.default_vpc)
    world.patches.wrap(VPCBackend, "delete_vpc", lambda original: _delete_vpc(world, original))
    world.patches.wrap(SubnetBackend, "create_subnet", _only_default_vpc_has_default_subnets)
    world.patches.set(Subnet, "get_available_subnet_ip", _available_address(world))
    world.patches.set(Subnet, "available_ip_address_count", _available_count(world))
    world.patches.wrap(NetworkInterfaceBackend, "create_network_interface", _with_an_address)
    world.patches.wrap(NetworkInterfaceBackend, "delete_network_interface", _giving_back)
    world.patches.set(NetworkInterface, "check_auto_public_ip", _public_address)
    world.patches.set(Instance, "public_dns_name", property(lambda self: None))


class _Ranges:
    """Hands out the address range of each region's default VPC, in the order in which regions are first used."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._count = 0

    def default_vpc(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """The default VPC is a /16 with a /20 default subnet per zone, an internet gateway and a route to it.

        https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html
        """

        def create(ec2: Any) -> Any:
            cidr = self._world.machines.free_cidr(self._count)
            self._count += 1
            if ec2.region_name == self._world.region and not self._world.public_address:
                self._world.public_address = gateway_of(cidr)
            real = ec2.create_vpc
            ec2.create_vpc = lambda **arguments: real(**(arguments | {"cidr_block": cidr}))
            try:
                vpc = original(ec2)
            finally:
                del ec2.create_vpc
            gateway = ec2.create_internet_gateway()
            ec2.attach_internet_gateway(gateway.id, vpc.id)
            table = ec2.describe_route_tables(filters={"vpc-id": [vpc.id]})[0]
            ec2.create_route(table.id, "0.0.0.0/0", gateway_id=gateway.id)
            return vpc

        return create


def _delete_vpc(world: World, original: Callable[..., Any]) -> Callable[..., Any]:
    def delete(ec2: Any, vpc_id: str) -> Any:
        deleted = original(ec2, vpc_id)
        world.spawn(world.machines.remove_network, vpc_id)
        return deleted

    return delete


def _only_default_vpc_has_default_subnets(original: Callable[..., Any]) -> Callable[..., Any]:
    """Only the default VPC's subnets are default ones and map public addresses by themselves.

    https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html#default-subnet
    """

    def create(ec2: Any, vpc_id: str, *args: Any, **kwargs: Any) -> Any:
        subnet = original(ec2, vpc_id, *args, **kwargs)
        if not ec2.get_vpc(vpc_id).is_default:
            subnet.default_for_az = subnet.map_public_ip_on_launch = False
        return subnet

    return create


def _available_address(world: World) -> Callable[..., str]:
    """The next free address; those given back are used again only when there is no other, so that logs and known hosts stay clear.

    The first four addresses and the last one of a subnet are reserved.
    https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
    """

    def get_available_subnet_ip(subnet: Any, instance: Any) -> str:
        network = ipaddress.IPv4Network(subnet.cidr_block)
        given = range(getattr(subnet, "next_offset", 4), network.num_addresses - 1)
        offset = next((one for one in given if str(network[one]) not in subnet._subnet_ips), None)
        if world.shortages.addresses_left(subnet.id) == 0 or (offset is None and not subnet._unused_ips):
            raise EC2ClientError(
                "InsufficientFreeAddressesInSubnet",
                f"There are not enough free addresses in subnet '{subnet.id}' to satisfy the requested number of "
                "instances.",
            )
        if offset is None:
            address = str(subnet._unused_ips.pop())
        else:
            subnet.next_offset, address = offset + 1, str(network[offset])
        subnet._unused_ips.discard(address)
        subnet._subnet_ips[address] = instance
        world.shortages.address_taken(subnet.id)
        return address

    return get_available_subnet_ip


def _available_count(world: World) -> property:
    """AvailableIpAddressCount: also without what balancers and other parts of the world have taken."""

    def count(subnet: Any) -> int:
        size = ipaddress.IPv4Network(subnet.cidr_block).num_addresses - _RESERVED
        free = max(size - len(subnet._subnet_ips), 0)
        left = world.shortages.addresses_left(subnet.id)
        return free if left is None else min(free, left)

    return property(count)


def _with_an_address(original: Callable[..., Any]) -> Callable[..., Any]:
    """An interface that is made by itself takes an address of its subnet, where moto makes one up."""

    def create(self: Any, subnet: Any, address: Any, addresses: Any = None, *args: Any, **kwargs: Any) -> Any:
        if not (address or addresses or kwargs.get("private_ip_addresses")):
            place = self.get_subnet(subnet) if isinstance(subnet, str) else subnet
            address = place.get_available_subnet_ip(None)
        return original(self, subnet, address, *([addresses] if addresses or args else []), *args, **kwargs)

    return create


def _giving_back(original: Callable[..., Any]) -> Callable[..., Any]:
    def delete(self: Any, eni_id: str) -> Any:
        interface = self.enis.get(eni_id)
        result = original(self, eni_id)
        for address in interface.private_ip_addresses if interface else []:
            interface.subnet.del_subnet_ip(address["PrivateIpAddress"])
        return result

    return delete


def _public_address(nic: Any) -> None:
    """The public address is the private one: this computer reaches it, and no other address would lead anywhere."""
    if str(nic.public_ip_auto_assign).lower() == "true":
        nic.public_ip = nic.private_ip_address


def gateway_of(cidr: str) -> str:
    """The first address, which AWS reserves for the VPC's router: here it is this computer.

    https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
    """
    return str(ipaddress.IPv4Network(cidr, strict=False)[1])


def public_address(world: World) -> str:
    """This computer's address as rules of security groups have it, in every VPC: on AWS a computer outside has one for all.

    It is the one that this computer has in the first default VPC of the world's region. Needs the lock.
    """
    lookup.backend(world)
    return world.public_address


def network_of(world: World, vpc_id: str) -> Network:
    """The machines' network of a VPC. Needs the lock; KeyError when there is no such VPC."""
    for ec2 in lookup.backends(world):
        if vpc_id in ec2.vpcs:
            cidr = ec2.vpcs[vpc_id].cidr_block
            return Network(vpc_id, cidr, gateway_of(cidr))
    raise KeyError(f"VPC {vpc_id} does not exist")


def free_address(world: World, vpc_id: str, subnet_id: str | None) -> str:
    """Take an address of this subnet, or of the VPC's first one, for the world itself. Needs the lock."""
    subnet = next(iter(_subnets(world, vpc_id, subnet_id)), None)
    if subnet is None:
        raise KeyError(f"VPC {vpc_id} has no subnet {subnet_id or ''}")
    return subnet.get_available_subnet_ip(world)


def release_address(world: World, vpc_id: str, address: str) -> None:
    """Give it back. Needs the lock."""
    for subnet in _subnets(world, vpc_id, None):
        subnet.del_subnet_ip(address)


def _subnets(world: World, vpc_id: str, subnet_id: str | None) -> list[Any]:
    found = [subnet for ec2 in lookup.backends(world) for zone in ec2.subnets.values() for subnet in zone.values()]
    return [subnet for subnet in found if subnet.vpc_id == vpc_id and subnet_id in (None, subnet.id)]
