"""Kills a controller in every phase of the shipped jobs, and looks whether anything is lost.

    local/.venv/bin/python -B tests/jenkins                     all flows that have no good result yet
    local/.venv/bin/python -B tests/jenkins --flow destroy      those of a name
    local/.venv/bin/python -B tests/jenkins --again             also those that were good
    local/.venv/bin/python -B tests/jenkins --list              what there is, and how it ended last

A real controller beside an embedded AWS with machines, as tools/demo-jenkins starts it. Results are kept below .work/torture;
docs/reliability.md is written from them at the end. The same directory has the tests that `make test` runs.
"""

from __future__ import annotations

import argparse
import fnmatch
import functools
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), *(str(ROOT / "tests" / each) for each in ("torture", "causes", "embedded"))]

import report  # noqa: E402
from cached_images import CachedImages  # noqa: E402
from controller import BUILD_LIMIT, STAGE_LIMIT, Controller, git  # noqa: E402
from killing import Result, inventory, run  # noqa: E402
from pages import RELIABILITY, put  # noqa: E402
from phases import ENVIRONMENT, FLOWS, Flow  # noqa: E402
from world import eventually, running_world  # noqa: E402

RESULTS = report.WORK / "controller"
MARKS = ("<!-- a controller that is killed: written by tests/jenkins -->", "<!-- end -->")
DEMO = str(ROOT / "tools" / "demo-jenkins")
PORT = "8191"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="tests/jenkins", description=__doc__.splitlines()[0])
    parser.add_argument("--flow", default="*", help="only these flows, wildcards allowed")
    parser.add_argument("--again", action="store_true", help="also those that were good before")
    parser.add_argument("--list", action="store_true", help="show what there is")
    given = parser.parse_args(arguments)
    chosen = [flow for flow in FLOWS if fnmatch.fnmatch(flow.name, given.flow)]
    if given.list:
        print(table(chosen))
        return 0
    todo = [flow for flow in chosen if given.again or not is_good(flow)]
    report.commit()
    if todo:
        kill_in(todo)
    put(RELIABILITY, MARKS, table(list(FLOWS)))
    bad = [flow.name for flow in chosen if not is_good(flow)]
    print(f"{len(chosen) - len(bad)} flows without a loss, {len(bad)} not: {'; '.join(bad) or '-'}")
    return 1 if bad else 0


def kill_in(flows: list[Flow]) -> None:
    name = f"killed{os.getpid()}"
    base = ROOT / ".work" / "jenkins" / name
    with running_world(name, limit=900) as world:
        try:
            images = CachedImages(world, "containers")
            images.load()
            images.lend_to("web")
            subprocess.run([DEMO, "up", name, PORT], check=True, stdout=subprocess.DEVNULL, timeout=2 * BUILD_LIMIT)
            controller = Controller(base)
            image = re.search(r"(?:Baked|Reused) (ami-\w+)", controller.ask("job/web/job/deploy/1/consoleText"))[1]
            add_environment(controller)
            baseline = inventory(world)
            for flow in flows:
                run(controller, world, flow, image, baseline, functools.partial(keep, flow))
                for result in kept(flow)["results"]:
                    print(f"{flow.name}, {result['phase']}: {cell(result)}", flush=True)
        finally:
            subprocess.run([DEMO, "down", name], check=False, timeout=BUILD_LIMIT)


def add_environment(controller: Controller) -> None:
    """Pushes the environment that is worked on, and waits for the build of that push."""
    build = controller.next_build("web/deploy")
    with tempfile.TemporaryDirectory() as directory:
        clone = controller.clone(controller.repository, Path(directory) / "clone")
        (clone / "environments" / f"{ENVIRONMENT}.pkrvars.hcl").write_text(
            f'app = "web"\nenvironment = "{ENVIRONMENT}"\nregion = "us-east-1"\n'
        )
        git(clone, "add", ".")
        git(clone, "commit", "-qm", "another environment")
        git(clone, "push", "-q")
    eventually("the build of the push", build.state, STAGE_LIMIT)
    build.succeeds()


def file_of(flow: Flow) -> Path:
    return RESULTS / (re.sub(r"[^\w-]+", "-", flow.name) + ".json")


def keep(flow: Flow, results: list[Result]) -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    document = {"commit": report.commit(), "results": [asdict(result) for result in results]}
    file_of(flow).write_text(json.dumps(document, indent=1))


def kept(flow: Flow) -> dict:
    return json.loads(file_of(flow).read_text()) if file_of(flow).exists() else {"commit": "-", "results": []}


def is_good(flow: Flow) -> bool:
    known = {each["phase"]: each for each in kept(flow)["results"]}
    results = [known.get(phase.name) for phase in flow.phases]
    return all(each and each["end"] and not each["faults"] for each in results)


def table(flows: list[Flow]) -> str:
    rows = []
    for flow in flows:
        document = kept(flow)
        known = {each["phase"]: each for each in document["results"]}
        for phase in flow.phases:
            result = known.get(phase.name)
            rows.append(f"| {flow.name} | {phase.name} | {phase.at} | {cell(result)} | {document['commit']} |")
    return "\n".join(["| build | killed in | while there runs | the build | commit |", "|---|---|---|---|---|", *rows])


def cell(result: dict | None) -> str:
    if result is None or not (result["end"] or result["faults"]):
        return "not run"
    if result["faults"]:
        return "**" + result["faults"][0].replace("|", "\\|")[:160] + "**"
    return result["end"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
