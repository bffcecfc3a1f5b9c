"""The Docker engine itself: whether one answers, and starting one where that is possible."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from functools import cached_property
from typing import TYPE_CHECKING

from ..state import process_start, state_root
from . import MachineError

if TYPE_CHECKING:
    import docker

#: Seconds an engine gets to answer after its start; it takes about two.
ENGINE_START_TIMEOUT = 60

CURE = "or use `up --api-only`, where nothing boots"


class Engine:
    """Finds, starts and ends the engine. One that we started is noted in the state directory, and only that one is ended.

    Docker's library is loaded when an engine is asked: most commands of the script ask none.
    """

    def __init__(self) -> None:
        self._record = state_root() / "engine.json"

    @cached_property
    def client(self) -> docker.DockerClient:
        import docker

        return docker.from_env(timeout=120)

    def answers(self) -> bool:
        import docker

        try:
            return bool(docker.from_env(timeout=10).ping())
        except docker.errors.DockerException:
            return False

    def ensure(self) -> None:
        """Return when an engine answers and machines can be made with it; `MachineError` says why not."""
        if os.geteuid() != 0:
            raise MachineError(f"machines need root, for networks and security groups: run as root, {CURE}")
        missing = [tool for tool in ("iptables-restore", "iptables", "nsenter", "ip") if not shutil.which(tool)]
        if missing:
            raise MachineError(f"machines need {', '.join(missing)}: install iptables, iproute2 and util-linux, {CURE}")
        if self.answers():
            return
        if not shutil.which("dockerd"):
            raise MachineError(f"no Docker engine answers and dockerd is not installed: install docker.io, {CURE}")
        self._start()

    def _start(self) -> None:
        log_file = state_root() / "dockerd.log"
        with open(log_file, "ab") as log:
            process = subprocess.Popen(
                ["dockerd"], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd="/"
            )
        self._record.write_text(
            json.dumps({"pid": process.pid, "started": process_start(process.pid)}), encoding="utf-8"
        )
        deadline = time.monotonic() + ENGINE_START_TIMEOUT
        while time.monotonic() < deadline and process.poll() is None:
            if self.answers():
                return
            time.sleep(0.1)
        self.stop_if_ours()
        raise MachineError(f"dockerd does not start: see {log_file}, start a Docker engine yourself, {CURE}")

    def stop_if_ours(self) -> None:
        """End the engine that `ensure` started, if any."""
        try:
            record = json.loads(self._record.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        pid, started = record["pid"], record["started"]
        if started is not None and process_start(pid) == started:
            os.kill(pid, signal.SIGTERM)
            deadline = time.monotonic() + ENGINE_START_TIMEOUT
            while process_start(pid) == started and time.monotonic() < deadline:
                time.sleep(0.1)
        self._record.unlink(missing_ok=True)
