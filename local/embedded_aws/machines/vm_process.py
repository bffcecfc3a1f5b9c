"""One QEMU process, which is one running machine, and the line to its monitor (QMP, https://www.qemu.org/docs/master/interop/qmp-spec.html)."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

from ..state import process_start
from . import MachineError

QEMU = "qemu-system-x86_64"
#: Seconds QEMU gets to answer its monitor; it is busy only while it opens disks.
MONITOR_SECONDS = 30
#: Seconds a killed process gets to end; it may be writing to a disk.
END_SECONDS = 30
#: Accelerators: hardware virtualisation, and software emulation. One thread takes its processors in turn: with a thread for each, what they do to
#: common memory has to be atomic, which costs 4 %, a fifth where the kernel believes its clock (`tsc=reliable` in vm_image/grub), and is seldom
#: faster, since a machine that is set up does one thing at a time. The model is x86-64-v2, the least that Amazon Linux 2023 runs on: with `max`,
#: QEMU 7.2 emulates something wrongly that makes systemd's mounts and sandboxes fail now and then.
#: On an Intel one the kernel isolates its page tables against Meltdown, which no emulated processor has, and each system call then has QEMU
#: forget its translations: a boot takes twice the processor time (69 s and 36 s). Of AMD's the kernel knows that they do not have it.
KVM = ("-accel", "kvm", "-cpu", "host")
EMULATION = ("-accel", "tcg,thread=single,tb-size=256", "-cpu", "Nehalem,vendor=AuthenticAMD")


def require_qemu() -> None:
    if not shutil.which(QEMU):
        raise MachineError(f"virtual machines need {QEMU} (Debian: qemu-system-x86, qemu-utils): run make tools")


def arguments(
    name: str, disk: Path, console: Path, accelerator: tuple[str, ...], memory: int, processors: int
) -> list[str]:
    """QEMU's command line but for the network. The disk is never synced: what a crash of this computer leaves is thrown away anyway."""
    return [
        *(QEMU, "-name", name, "-nodefaults", "-no-user-config", "-display", "none", "-machine", "pc"),
        *(*accelerator, "-m", str(memory), "-smp", str(processors)),
        *("-drive", f"file={_escaped(disk)},format=qcow2,if=none,id=root,cache=unsafe,discard=unmap"),
        *("-device", "virtio-blk-pci,drive=root", "-device", "virtio-rng-pci"),
        *("-chardev", f"file,id=console,path={_escaped(console)},append=on", "-serial", "chardev:console"),
        *("-qmp", "stdio"),
    ]  # fmt: skip


def _escaped(path: Path) -> str:
    return str(path).replace(",", ",,")


class Process:
    """A running QEMU. Its standard input and output are the monitor, its standard error goes to a file."""

    def __init__(self, command: list[str], errors: Path) -> None:
        self._errors = errors
        with open(errors, "wb") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                start_new_session=True,
                cwd="/",
            )
        self.pid = self._process.pid
        share_as(self.pid)
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self._asked = 0
        self._lock = threading.Lock()
        threading.Thread(target=self._read, name=f"qmp-{self.pid}", daemon=True).start()
        try:
            self.ask("qmp_capabilities")
        except BaseException:
            self.kill()
            raise

    def runs(self) -> bool:
        return self._process.poll() is None

    def ask(self, command: str, **parameters: Any) -> Any:
        """Execute a monitor command and return its answer; one that comes too late is not taken for the next command's."""
        with self._lock:
            self._asked += 1
            try:
                line = json.dumps({"execute": command, "arguments": parameters, "id": self._asked}) + "\n"
                self._process.stdin.write(line.encode())
                self._process.stdin.flush()
                answer = self._answers.get(timeout=MONITOR_SECONDS)
                while answer.get("id", self._asked) != self._asked:
                    answer = self._answers.get(timeout=MONITOR_SECONDS)
            except (OSError, ValueError, queue.Empty) as error:
                raise MachineError(f"QEMU does not answer to {command}: {self._said() or error}") from error
        if "return" not in answer:
            said = answer.get("error", {}).get("desc") or self._said() or "it has ended"
            raise MachineError(f"QEMU refuses {command}: {said}")
        return answer["return"]

    def power_off(self, seconds: float) -> None:
        """Press the power button, and pull the plug when the machine is not off after so many seconds."""
        try:
            self.ask("system_powerdown")
            self._process.wait(seconds)
        except (MachineError, subprocess.TimeoutExpired):
            self.kill()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def _read(self) -> None:
        """Answers are handed over; greeting, events and what QEMU prints about a disk that it formats are passed by."""
        for line in self._process.stdout:
            message = json.loads(line) if line.startswith(b"{") else {}
            if "return" in message or "error" in message:
                self._answers.put(message)
        self._answers.put({})

    def _said(self) -> str:
        return self._errors.read_text(encoding="utf-8", errors="replace").strip()[-500:]


def share_as(pid: int) -> None:
    """Give the session of a process that we started what our own `nice` says: sessions share the processors among each other, and the `nice`
    that a process inherits counts within its session only, see sched(7), "The autogroup feature"."""
    with contextlib.suppress(OSError):  # a kernel without that, where the inherited one counts
        Path(f"/proc/{pid}/autogroup").write_text(str(os.getpriority(os.PRIO_PROCESS, 0)), encoding="ascii")


def end(pid: int, started: int | None) -> None:
    """Kill a process that is no child of this one, if it still is the same one; `MachineError` when it does not end."""
    if started is None or process_start(pid) != started:
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + END_SECONDS
    while process_start(pid) == started:
        if time.monotonic() > deadline:
            raise MachineError(f"process {pid} was killed and has not ended after {END_SECONDS} s")
        time.sleep(0.05)
