"""tests/strangers: the table of bad inputs, and that its inputs are what the tests of Java read."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import yaml

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "strangers")]

import pages  # noqa: E402
import report  # noqa: E402

FIELDS = {
    "of", "what", "run", "step", "launcher", "real", "exit", "says", "variables", "files", "bytes", "environment", "tools", "objects",
}  # fmt: skip


def test_inputs_areOfKnownFields_andEachIsOnce():
    rows = yaml.safe_load((TESTS / "strangers" / "inputs.yml").read_text())
    assert len(rows) >= 60
    assert all(set(row) <= FIELDS and row["says"] and ("run" in row) != ("step" in row) for row in rows)
    names = [(row["of"], row["what"], str(row.get("run", row.get("step")))) for row in rows]
    assert len(set(names)) == len(names)


def seen(**changes) -> dict:
    lines = ["error: BAD_INPUT: /tmp/junit-1/case-7/shop/Procfile: a | b", "  do: this"]
    return {"of": "Procfile", "what": "bytes", "given": "x", "lines": lines, "changes": [], "faults": []} | changes


def test_table_countsAndTellsOfFaultsAndCalls(tmp_path: Path):
    rows = [seen(), seen(what="more", changes=["s3:PutObject"], faults=["called s3:PutObject"])]
    (tmp_path / "cli.json").write_text(json.dumps(rows))
    report.ran("cli", "abc1234", tmp_path)
    assert report.table(tmp_path).splitlines() == [
        "2 bad inputs (2 to the command line), 1 not refused as they must be, 1 calls that change something, on commit abc1234.",
        "",
        *report.HEAD.splitlines(),
        "| Procfile | bytes | command line | 0 | BAD_INPUT: …/Procfile: a \\| b do: this |",
        "| Procfile | more | command line | s3:PutObject | **called s3:PutObject** |",
        "| | not run | step | | |",
    ]


def test_page_getsTheTableBetweenItsMarks(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{report.MARKS[0]}\nold\n{report.MARKS[1]}\nafter\n")
    (tmp_path / "cli.json").write_text(json.dumps([seen()]))
    assert report.write(tmp_path, page).startswith("1 bad inputs")
    assert page.read_text().startswith(f"before\n{report.MARKS[0]}\n1 bad inputs")
    assert page.read_text().endswith(f"\n{report.MARKS[1]}\nafter\n")
    assert report.MARKS[0] in pages.RELIABILITY.read_text()
