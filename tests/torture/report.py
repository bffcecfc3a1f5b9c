"""Results, a file each below ``.work/torture``, and their table in ``docs/reliability.md``."""

from __future__ import annotations

import functools
import json
import re
import subprocess
from dataclasses import asdict
from pathlib import Path

from cases import Result
from endings import ENDINGS
from flows import FLOWS
from kinds import Kind
from world import ROOT

WORK = ROOT / ".work" / "torture"
RESULTS = WORK / "results"
PAGE = ROOT / "docs" / "reliability.md"
MARKS = ("<!-- ended at a call: written by make torture -->", "<!-- end -->")


def file_of(flow: str, kind: str, ending: str) -> Path:
    return RESULTS / (re.sub(r"[^\w.-]+", "-", f"{flow}_{kind}_{ending}") + ".json")


def keep(result: Result) -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    document = asdict(result) | {"commit": commit()}
    file_of(result.flow, result.kind, result.ending).write_text(json.dumps(document, indent=1))


def kept(flow: str, kind: str, ending: str) -> Result | None:
    file = file_of(flow, kind, ending)
    if not file.exists():
        return None
    document = json.loads(file.read_text())
    document.pop("commit")
    return Result(**document)


@functools.cache
def commit() -> str:
    """The one that is run: asked for when a run begins, since the checkout may go on meanwhile."""
    return subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


def write(recorded: dict[str, list[Kind]]) -> None:
    """Puts the table of all recorded kinds into the page."""
    replace(MARKS, table(recorded))


def replace(marks: tuple[str, str], text: str) -> None:
    """Puts the text between the marks of the page."""
    begin, end = marks
    before, rest = PAGE.read_text().split(begin)
    after = rest.split(end, 1)[1]
    PAGE.write_text(f"{before}{begin}\n{text}\n{end}{after}")


def table(recorded: dict[str, list[Kind]]) -> str:
    """A row for each kind of call in each flow, a column for each ending."""
    rows, good, run = [], 0, 0
    commits = set()
    for flow, kinds in recorded.items():
        for kind in kinds:
            cells = []
            for ending in ENDINGS:
                result = kept(flow, kind.name, ending)
                cells.append(cell(result))
                if result and not result.unmade:
                    run, good = run + 1, good + (not result.faults)
                    commits.add(json.loads(file_of(flow, kind.name, ending).read_text())["commit"])
            rows.append(f"| {flow} | {kind.name} | {' | '.join(cells)} |")
    points = sum(map(len, recorded.values())) * len(ENDINGS)
    summary = f"{points} points, {run} run, {good} without a loss, on commit {', '.join(sorted(commits)) or '-'}."
    unrecorded = [flow for flow in FLOWS if flow not in recorded]
    if unrecorded:
        summary += f" Not recorded yet, so not run: {', '.join(unrecorded)}."
    head = f"| flow | ended at | {' | '.join(ENDINGS)} |\n|---|---|{'---|' * len(ENDINGS)}"
    return "\n".join([summary, "", head, *rows])


def cell(result: Result | None) -> str:
    if result is None or result.unmade:
        return "not run"
    if result.faults:
        return "**" + result.faults[0].replace("|", "\\|")[:160] + "**"
    words = [each.split()[1] for each in result.followed]
    return "nothing lost" + (f" (`{'`, `'.join(dict.fromkeys(words))}`)" if words else "")
