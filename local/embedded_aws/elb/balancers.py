"""From moto's records of load balancers, listeners and target groups to what the data plane does."""

from __future__ import annotations

import logging
import socket
import threading
from typing import Any

from moto.ec2 import ec2_backends
from moto.elbv2 import elbv2_backends

from ..ec2 import sources
from ..world import InstanceChange, World
from . import access, certificates
from .addresses import reserve
from .checks import CheckSpec
from .plane import DataPlane
from .proxy import IDLE_TIMEOUT, ListenerSpec
from .rules import Rule
from .targets import NOT_IN_USE, REGISTERING, ZONE_OFF, Target, TargetBook, Thresholds
from .tls import Tls

LOG = logging.getLogger(__name__)

#: Seconds between two comparisons of records and data plane; changes by the API start one at once.
TICK = 1.0
#: EC2 states of an instance that keep it from being a target, as in the description "Target is in the stopped state".
INVALID_STATES = ("stopping", "stopped", "shutting-down", "terminated")


class Balancers:
    """All application load balancers of one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.book = TargetBook()
        self._plane = DataPlane(world.name, self.book)
        self._holders: dict[str, socket.socket] = {}
        self._sources: dict[str, str] = {}
        self._one_at_a_time = threading.Lock()
        self._complained: dict[str, str] = {}
        world.on_instance_state(self._instance_changed)
        world.on_close.append(self.close)

    # --- asked by the API, with the world's lock held --------------------------------------------------------------

    def adopt(self, balancer: Any) -> None:
        """Give a new balancer its address, which is its DNS name: curl,
        a browser and Terraform reach it without a resolver.
        """
        balancer.dns_name, self._holders[balancer.arn] = reserve(f"{self.world.name}/{balancer.name}")
        if not balancer.security_groups and balancer.type == "application":
            ec2 = ec2_backends[self.world.account_id][_region(balancer.arn)]
            default = ec2.get_security_group_from_name("default", balancer.vpc_id)
            balancer.security_groups = [default.id] if default else []

    def address_of(self, group: Any, target_id: str) -> str | None:
        if group.target_type == "ip":
            return target_id
        instance = group.ec2_backend.get_instance_by_id(target_id)
        return instance.private_ip_address if instance else None

    def unused(self, group: Any, target_id: str) -> tuple[str, str] | None:
        """Why a registered target gets no traffic whatever its health, if so."""
        balancers = balancers_of(group)
        if not balancers:
            return NOT_IN_USE
        instance = group.ec2_backend.get_instance_by_id(target_id)
        zones = {zone.zone_name for balancer in balancers for zone in balancer.availability_zones}
        if instance is not None and instance._placement.zone not in zones:
            return ZONE_OFF
        return None

    def soon(self) -> None:
        """The API changed something."""
        self.world.spawn(self.reconcile)

    # --- following -------------------------------------------------------------------------------------------------

    def _instance_changed(self, change: InstanceChange) -> None:
        invalid = change.current if change.current in INVALID_STATES else ""
        for targets in self.book.groups.values():
            target = targets.get(change.instance_id)
            if target and target.invalid != invalid:
                target.invalid = invalid
                target.state, target.reason, target.good, target.bad = "initial", REGISTERING, 0, 0

    def reconcile(self) -> None:
        """Make the data plane what the records say. Never called with the lock held."""
        with self._one_at_a_time:
            if self.world.closed:
                return
            self._attach_and_detach()
            with self.world.lock:
                self.book.expire(self.world.clock.now().timestamp())
                listeners, checks = self._wanted()
            failed = self._plane.apply(listeners, checks)
            for arn, reason in failed.items():
                if self._complained.get(arn) != reason:
                    self._complained[arn] = reason
                    LOG.error("listener %s: %s", arn, reason)
            with self.world.lock:
                for balancer in self._all():
                    if balancer.arn in self._sources:
                        balancer.activate()

    def _all(self) -> list[Any]:
        regions = list(elbv2_backends[self.world.account_id].values())
        return [balancer for backend in regions for balancer in list(backend.load_balancers.values())]

    def _attach_and_detach(self) -> None:
        """Source addresses inside the VPC come and go with the balancers and wear their security groups."""
        with self.world.lock:
            present = {b.arn: (b.vpc_id, b.subnets[0].id, tuple(b.security_groups)) for b in self._all()}
        for arn, (vpc_id, subnet_id, groups) in present.items():
            if arn not in self._sources:
                self._sources[arn] = sources.attach(self.world, vpc_id, groups, subnet_id)
            elif self.world.sources[self._sources[arn]].group_ids != groups:
                sources.set_groups(self.world, self._sources[arn], groups)
        for arn in set(self._sources) - set(present):
            sources.detach(self.world, self._sources.pop(arn))
        for arn in set(self._holders) - set(present):
            self._holders.pop(arn).close()

    def _wanted(self) -> tuple[dict[str, ListenerSpec], dict[tuple[str, str], tuple[Target, CheckSpec]]]:
        listeners: dict[str, ListenerSpec] = {}
        checks: dict[tuple[str, str], tuple[Target, CheckSpec]] = {}
        for balancer in self._all():
            source = self._sources.get(balancer.arn)
            if source is None or balancer.type != "application":
                continue
            backend = elbv2_backends[self.world.account_id][_region(balancer.arn)]
            allowed = access.of_groups(self.world, backend.ec2_backend, balancer.security_groups)
            for listener in balancer.listeners.values():
                tls = certificates.tls_of(listener) if listener.protocol == "HTTPS" else None
                if listener.protocol == "HTTP" or tls:
                    listeners[listener.arn] = _listener(balancer, listener, source, allowed, tls)
            if self.world.machines.boots:
                for group in [g for g in backend.target_groups.values() if balancer in balancers_of(g)]:
                    self._add_checks(checks, group, source, allowed)
        return listeners, checks

    def _add_checks(self, checks: dict[Any, Any], group: Any, source: str, allowed: access.Access) -> None:
        for target in self.book.of(group.arn).values():
            key = (group.arn, target.id)
            if target.draining or target.invalid or not target.address or key in checks:
                continue
            if self.unused(group, target.id):
                target.state, target.reason = "initial", REGISTERING
                continue
            port = target.port if group.health_check_port in (None, "traffic-port") else int(group.health_check_port)
            checks[key] = (target, _check(group, target.address, port, source, allowed))

    def close(self) -> None:
        self._plane.close()
        for holder in self._holders.values():
            holder.close()


def balancers_of(group: Any) -> list[Any]:
    """Load balancers with a listener or rule that forwards to the target group."""
    backend = elbv2_backends[group.account_id][group.region_name]
    return [b for b in backend.load_balancers.values() if group.arn in _forwarded(backend, b)]


def _forwarded(backend: Any, balancer: Any) -> set[str]:
    actions = [a for listener in balancer.listeners.values() for rule in listener.rules.values() for a in rule.actions]
    return {arn for action in actions for arn in backend._get_target_group_arns_from(action_data=action.data)}


def _listener(balancer: Any, listener: Any, source: str, allowed: access.Access, tls: Tls | None) -> ListenerSpec:
    ordered = sorted(listener._non_default_rules.values(), key=lambda rule: int(rule.priority))
    rules = [Rule(tuple(rule.conditions), rule.actions[-1].data) for rule in ordered]
    rules.append(Rule((), listener.default_actions[-1].data))
    return ListenerSpec(
        address=balancer.dns_name,
        port=int(listener.port),
        source=source,
        rules=tuple(rules),
        access=allowed,
        tls=tls,
        idle_timeout=float(balancer.attrs.get("idle_timeout.timeout_seconds", IDLE_TIMEOUT)),
    )


def _check(group: Any, address: str, port: int, source: str, allowed: access.Access) -> CheckSpec:
    return CheckSpec(
        address=address,
        port=port,
        path=group.health_check_path or "/",
        matcher=str((group.matcher or {}).get("HttpCode") or "200"),
        interval=float(group.health_check_interval_seconds),
        timeout=float(group.health_check_timeout_seconds),
        thresholds=Thresholds(int(group.healthy_threshold_count), int(group.unhealthy_threshold_count)),
        source=source,
        access=allowed,
    )


def _region(arn: str) -> str:
    return arn.split(":")[3]
