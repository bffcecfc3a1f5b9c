"""One world of records per test, and one world with machines per session; both are asked over HTTP by boto3."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

LOCAL = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(LOCAL))

from doors import Clients, Door  # noqa: E402
from embedded_aws.clock import ManualClock  # noqa: E402
from embedded_aws.machines.records import RecordsBackend  # noqa: E402
from embedded_aws.world import World  # noqa: E402

#: Seconds a machine may take for anything that the tests wait for, on a computer that has much else to do.
PATIENCE = 180


def until(condition: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """The first true value of the condition; fails with `what` when the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"after {seconds} s: {what}")


@pytest.fixture
def world() -> Iterator[World]:
    """A world of records with a clock that stands still; `world.clients` asks it."""
    world = World("test", RecordsBackend(), clock=ManualClock())
    door = Door.to(world)
    world.clients = Clients(door.endpoint)
    yield world
    door.close()
    world.close()


@pytest.fixture
def ec2(world: World) -> Any:
    return world.clients.ec2


def script(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`local/aws` as a person calls it."""
    return subprocess.run([str(LOCAL / "aws"), *arguments], capture_output=True, text=True, check=False, timeout=600)


class RealWorld:
    """A world with machines, started by the script."""

    def __init__(self, name: str) -> None:
        self.name = name
        started = script("--world", name, "up")
        assert started.returncode == 0, started.stderr
        self.environment = {}
        for line in script("--world", name, "env").stdout.splitlines():
            if line.startswith("export ") and not line.startswith("export PATH"):
                key, _, value = line[len("export ") :].partition("=")
                self.environment[key] = value.strip("'")
        self.clients = Clients(self.environment["AWS_ENDPOINT_URL"])


@pytest.fixture(scope="session")
def real_world() -> Iterator[RealWorld]:
    """One for the whole session: tests clean up what they launch, and the end checks that nothing remains."""
    if os.geteuid() != 0 or not shutil.which("docker"):
        pytest.skip("machines need root and a Docker engine")
    world = RealWorld(f"pytest-{os.getpid()}")
    yield world
    ended = script("--world", world.name, "down")
    assert ended.returncode == 0, ended.stderr
    assert left_over(world.name) == []


def left_over(name: str) -> list[str]:
    """Everything in Docker that carries this world's label; nothing where its last world ended the engine too."""
    if subprocess.run(["docker", "info"], capture_output=True).returncode != 0:
        return []
    label = f"label=ami-deploy.local={name}"
    found: list[str] = []
    for command in (["ps", "-aq"], ["network", "ls", "-q"], ["images", "-q"]):
        found += subprocess.run(
            ["docker", *command, "--filter", label], capture_output=True, text=True, check=True
        ).stdout.split()
    return found
