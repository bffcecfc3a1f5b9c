"""resources/tooling/build where nothing answers: which of this machine's programs it brings, and what it says where none fits."""

from __future__ import annotations

import os
import platform
import shutil
import struct
import subprocess
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTEXT = (
    *("resources/tooling", "local/packer-1.6/packer"),
    *("tools/requirements.txt", "terraform/versions.tf", "terraform/.terraform.lock.hcl"),
)
#: What the script is made of; nothing else of this machine is on its PATH.
PROGRAMS = "bash sh cat cp chmod cut dirname find grep head id mkdir mktemp od paste rm sed sha256sum sort tail tar tr"
PLUGINS = ("amazon", "ansible")

pytestmark = pytest.mark.skipif(
    platform.machine() != "x86_64" or platform.system() != "Linux", reason="programs for Linux on amd64 are run"
)


def program(said: str) -> bytes:
    """An executable for Linux on amd64 that prints one line: write(1, said), exit(0). https://refspecs.linuxfoundation.org/elf/elf.pdf"""
    text, base, start = said.encode() + b"\n", 0x400000, 64 + 56
    code = b"\xb8\x01\0\0\0\xbf\x01\0\0\0\xbe%s\xba%s\x0f\x05\xb8\x3c\0\0\0\x31\xff\x0f\x05"
    length = len(code % (bytes(4), bytes(4)))
    code %= struct.pack("<I", base + start + length), struct.pack("<I", len(text))
    size = start + length + len(text)
    header = b"\x7fELF\x02\x01\x01" + bytes(9)
    header += struct.pack("<HHIQQQIHHHHHH", 2, 0x3E, 1, base + start, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    return header + struct.pack("<IIQQQQQQ", 1, 5, 0, base, base, size, size, 4096) + code + text


class Machine:
    """A checkout, and a PATH on which no download, no registry and no pip answers and the Docker engine keeps what it gets."""

    def __init__(self, directory: Path):
        self.directory = directory
        self.checkout = directory / "checkout"
        for name in CONTEXT:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            (self.checkout / name).parent.mkdir(parents=True, exist_ok=True)
            copy(ROOT / name, self.checkout / name)
        self.own = directory / "own"
        self.own.mkdir()
        for name in PROGRAMS.split():
            (self.own / name).symlink_to(shutil.which(name))
        self.add(self.own / "curl", "#!/bin/sh\nexit 7\n")
        self.add(self.own / "python3", "#!/bin/sh\nexit 1\n")
        docker = f"""case $* in
  "image inspect ami-deploy-local/tooling-base:debian-12") ;;
  "import - "*) cat >{directory}/copies.tar ;;
  *) exit 1 ;;
esac"""
        self.add(self.own / "docker", f"#!/bin/sh\n{docker}\n")
        self.path = [self.own]
        provider = "registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64"
        self.add(directory / ".terraform.d/plugins" / provider / "terraform-provider-aws_v5.100.0_x5", "")

    def add(self, file: Path, content: str | bytes) -> Path:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        file.chmod(0o755)
        return file

    def has(self, name: str, content: str | bytes, place: str) -> Path:
        """Puts a program into a directory at the end of the PATH."""
        if self.directory / place not in self.path:
            self.path.append(self.directory / place)
        return self.add(self.directory / place / name, content)

    def arguments(self) -> subprocess.CompletedProcess:
        command = ["bash", self.checkout / "resources" / "tooling" / "build", "--arguments"]
        variables = {"PATH": os.pathsep.join(map(str, self.path)), "HOME": str(self.directory)}
        return subprocess.run(command, env=variables, capture_output=True, text=True, timeout=60)

    def copies(self) -> dict[str, bytes]:
        with tarfile.open(self.directory / "copies.tar") as tar:
            return {
                member.name.removeprefix("copies/"): tar.extractfile(member).read() for member in tar if member.isfile()
            }


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_oldPackerBehindItsStandIn_theProgramIsBrought_andTheStandInWithIt(machine: Machine):
    script = (ROOT / "local" / "packer-1.6" / "packer").read_bytes()
    machine.has("packer", script, "first")
    machine.has("packer", program("Packer v1.6.6"), "second")
    machine.has("terraform", program("Terraform v1.11.4"), "second")
    result = machine.arguments()
    assert result.returncode == 0, result.stderr
    copies = machine.copies()
    assert copies["packer"] == program("Packer v1.6.6")
    assert copies["packer-1.6/packer"] == script
    assert copies["terraform"] == program("Terraform v1.11.4")
    assert "--build-arg COPIES=ami-deploy-local/tooling-copies:" in result.stdout


def test_oldAndCurrentPacker_theCurrentOneIsBroughtWithItsNewestPlugins(machine: Machine):
    machine.has("packer", program("Packer v1.6.6"), "first")
    machine.has("packer", program("Packer v1.16.0"), "second")
    machine.has("terraform", program("Terraform v1.11.4"), "second")
    for name in PLUGINS:
        for version in ("1.9.0", "1.10.0"):
            directory = machine.directory / ".config/packer/plugins/github.com/hashicorp" / name
            machine.add(directory / f"packer-plugin-{name}_v{version}_x5.0_linux_amd64", program(version))
    result = machine.arguments()
    assert result.returncode == 0, result.stderr
    copies = machine.copies()
    assert copies["packer"] == program("Packer v1.16.0")
    assert "packer-1.6/packer" not in copies
    for name in PLUGINS:
        assert copies[f"packer-plugin-{name}_v1.10.0_x5.0_linux_amd64"] == program("1.10.0")
        assert f"{name.upper()}_PLUGIN_VERSION=1.10.0" in result.stdout


@pytest.mark.parametrize("missing", ["packer", "terraform"])
def test_onlyWhatCannotRunInTheImage_isRefusedInOneLineWithTheCure(machine: Machine, missing: str):
    for name in {"packer", "terraform"} - {missing}:
        machine.has(name, program("Packer v1.6.6"), "first")
    script = machine.has(missing, "#!/bin/sh\nexec true\n", "first")
    machine.has(missing, b"\xcf\xfa\xed\xfe" + bytes(60), "second")
    result = machine.arguments()
    assert result.returncode == 1
    last = result.stderr.splitlines()[-1]
    assert last.startswith(f"tooling: {missing}: no copy for Linux on amd64 (PATH has {script} ")
    assert f"https://developer.hashicorp.com/{missing}/install" in last


def test_recipesWithoutTheRepository_oldPackerIsRefused_currentOneIsBrought(machine: Machine):
    """What the plugin or the distribution brings: no stand-in, and no file with run bits."""
    shutil.rmtree(machine.checkout / "local")
    for file in (machine.checkout / "resources" / "tooling").iterdir():
        file.chmod(0o644)
    machine.has("packer", program("Packer v1.6.6"), "first")
    machine.has("terraform", program("Terraform v1.11.4"), "first")
    result = machine.arguments()
    assert result.returncode == 1
    assert "packer is version 1.6.6, but 1.7 is the oldest that will do: install" in result.stderr.splitlines()[-1]

    machine.has("packer", program("Packer v1.16.0"), "second")
    for name in PLUGINS:
        directory = machine.directory / ".config/packer/plugins/github.com/hashicorp" / name
        machine.add(directory / f"packer-plugin-{name}_v1.10.0_x5.0_linux_amd64", program("1.10.0"))
    result = machine.arguments()
    assert result.returncode == 0, result.stderr
    assert machine.copies()["packer"] == program("Packer v1.16.0")
