"""Which Packers this machine has, and the embedded AWS for the tests that bake."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# At the end: `applications` is another module there.
sys.path.append(str(ROOT / "tests" / "embedded"))
from world import World, running_world  # noqa: E402

SHIM = ROOT / "local" / "packer-1.6"
TOOLS = [ROOT / ".tools" / "bin", ROOT / ".tools" / "venv" / "bin"]

#: What every bake is given here, as the command line gives it.
VARIABLES = {
    "app": "web",
    "environment": "demo",
    "region": "us-east-1",
    "layer": "application",
    "image_name": "web-test",
    "fingerprint": "0123456789abcdef" * 4,
    "commit": "0123abc",
    "app_version": "1.4.2",
    "build": "test-7",
    "expires_at": "2030-01-01T00:00:00Z",
    "source_ami": "ami-0123456789abcdef0",
    "ssh_username": "admin",
    "base_baked_at": "2026-11-23T12:00:00Z",
    "tags": '{"owner":"team \\"web\\"","cost:centre":"4711"}',
    "application_dir": str(ROOT / "webapp"),
}


@dataclass(frozen=True)
class Packer:
    """One Packer and the PATH on which it is the only one: current, or an old one behind the command of local/."""

    name: str
    path: str

    def run(
        self, *arguments: str, env: dict[str, str] | None = None, check: bool = True
    ) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["packer", *arguments],
            cwd=ROOT,
            env=os.environ | {"CHECKPOINT_DISABLE": "1"} | (env or {}) | {"PATH": self.path},
            capture_output=True,
            text=True,
            check=check,
            timeout=1200,
        )


def arguments(work: Path, **changes: str) -> list[str]:
    """The arguments that the command line gives to `packer validate` and `packer build`, in the checkout."""
    values = VARIABLES | {"work_dir": str(work), "manifest_path": str(work / "manifest.json")} | changes
    return [*(f"-var={name}={value}" for name, value in values.items()), "packer/"]


def find_packer(current: bool) -> str | None:
    """The first packer on the PATH that is current (1.7 or newer), or that is not."""
    for directory in [str(TOOLS[0]), *os.environ["PATH"].split(os.pathsep)]:
        file = shutil.which("packer", path=directory)
        if file is None or Path(directory).resolve() == SHIM:
            continue
        output = subprocess.run(
            [file, "version"], capture_output=True, text=True, check=False, env=os.environ | {"CHECKPOINT_DISABLE": "1"}
        ).stdout
        version = re.search(r"v(\d+)\.(\d+)", output)
        if version and ((int(version[1]), int(version[2])) >= (1, 7)) == current:
            return file
    return None


KINDS = ("current", "before-1.7")


def packer_of(kind: str, directory: Path) -> Packer | None:
    """The Packer of this kind, or None; ``directory`` gets the command that is first on its PATH."""
    file = find_packer(current=kind == "current")
    if file is None:
        return None
    wrapper = directory / "packer"
    wrapper.write_text(f'#!/bin/sh\nexec {file} "$@"\n')
    wrapper.chmod(0o755)
    directories = [SHIM, directory] if kind != "current" else [directory]
    return Packer(kind, os.pathsep.join([*map(str, directories), *map(str, TOOLS), os.environ["PATH"]]))


@pytest.fixture(scope="session", params=KINDS)
def packer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Packer:
    found = packer_of(request.param, tmp_path_factory.mktemp("bin"))
    return found or pytest.skip(f"no packer of the kind {request.param} on the PATH")


@pytest.fixture(scope="session")
def any_packer(tmp_path_factory: pytest.TempPathFactory) -> Packer:
    """One Packer, the current one where there are both."""
    found = [packer_of(kind, tmp_path_factory.mktemp("bin")) for kind in KINDS]
    return next((each for each in found if each), None) or pytest.skip("no packer on the PATH")


@pytest.fixture(scope="session")
def account() -> Iterator[World]:
    """An embedded AWS that lives as long as these tests."""
    if subprocess.run(["docker", "info"], capture_output=True, check=False).returncode and not shutil.which("dockerd"):
        pytest.skip("no Docker engine answers, and none can be started here")
    with running_world(f"bake{os.getpid()}", limit=900) as world:
        yield world


@pytest.fixture(scope="session")
def world(account: World) -> dict[str, str]:
    """The environment variables of its clients."""
    return account.environment
