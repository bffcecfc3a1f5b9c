"""Security groups of a load balancer: who may connect to it, and where it may connect to.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from ..ec2 import lookup, network
from ..world import World


@dataclass(frozen=True)
class Allowed:
    """One rule: TCP ports and IPv4 networks."""

    first: int
    last: int
    networks: tuple[IPv4Network, ...]


@dataclass(frozen=True)
class Access:
    """All rules of a balancer's groups together; connection tracking is the kernel's."""

    ingress: tuple[Allowed, ...]
    egress: tuple[Allowed, ...]

    def admits(self, client: str, port: int) -> bool:
        return _any(self.ingress, client, port)

    def reaches(self, address: str, port: int) -> bool:
        return _any(self.egress, address, port)


def _any(rules: tuple[Allowed, ...], address: str, port: int) -> bool:
    ip = IPv4Address(address)
    return any(rule.first <= port <= rule.last and any(ip in one for one in rule.networks) for rule in rules)


def of_groups(world: World, ec2: Any, group_ids: list[str]) -> Access:
    """The rules as they are now. Needs the world's lock."""
    groups = [group for id_ in group_ids if (group := ec2.get_security_group_from_id(id_))]
    return Access(
        tuple(
            _from_this_computer(world, _translate(world, rule))
            for group in groups
            for rule in group.ingress_rules
            if _is_tcp(rule)
        ),
        tuple(_translate(world, rule) for group in groups for rule in group.egress_rules if _is_tcp(rule)),
    )


def _from_this_computer(world: World, rule: Allowed) -> Allowed:
    """Clients on this computer come to a balancer from a loopback address; on AWS they would come from the public one."""
    public = IPv4Address(network.public_address(world))
    if any(public in one for one in rule.networks):
        return replace(rule, networks=(*rule.networks, IPv4Network("127.0.0.0/8")))
    return rule


def _is_tcp(rule: Any) -> bool:
    return str(rule.ip_protocol) in ("tcp", "6", "-1")


def _translate(world: World, rule: Any) -> Allowed:
    networks = [IPv4Network(rule.cidr_ipv4, strict=False)] if rule.cidr_ipv4 else []
    group_id = (rule.source_group or {}).get("GroupId")
    if group_id:
        members = [
            a for one in lookup.instances(world) if group_id in lookup.group_ids(one) for a in lookup.addresses(one)
        ]
        members += [s.address for s in world.sources.values() if group_id in s.group_ids]
        networks += [IPv4Network(address) for address in members]
    every = str(rule.ip_protocol) == "-1" or rule.from_port in (None, -1)
    first, last = (0, 65535) if every else (int(rule.from_port), int(rule.to_port))
    return Allowed(first, last, tuple(networks))
