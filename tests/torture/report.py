"""Results, a file each below ``.work/torture``, and their table in ``docs/reliability.md``."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cases import Result
from endings import ENDINGS
from flows import FLOWS
from kinds import Kind
from pages import RELIABILITY, commit, put
from world import ROOT

WORK = ROOT / ".work" / "torture"
RESULTS = WORK / "results"
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


def write(recorded: dict[str, list[Kind]]) -> None:
    """Puts the table of all recorded kinds into the page."""
    put(RELIABILITY, MARKS, table(recorded))


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
