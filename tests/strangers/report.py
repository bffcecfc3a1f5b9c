"""What was seen when bad inputs were given, and its table in ``docs/reliability.md``."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pages
from pages import commit

__all__ = ["commit", "ran", "table", "write"]

SEEN = pages.ROOT / ".work" / "strangers"
MARKS = ("<!-- bad inputs: written by make strangers -->", "<!-- end -->")
HEAD = "| input | wrong with it | given to | calls that change something | said |\n|---|---|---|---|---|"
#: Characters of what was said that a row shows.
SHOWN = 220
DOORS = {"cli": "command line", "steps": "step"}


def ran(door: str, of: str, directory: Path = SEEN) -> None:
    """Notes of which commit it is that was seen."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / f"{door}.commit").write_text(of)


def write(directory: Path = SEEN, page: Path = pages.RELIABILITY) -> str:
    """Puts the table into the page; the line above it."""
    text = table(directory)
    pages.put(page, MARKS, text)
    return text.splitlines()[0]


def table(directory: Path = SEEN) -> str:
    rows, commits, faults, calls, count = [], set(), 0, 0, Counter()
    for door, name in DOORS.items():
        file = directory / f"{door}.json"
        if not file.exists():
            rows.append(f"| | not run | {name} | | |")
            continue
        commits.add((directory / f"{door}.commit").read_text() if (directory / f"{door}.commit").exists() else "-")
        for seen in json.loads(file.read_text()):
            count[name] += 1
            faults += bool(seen["faults"])
            calls += len(seen["changes"])
            rows.append(row(seen, name))
    total = ", ".join(f"{number} to the {name}" for name, number in count.items())
    summary = (
        f"{sum(count.values())} bad inputs ({total}), {faults} not refused as they must be, "
        f"{calls} calls that change something, on commit {', '.join(sorted(commits)) or '-'}."
    )
    return "\n".join([summary, "", HEAD, *rows])


def row(seen: dict, door: str) -> str:
    said = plain(" ".join(line.strip() for line in seen["lines"]))
    said = f"**{cell(plain(seen['faults'][0]))}**" if seen["faults"] else cell(said)
    calls = "<br>".join(seen["changes"]) or "0"
    return f"| {cell(seen['of'])} | {cell(seen['what'])} | {door} | {calls} | {said} |"


def plain(text: str) -> str:
    """Without what is only so on the computer that ran it."""
    text = text.removeprefix("error: ").replace(str(pages.ROOT), "…")
    return re.sub(r"/tmp/[^\s:]*?/(case-\w+/)?shop(?=/|\b)", "…", text)


def cell(text: str) -> str:
    text = re.sub(r"\s+", " ", text).replace("|", "\\|").replace("<", "&lt;")
    return text if len(text) <= SHOWN else text[:SHOWN].rsplit(" ", 1)[0] + " …"
