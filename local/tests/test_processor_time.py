"""Reading a machine's processor time from either version of control groups."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from embedded_aws.machines import processor_time


@pytest.fixture(autouse=True)
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A /proc with process 7, and a /sys/fs/cgroup."""
    (tmp_path / "proc" / "7").mkdir(parents=True)
    monkeypatch.setattr(processor_time, "PROC", tmp_path / "proc")
    monkeypatch.setattr(processor_time, "CGROUPS", tmp_path / "cgroup")
    return tmp_path


def write(kernel: Path, belongs: str, file: str, text: str) -> None:
    (kernel / "proc" / "7" / "cgroup").write_text(belongs)
    (kernel / "cgroup" / file).parent.mkdir(parents=True)
    (kernel / "cgroup" / file).write_text(text)


def test_version_1(kernel: Path) -> None:
    belongs = "9:name=systemd:/docker/a/init.scope\n2:cpu,cpuacct:/docker/a\n0::/docker/a/init.scope\n"
    write(kernel, belongs, "cpuacct/docker/a/cpuacct.usage", "1500000000\n")
    assert processor_time.of_container(7) == 1.5


def test_version_2(kernel: Path) -> None:
    write(kernel, "0::/docker/a/init.scope\n", "docker/a/cpu.stat", "usage_usec 2500000\nuser_usec 1\n")
    assert processor_time.of_container(7) == 2.5


def test_machine_that_is_gone(kernel: Path) -> None:
    assert processor_time.of_container(8) is None and processor_time.of_process(8) is None


def test_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processor_time, "PROC", Path("/proc"))
    before = processor_time.of_process(os.getpid())
    while processor_time.of_process(os.getpid()) == before:
        sum(range(10_000))
    assert before is not None
