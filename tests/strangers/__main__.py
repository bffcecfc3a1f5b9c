"""``make strangers``: gives the command line and the steps everything in inputs.yml, and writes what they say into docs/reliability.md.

    local/.venv/bin/python -B tests/strangers              both
    local/.venv/bin/python -B tests/strangers cli          the command line alone; steps: the steps alone, in a Jenkins
    local/.venv/bin/python -B tests/strangers --write      the table alone, from what was seen last

What was seen is kept below .work/strangers, by the tests themselves: those that ``make test`` runs, too.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "tests")]

import report  # noqa: E402

#: How each is run; an endpoint is named so that tests of embedded AWS are not left out, and each starts its own.
DOORS = {
    "cli": [
        "mvn", "-q", "-B", "-f", "cli/pom.xml", "test", "-Dgroups=embedded", "-Dtest=BadInputTest",
        "-Dsurefire.failIfNoSpecifiedTests=false",
    ],
    "steps": ["./mvnw", "-q", "-B", "-ntp", "test", "-Dtest=BadInputStepsTest"],
}  # fmt: skip


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make strangers", description=__doc__.splitlines()[0])
    parser.add_argument("doors", nargs="*", choices=[*DOORS, []], help="who is given the inputs")
    parser.add_argument("--write", action="store_true", help="run nothing, write the table")
    given = parser.parse_args(arguments)
    environment = os.environ | {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
    failed = []
    for door in [] if given.write else given.doors or DOORS:
        commit = report.commit()
        print(f"--- {door}", flush=True)
        if subprocess.run(DOORS[door], cwd=ROOT, env=environment).returncode:
            failed.append(door)
        report.ran(door, commit)
    print(report.write())
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
