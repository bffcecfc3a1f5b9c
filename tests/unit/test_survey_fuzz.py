"""ansible/entry.py: whatever stands in a Procfile or a pyproject.toml is read, or refused in one line; from a fixed seed."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "ansible"))

import entry
from sources import Unusable

PIECES = (
    "web", ":", ": ", "gunicorn shop.wsgi", "worker", "#", " ", "\t", "\n", "\r\n", "\r", "$PORT", "\"", "'", "\\", "&&", "|", "\0", "\x1b",
    "\x85", "\u2028", "é", "\ufeff", "[project]", "project", "=", "dependencies", "dynamic", "[", "]", "3", '"flask"', "[build-system]",
)  # fmt: skip


def texts(count: int):
    draw = random.Random(20261127)
    for _ in range(count):
        yield "".join(draw.choice(PIECES) for _ in range(draw.randrange(12)))


def read_or_refused(reading):
    try:
        return reading()
    except Unusable as refused:
        assert str(refused).strip() and "\n" not in str(refused)
        return None


def test_anyProcfile_isReadOrRefused(tmp_path: Path):
    file = tmp_path / "Procfile"
    for text in texts(500):
        file.write_bytes(text.encode())
        line = read_or_refused(lambda: entry._web_line(file, file, []))
        assert line is None or (line == line.strip() and line and not set(line) & set("\n\r\0\x1b"))


def test_anyProject_isReadOrRefused(tmp_path: Path):
    file = tmp_path / "pyproject.toml"
    for text in texts(500):
        file.write_bytes(text.encode())
        found = read_or_refused(lambda: entry.dependencies(file))
        assert found is None or all(isinstance(each, str) for each in found)


@pytest.mark.parametrize(
    "text",
    ["project = 3\n", "[project]\ndependencies = 3\n", "[project]\ndependencies = [3]\n", "[project]\ndynamic = 3\n"],
)
def test_projectOfAnotherForm_isRefused(tmp_path: Path, text: str):
    file = tmp_path / "pyproject.toml"
    file.write_text(text)
    with pytest.raises(Unusable, match=r"pyproject\.toml"):
        entry.dependencies(file)


@pytest.mark.parametrize("command", ["gunicorn shop.wsgi", "a b:c #d", "x $PORT 'y z'"])
def test_lineOfAProcfile_isReadAsItWas(tmp_path: Path, command: str):
    file = tmp_path / "Procfile"
    file.write_text(f"# comment\nworker: w\nweb: {command}  \n")
    assert entry._web_line(file, file, []) == command
