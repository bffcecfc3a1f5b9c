"""Whether hardware virtualisation works here. A device file that opens says little: only a kernel that boots proves it."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

from ..state import machine_wide_lock, state_root
from .docker_naming import run_host
from .vm_process import EMULATION, KVM, arguments

#: Seconds for the probe's kernel to start its first process; hardware needs two.
PROBE_SECONDS = 30
#: What the console says then.
STARTED = b"systemd[1]:"
#: Memory of the probe, in MiB.
PROBE_MEMORY = 512


def accelerator() -> tuple[str, ...]:
    """QEMU's arguments, from the last probe since this computer started."""
    return KVM if _known() else EMULATION


def probe(base_disk: Path) -> tuple[str, ...]:
    """Boot the base disk by hardware, once per start of this computer, and remember how it went."""
    with machine_wide_lock():
        if _known() is None:
            works = os.access("/dev/kvm", os.R_OK | os.W_OK) and _boots(base_disk)
            _record().write_text(json.dumps({"boot": _boot_id(), "works": works}), encoding="utf-8")
    return accelerator()


def _known() -> bool | None:
    try:
        saved = json.loads(_record().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return saved["works"] if saved["boot"] == _boot_id() else None


def _record() -> Path:
    return state_root() / "hardware-virtualisation.json"


def _boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()


def _boots(base_disk: Path) -> bool:
    with tempfile.TemporaryDirectory(prefix="ami-deploy-probe-") as scratch:
        disk, console = Path(scratch, "disk.qcow2"), Path(scratch, "console.log")
        run_host("qemu-img", "create", "-q", "-f", "qcow2", "-b", str(base_disk), "-F", "qcow2", str(disk))
        console.touch()
        command = arguments("ami-deploy-probe", disk, console, KVM, PROBE_MEMORY, 1)
        with open(Path(scratch, "errors"), "w+b") as errors:
            qemu = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True
            )
            try:
                deadline = time.monotonic() + PROBE_SECONDS
                # An emulation failure is reported on standard error and leaves the process there.
                while time.monotonic() < deadline and qemu.poll() is None and not os.fstat(errors.fileno()).st_size:
                    if STARTED in console.read_bytes():
                        return True
                    time.sleep(0.2)
                return False
            finally:
                qemu.kill()
                qemu.wait()
