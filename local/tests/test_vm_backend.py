"""Virtual machines as the world uses them, with processes and networks that are only noted, and the base disk under them."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path
from typing import Any

import pytest
from embedded_aws.machines import MachineError, MachineSpec, Network, vm, vm_base, vm_disks
from embedded_aws.machines.vm import VmBackend
from embedded_aws.machines.vm_base import base_disk, ensure_base_disk
from embedded_aws.state import WorldState, cache_root

SPEC = MachineSpec("i-0abc", "base/debian-12", Network("vpc-1", "10.255.0.0/24", "10.255.0.1"), "10.255.0.4", "02:00")


class Quiet:
    """Stands for networks and wires: whatever it is asked, nothing happens."""

    def __init__(self, *_: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        return lambda *_: []


class Qemu:
    """Stands for a QEMU process; notes what its monitor is asked, and refuses one command."""

    started = 0

    def __init__(self, command: list[str], errors: Path) -> None:
        Qemu.started += 1
        self.on, self.asked, self.refuses = True, [], ""

    def runs(self) -> bool:
        return self.on

    def ask(self, command: str, **_: Any) -> None:
        self.asked.append(command)
        if command == self.refuses:
            raise MachineError(f"QEMU refuses {command}")

    def power_off(self, seconds: float) -> None:
        self.on = False

    def kill(self) -> None:
        self.on = False


@pytest.fixture(autouse=True)
def directories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    cache_root().mkdir(parents=True)


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> VmBackend:
    """With one machine that runs."""
    base_disk().touch()
    for name, value in {"require_qemu": lambda: None, "Wire": Quiet, "Process": Qemu}.items():
        monkeypatch.setattr(vm, name, value)
    monkeypatch.setattr(vm_disks, "run_host", lambda *command: Path(command[-1]).touch())
    backend = VmBackend(WorldState(f"backend{os.getpid()}"), Quiet())
    backend.create(SPEC)
    return backend


def process(backend: VmBackend) -> Qemu:
    return backend._machines[SPEC.instance_id].process


def test_nothing_starts_when_the_world_ends(backend: VmBackend) -> None:
    backend.close()
    before = Qemu.started
    with pytest.raises(MachineError, match=r"i-0abc: world .* is ending"):
        backend.reboot("i-0abc")
    assert (Qemu.started, backend.running()) == (before, set())


def test_snapshot_that_fails_leaves_the_machine_running(backend: VmBackend) -> None:
    process(backend).refuses = "blockdev-snapshot-sync"
    with pytest.raises(MachineError, match="refuses blockdev-snapshot-sync"):
        backend.snapshot("i-0abc", "snap-1")
    assert process(backend).asked == ["stop", "blockdev-snapshot-sync", "cont"]
    assert not backend.has_source("snap-1")


def test_world_keeps_its_base_disk_when_the_recipe_changes(backend: VmBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vm_base, "recipe_digest", lambda: "another")
    made: list[Path] = []
    monkeypatch.setattr(vm, "ensure_base_disk", lambda report, disk: made.append(disk))
    backend.create(MachineSpec("i-0def", "base/debian-12", SPEC.network, "10.255.0.5", "02:01"))
    assert made == [backend._disks._snapshots["base/debian-12"]]


@pytest.fixture
def base_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty disk in place of a base disk."""
    monkeypatch.setattr(vm_base, "TOOLS", {})
    for name in ("ensure_base", "_file_system", "_make_disk"):
        monkeypatch.setattr(vm_base, name, lambda *_: None)
    monkeypatch.setattr(vm_base, "_run", lambda *command: Path(command[-1]).touch())


@pytest.mark.parametrize("up", [True, False])
def test_older_base_disk_stays_while_a_world_is_up(base_is_made: None, up: bool) -> None:
    older = cache_root() / "debian-12-0123456789abcdef.qcow2"
    older.touch()
    if up:
        WorldState("one").save_running(os.getpid(), 1)
    assert ensure_base_disk(lambda line: None) == base_disk()
    assert (base_disk().exists(), older.exists()) == (True, up)


def test_snapshot_on_another_base_disk_is_refused(
    backend: VmBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vm, "disk_identity", lambda disk: "first")
    backend.stop("i-0abc")
    backend.snapshot("i-0abc", "snap-1")
    with tarfile.open(tmp_path / "archive", "w") as archive:
        saved = backend.save("snap-1", archive)
    assert (saved["kind"], saved["base"], len(saved["layers"])) == ("vm", base_disk().stem, 1)
    backend.remove_snapshot("snap-1")
    with tarfile.open(tmp_path / "archive") as archive:
        backend.restore({"snap-1": saved}, archive)
        assert backend.has_source("snap-1")
        monkeypatch.setattr(vm, "disk_identity", lambda disk: "another")
        with pytest.raises(
            MachineError, match=r"snap-2 stands on a base disk debian-12-\w+ that is not on this computer"
        ):
            backend.restore({"snap-2": saved}, archive)
    assert not backend.has_source("snap-2")
