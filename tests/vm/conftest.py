"""One embedded AWS with virtual machines for the whole run, and what looks into them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "embedded"))

from cached_images import CachedImages, cached_images  # noqa: E402
from world import World, running_world  # noqa: E402


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """The first time on a computer its start makes the base disk, which takes some minutes."""
    name = f"vm{os.getpid()}"
    with running_world(name, "--machines", "vm", limit=1800) as world:
        yield world
    assert left_behind(name) == []


@pytest.fixture(scope="session")
def base_layers(world: World) -> Iterator[CachedImages]:
    """Base layers of earlier runs, in the world before anything is baked."""
    with cached_images(world, "vm") as images:
        yield images


@pytest.fixture(scope="session")
def clients(world: World):
    """boto3 clients of the world, by service name."""
    return world.client


def left_behind(name: str) -> list[str]:
    """Processes, namespaces and disks of a world that has ended."""
    processes = [
        entry.name
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and f"ami-deploy-{name}-i-".encode() in command_line(entry)
    ]
    namespaces = [str(path) for path in Path("/run/netns").glob(f"ami-deploy-{name}-*")]
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "ami-deploy" / name
    return [*processes, *namespaces, *([str(state)] if state.exists() else [])]


def command_line(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""
