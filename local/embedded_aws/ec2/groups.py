"""Security groups as the machines' firewalls."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from moto.ec2.exceptions import DependencyViolationError, InvalidSecurityGroupRuleIdNotFoundError
from moto.ec2.models.instances import InstanceBackend
from moto.ec2.models.security_groups import SecurityGroupBackend

from ..machines import Rule
from ..world import World
from . import lookup, network

#: Seconds in which further changes are gathered before the machines' rules are written.
GATHER_SECONDS = 0.05
#: Actions after which somebody may reach something else than before.
_CHANGING = (
    "authorize_security_group_ingress",
    "authorize_security_group_egress",
    "revoke_security_group_ingress",
    "revoke_security_group_egress",
    "modify_security_group_rules",
)
_REVOKING = ("revoke_security_group_ingress", "revoke_security_group_egress")
#: States in which a machine has an address that counts as a member of its groups.
_PRESENT = ("pending", "running", "stopping", "shutting-down")


def install(world: World) -> None:
    """Follow every change of groups, rules and members."""
    for action in _CHANGING:
        world.patches.wrap(SecurityGroupBackend, action, lambda original: _then_refresh(world, original))
    for action in _REVOKING:
        world.patches.wrap(SecurityGroupBackend, action, _known_by_id)
    world.patches.wrap(
        InstanceBackend, "modify_instance_security_groups", lambda original: _replace_groups(world, original)
    )
    world.patches.wrap(SecurityGroupBackend, "_delete_security_group", lambda original: _not_in_use(world, original))
    refresher = Refresher(world)
    world.on_security_change.append(refresher.request)
    world.on_close.append(refresher.request)


def _then_refresh(world: World, original: Callable[..., Any]) -> Callable[..., Any]:
    def change(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        world.security_changed()
        return result

    return change


def _known_by_id(original: Callable[..., Any]) -> Callable[..., Any]:
    """An id that no rule has is an error of its own, by which Terraform takes the rule for gone; moto answers as for values that no rule has.

    The AWS provider of Terraform, internal/service/ec2/vpc_security_group_ingress_rule.go, Delete.
    """

    def revoke(ec2: Any, *args: Any, security_rule_ids: list[str] | None = None, **kwargs: Any) -> Any:
        known = {rule.id for group in _groups(ec2) for rule in [*group.ingress_rules, *group.egress_rules]}
        for rule_id in security_rule_ids or []:
            if rule_id not in known:
                raise InvalidSecurityGroupRuleIdNotFoundError(rule_id)
        return original(ec2, *args, security_rule_ids=security_rule_ids, **kwargs)

    return revoke


def _groups(ec2: Any) -> list[Any]:
    """Of every network."""
    return [group for groups in ec2.groups.values() for group in groups.values()]


def _replace_groups(world: World, original: Callable[..., Any]) -> Callable[..., Any]:
    """The groups of an instance are those of its primary interface.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html (GroupId)
    """

    def modify(ec2: Any, instance_id: str, group_ids: list[str]) -> Any:
        instance = original(ec2, instance_id, group_ids)
        instance.nics[0]._group_set = list(instance.security_groups)
        world.security_changed()
        return instance

    return modify


def _not_in_use(world: World, original: Callable[..., Any]) -> Callable[..., Any]:
    """A group that an interface, or a rule of another group, refers to cannot be deleted.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
    """

    def delete(ec2: Any, vpc_id: str | None, group_id: str) -> Any:
        used = any(group_id in lookup.group_ids(one) for one in lookup.instances(world) if one.state != "terminated")
        used = used or any(group_id in source.group_ids for source in world.sources.values())
        used = used or any(
            pair.get("GroupId") == group_id
            for group in _groups(ec2)
            if group.id != group_id
            for rule in [*group.ingress_rules, *group.egress_rules]
            for pair in [rule.source_group]
        )
        if used:
            raise DependencyViolationError(f"resource {group_id} has a dependent object")
        return original(ec2, vpc_id, group_id)

    return delete


class Refresher:
    """Writes the rules of all running machines anew when something changed, on one thread; those that are the same are left alone."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._wanted = threading.Event()
        if not world.clock.manual:
            threading.Thread(target=self._work, name="security-groups", daemon=True).start()

    def request(self) -> None:
        if self._world.clock.manual:
            self._refresh()
        else:
            self._wanted.set()

    def _work(self) -> None:
        while not self._world.closed:
            self._wanted.wait()
            self._wanted.clear()
            if not self._world.closed:
                threading.Event().wait(GATHER_SECONDS)
                self._world._guarded(self._refresh)

    def _refresh(self) -> None:
        with self._world.lock:
            running = [one for one in lookup.instances(self._world) if one.state == "running"]
            changed = [one for one in running if getattr(one, "applied_rules", None) != rules_of(self._world, one)]
        for instance in changed:
            apply(self._world, instance)


def apply(world: World, instance: Any) -> None:
    """Write the rules of one machine. Call without the lock."""
    with world.lock:
        ingress, egress = rules = rules_of(world, instance)
        instance.applied_rules = rules
    world.machines.apply_security_rules(instance.id, ingress, egress)


def rules_of(world: World, instance: Any) -> tuple[list[Rule], list[Rule]]:
    """Ingress and egress that the instance's groups allow together, with groups replaced by their members' addresses. Needs the lock.

    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html#security-group-referencing
    """
    groups = [instance.ec2_backend.get_security_group_from_id(group_id) for group_id in lookup.group_ids(instance)]
    ingress = [rule for group in groups if group for rule in group.ingress_rules]
    egress = [rule for group in groups if group for rule in group.egress_rules]
    into = [_from_this_computer(world, instance, rule) for rule in _translate(world, instance, ingress)]
    return into, _translate(world, instance, egress)


def _from_this_computer(world: World, instance: Any, rule: Rule) -> Rule:
    """Who lets this computer's public address in lets it in as it comes: by the first address of the instance's own VPC."""
    gateway = network.network_of(world, instance.vpc_id).gateway
    networks = [IPv4Network(cidr, strict=False) for cidr in rule.cidrs]
    public, here = IPv4Address(network.public_address(world)), IPv4Address(gateway)
    if any(here in one for one in networks) or not any(public in one for one in networks):
        return rule
    return replace(rule, cidrs=(*rule.cidrs, f"{gateway}/32"))


def _translate(world: World, instance: Any, rules: Iterable[Any]) -> list[Rule]:
    translated = []
    for rule in rules:
        cidrs = [rule.cidr_ipv4] if rule.cidr_ipv4 else []
        if rule.source_group:
            cidrs += [f"{address}/32" for address in _members(world, instance, rule.source_group)]
        if rule.prefix_list_id:
            cidrs += _prefix_list(instance.ec2_backend, rule.prefix_list_id)
        if cidrs:
            translated.append(Rule(str(rule.ip_protocol), rule.from_port, rule.to_port, tuple(cidrs)))
    return translated


def _members(world: World, instance: Any, pair: dict[str, str]) -> list[str]:
    """Private addresses of everything in a group: instances, and the world's own source addresses."""
    group_id = pair.get("GroupId")
    if not group_id:
        group = instance.ec2_backend.get_security_group_by_name_or_id(pair.get("GroupName"), instance.vpc_id)
        group_id = group.id if group else None
    found = [
        address
        for one in lookup.instances(world)
        if one.state in _PRESENT and group_id in lookup.group_ids(one)
        for address in lookup.addresses(one)
    ]
    found += [source.address for source in world.sources.values() if group_id in source.group_ids]
    return sorted(found)


def _prefix_list(ec2: Any, prefix_list_id: str) -> list[str]:
    prefix_list = ec2.managed_prefix_lists.get(prefix_list_id)
    if prefix_list is None:
        return []
    return [entry["Cidr"] for entry in prefix_list.entries[max(prefix_list.entries)]]
