"""One controller for the whole run, as tools/demo-jenkins starts it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from controller import BUILD_LIMIT, ROOT, Controller

sys.path.insert(0, str(ROOT / "tests" / "embedded"))

from cached_images import CachedImages
from world import World, running_world

#: Where the tests' controller listens; the demonstration's own is another.
PORT = "8190"
DEMO = str(ROOT / "tools" / "demo-jenkins")


@dataclass(frozen=True)
class First:
    """The controller after the first push, and the URL that it ended in."""

    controller: Controller
    world: World
    url: str

    def down(self) -> tuple[str, str]:
        """Ends the demonstration; returns what it printed and what it told on the way."""
        result = subprocess.run(
            [DEMO, "down", self.world.name],
            capture_output=True,
            text=True,
            timeout=BUILD_LIMIT,
            stdin=subprocess.DEVNULL,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout, result.stderr


@pytest.fixture(scope="session")
def first() -> Iterator[First]:
    if not shutil.which("docker"):
        pytest.skip("there is no Docker here: the agent of the pipelines and the machines are containers")
    name = f"jenkins{os.getpid()}"
    base = ROOT / ".work" / "jenkins" / name
    # The demonstration takes a world that is up; base layers of earlier runs are in it before the first push.
    with running_world(name, limit=900) as world:
        try:
            images = CachedImages(world, "containers")
            images.load()
            images.lend_to("web")
            up = subprocess.run([DEMO, "up", name, PORT], stdout=subprocess.PIPE, text=True, timeout=2 * BUILD_LIMIT)
            assert up.returncode == 0, up.stdout
            images.keep()
            print("\n".join(images.origins()), flush=True)
            yield First(Controller(base), world, up.stdout.splitlines()[-1])
        finally:
            if base.exists():
                subprocess.run([DEMO, "down", name], check=False, timeout=BUILD_LIMIT)
