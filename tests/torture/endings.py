"""The three ways in which a run ends before its time, while a call of it is held: the call took effect, and nobody heard."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

#: Variable in the environment of a run, and so in that of all that it starts, whichever session that is in.
MARK = "AMI_DEPLOY_TORTURE"
#: Longest that tools may take to end by themselves, in seconds.
PATIENCE = 900


def of_run(mark: str) -> list[int]:
    """All processes that a run has started and that still run."""
    found = []
    for process in Path("/proc").iterdir():
        with suppress(OSError, IndexError):
            if process.name.isdigit() and f"{MARK}={mark}".encode() in (process / "environ").read_bytes():
                state = (process / "stat").read_text().rsplit(")", 1)[1].split()[0]
                if state != "Z":
                    found.append(int(process.name))
    return found


def terminated(process: subprocess.Popen, mark: str, release: Callable[[], None]) -> None:
    """SIGTERM, as a CI system ends a build: everything ends by itself once AWS answers."""
    process.send_signal(signal.SIGTERM)
    time.sleep(1)  # The signal is on its way to the tool before the tool hears from AWS.
    release()
    process.wait(PATIENCE)
    wait_for_end(mark)


def killed_alone(process: subprocess.Popen, mark: str, release: Callable[[], None]) -> None:
    """SIGKILL of our process, as where memory is short: the tool is in a session of its own and goes on."""
    process.kill()
    process.wait(60)
    release()
    wait_for_end(mark)


def killed_with_all(process: subprocess.Popen, mark: str, release: Callable[[], None]) -> None:
    """SIGKILL of everything at once, as when a build agent dies: nobody hears AWS's answer."""
    while found := of_run(mark):
        for each in found:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        time.sleep(0.05)
    process.wait(60)
    release()


def at_work(mark: str) -> list[int]:
    """The processes of a run without plugins whose Terraform is gone: those wait for ever and do nothing."""
    found = []
    for each in of_run(mark):
        with suppress(OSError):
            name, fields = (Path("/proc") / str(each) / "stat").read_text().split("(", 1)[1].rsplit(")", 1)
            if not (name.startswith("terraform-prov") and fields.split()[1] == "1"):
                found.append(each)
    return found


def wait_for_end(mark: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while found := at_work(mark):
        assert time.monotonic() < deadline, f"processes of the run go on after {PATIENCE} s: {found}"
        time.sleep(0.2)


#: By name, as tables and files have it.
ENDINGS = {"SIGTERM": terminated, "SIGKILL": killed_alone, "crash": killed_with_all}
