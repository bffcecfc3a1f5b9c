"""What a machine writes to its console when its application ends: the exception first, secrets masked, everyday ends not at all."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FILES = Path(__file__).resolve().parents[2] / "ansible" / "roles" / "app" / "files"
PROGRAM = FILES / "last_words.py"

TRACEBACK = """starting
Traceback (most recent call last):
  File "/opt/webapp/venv/bin/gunicorn", line 8, in <module>
    sys.exit(run())
             ^^^^^
  File "/opt/webapp/app/shop.py", line 3, in create_app
    url = os.environ["DATABASE_URL"]
          ~~~~~~~~~~^^^^^^^^^^^^^^^^
KeyError: 'DATABASE_URL'"""
CHAINED = """Traceback (most recent call last):
  File "a.py", line 1, in <module>
OSError: no way

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "b.py", line 2, in <module>
shop.errors.ConnectionError: no database at db:5432
worker failed to boot"""
WAITRESS = """    --channel-request-lookahead=INT
        Allows channels to stay readable

There was an exception (ModuleNotFoundError) importing your module.

It had these arguments:
1. No module named 'shop'
"""
NODE = """node:internal/modules/cjs/loader:1078
  throw err;
  ^
Error: Cannot find module 'express'
    at Module._load (node:internal:925:27)
  code: 'MODULE_NOT_FOUND'
}"""


def load(name: str) -> Any:
    specification = importlib.util.spec_from_file_location(name, FILES / f"{name}.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def program() -> Any:
    return load("last_words")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (TRACEBACK, "KeyError: 'DATABASE_URL'"),
        (CHAINED, "shop.errors.ConnectionError: no database at db:5432"),
        (WAITRESS, "ModuleNotFoundError: No module named 'shop'"),
        (NODE, "Error: Cannot find module 'express'"),
        (
            "loading\npanic: runtime error: index out of range\n\ngoroutine 1:",
            "panic: runtime error: index out of range",
        ),
        ("one\ntwo", "one"),
        ("sh: 1: serve: not found", "sh: 1: serve: not found"),
    ],
    ids=["a traceback", "two of them", "Waitress", "Node", "Go", "none", "a shell"],
)
def test_exception_isToldFirst(program: Any, text: str, first: str):
    told = program.told(text.splitlines())
    assert told[0] == first and told.count(first) == 1


def test_traceback_isToldWithItsLastLines_withoutMarks(program: Any):
    assert program.told(TRACEBACK.splitlines())[-2:] == [
        'File "/opt/webapp/app/shop.py", line 3, in create_app',
        'url = os.environ["DATABASE_URL"]',
    ]
    assert not any("^^^" in line or "starting" in line for line in program.told(TRACEBACK.splitlines()))


def test_lines_areFewAndShort_andPrintable(program: Any):
    told = program.told([f"\x1b[31mline {number}\x1b[0m\x07 " + "x" * 500 for number in range(50)])
    assert len(told) == program.MOST and all(len(line) <= program.LONGEST for line in told)
    assert told[-1].startswith("line 49 x")


@pytest.mark.parametrize(
    ("environment", "how"),
    [
        ({"SERVICE_RESULT": "exit-code", "EXIT_CODE": "exited", "EXIT_STATUS": "1"}, "exit-code 1"),
        ({"SERVICE_RESULT": "signal", "EXIT_CODE": "killed", "EXIT_STATUS": "KILL"}, "signal KILL"),
        ({"SERVICE_RESULT": "core-dump", "EXIT_CODE": "dumped", "EXIT_STATUS": "SEGV"}, "signal SEGV"),
        ({"SERVICE_RESULT": "success", "EXIT_CODE": "exited", "EXIT_STATUS": "0"}, "exit-code 0"),
        ({"SERVICE_RESULT": "oom-kill", "EXIT_CODE": "killed", "EXIT_STATUS": "KILL"}, "signal KILL (oom-kill)"),
        ({"SERVICE_RESULT": "exit-code"}, ""),
    ],
)
def test_ending_isSaidInSystemdsWords(program: Any, environment: dict, how: str):
    assert program.how(environment) == how


# --- the program, on a machine whose systemd and journal are scripts ---------------------------------------------------


@pytest.fixture
def machine(tmp_path: Path) -> Any:
    def run(journal: str, *, job: str = "", restarts: int = 0, secrets: str = "", **environment: str) -> str:
        (tmp_path / "journal").write_text(journal)
        for name, script in {
            "systemctl": f"echo Job={job}; echo NRestarts={restarts}",
            "journalctl": f'[ "$1" = --sync ] || cat {tmp_path}/journal',
        }.items():
            (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
            (tmp_path / name).chmod(0o755)
        settings = tmp_path / "environment"
        settings.write_text(secrets)
        code = (
            "import importlib.util as u, sys; s = u.spec_from_file_location('p', sys.argv[1]); p = u.module_from_spec(s);"
            f"s.loader.exec_module(p); p.CONSOLE = {str(tmp_path / 'console')!r}; hidden = p.secrets;"
            f"p.secrets = lambda file: hidden({str(settings)!r}); p.main('webapp.service', 'webapp')"
        )
        (tmp_path / "console").write_text("")
        ended = {"SERVICE_RESULT": "exit-code", "EXIT_CODE": "exited", "EXIT_STATUS": "1"} | environment
        path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
        subprocess.run([sys.executable, "-I", "-c", code, str(PROGRAM)], env=ended | {"PATH": path}, check=True)
        return (tmp_path / "console").read_text()

    return run


def test_end_isABlockOnTheConsole(machine: Any):
    assert machine("ValueError: x").splitlines() == [
        "",
        "webapp: ended: exit-code 1",
        "webapp: said: ValueError: x",
        "webapp: done",
    ]


def test_endThatSomebodyWanted_isNotTold(machine: Any):
    assert machine("bye", job="1234") == ""


@pytest.mark.parametrize(("restarts", "told"), [(0, True), (2, True), (3, False), (14, False), (15, True), (30, True)])
def test_endAfterEnd_isToldNowAndThen(machine: Any, restarts: int, told: bool):
    assert ("webapp: ended" in machine("x", restarts=restarts)) == told


def test_settingsThatCannotBeHad_areToldBySettingsAlone(machine: Any):
    assert machine("", EXIT_CODE="", EXIT_STATUS="") == ""


def test_valuesOfSecrets_areMasked_andSettingsAreShown(machine: Any):
    environment = (
        '# secrets: URL KEY DOCUMENT\nLEVEL="verbose"\nURL="postgres://shop:s3cr\\"t/x@db/shop"\n'
        'KEY="first line\nsecond line"\nDOCUMENT="{\\"password\\": \\"pass-word\\"}"\n'
    )
    said = [
        'cannot open postgres://shop:s3cr"t/x@db/shop as verbose',
        "bad key 'second line'",
        "also first%20line or 'first line\\nsecond line'",
        "no pass-word, no redis://:else@cache",
    ]
    shown = machine("\n".join(said), secrets=environment)
    assert "cannot open *** as verbose" in shown and "redis://:***@cache" in shown
    for hidden in ("s3cr", "first", "second", "pass-word", "else"):
        assert hidden not in shown, shown
