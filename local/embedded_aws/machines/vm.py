"""Machines with a kernel of their own: QEMU, with hardware virtualisation where it really works and software emulation elsewhere."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tarfile import TarFile
from typing import Any

from ..state import WorldState
from . import KINDS, MachineBackend, MachineError, MachineSpec, Network, Rule, processor_time
from .accelerator import accelerator
from .base import REQUIRED
from .docker_network import DockerNetworks
from .vm_base import base_disk, disk_identity, ensure_base_disk
from .vm_cleanup import machines_directory, remove_machines
from .vm_disks import Disks
from .vm_network import MACHINE, Wire, namespace_name
from .vm_process import Process, arguments, require_qemu

_, VM = KINDS
#: Seconds for an orderly shutdown: an emulated machine on a busy computer takes half a minute.
SHUTDOWN_SECONDS = 120
#: Seconds for the orderly shutdown of a machine that is to be terminated; nobody will read its disk.
TERMINATE_SECONDS = 15
#: GetConsoleOutput returns the last 64 KB.
CONSOLE_BYTES = 64 * 1024
#: Terminated machines whose console is still kept.
KEPT_CONSOLES = 50
#: Bytes that are copied at a time.
COPY_BYTES = 1024**2

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


@dataclass
class _Machine:
    spec: MachineSpec
    directory: Path
    wire: Wire
    process: Process | None = None

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.runs()


class VmBackend(MachineBackend):
    """See `MachineBackend`. One QEMU process per machine that is on; the VPC's network is the one that containers use."""

    def __init__(self, state: WorldState, networks: DockerNetworks) -> None:
        super().__init__()
        require_qemu()
        self._state = state
        self._networks = networks
        self._directory = machines_directory(state)
        self._directory.mkdir(parents=True, exist_ok=True)
        self._base_disk = base_disk()
        self._disks = Disks(self._directory, self._base_disk, f"base/{REQUIRED}")
        self._machines: dict[str, _Machine] = {}
        self._consoles: dict[str, str] = {}
        #: Held while a machine is started, so that none is when `close` has begun.
        self._starting = threading.Lock()
        self._closed = False

    # --- life of a machine -----------------------------------------------------------------------------------------

    def create(self, spec: MachineSpec) -> None:
        ensure_base_disk(lambda line: None, self._base_disk)
        self._networks.ensure(spec.network)
        directory = self._directory / spec.instance_id
        directory.mkdir()
        machine = _Machine(spec, directory, Wire(self._state.name, spec))
        self._machines[spec.instance_id] = machine
        machine.wire.lay()
        self._disks.create(spec.instance_id, spec.source)
        self.start(spec.instance_id)

    def start(self, instance_id: str) -> None:
        machine = self._machine(instance_id)
        spec = machine.spec
        # By its name a machine is found again when the server that had it was killed.
        name = namespace_name(self._state.name, instance_id)
        command = arguments(
            *(name, self._disks.top(instance_id), machine.directory / "console.log"),
            *(accelerator(), spec.memory_mib, spec.processors),
        )
        command += ["-netdev", f"tap,id=vpc,ifname={MACHINE},script=no,downscript=no"]
        command += ["-device", f"virtio-net-pci,netdev=vpc,mac={spec.mac_address}"]
        with self._starting:
            if self._closed:
                raise MachineError(f"{instance_id}: world {self._state.name} is ending, nothing starts any more")
            machine.process = Process(machine.wire.command(*command), machine.directory / "qemu.log")

    def stop(self, instance_id: str, force: bool = False) -> None:
        machine = self._machine(instance_id)
        if machine.process and machine.runs:
            if force:
                machine.process.kill()
            else:
                machine.process.power_off(SHUTDOWN_SECONDS)

    def reboot(self, instance_id: str) -> None:
        self.stop(instance_id)
        self.start(instance_id)

    def remove(self, instance_id: str) -> None:
        machine = self._machines.get(instance_id)
        if machine is None:
            return
        if machine.process and machine.runs:
            machine.process.power_off(TERMINATE_SECONDS)
        self._consoles[instance_id] = self.console(instance_id)
        del self._machines[instance_id]
        self._disks.remove(instance_id=instance_id)
        for file in machine.directory.iterdir():
            file.unlink()
        machine.directory.rmdir()
        while len(self._consoles) > KEPT_CONSOLES:
            self._consoles.pop(next(iter(self._consoles)))
        machine.wire.remove()

    def running(self) -> set[str]:
        return {instance_id for instance_id, machine in list(self._machines.items()) if machine.runs}

    def console(self, instance_id: str) -> str:
        machine = self._machines.get(instance_id)
        if machine is None:
            return self._consoles.get(instance_id, "")
        try:
            text = (machine.directory / "console.log").read_bytes()[-CONSOLE_BYTES:]
        except FileNotFoundError:
            return ""
        return _ANSI.sub("", text.decode("utf-8", errors="replace"))

    def processor_seconds(self, instance_id: str) -> float | None:
        """QEMU's own, what it takes to emulate included."""
        machine = self._machines.get(instance_id)
        return processor_time.of_process(machine.process.pid) if machine and machine.process and machine.runs else None

    def freeze(self, instance_id: str, port: int) -> list[int]:
        """Stop the machine's processors: nothing on it answers any more, and it still counts as running. Returns QEMU's process id.

        What happens inside a machine is out of reach from outside, so it is the whole machine and not what listens on the port.
        """
        machine = self._machine(instance_id)
        if machine.process is None:
            return []
        machine.process.ask("stop")
        return [machine.process.pid]

    def _machine(self, instance_id: str) -> _Machine:
        if instance_id not in self._machines:
            raise MachineError(f"{instance_id}: there is no such virtual machine in this world")
        return self._machines[instance_id]

    def holds(self, instance_id: str) -> bool:
        """True when the machine is, or was until a while ago, one of these."""
        return instance_id in self._machines or instance_id in self._consoles

    # --- disks -----------------------------------------------------------------------------------------------------

    def has_source(self, source: str) -> bool:
        return self._disks.has(source)

    def snapshot(self, instance_id: str, snapshot_id: str) -> None:
        """A running machine's processors stand still for the moment in which its disk is frozen."""
        machine = self._machine(instance_id)
        if not machine.runs:
            self._disks.freeze(instance_id, snapshot_id)
            return
        top = self._disks.new_file()
        machine.process.ask("stop")
        try:
            machine.process.ask(
                "blockdev-snapshot-sync", device="root", **{"snapshot-file": str(top), "format": "qcow2"}
            )
            self._disks.freeze(instance_id, snapshot_id, top)
        finally:
            machine.process.ask("cont")

    def copy_snapshot(self, source: str, snapshot_id: str) -> None:
        self._disks.copy(source, snapshot_id)

    def remove_snapshot(self, snapshot_id: str) -> None:
        self._disks.remove(snapshot_id=snapshot_id)

    def base_recipe(self, name: str) -> str:
        """The disk's name has the digest of its recipe. Only one base is a disk; the others have no recipe, and none boots."""
        return f"{VM} {name} {self._base_disk.stem}"

    def save(self, source: str, archive: TarFile) -> dict[str, Any]:
        with self._disks.layers(source) as layers:
            for name, content in layers.items():
                if name not in archive.getnames():
                    archive.addfile(archive.gettarinfo(arcname=name, fileobj=content), content)
            return {
                "kind": VM,
                "layers": list(layers),
                "base": self._base_disk.stem,
                "made": disk_identity(self._base_disk),
            }

    def restore(self, file_systems: dict[str, dict[str, Any]], archive: TarFile) -> None:
        """Layers fit no other base disk than the one that they were written upon, byte by byte."""
        here = disk_identity(self._base_disk) if self._base_disk.exists() else "not there"
        for snapshot_id, saved in file_systems.items():
            if saved["made"] != here:
                raise MachineError(
                    f"{snapshot_id} stands on a base disk {saved['base']} that is not on this computer, or was made anew: make the image anew, too"
                )
        files: dict[str, Path] = {}
        try:
            for name in dict.fromkeys(name for saved in file_systems.values() for name in saved["layers"]):
                files[name] = self._disks.new_file()
                with open(files[name], "wb") as file:
                    shutil.copyfileobj(archive.extractfile(name), file, COPY_BYTES)
            chains = {each: [files[name] for name in saved["layers"]] for each, saved in file_systems.items()}
            self._disks.adopt(chains, f"base/{REQUIRED}")
        except (OSError, KeyError, MachineError):
            for file in files.values():
                file.unlink(missing_ok=True)
            raise

    # --- network ---------------------------------------------------------------------------------------------------

    def free_cidr(self, index: int) -> str:
        return self._networks.free_cidr(index)

    def apply_security_rules(self, instance_id: str, ingress: Iterable[Rule], egress: Iterable[Rule]) -> None:
        machine = self._machines.get(instance_id)
        if machine:
            try:
                machine.wire.filter(ingress, egress)
            except MachineError:
                if instance_id in self._machines:
                    raise

    def add_address(self, network: Network, address: str) -> None:
        self._networks.add_address(network, address)

    def remove_address(self, network: Network, address: str) -> None:
        self._networks.remove_address(network, address)

    def remove_network(self, vpc_id: str) -> None:
        self._networks.remove(vpc_id)

    # --- end -------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        with self._starting:
            self._closed = True
        for machine in list(self._machines.values()):
            if machine.process and machine.runs:
                machine.process.kill()
        remove_machines(self._state)

    def describe(self) -> dict[str, Any]:
        return {"virtual machines": ", ".join(sorted(self.running())) or "none", "accelerator": accelerator()[1]}
