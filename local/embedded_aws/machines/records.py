"""Machines that are only written down: for `up --api-only` and for fast tests."""

from __future__ import annotations

from collections.abc import Iterable
from tarfile import TarFile
from typing import Any

from . import MachineBackend, MachineError, MachineSpec, Network, Rule


class RecordsBackend(MachineBackend):
    """Every call succeeds at once and nothing boots.

    Addresses are loopback addresses (127.x.y.z), so a test can listen on an instance's own address, and a source address can be bound.
    """

    boots = False

    def __init__(self) -> None:
        super().__init__()
        self.machines: dict[str, MachineSpec] = {}
        self.on: set[str] = set()
        self.snapshots: set[str] = set()
        self.rules: dict[str, tuple[list[Rule], list[Rule]]] = {}

    def create(self, spec: MachineSpec) -> None:
        self.machines[spec.instance_id] = spec
        self.on.add(spec.instance_id)

    def start(self, instance_id: str) -> None:
        self.on.add(instance_id)

    def stop(self, instance_id: str, force: bool = False) -> None:
        self.on.discard(instance_id)

    def reboot(self, instance_id: str) -> None:
        pass

    def remove(self, instance_id: str) -> None:
        self.on.discard(instance_id)
        self.machines.pop(instance_id, None)
        self.rules.pop(instance_id, None)

    def running(self) -> set[str]:
        return set(self.on)

    def kill(self, instance_id: str) -> None:
        """For tests: the machine dies by itself."""
        self.on.discard(instance_id)

    def console(self, instance_id: str) -> str:
        return ""

    def has_source(self, source: str) -> bool:
        return True

    def snapshot(self, instance_id: str, snapshot_id: str) -> None:
        self.snapshots.add(snapshot_id)

    def copy_snapshot(self, source: str, snapshot_id: str) -> None:
        self.snapshots.add(snapshot_id)

    def remove_snapshot(self, snapshot_id: str) -> None:
        self.snapshots.discard(snapshot_id)

    def base_recipe(self, name: str) -> str:
        return f"records {name}"

    def save(self, source: str, archive: TarFile) -> dict[str, Any]:
        return {"kind": "records"}

    def restore(self, file_systems: dict[str, dict[str, Any]], archive: TarFile) -> None:
        for snapshot_id, saved in file_systems.items():
            if saved["kind"] != "records":
                raise MachineError(
                    f"{snapshot_id} has a file system, and this world is of records only: up without --api-only"
                )
        self.snapshots.update(file_systems)

    def free_cidr(self, index: int) -> str:
        return f"127.{100 + index}.0.0/16"

    def apply_security_rules(self, instance_id: str, ingress: Iterable[Rule], egress: Iterable[Rule]) -> None:
        if instance_id in self.machines:
            self.rules[instance_id] = (list(ingress), list(egress))

    def add_address(self, network: Network, address: str) -> None:
        pass

    def remove_address(self, network: Network, address: str) -> None:
        pass

    def remove_network(self, vpc_id: str) -> None:
        pass
