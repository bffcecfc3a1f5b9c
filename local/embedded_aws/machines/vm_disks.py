"""Disks of virtual machines: copy-on-write layers, each on the one that it was made from.

A snapshot freezes a machine's top layer and gives the machine a new one upon it, so it takes no time and no space. A layer is deleted when
nothing stands on it any more, whatever was deleted first.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from . import MachineError
from .docker_naming import run_host


class Disks:
    """The layers of one world, in one directory."""

    def __init__(self, directory: Path, base: Path, base_source: str) -> None:
        self._directory = directory
        self._lock = threading.Lock()
        self._count = 0
        #: layer: the one below it; the base has none
        self._below: dict[Path, Path] = {}
        #: snapshot id, or `base/<name>`: its layer
        self._snapshots: dict[str, Path] = {base_source: base}
        #: instance id: the layer that it writes
        self._tops: dict[str, Path] = {}

    def has(self, source: str) -> bool:
        return source in self._snapshots

    def sources(self) -> list[str]:
        return list(self._snapshots)

    def create(self, instance_id: str, source: str) -> Path:
        """A new disk for a machine."""
        with self._lock:
            if source not in self._snapshots:
                raise MachineError(f"{instance_id}: there is no disk of {source}")
            self._tops[instance_id] = self._layer(self._snapshots[source])
            return self._tops[instance_id]

    def top(self, instance_id: str) -> Path:
        return self._tops[instance_id]

    def freeze(self, instance_id: str, snapshot_id: str, new_top_made_elsewhere: Path | None = None) -> None:
        """The machine's disk as it is now is the snapshot; the machine, which is off, goes on upon it.

        For a running machine, QEMU has made the new top itself, see `new_file`.
        """
        with self._lock:
            top = self._tops[instance_id]
            self._snapshots[snapshot_id] = top
            if new_top_made_elsewhere is None:
                self._tops[instance_id] = self._layer(top)
            else:
                self._below[new_top_made_elsewhere] = top
                self._tops[instance_id] = new_top_made_elsewhere

    def new_file(self) -> Path:
        """Where a layer is to be made by somebody else."""
        with self._lock:
            return self._new_name()

    def copy(self, source: str, snapshot_id: str) -> None:
        """The same layer under a second name."""
        with self._lock:
            if source not in self._snapshots:
                raise MachineError(f"{snapshot_id}: there is no disk of {source}")
            self._snapshots[snapshot_id] = self._snapshots[source]

    @contextmanager
    def layers(self, snapshot_id: str) -> Iterator[dict[str, BinaryIO]]:
        """The layers of a snapshot by file name, lowest first and without the base; they can be read meanwhile whatever is removed."""
        with ExitStack() as stack:
            with self._lock:
                if snapshot_id not in self._snapshots:
                    raise MachineError(f"there is no disk of {snapshot_id}")
                chain, layer = [], self._snapshots[snapshot_id]
                while layer in self._below:
                    chain.append(layer)
                    layer = self._below[layer]
                opened = {layer.name: stack.enter_context(open(layer, "rb")) for layer in reversed(chain)}
            yield opened

    def adopt(self, snapshots: dict[str, list[Path]], base_source: str) -> None:
        """Snapshots whose layers, lowest first, are files under names of `new_file`; several may share the lower ones."""
        with self._lock:
            for snapshot_id, layers in snapshots.items():
                below = self._snapshots[base_source]
                for layer in layers:
                    if layer not in self._below:
                        # Only the name of the file below is written; the content is the same.
                        run_host("qemu-img", "rebase", "-u", "-f", "qcow2", "-b", str(below), "-F", "qcow2", str(layer))
                        self._below[layer] = below
                    below = layer
                self._snapshots[snapshot_id] = below

    def remove(self, instance_id: str = "", snapshot_id: str = "") -> None:
        """The machine or the snapshot is gone, and with it every layer that only it needed."""
        with self._lock:
            self._tops.pop(instance_id, None)
            self._snapshots.pop(snapshot_id, None)
            needed: set[Path] = set()
            for layer in [*self._tops.values(), *self._snapshots.values()]:
                while layer not in needed:
                    needed.add(layer)
                    layer = self._below.get(layer, layer)
            for layer in set(self._below) - needed:
                del self._below[layer]
                layer.unlink(missing_ok=True)

    def _layer(self, below: Path) -> Path:
        layer = self._new_name()
        run_host("qemu-img", "create", "-q", "-f", "qcow2", "-b", str(below), "-F", "qcow2", str(layer))
        self._below[layer] = below
        return layer

    def _new_name(self) -> Path:
        self._count += 1
        return self._directory / f"disk-{self._count}.qcow2"
