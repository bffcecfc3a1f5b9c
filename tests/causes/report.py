"""What was measured: kept per injection below ``.work/causes``, and written into ``docs/causes.md``."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from injections import Ended, Injection
from pages import between, replaced

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "causes.md"
RESULTS = ROOT / ".work" / "causes" / "results"
CATALOGUE = ROOT / "src/main/java/io/jenkins/plugins/amideploy/engine/diagnosis/Cause.java"

#: Between these lines the page is written from results.
TABLE = ("<!-- measured: written by make causes -->", "<!-- end -->")
OUTPUT = ("<!-- output of {} -->", "<!-- end -->")
HEAD = "| ends in | injected | command | seconds |\n|---|---|---|---|"


@dataclass(frozen=True)
class Result:
    """How one injection ended."""

    name: str
    code: str | None
    what: str
    command: str
    exit_code: int
    lines: list[str]
    seconds: float
    #: What was not as it must be; empty where the cause was named as wanted.
    faults: list[str]


def keep(injection: Injection, ended: Ended, faults: list[str], directory: Path = RESULTS) -> Result:
    lines = [plain(line) for line in ended.lines]
    result = Result(
        injection.name, injection.code, injection.what, ended.command, ended.exit_code, lines, ended.seconds, faults
    )
    directory.mkdir(parents=True, exist_ok=True)
    (directory / f"{injection.name}.json").write_text(json.dumps(asdict(result), indent=1, ensure_ascii=False))
    return result


def kept(directory: Path = RESULTS) -> dict[str, Result]:
    found = [Result(**json.loads(file.read_text())) for file in sorted(directory.glob("*.json"))]
    return {result.name: result for result in found}


def as_wanted(page: str, what: str) -> bool:
    """Whether the page's table has it that this, when it was injected, ended as it must."""
    found = dict(_rows(between(page, TABLE))).get(what, "| wanted")
    return not found.startswith("| wanted")


def plain(line: str) -> str:
    """Without what is only so on the computer that measured."""
    line = re.sub(r"/[^\s:]*?/\.work/causes/[\w-]+/[a-z]+(?=/|\b)", "…", line)
    return line.replace(str(ROOT), "…")


def codes() -> list[str]:
    """The catalogue, in its order."""
    return re.findall(r"(?m)^    ([A-Z_]+)\(Family\.", CATALOGUE.read_text())


def sections(page: str) -> list[str]:
    return re.findall(r"(?m)^### ([A-Z_]+)$", page)


def row(result: Result) -> str:
    begins = result.lines[0] if result.lines else "nothing"
    ends = result.code or "goes on"
    if result.faults:
        found = re.match(r"error: ([A-Z_]+):", begins)
        ends = f"wanted {ends}, was {found[1] if found else 'without a code'}: {'; '.join(result.faults)}"
    elif result.code:
        ends = f"[{ends}](#{ends.lower()})"
    return f"| {ends} | {result.what} | `{result.command}` | {result.seconds:.0f} |".replace("\n", " ")


def written(page: str, every: list[Injection], results: dict[str, Result]) -> str:
    """The page with the results in it; what was measured before and not now stays."""
    order = {code: number for number, code in enumerate(codes())}
    listed = sorted(every, key=lambda each: (order.get(each.code or "", -1), each.name))
    before = dict(_rows(between(page, TABLE)))
    rows = [row(results[each.name]) if each.name in results else before.get(each.what) for each in listed]
    page = replaced(page, TABLE, "\n".join([HEAD, *filter(None, rows)]))
    for code in sections(page):
        shown = next((results[each.name] for each in listed if each.code == code and _is_good(each, results)), None)
        if shown:
            marks = (OUTPUT[0].format(code), OUTPUT[1])
            page = replaced(page, marks, "\n".join(["```", *shown.lines, "```"]))
    return page


def _is_good(injection: Injection, results: dict[str, Result]) -> bool:
    return injection.name in results and not results[injection.name].faults


def _rows(table: str) -> list[tuple[str, str]]:
    """Each row by what is injected."""
    lines = [line for line in table.splitlines() if line.startswith("| ") and not line.startswith("| ends")]
    return [(line.split(" | ")[1], line) for line in lines]
