"""Which Packers this machine has, and the embedded AWS for the tests that bake."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHIM = ROOT / "local" / "packer-1.6"
CONTROL = ROOT / "local" / "aws"
TOOLS = [ROOT / ".tools" / "bin", ROOT / ".tools" / "venv" / "bin"]

#: What a run determines; the rest stands in the environment's variables file.
VARIABLES = {
    "image_name": "web-demo-test",
    "commit": "0123abc",
    "app_version": "1.4.2",
    "build": "test-7",
    "expires_at": "2030-01-01T00:00:00Z",
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
    words = [f"-var-file={ROOT / 'environments' / 'demo.pkrvars.hcl'}"]
    for name, value in values.items():
        words += ["-var", f"{name}={value}"]
    return [*words, "packer/"]


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


@pytest.fixture(scope="session", params=["current", "before-1.7"])
def packer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Packer:
    file = find_packer(current=request.param == "current")
    if file is None:
        pytest.skip(f"no packer of the kind {request.param} on the PATH")
    first = tmp_path_factory.mktemp("bin")
    wrapper = first / "packer"
    wrapper.write_text(f'#!/bin/sh\nexec {file} "$@"\n')
    wrapper.chmod(0o755)
    directories = [SHIM, first] if request.param != "current" else [first]
    path = os.pathsep.join([*map(str, directories), *map(str, TOOLS), os.environ["PATH"]])
    return Packer(request.param, path)


@pytest.fixture(scope="session")
def world() -> Iterator[dict[str, str]]:
    """The environment variables of an embedded AWS that lives as long as these tests."""
    if subprocess.run(["docker", "info"], capture_output=True, check=False).returncode and not shutil.which("dockerd"):
        pytest.skip("no Docker engine answers, and none can be started here")
    control = [str(CONTROL), "--world", f"bake{os.getpid()}"]
    subprocess.run([*control, "up"], check=True, timeout=900)
    try:
        # A client's environment must not come from a world that the caller is in.
        command = f'eval "$({" ".join(control)} env)"; env -0'
        listing = subprocess.run(["bash", "-c", command], check=True, capture_output=True).stdout.decode()
        yield dict(entry.split("=", 1) for entry in listing.split("\0") if "=" in entry)
    finally:
        subprocess.run([*control, "down"], check=True, timeout=300)
