"""The tooling image: every tool for any user, and the command line inside it where the host has none."""

from __future__ import annotations

import subprocess

import pytest
from conftest import ROOT
from deployment import Deployment
from world import World

#: A user that no passwd file knows.
NOBODY = "12345:12345"


@pytest.fixture(scope="module")
def image(world: World) -> str:
    """Built while the world is up, which starts a Docker engine where none runs."""
    built = subprocess.run(
        [str(ROOT / "resources" / "tooling" / "build")], capture_output=True, text=True, timeout=1800
    )
    assert built.returncode == 0, built.stderr
    return built.stdout.split()[-1]


@pytest.mark.parametrize(
    "command",
    [
        ["packer", "version"],
        ["terraform", "version"],
        ["ansible-playbook", "--version"],
        ["ssh", "-V"],
        ["ps", "-A"],
        ["java", "-version"],
    ],
    ids=" ".join,
)
def test_tool_runsForAUserWithoutPasswdEntry(image: str, command: list[str]):
    """As docker-workflow starts it: `cat` as the first process, then commands by exec."""
    run = ["docker", "run", "--detach", "--tty", "--rm", "--user", NOBODY, image, "cat"]
    container = subprocess.run(run, capture_output=True, text=True, check=True).stdout.strip()
    try:
        result = subprocess.run(["docker", "exec", container, *command], capture_output=True, text=True, timeout=120)
    finally:
        subprocess.run(["docker", "kill", container], capture_output=True, check=True)
    assert result.returncode == 0, result.stderr


def test_templates_areUnderstoodByTheToolsOfTheImage(image: str):
    """Also where only an old Packer was to be had: what translates the template for it is in the image."""
    run = ["docker", "run", "--rm", "--user", NOBODY, "--volume", f"{ROOT}:{ROOT}:ro", "--workdir", str(ROOT), image]
    result = subprocess.run([*run, "resources/tooling/validate"], capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stdout + result.stderr


def test_commandLine_runsInTheImage(image: str, deployment: Deployment):
    deployment.environment_file("inside")
    result = deployment.run("doctor", "--environment", "inside", environment={"AMI_DEPLOY_RUN": "image"})
    assert "terraform" in result.text and "packer" in result.text
    failed = [line for line in result.text.splitlines() if line.startswith("FAIL")]
    # Where only Debian's Packer can be had, the image carries that one, and the doctor must say so.
    assert all("packer" in line and "is too old" in line for line in failed)
    assert result.code == (2 if failed else 0), result.text
