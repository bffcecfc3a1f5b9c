"""The catalogue of causes, the sections of docs/causes.md and the injections are of one another; how a result reads."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "causes"), str(ROOT / "tests" / "embedded")]

import injections  # noqa: E402
import report  # noqa: E402
from injections import Ended, Injection  # noqa: E402

STEPS = ROOT / "docs" / "steps.md"


def test_everyCauseHasOneSection_inTheOrderOfTheCatalogue():
    assert report.sections(report.PAGE.read_text()) == report.codes()


def test_everyCauseIsInjected():
    injected = {each.code for each in injections.load().values()}
    assert injected - {None} == set(report.codes())


def test_everySectionSaysWhatItMeansWhichStepsAndWhatToDo():
    steps = set(re.findall(r"(?m)^## (\w+)$", STEPS.read_text()))
    for section in re.split(r"(?m)^### ", report.PAGE.read_text())[1:]:
        code = section.split()[0]
        named = re.search(r"(?m)^Steps: (.*)$", section)
        assert named, f"{code}: no line Steps"
        assert set(re.findall(r"`(\w+)`", named[1])) <= steps, code
        assert f"<!-- output of {code} -->" in section, code
        assert "**What to do.**" in section, code


def case(**more) -> Injection:
    given = {"code": "QUOTA_EXCEEDED", "words": ("vCPU",), "exit_code": 3, "limit": 120} | more
    return Injection("quota", what="the quota is used up", ground="stack", inject=lambda stack: None, **given)


GOOD = ["error: QUOTA_EXCEEDED: the account may have no more", "  limit of 32 vCPU", "  do: ask for more"]


@pytest.mark.parametrize(
    ("lines", "exit_code", "seconds", "faults"),
    [
        (GOOD, 3, 20, []),
        (GOOD, 1, 20, ["exit code 1, not 3"]),
        (GOOD, 3, 130, ["130 s, more than 120"]),
        (GOOD[:2], 3, 20, ["no line says what to do"]),
        (
            ["error: LAUNCH_FAILED: vCPU", "  do: ask"],
            3,
            20,
            ["ends in “error: LAUNCH_FAILED: vCPU”, not in QUOTA_EXCEEDED"],
        ),
        ([GOOD[0], GOOD[2]], 3, 20, ["“vCPU” is not said"]),
        ([], 3, 20, ["ends in “nothing”, not in QUOTA_EXCEEDED", "“vCPU” is not said", "no line says what to do"]),
    ],
)
def test_whatIsNotAsWantedIsSaid(lines: list[str], exit_code: int, seconds: float, faults: list[str]):
    assert injections.faults(case(), Ended("ami-deploy rollout", exit_code, lines, seconds)) == faults


PAGE = f"""# Why

{report.TABLE[0]}
{report.TABLE[1]}

### QUOTA_EXCEEDED

<!-- output of QUOTA_EXCEEDED -->
<!-- end -->

after
"""


def test_thePageGetsTableAndOutput_andKeepsThemWhenOthersAreMeasured(tmp_path: Path):
    report.keep(case(), Ended("ami-deploy rollout", 3, GOOD, 20.4), [], tmp_path)
    page = report.written(PAGE, [case()], report.kept(tmp_path))
    row = "| [QUOTA_EXCEEDED](#quota_exceeded) | the quota is used up | `ami-deploy rollout` | 20 |"
    assert row in page and "```\n" + "\n".join(GOOD) + "\n```\n<!-- end -->\n\nafter" in page
    assert report.written(page, [case()], {}) == page


def test_whatThePageHasIsNotMeasuredAgainUnlessItWasOtherwiseThanWanted(tmp_path: Path):
    report.keep(case(), Ended("ami-deploy rollout", 3, GOOD, 20.4), [], tmp_path)
    page = report.written(PAGE, [case()], report.kept(tmp_path))
    assert report.as_wanted(page, case().what)
    assert not report.as_wanted(page, "something new")
    report.keep(case(), Ended("ami-deploy rollout", 3, GOOD, 20.4), ["too slow"], tmp_path)
    assert not report.as_wanted(report.written(page, [case()], report.kept(tmp_path)), case().what)


def test_whatEndsOtherwiseIsInTheTableAsItIs(tmp_path: Path):
    result = report.keep(
        case(),
        Ended("ami-deploy rollout", 3, ["error: LAUNCH_FAILED: no"], 20.4),
        ["no line says what to do"],
        tmp_path,
    )
    assert report.row(result).startswith("| wanted QUOTA_EXCEEDED, was LAUNCH_FAILED: no line says what to do |")


def test_pathsOfTheComputerThatMeasuredAreLeftOut():
    line = "see /home/me/src/.work/causes/causes-records/shop/.work/shop/try/logs/packer.log"
    assert report.plain(line) == "see …/.work/shop/try/logs/packer.log"
