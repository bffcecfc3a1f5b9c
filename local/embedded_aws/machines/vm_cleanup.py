"""Removing all virtual machines of a world, with their disks and namespaces, whether or not the server that had them still lives."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from ..state import WorldState
from .vm_network import namespace_name, remove_namespace
from .vm_process import end


def machines_directory(state: WorldState) -> Path:
    """Disks, consoles and process ids of a world's virtual machines."""
    return state.directory / "machines"


def remove_machines(state: WorldState) -> None:
    """What is gone already is no error."""
    directory = machines_directory(state)
    for facts in directory.glob("*/process.json"):
        saved = json.loads(facts.read_text(encoding="utf-8"))
        end(saved["pid"], saved["started"])
    for namespace in Path("/run/netns").glob(namespace_name(state.name, "i-*")):
        remove_namespace(namespace.name)
    shutil.rmtree(directory, ignore_errors=True)
