"""A QEMU process: its monitor, and its end when nobody holds it any more. The QEMU is a program that only speaks QMP."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from embedded_aws.machines import MachineError, vm_process
from embedded_aws.machines.vm_cleanup import machines_directory, remove_machines
from embedded_aws.machines.vm_process import Process
from embedded_aws.state import WorldState, process_start

#: Answers every command with its name, after a line that is no answer; "late" is answered when the next one comes.
QMP = """
import json, sys
answers = []
for line in sys.stdin:
    asked = json.loads(line)
    answers.append({"return": asked["execute"], "id": asked["id"]})
    if asked["execute"] != "late":
        print("Formatting 'disk.qcow2', fmt=qcow2", *map(json.dumps, answers), sep="\\n", flush=True)
        answers.clear()
"""
#: Refuses everything, says its process id, and goes on.
REFUSING = """
import json, os, sys
for line in sys.stdin:
    print(json.dumps({"error": {"desc": f"process {os.getpid()}"}, "id": json.loads(line)["id"]}), flush=True)
"""

#: Starts a QEMU that only speaks QMP and says what its session's share of the processors is.
SHARE = f"""
import sys, pathlib
from embedded_aws.machines.vm_process import Process
qemu = Process([sys.executable, "-c", {QMP!r}], pathlib.Path(sys.argv[1]))
print(pathlib.Path(f"/proc/{{qemu.pid}}/autogroup").read_text())
qemu.kill()
"""


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this kernel has no groups of sessions")
def test_session_of_a_machine_is_as_nice_as_whoever_started_it(tmp_path: Path) -> None:
    command = ["nice", "-n", "3", sys.executable, "-c", SHARE, str(tmp_path / "qemu.log")]
    path = str(Path(vm_process.__file__).resolve().parents[2])
    result = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": path})
    assert result.stdout.split()[-2:] == ["nice", str(os.nice(0) + 3)]


def test_answer_that_comes_too_late_is_not_the_next_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    qemu = Process([sys.executable, "-c", QMP], tmp_path / "qemu.log")
    try:
        with monkeypatch.context() as patch:
            patch.setattr(vm_process, "MONITOR_SECONDS", 0.1)
            with pytest.raises(MachineError, match="QEMU does not answer to late"):
                qemu.ask("late")
        assert [qemu.ask("stop"), qemu.ask("cont")] == ["stop", "cont"]
    finally:
        qemu.kill()


def test_process_whose_monitor_refuses_is_ended(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match=r"QEMU refuses qmp_capabilities: process \d+") as refused:
        Process([sys.executable, "-c", REFUSING], tmp_path / "qemu.log")
    assert process_start(int(re.findall(r"\d+", str(refused.value))[0])) is None


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WorldState:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return WorldState(f"parts{os.getpid()}")


@pytest.fixture
def machines(state: WorldState) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes by name that nobody has written down: one of this world, and one of a world whose name goes on like an instance id."""
    names = [f"ami-deploy-{state.name}-i-0abc", f"ami-deploy-{state.name}-i-b-i-0abc"]
    started = [
        subprocess.Popen([sys.executable, "-c", "input()", "-name", name], stdin=subprocess.PIPE) for name in names
    ]
    yield started
    for process in started:
        process.kill()
        process.wait()
        process.stdin.close()


def test_machines_of_a_killed_server_are_ended_by_name(
    state: WorldState, machines: list[subprocess.Popen[bytes]]
) -> None:
    machines_directory(state).mkdir(parents=True)
    remove_machines(state)
    assert [process_start(process.pid) is None for process in machines] == [True, False]
    assert not machines_directory(state).exists()
