"""The ELBv2 API where moto's answers would not follow what targets really do.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetHealth.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.elbv2.exceptions import InvalidTargetError, TargetGroupNotFoundError, TargetNotRunning
from moto.elbv2.models import ELBv2Backend, FakeHealthStatus, FakeTargetGroup

from . import attributes, certificates
from .balancers import Balancers
from .targets import CHECKING, DRAINING, NOT_REGISTERED, REGISTERING, Target

#: Actions after which listeners or checks may have to change.
_CHANGING = (
    "create_listener",
    "modify_listener",
    "delete_listener",
    "create_rule",
    "modify_rule",
    "delete_rule",
    "set_rule_priorities",
    "delete_load_balancer",
    "modify_load_balancer_attributes",
    "modify_target_group",
    "delete_target_group",
    "set_security_groups",
    "set_subnets",
)


def install(balancers: Balancers) -> None:
    patches = balancers.world.patches
    patches.wrap(ELBv2Backend, "create_load_balancer", lambda original: _creating(balancers, original))
    patches.wrap(ELBv2Backend, "describe_load_balancers", _not_activating)
    certificates.install(balancers.world, lambda original: _then_reconcile(balancers, original))
    attributes.install(balancers.world)
    for action in _CHANGING:
        patches.wrap(ELBv2Backend, action, lambda original: _then_reconcile(balancers, original))
    patches.set(FakeTargetGroup, "register", _registering(balancers))
    patches.set(FakeTargetGroup, "deregister", _deregistering(balancers))
    patches.set(FakeTargetGroup, "deregister_terminated_instances", lambda self, ids: None)
    patches.set(FakeTargetGroup, "health_for", _health(balancers))
    patches.set(ELBv2Backend, "describe_target_health", _describing_health(balancers))


def _creating(balancers: Balancers, original: Callable[..., Any]) -> Callable[..., Any]:
    def create_load_balancer(self: ELBv2Backend, *args: Any, **kwargs: Any) -> Any:
        balancer = original(self, *args, **kwargs)
        balancers.adopt(balancer)
        balancers.soon()
        return balancer

    return create_load_balancer


def _not_activating(original: Callable[..., Any]) -> Callable[..., Any]:
    """moto activates a balancer when it is described; here it is active when it forwards."""

    def describe_load_balancers(self: ELBv2Backend, *args: Any, **kwargs: Any) -> Any:
        before = {balancer.arn: balancer.state for balancer in self.load_balancers.values()}
        found = original(self, *args, **kwargs)
        for balancer in found:
            balancer.state = before[balancer.arn]
        return found

    return describe_load_balancers


def _then_reconcile(balancers: Balancers, original: Callable[..., Any]) -> Callable[..., Any]:
    def action(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        balancers.soon()
        return result

    return action


def _registering(balancers: Balancers) -> Callable[..., None]:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html;
    only running instances.
    """

    def register(self: FakeTargetGroup, targets: list[dict[str, Any]]) -> None:
        for wanted in targets:
            instance = self.ec2_backend.get_instance_by_id(wanted["Id"])
            if instance is not None and instance.state != "running":
                raise TargetNotRunning(instance_id=wanted["Id"])
            if instance is None and self.target_type == "instance":
                raise InvalidTargetError()
        book = balancers.book.of(self.arn)
        for wanted in targets:
            id_, port = wanted["Id"], int(wanted.get("Port") or self.port)
            known = book.get(id_)
            if known is None or known.draining or known.port != port:
                book[id_] = Target(id_, port, balancers.address_of(self, id_))
            self.targets[id_] = {"Id": id_, "Port": port}
            self.deregistered_targets.pop(id_, None)
        balancers.soon()

    return register


def _deregistering(balancers: Balancers) -> Callable[..., None]:
    """The target gets no new request from now on, and drains as long as the target group's deregistration delay says.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#deregistration-delay
    """

    def deregister(self: FakeTargetGroup, targets: list[dict[str, Any]]) -> None:
        book = balancers.book.of(self.arn)
        for unwanted in targets:
            known = self.targets.pop(unwanted["Id"], None)
            if known is None:
                raise InvalidTargetError()
            self.deregistered_targets[unwanted["Id"]] = known
            target = book.get(unwanted["Id"])
            if target is None:
                continue
            in_use = not balancers.unused(self, target.id) and not target.invalid
            delay = int(self.attributes.get("deregistration_delay.timeout_seconds") or 0) if in_use else 0
            if delay:
                target.drain_until = balancers.world.clock.now().timestamp() + delay
            else:
                del book[target.id]
        balancers.soon()

    return deregister


def _health(balancers: Balancers) -> Callable[..., FakeHealthStatus]:
    def health_for(self: FakeTargetGroup, target: dict[str, Any], ec2_backend: Any) -> FakeHealthStatus:
        balancers.book.expire(balancers.world.clock.now().timestamp())
        known = balancers.book.of(self.arn).get(target["Id"])
        if known is None:
            return _status(self, target["Id"], int(target.get("Port") or self.port), "unused", NOT_REGISTERED)
        if known.draining:
            return _status(self, known.id, known.port, "draining", DRAINING)
        unused = balancers.unused(self, known.id)
        if unused:
            return _status(self, known.id, known.port, "unused", unused)
        if known.invalid:
            reason = ("Target.InvalidState", f"Target is in the {known.invalid} state")
            return _status(self, known.id, known.port, "unused", reason)
        if not balancers.world.machines.boots:
            return _recorded(self, known)
        return _status(self, known.id, known.port, known.state, known.reason)

    return health_for


def _recorded(group: FakeTargetGroup, target: Target) -> FakeHealthStatus:
    """Where machines are records there is nothing to ask:
    a target is initial at the first look and healthy from the second.
    """
    if target.reason == REGISTERING:
        target.reason = CHECKING
        return _status(group, target.id, target.port, "initial", REGISTERING)
    target.state = "healthy"
    return _status(group, target.id, target.port, "healthy", None)


def _status(
    group: FakeTargetGroup, id_: str, port: int, state: str, reason: tuple[str, str] | None
) -> FakeHealthStatus:
    check_port = str(port) if group.health_check_port in (None, "traffic-port") else group.health_check_port
    code, description = reason or (None, None)
    return FakeHealthStatus(id_, port, check_port, state, code, description)


def _describing_health(balancers: Balancers) -> Callable[..., list[FakeHealthStatus]]:
    """Draining targets are listed as well as registered ones."""

    def describe_target_health(self: ELBv2Backend, target_group_arn: str, targets: list[dict[str, Any]]) -> Any:
        group = self.target_groups.get(target_group_arn)
        if group is None:
            raise TargetGroupNotFoundError()
        balancers.book.expire(balancers.world.clock.now().timestamp())
        wanted = targets or [{"Id": t.id, "Port": t.port} for t in balancers.book.of(group.arn).values()]
        return [group.health_for(target, self.ec2_backend) for target in wanted]

    return describe_target_health
