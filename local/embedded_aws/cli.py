"""The control script's commands: up, down, status, env, and those that the parts add."""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from . import plugins
from .client_env import client_environment
from .loading import loading, read_models_once
from .machines import KINDS, MachineError
from .machines.engine import Engine
from .state import WorldState, machine_wide_lock, process_start

#: Seconds until a new world must answer; starting takes about three, preparing a base image is done before and not counted.
START_TIMEOUT = 60
#: Seconds a world gets to remove its machines before it is killed.
STOP_TIMEOUT = 60
#: Environment variable that names a directory where the logs of a world stay when it goes down.
LOGS = "AMI_DEPLOY_LOCAL_LOGS"


def main(argv: list[str] | None = None) -> int:
    """Parse, run, and turn an expected failure into one line on standard error and exit code 1."""
    parser = argparse.ArgumentParser(
        prog="local/aws", description="An AWS on this computer, for tests and a first look."
    )
    parser.add_argument(
        "--world", default="default", help="name of the world; several run side by side (default: %(default)s)"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_up(commands)
    commands.add_parser("down", help="end the world and remove all that it started").set_defaults(run=_down)
    commands.add_parser("status", help="say whether the world is up, and what it holds").set_defaults(run=_status)
    commands.add_parser(
        "env", help='print what a client needs, as shell exports: eval "$(local/aws env)"'
    ).set_defaults(run=_env)
    for module in plugins.commands():
        module.register_command(commands)
    arguments = parser.parse_args(argv)
    try:
        return arguments.run(arguments, WorldState(arguments.world)) or 0
    except (MachineError, ValueError, OSError) as error:
        print(f"local/aws: {error}", file=sys.stderr)
        return 1


def _add_up(commands: Any) -> None:
    up = commands.add_parser("up", help="start the world; returns when it answers")
    up.add_argument("--region", default="us-east-1", help="the world's region (default: %(default)s)")
    up.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
    up.add_argument(
        "--machines",
        choices=KINDS,
        default=KINDS[0],
        help="what instances of a base image are: containers, or virtual machines with a kernel of their own (default: %(default)s)",
    )
    up.add_argument("--api-only", action="store_true", help="no machines: instances are records and nothing boots")
    up.set_defaults(run=_up)
    serve = commands.add_parser("serve", help="run the world in the foreground (what `up` starts)")
    for action in up._actions[1:]:
        serve._add_action(action)
    serve.set_defaults(run=_serve)


def _up(arguments: argparse.Namespace, state: WorldState) -> int:
    if state.pid():
        print(f"world {state.name} is up already: {state.load()['endpoint']}")
        return 0
    if not arguments.api_only:
        with machine_wide_lock():
            Engine().ensure()
        _prepare(arguments.machines)
    state.update(pid=None, endpoint=None)
    command = [sys.executable, "-m", "embedded_aws", "--world", state.name, "serve"]
    command += ["--region", arguments.region, "--port", str(arguments.port)]
    command += ["--machines", arguments.machines, *(["--api-only"] if arguments.api_only else [])]
    with open(state.log, "ab") as log:
        server = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd="/"
        )
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        endpoint = state.load().get("endpoint")
        if endpoint and _healthy(endpoint):
            print(f"world {state.name} is up: {endpoint}")
            if arguments.api_only:
                print(
                    "records only: no instance boots, no console or snapshot is real, and no load balancer has anything to reach"
                )
            return 0
        if server.poll() is not None:
            break
        time.sleep(0.05)
    server.kill()
    print(f"local/aws: world {state.name} did not start: {_last_line(state)} (log: {state.log})", file=sys.stderr)
    return 1


def _prepare(machines: str) -> None:
    """Have what the world's machines boot from."""

    def report(line: str) -> None:
        print(line, file=sys.stderr)

    if machines == "vm":
        from .machines.accelerator import probe
        from .machines.vm_base import ensure_base_disk
        from .machines.vm_process import require_qemu

        require_qemu()
        report(f"virtual machines: accelerator {probe(ensure_base_disk(report))[1]}")
    else:
        from .machines.base import ensure_base

        ensure_base(report)


def _healthy(endpoint: str) -> bool:
    try:
        with urllib.request.urlopen(f"{endpoint}/_world/health", timeout=5) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _last_line(state: WorldState) -> str:
    lines = state.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "no output"


def _serve(arguments: argparse.Namespace, state: WorldState) -> int:
    read_models_once()
    with loading():
        from .server import serve
        from .world import World

        plugins.parts()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    if arguments.api_only:
        from .machines.records import RecordsBackend

        backend: Any = RecordsBackend()
    else:
        from .machines.kinds import KindsBackend

        backend = KindsBackend(state, arguments.machines)
    serve(World(state.name, backend, region=arguments.region), state, arguments.port)
    return 0


def _down(arguments: argparse.Namespace, state: WorldState) -> int:
    """Ends the server first, which removes its own; what a killed server left is removed by label after it."""
    from .machines.vm_cleanup import remove_machines
    from .machines.vm_process import end

    pid = state.pid()
    was_known = state.file.exists()
    if pid:
        started = process_start(pid)
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_TIMEOUT
        while process_start(pid) == started and time.monotonic() < deadline:
            time.sleep(0.05)
        end(pid, started)
    with machine_wide_lock():
        engine = Engine()
        try:
            remove_machines(state)
        finally:
            if was_known and state.load().get("boots") and not engine.answers():
                engine.ensure()
            if engine.answers():
                from .machines.cleanup import remove_world

                remove_world(state.name)
        _keep_logs(state)
        state.forget()
        if not any(other.pid() for other in WorldState.all()):
            engine.stop_if_ours()
    print(f"world {state.name} is down" if was_known else f"world {state.name} was not up")
    return 0


def _keep_logs(state: WorldState) -> None:
    """Its own log and the calls that it answered, under names that begin with the world's."""
    if os.environ.get(LOGS) and state.directory.is_dir():
        place = Path(os.environ[LOGS])
        place.mkdir(parents=True, exist_ok=True)
        for log in [*state.directory.glob("*.log"), *state.directory.glob("*.jsonl")]:
            shutil.copyfile(log, place / f"{state.name}-{log.name}")


def _status(arguments: argparse.Namespace, state: WorldState) -> int:
    """Exit code 0 when up, 3 when not (as systemctl's)."""
    if not state.pid():
        print(f"world {state.name} is not up; start it with: local/aws --world {state.name} up")
        return 3
    with urllib.request.urlopen(f"{state.load()['endpoint']}/_world/status", timeout=10) as response:
        saved = state.load()
        facts = {"endpoint": saved["endpoint"], "region": saved["region"], "pid": saved["pid"], **json.load(response)}
    for key, value in facts.items():
        print(f"{key}: {value}")
    return 0


def _env(arguments: argparse.Namespace, state: WorldState) -> int:
    if not state.pid():
        raise ValueError(f"world {state.name} is not up; start it with: local/aws --world {state.name} up")
    for line in client_environment(state):
        print(line)
    return 0
