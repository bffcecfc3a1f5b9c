"""What a world leaves on disk, so that the script finds it again: process, port, address ranges."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAME_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")


def state_root() -> Path:
    """Directory of all worlds."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "ami-deploy"


def cache_root() -> Path:
    """Directory of what can be made again but takes long: base file systems."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ami-deploy"


@contextmanager
def machine_wide_lock() -> Iterator[None]:
    """One script at a time starts or ends what worlds share: the engine, and the choice of address ranges."""
    root = state_root()
    root.mkdir(parents=True, exist_ok=True)
    with open(root / ".lock", "w", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


class WorldState:
    """`state.json` of one world. A world is up when the process named there still is the one that wrote it."""

    def __init__(self, name: str) -> None:
        if not NAME_PATTERN.fullmatch(name):
            raise ValueError(f"world name {name!r}: use up to 31 lower-case letters, digits and hyphens")
        self.name = name
        self.directory = state_root() / name
        self.file = self.directory / "state.json"
        self.log = self.directory / "world.log"

    @staticmethod
    def all() -> list[WorldState]:
        root = state_root()
        return [WorldState(file.parent.name) for file in sorted(root.glob("*/state.json"))]

    def load(self) -> dict[str, Any]:
        """The saved facts; empty when there are none."""
        try:
            return json.loads(self.file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}

    def update(self, **facts: Any) -> None:
        """Add or replace facts, atomically."""
        self.directory.mkdir(parents=True, exist_ok=True)
        temporary = self.file.with_suffix(".tmp")
        temporary.write_text(json.dumps(self.load() | facts, indent=2), encoding="utf-8")
        temporary.replace(self.file)

    def save_running(self, pid: int, port: int, **facts: Any) -> None:
        """The server answers; the facts are what `env` and `status` print."""
        self.update(pid=pid, started=process_start(pid), endpoint=f"http://127.0.0.1:{port}", **facts)

    def save_stopped(self) -> None:
        """The server has ended by itself; what remains is for `down` to look at."""
        if self.file.exists():
            self.update(pid=None, endpoint=None)

    def forget(self) -> None:
        shutil.rmtree(self.directory, ignore_errors=True)

    def pid(self) -> int | None:
        """The server's process id when it is alive and still the same process."""
        facts = self.load()
        pid = facts.get("pid")
        if pid and facts.get("started") and process_start(pid) == facts["started"]:
            return pid
        return None


def process_start(pid: int) -> int | None:
    """Start time of a process in clock ticks after boot: with the id it names a process for good. None when there is none.

    Field 22 of /proc/PID/stat, see proc(5).
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] == "Z" else int(fields[19])
