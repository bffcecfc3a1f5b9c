"""One embedded AWS with virtual machines for the whole run, and what looks into them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "embedded"))

from deployment import World  # noqa: E402


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """The first time on a computer its start makes the base disk, which takes some minutes."""
    name = f"vm{os.getpid()}"
    control = [str(ROOT / "local" / "aws"), "--world", name]
    subprocess.run([*control, "up", "--machines", "vm"], check=True, timeout=1800)
    try:
        exports = subprocess.run(
            ["bash", "-c", f'eval "$({" ".join(control)} env)"; env -0'], check=True, capture_output=True
        )
        environment = dict(entry.split("=", 1) for entry in exports.stdout.decode().split("\0") if "=" in entry)
        yield World(name, control, environment)
    finally:
        subprocess.run([*control, "down"], check=True, timeout=300)
    assert left_behind(name) == []


@pytest.fixture(scope="session")
def clients(world: World):
    """boto3 clients of the world, by service name."""
    session = boto3.Session(
        aws_access_key_id="onlooker",
        aws_secret_access_key=world.environment["AWS_SECRET_ACCESS_KEY"],
        region_name=world.environment["AWS_REGION"],
    )
    return lambda service: session.client(service, endpoint_url=world.environment["AWS_ENDPOINT_URL"])


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
