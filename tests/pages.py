"""Pages of which parts are written by commands, between two marks each; and of which commit a part tells."""

from __future__ import annotations

import functools
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RELIABILITY = ROOT / "docs" / "reliability.md"


def between(page: str, marks: tuple[str, str]) -> str:
    """What stands there now."""
    begin = page.index(marks[0]) + len(marks[0])
    return page[begin : page.index(marks[1], begin)]


def replaced(page: str, marks: tuple[str, str], text: str) -> str:
    """The page with the text between the marks; a page without them as it is."""
    if marks[0] not in page:
        return page
    begin = page.index(marks[0]) + len(marks[0])
    return f"{page[:begin]}\n{text}\n{page[page.index(marks[1], begin) :]}"


def put(file: Path, marks: tuple[str, str], text: str) -> None:
    """Puts the text between the marks of a file."""
    file.write_text(replaced(file.read_text(), marks, text))


@functools.cache
def commit() -> str:
    """The one that is run: asked for when a run begins, since the checkout may go on meanwhile."""
    return subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
