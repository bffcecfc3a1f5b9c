"""One controller for the whole run, as tools/demo-jenkins starts it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from controller import BUILD_LIMIT, ROOT, Controller, World

#: Where the tests' controller listens; the demonstration's own is another.
PORT = "8190"


@dataclass(frozen=True)
class First:
    """The controller after the first push, and the URL that it ended in."""

    controller: Controller
    world: World
    url: str


@pytest.fixture(scope="session")
def first() -> Iterator[First]:
    if subprocess.run(["docker", "info"], capture_output=True).returncode:
        pytest.skip("no Docker engine answers: the agent of the pipelines and the machines are containers")
    name = f"jenkins{os.getpid()}"
    base = ROOT / ".work" / "jenkins" / name
    demo = str(ROOT / "tools" / "demo-jenkins")
    try:
        up = subprocess.run([demo, "up", name, PORT], stdout=subprocess.PIPE, text=True, timeout=2 * BUILD_LIMIT)
        assert up.returncode == 0, up.stdout
        yield First(Controller(base), World(name), up.stdout.splitlines()[-1])
    finally:
        if base.exists():
            subprocess.run([demo, "down", name], check=False, timeout=BUILD_LIMIT)
