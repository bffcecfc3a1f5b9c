"""Both kinds of machines in one world: containers and virtual machines, in the same networks and under the same rules.

A launch says which kind it wants by a tag; without one, the snapshot that it boots from decides, and for a base image the world's default.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from tarfile import TarFile
from typing import Any

from ..state import WorldState
from . import KINDS, MachineBackend, MachineError, MachineSpec, Network, Rule
from .base import ensure_base
from .docker import DockerBackend
from .vm import VmBackend

CONTAINERS, VM = KINDS


class KindsBackend(MachineBackend):
    """Hands every call to the backend that has the machine or the snapshot."""

    def __init__(self, state: WorldState, default: str) -> None:
        super().__init__()
        self._default = default
        self._state = state
        self._containers = DockerBackend(state)
        self._containers.services = self.services
        self._containers.api_access = lambda network: self.api_access(network)
        self._made: VmBackend | None = VmBackend(state, self._containers.networks) if default == VM else None
        #: Instance ids of virtual machines.
        self._vms: set[str] = set()

    def _backend(self, instance_id: str) -> MachineBackend:
        return self._virtual() if instance_id in self._vms else self._containers

    def _virtual(self) -> VmBackend:
        if self._made is None:
            self._made = VmBackend(self._state, self._containers.networks)
        return self._made

    # --- life of a machine -----------------------------------------------------------------------------------------

    def create(self, spec: MachineSpec) -> None:
        kind = spec.kind or self._kind_of(spec.source)
        if spec.kind not in ("", *KINDS):
            raise MachineError(f"{spec.instance_id}: '{spec.kind}' is no kind of machine: {' or '.join(KINDS)}")
        if kind == VM:
            # Before it counts as one: without QEMU this fails, and there is nothing to remove.
            self._virtual()
            self._vms.add(spec.instance_id)
        elif spec.source.startswith("base/"):
            ensure_base(lambda line: None)
        if not self._backend(spec.instance_id).has_source(spec.source) and not spec.source.startswith("base/"):
            raise MachineError(
                f"{spec.instance_id}: {spec.source} was made by a machine of the other kind than the tag asks for ({kind})"
            )
        self._backend(spec.instance_id).create(replace(spec, kind=kind))

    def _kind_of(self, source: str) -> str:
        if source.startswith("base/"):
            return self._default
        return VM if self._made and self._made.has_source(source) else CONTAINERS

    def start(self, instance_id: str) -> None:
        self._backend(instance_id).start(instance_id)

    def stop(self, instance_id: str, force: bool = False) -> None:
        self._backend(instance_id).stop(instance_id, force)

    def reboot(self, instance_id: str) -> None:
        self._backend(instance_id).reboot(instance_id)

    def remove(self, instance_id: str) -> None:
        self._backend(instance_id).remove(instance_id)

    def running(self) -> set[str]:
        return self._containers.running() | (self._made.running() if self._made else set())

    def console(self, instance_id: str) -> str:
        return self._backend(instance_id).console(instance_id)

    def processor_seconds(self, instance_id: str) -> float | None:
        return self._backend(instance_id).processor_seconds(instance_id)

    def wants_reboot(self, instance_id: str) -> bool:
        return self._backend(instance_id).wants_reboot(instance_id)

    def freeze(self, instance_id: str, port: int) -> list[int]:
        """What listens on the port hangs (a container), or all of the machine does (a virtual one)."""
        return self._backend(instance_id).freeze(instance_id, port)

    # --- disks -----------------------------------------------------------------------------------------------------

    def has_source(self, source: str) -> bool:
        return self._containers.has_source(source) or bool(self._made and self._made.has_source(source))

    def snapshot(self, instance_id: str, snapshot_id: str) -> None:
        self._backend(instance_id).snapshot(instance_id, snapshot_id)

    def copy_snapshot(self, source: str, snapshot_id: str) -> None:
        """A base image is copied as the kind of machine that the world makes of it."""
        backend = self._virtual() if self._kind_of(source) == VM else self._containers
        backend.copy_snapshot(source, snapshot_id)

    def remove_snapshot(self, snapshot_id: str) -> None:
        backend = self._virtual() if self._kind_of(snapshot_id) == VM else self._containers
        backend.remove_snapshot(snapshot_id)

    def base_recipe(self, name: str) -> str:
        return (self._virtual() if self._default == VM else self._containers).base_recipe(name)

    def save(self, source: str, archive: TarFile) -> dict[str, Any]:
        return (self._virtual() if self._kind_of(source) == VM else self._containers).save(source, archive)

    def restore(self, file_systems: dict[str, dict[str, Any]], archive: TarFile) -> None:
        """All of the one kind or all of the other: a world's images may be of both."""
        kinds: dict[str, dict[str, dict[str, Any]]] = {}
        for snapshot_id, saved in file_systems.items():
            kinds.setdefault(saved["kind"], {})[snapshot_id] = saved
        for kind in kinds:
            if kind not in KINDS:
                raise MachineError(f"{', '.join(kinds[kind])}: a record only, made in a world where nothing boots")
        for kind, those in kinds.items():
            (self._virtual() if kind == VM else self._containers).restore(those, archive)

    # --- network ---------------------------------------------------------------------------------------------------

    def free_cidr(self, index: int) -> str:
        return self._containers.free_cidr(index)

    def apply_security_rules(self, instance_id: str, ingress: Iterable[Rule], egress: Iterable[Rule]) -> None:
        self._backend(instance_id).apply_security_rules(instance_id, ingress, egress)

    def add_address(self, network: Network, address: str) -> None:
        self._containers.add_address(network, address)

    def remove_address(self, network: Network, address: str) -> None:
        self._containers.remove_address(network, address)

    def remove_network(self, vpc_id: str) -> None:
        self._containers.remove_network(vpc_id)

    # --- end -------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        try:
            if self._made:
                self._made.close()
        finally:
            self._containers.close()

    def describe(self) -> dict[str, Any]:
        return {
            "default kind": self._default,
            **(self._made.describe() if self._made else {}),
            **self._containers.describe(),
        }
