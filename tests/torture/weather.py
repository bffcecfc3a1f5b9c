"""Weather: a share of all calls is throttled, or answered 500, or new things are not seen at first; deploy, rollback and destroy succeed.

    local/.venv/bin/python -B tests/torture/weather.py [throttled] [failing] [late]

Results are kept below .work/torture; docs/reliability.md is written from them at the end.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "tests" / "causes"), str(ROOT / "tests" / "embedded")]

import report  # noqa: E402
from account import CureFailed, Site, last_lines  # noqa: E402
from applications import distribution  # noqa: E402
from flows import DESTROY, FLOWS  # noqa: E402
from grounds import started  # noqa: E402
from pages import RELIABILITY, put  # noqa: E402

#: By name: what it is, and the fault that makes it.
WEATHER = {
    "throttled": ("30 % of all calls are throttled", ("throttle", "*:*", "--percent", "30")),
    "failing": ("20 % of all calls are answered 500", ("fail", "*:*", "--percent", "20")),
    "late": ("EC2 sees what is new after 5 s", ("delay-consistency", "5")),
}
#: Flows that are gone through, in this order.
THROUGH = ("first deployment", "redeployment", "rollback", "destroy")
MARKS = ("<!-- weather: written by tests/torture/weather.py -->", "<!-- end -->")


@dataclass
class Day:
    """How the flows went in one kind of weather: seconds, or what went wrong."""

    weather: str
    seconds: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def day(site: Site, weather: str, through: tuple[str, ...] = THROUGH) -> Day:
    """Goes through the flows; each is prepared, and looked at, in good weather. The first that fails ends it."""
    result = Day(weather)
    for name in through:
        command = FLOWS[name].begin(site)
        site.world.fault(*WEATHER[weather][1])
        begun = time.monotonic()
        try:
            code, said = site.run(*command)
        finally:
            site.world.fault("clear")
        result.seconds[name] = time.monotonic() - begun
        if code:
            (report.WORK / f"weather-{weather}.log").write_text(said)
            result.faults.append(f"{name} ended with {code}: {last_lines(said)}")
            return result
        if site.locks():
            result.faults.append(f"{name} left the lock")
        if tuple(command) == DESTROY and site.made():
            result.faults.append(f"{name} left {sorted(site.made())}")
    return result


def main(names: list[str]) -> int:
    report.WORK.mkdir(parents=True, exist_ok=True)
    report.commit()
    with tempfile.TemporaryDirectory() as directory, distribution(Path(directory)) as program:
        return go_through(names or list(WEATHER), program)


def go_through(names: list[str], program: Path) -> int:
    bad = 0
    for weather in names:
        name = f"weather-{os.getpid()}-{weather}"
        world = started(name, "--api-only")
        try:
            result = day(Site(world, program), weather)
        except CureFailed as error:
            result = Day(weather, faults=[str(error)])
        finally:
            subprocess.run([*world.control, "down"], check=True, timeout=300)
        document = asdict(result) | {"commit": report.commit()}
        (report.WORK / f"weather-{weather}.json").write_text(json.dumps(document, indent=1))
        print(f"{weather}: {'; '.join(result.faults) or 'nothing lost'} {result.seconds}", flush=True)
        bad += bool(result.faults)
    put(RELIABILITY, MARKS, table())
    return 1 if bad else 0


def table() -> str:
    rows = []
    for weather, (what, _) in WEATHER.items():
        file = report.WORK / f"weather-{weather}.json"
        document = (
            json.loads(file.read_text()) if file.exists() else {"seconds": {}, "faults": ["not run"], "commit": "-"}
        )
        cells = [f"{document['seconds'][name]:.0f} s" if name in document["seconds"] else "" for name in THROUGH]
        end = "; ".join(document["faults"]).replace("|", "\\|")[:300] or "succeeds"
        rows.append(f"| {what} | {' | '.join(cells)} | {end} | {document['commit']} |")
    head = f"| weather | {' | '.join(THROUGH)} | | commit |\n|---|{'---|' * len(THROUGH)}---|---|"
    return "\n".join([head, *rows])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
