"""Processor time that a machine has used, read off the kernel: the engine's own statistics are zero on some kernels."""

from __future__ import annotations

import os
from pathlib import Path

#: Version 1 has a hierarchy per controller, version 2 one for all.
CGROUPS = Path("/sys/fs/cgroup")
PROC = Path("/proc")


def of_container(pid: int) -> float | None:
    """Seconds of all processes in the control group whose first process this is, those that ended included.

    systemd moves itself into `init.scope` below the container's own group, see
    https://systemd.io/CONTROL_GROUP_INTERFACE. None when the group is gone, or nobody counts.
    """
    try:
        lines = (PROC / str(pid) / "cgroup").read_text(encoding="utf-8").splitlines()
        for line in lines:
            _, controllers, path = line.split(":", 2)
            group = path.removesuffix("/init.scope").lstrip("/")
            if "cpuacct" in controllers.split(","):
                return int((CGROUPS / "cpuacct" / group / "cpuacct.usage").read_text(encoding="utf-8")) / 1e9
        if lines and lines[-1].startswith("0::"):
            statistics = (CGROUPS / group / "cpu.stat").read_text(encoding="utf-8")
            return int(dict(line.split() for line in statistics.splitlines())["usage_usec"]) / 1e6
    except (OSError, ValueError, KeyError):
        pass
    return None


def of_process(pid: int) -> float | None:
    """Seconds of one process; fields 14 and 15 of /proc/PID/stat, see proc(5). None when it is gone."""
    try:
        fields = (PROC / str(pid) / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
