"""Removing all virtual machines of a world, with their disks and namespaces, whether or not the server that had them still lives."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from ..state import WorldState, process_start
from . import MachineError
from .vm_network import NAMESPACES, namespace_name, remove_namespace
from .vm_process import end


def machines_directory(state: WorldState) -> Path:
    """Disks and consoles of a world's virtual machines."""
    return state.directory / "machines"


def remove_machines(state: WorldState) -> None:
    """What is gone already is no error; `MachineError` says what remains, when all else is gone."""
    # An instance id in full, so that the machines of a world `a-i-b` are not taken for those of a world `a`.
    name = re.compile(re.escape(namespace_name(state.name, "i-")) + "[0-9a-f]+")
    remaining: list[str] = []
    for pid, started in _processes(name):
        try:
            end(pid, started)
        except MachineError as error:
            remaining.append(str(error))
    for namespace in NAMESPACES.glob(namespace_name(state.name, "i-*")):
        try:
            if name.fullmatch(namespace.name):
                remove_namespace(namespace.name)
        except MachineError as error:
            remaining.append(str(error))
    shutil.rmtree(machines_directory(state), ignore_errors=True)
    if remaining:
        raise MachineError("; ".join(remaining))


def _processes(name: re.Pattern[str]) -> Iterator[tuple[int, int | None]]:
    """Process id and start of every QEMU of that name, whoever had started it."""
    for entry in Path("/proc").glob("[0-9]*"):
        started = process_start(int(entry.name))
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if any(option == "-name" and name.fullmatch(value) for option, value in pairwise(words)):
            yield int(entry.name), started
