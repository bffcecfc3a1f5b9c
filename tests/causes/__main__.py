"""``make causes``: makes every cause of failure happen, and looks whether the command line names it, and how soon.

    local/.venv/bin/python -B tests/causes                     all that were not yet as wanted, here or in docs/causes.md
    local/.venv/bin/python -B tests/causes PATH_CLOSED slow    those of a code, or by name, in any case
    local/.venv/bin/python -B tests/causes --again             all
    local/.venv/bin/python -B tests/causes --list              what there is, and how it ended last

Results are kept below .work/causes; docs/causes.md is written from them at the end.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "tests" / "embedded")]

import injections  # noqa: E402
import report  # noqa: E402
from applications import distribution  # noqa: E402
from grounds import Grounds  # noqa: E402


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make causes", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="codes, or names of injections")
    parser.add_argument("--again", action="store_true", help="also those that ended as wanted before")
    parser.add_argument("--list", action="store_true", help="show what there is")
    parser.add_argument("--ground", help="only those on this ground: account, stack, application")
    parser.add_argument("--keep", action="store_true", help="leave the worlds up, for the next time")
    parser.add_argument("--apart", default="", metavar="WORD", help="in worlds of its own, beside another run")
    given = parser.parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):
        # Heard also in the background of a shell: what is under way is ended and put away.
        signal.signal(number, lambda *_: sys.exit(130))
    try:
        chosen = injections.chosen(given.names)
    except ValueError as error:
        parser.error(str(error))
    results = report.kept()
    if given.list:
        for each in chosen:
            state = _state(results.get(each.name), report.as_wanted(report.PAGE.read_text(), each.what))
            print(f"{each.code or 'goes on':26} {each.name:36} {each.ground:12} {state}")
        return 0
    todo = [
        each
        for each in chosen
        if (given.again or given.names or _is_open(each, results)) and given.ground in (None, each.ground)
    ]
    with tempfile.TemporaryDirectory() as directory, distribution(Path(directory)) as program:
        wrong = _run(todo, Grounds(program, given.keep, given.apart and f"-{given.apart}"))
    report.PAGE.write_text(report.written(report.PAGE.read_text(), list(injections.load().values()), report.kept()))
    print(f"{len(todo) - len(wrong)} named as wanted, {len(wrong)} not: {', '.join(wrong) or '-'}")
    return 1 if wrong else 0


def _run(todo: list[injections.Injection], grounds: Grounds) -> list[str]:
    """Runs them ground by ground; the names of those that did not end as wanted."""
    wrong = []
    try:
        for ground in dict.fromkeys(each.ground for each in todo):
            for each in (one for one in todo if one.ground == ground):
                if not _inject(each, grounds):
                    wrong.append(each.name)
    finally:
        grounds.close()
    return wrong


def _inject(each: injections.Injection, grounds: Grounds) -> bool:
    print(f"--- {each.name}: {each.what}", flush=True)
    begun = time.monotonic()
    try:
        ended = each.inject(grounds.of(each.ground))
    except Exception:
        traceback.print_exc()
        print(f"--- {each.name}: could not be injected, {time.monotonic() - begun:.0f} s", flush=True)
        return False
    faults = injections.faults(each, ended)
    report.keep(each, ended, faults)
    verdict = "; ".join(faults) or "as wanted"
    print(f"--- {each.name}: {verdict}, {ended.seconds:.1f} s of {time.monotonic() - begun:.0f} s", flush=True)
    return not faults


def _is_open(each: injections.Injection, results: dict[str, report.Result]) -> bool:
    """Where nothing is kept here, the page has what was measured elsewhere."""
    result = results.get(each.name)
    return bool(result.faults) if result else not report.as_wanted(report.PAGE.read_text(), each.what)


def _state(result: report.Result | None, on_the_page: bool) -> str:
    if result is None:
        return "as wanted, in docs/causes.md" if on_the_page else "-"
    return f"{result.seconds:6.1f} s  {'; '.join(result.faults) or 'as wanted'}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
