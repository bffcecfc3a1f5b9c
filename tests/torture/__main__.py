"""``make torture``: ends runs at every kind of call that changes something, and looks whether anything is lost.

    local/.venv/bin/python -B tests/torture                        all points that have no good result yet
    local/.venv/bin/python -B tests/torture --flow destroy         those of a flow
    local/.venv/bin/python -B tests/torture --ending crash         those of an ending: SIGTERM, SIGKILL, crash
    local/.venv/bin/python -B tests/torture --call '*Group*'       those of a kind of call
    local/.venv/bin/python -B tests/torture --again                also those that were good
    local/.venv/bin/python -B tests/torture --list                 what there is, and how it ended last

The calls of the flows are recorded first, once. Results are kept below .work/torture; docs/reliability.md is written from
them at the end. Each worker has an account of its own; they wait more than they compute.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import zip_longest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "tests" / "causes"), str(ROOT / "tests" / "embedded")]

import cases  # noqa: E402
import report  # noqa: E402
from account import RUNNER, Site  # noqa: E402
from applications import distribution  # noqa: E402
from endings import ENDINGS, of_run  # noqa: E402
from flows import FLOWS  # noqa: E402
from grounds import started  # noqa: E402
from kinds import Kind, kinds  # noqa: E402

#: Flow, kind of call, ending.
Point = tuple[str, Kind, str]
RECORDED = report.WORK / "recorded.json"
#: Points that a worker takes at once, one after the other in its account: two of each flow; fewer where all have something to do.
TURN = 10


@dataclass
class Plan:
    """What is to be run, and what an undisturbed deployment looks like."""

    recorded: dict[str, list[Kind]]
    whole: Counter[str]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make torture", description=__doc__.splitlines()[0])
    parser.add_argument("--flow", default="*", help="only these flows, wildcards allowed")
    parser.add_argument("--ending", default="*", help="only these endings, wildcards allowed")
    parser.add_argument("--call", default="*", help="only these kinds of calls, wildcards allowed")
    parser.add_argument("--again", action="store_true", help="also those that were good before")
    parser.add_argument("--list", action="store_true", help="show what there is")
    parser.add_argument("--record", action="store_true", help="record the flows anew")
    parser.add_argument("--workers", type=int, default=3, help="accounts side by side (default: %(default)s)")
    given = parser.parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(130))
    if given.list:
        return show(chosen(given, planned()))
    report.commit()
    # What is done to the checkout meanwhile is not done to this.
    with tempfile.TemporaryDirectory() as directory, distribution(Path(directory)) as program:
        return torture(given, program)


def torture(given: argparse.Namespace, program: Path) -> int:
    recorded = planned().recorded
    missing = [name for name in FLOWS if fnmatch.fnmatch(name, given.flow) and (given.record or name not in recorded)]
    for kind in {FLOWS[name].kind for name in missing}:
        with Worlds(program) as worlds:
            record(worlds.site("record", kind), [name for name in missing if FLOWS[name].kind is kind])
    plan = planned()
    todo = chosen(given, plan)
    if not given.again:
        todo = [each for each in todo if not _is_good(report.kept(each[0], each[1].name, each[2]))]
    try:
        bad = work(in_turns(todo, given.workers), plan, given.workers, program)
    finally:
        report.write(plan.recorded)
    print(f"{len(todo) - len(bad)} without a loss, {len(bad)} not: {'; '.join(bad) or '-'}")
    return 1 if bad else 0


def chosen(given: argparse.Namespace, plan: Plan) -> list[Point]:
    return [
        (flow, kind, ending)
        for flow, recorded in plan.recorded.items()
        for kind in recorded
        for ending in ENDINGS
        if fnmatch.fnmatch(flow, given.flow)
        and fnmatch.fnmatch(ending, given.ending)
        and fnmatch.fnmatch(kind.name, given.call)
    ]


def show(points: list[Point]) -> int:
    for flow, kind, ending in points:
        print(f"{flow:18} {kind.name:60} {ending:8} {report.cell(report.kept(flow, kind.name, ending))}")
    return 0


def _is_good(result: cases.Result | None) -> bool:
    return result is not None and not result.faults and not result.unmade


class Worlds:
    """Accounts, each in a world of its own, all taken down at the end."""

    def __init__(self, program: Path) -> None:
        self._program = program
        self._names: list[str] = []
        #: Whether all ends: what a case says from now on is of that.
        self.closed = False

    def __enter__(self) -> Worlds:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True
        for each in of_run(RUNNER):
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        for name in self._names:
            subprocess.run([str(ROOT / "local" / "aws"), "--world", name, "down"], check=False, timeout=300)

    def site(self, name: str, kind: type[Site]) -> Site:
        """A new account of a kind; one of that name is thrown away."""
        world = f"torture-{os.getpid()}-{name}"
        if world in self._names:
            subprocess.run([str(ROOT / "local" / "aws"), "--world", world, "down"], check=True, timeout=300)
        else:
            self._names.append(world)
        return kind(started(world, *kind.up), self._program)


def record(site: Site, names: list[str]) -> None:
    """Goes through these flows undisturbed, and keeps which calls each makes, and what stands after a first deployment."""
    for name in names:
        command = FLOWS[name].begin(site)
        before = len(site.world.calls())
        site.succeed(*command)
        document = _recorded()
        document["flows"][name] = [asdict(kind) for kind in kinds(site.world.calls()[before:])]
        if name == "first deployment":
            document["whole"] = site.shape()
        RECORDED.parent.mkdir(parents=True, exist_ok=True)
        RECORDED.write_text(json.dumps(document, indent=1))


def _recorded() -> dict:
    return json.loads(RECORDED.read_text()) if RECORDED.exists() else {"whole": {}, "flows": {}}


def planned() -> Plan:
    document = _recorded()
    flows = {flow: [Kind(**kind) for kind in document["flows"][flow]] for flow in FLOWS if flow in document["flows"]}
    return Plan(flows, Counter(document["whole"]))


def in_turns(todo: list[Point], workers: int) -> list[list[Point]]:
    """What a worker takes at once: a point of each flow, then another one of each, since where one leaves an account the next can begin.

    Those that need machines are turns of their own, and come first: they take longest.
    """
    turns = []
    for kind in sorted({flow.kind for flow in FLOWS.values()}, key=lambda each: each is Site):
        flows = [[point for point in todo if point[0] == name] for name, flow in FLOWS.items() if flow.kind is kind]
        points = [point for turn in zip_longest(*flows) for point in turn if point]
        size = max(1, min(TURN, -(-len(points) // workers)))
        turns += [points[begin : begin + size] for begin in range(0, len(points), size)]
    return turns


def work(turns: list[list[Point]], plan: Plan, workers: int, program: Path) -> list[str]:
    """Runs the points; the names of those that lost something."""
    points: queue.SimpleQueue = queue.SimpleQueue()
    for turn in turns:
        points.put(turn)
    bad: list[str] = []
    with Worlds(program) as worlds:

        def worker(name: str) -> None:
            site = None
            while not points.empty():
                turn = points.get()
                for number, (flow, kind, ending) in enumerate(turn):
                    if type(site) is not FLOWS[flow].kind:
                        site = worlds.site(name, FLOWS[flow].kind)
                    following = next((FLOWS[each[0]] for each in turn[number + 1 :]), None)
                    is_followed = cases.is_shown_by(FLOWS[flow], following)
                    result = cases.run(site, FLOWS[flow], kind, ending, plan.whole, is_followed)
                    if worlds.closed:
                        return
                    report.keep(result)
                    verdict = "; ".join(result.faults) or "nothing lost"
                    print(f"{result.name}: {verdict} ({result.seconds:.0f} s)", flush=True)
                    if result.faults:
                        bad.append(result.name)
                        site = site if cases.repair(site) else None

        threads = [threading.Thread(target=worker, args=(str(number),), daemon=True) for number in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(1)
    return bad


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
