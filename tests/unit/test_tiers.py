"""tests/tiers.py: what it counts, what it tells at its end, and that the quick checks run side by side."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "tiers.py"

#: A check that ends when the other one has begun, so it fails where the two run one after the other.
MEETING = """
import pathlib, sys, time
mine, other = (pathlib.Path(name) for name in sys.argv[1:])
mine.touch()
deadline = time.monotonic() + 20
while not other.exists():
    if time.monotonic() > deadline:
        sys.exit("the other check has not begun")
    time.sleep(0.02)
"""


@pytest.fixture
def tiers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The module with no tier but what a test gives it, and a directory of its own for reports."""
    specification = importlib.util.spec_from_file_location("tiers", SOURCE)
    module = importlib.util.module_from_spec(specification)
    monkeypatch.setitem(sys.modules, "tiers", module)
    specification.loader.exec_module(module)
    monkeypatch.setattr(module, "REPORTS", tmp_path)
    monkeypatch.setattr(module.os, "cpu_count", lambda: 2)
    return module


def tier(*checks):
    def run():
        """A tier of a test."""
        yield from checks

    return run


def test_quick_runsItsChecksSideBySide(tiers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def meeting(mine: str, other: str):
        return tiers.Check(mine, [sys.executable, "-c", MEETING, str(tmp_path / mine), str(tmp_path / other)])

    first = tiers.Check("first", ["true"])
    monkeypatch.setattr(tiers, "TIERS", {"unit": tier(first, meeting("a", "b")), "lint": tier(meeting("b", "a"))})
    assert tiers.main(["quick"]) == 0


def test_quick_beginsTheOthers_andWhatNeedsItsResult_afterItsFirstCheck(tiers, tmp_path: Path, monkeypatch):
    made = tmp_path / "made"
    slow = tiers.Check("slow", ["sh", "-c", f"sleep 1; touch '{made}'"])
    monkeypatch.setattr(tiers, "TIERS", {"unit": tier(slow, tiers.Check("other", ["test", "-e", str(made)]))})
    monkeypatch.setattr(tiers, "QUICK", ("unit",))
    count, seen = tiers.Count(), []
    tiers.run_quick(count, lambda: seen.append(made.exists()))
    assert (seen, count.passed, count.failed) == ([True], 2, 0)


def test_end_tellsWhereTheTimeWent_thenSkipsAndFailures_thenCounts(tiers, monkeypatch, capfd):
    monkeypatch.setattr(
        tiers,
        "TIERS",
        {
            "unit": tier(tiers.Check("good", ["true"]), tiers.Skip("absent", "not here")),
            "lint": tier(tiers.Check("bad", ["false"])),
        },
    )
    assert tiers.main(["quick"]) == 1
    lines = capfd.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[-8:]] == [*["time:"] * 5, "skipped:", "failed:", "1"]
    assert lines[-1] == "1 passed, 1 failed, 1 skipped"


def test_checkThatHangs_isEndedAndNamed_andSoIsWhatComesAfterIt(tiers, tmp_path: Path, monkeypatch, capfd):
    monkeypatch.setattr(tiers, "LIMIT", 1)
    hanging = tiers.Check("hanging", ["sleep", "60"], tmp_path / "hanging")
    monkeypatch.setattr(tiers, "TIERS", {"lint": tier(hanging, tiers.Check("late", ["sleep", "61"]))})
    assert tiers.main(["lint"]) == 1
    failed = [line for line in capfd.readouterr().out.splitlines() if line.startswith("failed:")]
    assert "failed: late: exit -15, ended 1 s after the run's begin" in failed
    assert len(failed) == 2 and failed[0].startswith("failed: hanging: ")


def test_runThatIsInterrupted_endsAtOnce():
    code = f"""
import sys
sys.path.insert(0, {str(SOURCE.parent)!r})
import tiers
def waiting():
    "A tier."
    yield tiers.Check("waiting", ["sleep", "60"])
tiers.TIERS["lint"] = waiting
tiers.main(["lint"])
"""
    with subprocess.Popen(
        [sys.executable, "-u", "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        start_new_session=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as run:  # fmt: skip
        try:
            while "--- waiting" not in run.stdout.readline():
                assert run.poll() is None
            time.sleep(1)
            os.killpg(run.pid, signal.SIGINT)
            assert run.wait(timeout=20) != 0
        finally:
            run.kill()


@pytest.mark.parametrize(
    ("logs", "passes"),
    [
        ({"a-world.log": "INFO embedded_aws.server world a answers\n"}, True),
        ({"a-world.log": "ERROR embedded_aws.world background work failed\n"}, True),
        ({"a-world.log": "", "b-world.log": "12:00 ERROR embedded_aws.server request failed\nTraceback\n"}, False),
        ({}, False),
    ],
)
def test_requestsThatTheWorldsFailedAt_areLookedFor_andNoLogIsNoGoodOne(tiers, tmp_path: Path, logs, passes):
    for name, text in logs.items():
        (tmp_path / name).write_text(text)
    command = [*tiers.INSIDE[:-1], str(tmp_path)]
    assert (subprocess.run(command, stdout=subprocess.DEVNULL).returncode == 0) == passes


def test_testThatHangs_failsAndSaysWhere(tiers, tmp_path: Path, capfd):
    test = tmp_path / "test_hanging.py"
    test.write_text("import time\n\n\ndef test_hangs():\n    time.sleep(60)\n\n\ndef test_goesOn():\n    pass\n")
    count = tiers.Count()
    tiers.run("unit", tiers.pytest("hanging", sys.executable, str(test), limit=1), count, None)
    assert (count.passed, count.failed) == (1, 1)
    assert "time.sleep(60)" in capfd.readouterr().out


def test_timeTable_addsUpEachTier_alsoOfParallelLanes(tiers):
    table = tiers.time_table(
        [
            tiers.Time("vm", "whole way", 10, 700, 650),
            tiers.Time("jenkins", "plugin", 5, 600, 400),
            tiers.Time("jenkins", "whole way in Jenkins", 605, 300, 100),
        ]
    )
    assert table == [
        "time:    900 s    500 s  jenkins",
        "time:    600 s    400 s    plugin, from 5 s on",
        "time:    300 s    100 s    whole way in Jenkins, from 605 s on",
        "time:    700 s    650 s  vm",
        "time:    700 s    650 s    whole way, from 10 s on",
        "time:    905 s   1150 s  from begin to end",
    ]


def test_wholeRun_hasEveryTierOnce(tiers):
    assert sorted((*tiers.QUICK, *tiers.EARLY, *tiers.LONG)) == sorted(tiers.TIERS)


def test_unknownTier_isRefusedWithTheListOfTiers(tiers, capsys):
    assert tiers.main(["unti"]) == 2
    assert capsys.readouterr().err.startswith("tests: no tier unti; the tiers are lint, unit, ")
