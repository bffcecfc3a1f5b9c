"""A log of every API call: one JSON object a line, `calls.jsonl` in the world's state directory.

The fields are those of a CloudTrail record that matter here, under short names: time, service and action as IAM
policies write them, access key id, program that calls, parameters without secrets, HTTP status, error code, milliseconds.
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from __future__ import annotations

import argparse
import json
import re
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from .state import WorldState
from .world import World

FILE = "calls.jsonl"
_CODE = re.compile(rb"<Code>([\w.]+)</Code>|\"__type\"\s*:\s*\"(?:[^\"#]*#)?([\w.]+)\"")
#: How actions begin that change nothing; the session token of a role is no change of the account either.
READING = re.compile(r"Describe|Get|List|Head|Lookup|Decode|Simulate|Search|Check|Batch(Get|Check)|AssumeRole")
_SPAN = re.compile(r"(\d+)([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def install(world: World) -> None:
    """Write the log from now on."""
    file = WorldState(world.name).directory / FILE
    world.middlewares.append(lambda app: CallLog(app, file, lambda: world.clock.now()))


class CallLog:
    """WSGI middleware around everything that answers API calls, faults included."""

    def __init__(self, app: Any, file: Path, now: Any) -> None:
        from .api_call import read_call

        self._app = app
        self._read_call = read_call
        self._file = file
        self._now = now
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        call = self._read_call(environ)
        began, began_at = time.monotonic(), self._now()
        seen: dict[str, int] = {}

        def start(status: str, headers: Any, *rest: Any) -> Any:
            seen["status"] = int(status.split()[0])
            return start_response(status, headers, *rest)

        answer = self._app(environ, start)
        status = seen.get("status", 200)
        error = None
        if status >= 400:
            answer = [b"".join(answer)]
            error = _code(answer[0]) or ("NotFound" if status == 404 else str(status))
        record = {
            "time": began_at.isoformat(timespec="milliseconds"),
            "service": call.service,
            "action": call.action,
            "key": call.key,
            "agent": call.agent,
            "parameters": call.shown_parameters(),
            "status": status,
            "error": error,
            "ms": round((time.monotonic() - began) * 1000),
        }
        self._write(record)
        return answer

    def _write(self, record: dict[str, Any]) -> None:
        """A world without a state directory, as in a test, has no log."""
        if self._file.parent.is_dir():
            with self._lock, open(self._file, "a", encoding="utf-8") as log:
                log.write(json.dumps(record, separators=(",", ":")) + "\n")


def _code(body: bytes) -> str | None:
    found = _CODE.search(body)
    return (found.group(1) or found.group(2)).decode() if found else None


def register_command(commands: Any) -> None:
    """Add `local/aws calls`."""
    parser = commands.add_parser("calls", help="show the API calls that the world has had")
    parser.add_argument("--json", action="store_true", help="one JSON object a line, as logged")
    parser.add_argument(
        "--changing", action="store_true", help="only calls that change something, refused ones included"
    )
    parser.add_argument("--since", metavar="WHEN", help="only calls since then: 90s, 10m, 2h, or an ISO 8601 time")
    parser.set_defaults(run=_show)


def _show(arguments: argparse.Namespace, state: WorldState) -> int:
    since = moment(arguments.since, datetime.now(UTC)) if arguments.since else None
    for record in read(state.directory / FILE, since):
        if arguments.changing and READING.match(record["action"]):
            continue
        if arguments.json:
            print(json.dumps(record, separators=(",", ":")))
        else:
            outcome = record["error"] or record["status"]
            shown = " ".join(f"{key}={value}" for key, value in record["parameters"].items())
            name = f"{record['service']}:{record['action']}"
            print(f"{record['time'][11:23]} {name} {outcome} {record['ms']} ms {shown[:120]}")
    return 0


def read(file: Path, since: datetime | None = None) -> Iterator[dict[str, Any]]:
    """The logged calls, oldest first; none when there is no log."""
    if not file.exists():
        return
    with open(file, encoding="utf-8") as log:
        for line in log:
            record = json.loads(line)
            if since is None or datetime.fromisoformat(record["time"]) >= since:
                yield record


def moment(text: str, now: datetime) -> datetime:
    """`90s`, `10m`, `2h` or `1d` before now, or the ISO 8601 time that the text is."""
    span = _SPAN.fullmatch(text)
    if span:
        return now - timedelta(**{_UNITS[span.group(2)]: int(span.group(1))})
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(
            f"--since {text}: use a span such as 90s, 10m, 2h, or a time such as 2026-09-01T12:00:00Z"
        ) from error
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
