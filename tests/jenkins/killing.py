"""One flow: the controller is killed in its phases, then what docs/jenkins.md says is done, then everything is as if nothing had been."""

from __future__ import annotations

import json
import re
import subprocess
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from controller import Build, Controller
from phases import ENVIRONMENT, FIRST, STATE, Flow, Phase
from world import World, eventually

#: Kinds of things that come with every bake, and go by the rule of docs/images.md.
OF_BAKES = re.compile(r"^ec2 \S+ (MachineImage|Snapshot)\b")
#: Records in the state bucket, and AWS's own keys.
STAYS = re.compile(
    r"^kms |^s3 \S+ Key .*(/releases/|\.tfstate$|/run\.json$|/claims/|/terraform-runs/|/requirements/|\.lock$)"
)


#: A deployment that is nobody's test, for a flow that begins with one.
STANDS = {"ENVIRONMENT": ENVIRONMENT, "SKIP_APPROVAL": "true"}


#: Longest that an undisturbed deployment of an image that is there takes, in seconds: after that a build hangs.
PATIENCE = 600


@dataclass
class Result:
    """What became of a kill in a phase."""

    flow: str
    phase: str
    at: str
    #: "went on", or how the build ended and what was done then.
    end: str = ""
    #: What is not as it must be, a line each; empty where nothing was lost.
    faults: list[str] = field(default_factory=list)
    seconds: float = 0


def run(
    controller: Controller,
    world: World,
    flow: Flow,
    image: str,
    baseline: set[str],
    keep: Callable[[list[Result]], None],
) -> None:
    """Runs a flow, with a kill in each of its phases.

    ``image`` is the first push's; ``baseline`` is what there is without the environment; ``keep`` gets the results after each kill.
    """
    results = [Result(flow.name, phase.name, phase.at) for phase in flow.phases]
    parameters = {name: image if value == FIRST else value for name, value in flow.parameters.items()}
    build = None
    try:
        if flow.stands and not resources(world):
            controller.start("web/deploy-by-hand", **STANDS, IMAGE_ID=image).succeeds()
        before = counts(world)
        build = controller.start(flow.job, **parameters)
        for phase, result in zip(flow.phases, results, strict=True):
            _kill(controller, world, build, phase, result)
            keep(results)
        _end(controller, build, flow, parameters, results)
        _look(world, flow, before, baseline | kept(build, world), results[-1])
    except (AssertionError, OSError) as problem:
        traceback.print_exc()
        missed = [result for result in results if not result.end] or results[-1:]
        missed[0].faults.append(str(problem).partition("\n")[0][:300])
        # One that hangs would keep the next flow's from the environment; a controller that is gone says so there.
        with suppress(OSError):
            if build and build.result() is None:
                build.stop()
    finally:
        world.fault("clear")
    keep(results)


def _kill(controller: Controller, world: World, build: Build, phase: Phase, result: Result) -> None:
    begun = time.monotonic()
    phase.reached(build, world)
    length = len(build.log())
    controller.kill()
    if not phase.holds_on:
        world.fault("clear")
    phase.then(build)
    if not phase.stays:
        lost = build.result() not in (None, "SUCCESS")
        assert not lost, f"ended as {build.result()}: {build.log()[length:][-600:]}"
        result.end = "goes on"
    result.seconds = time.monotonic() - begun


def _end(controller: Controller, build: Build, flow: Flow, parameters: dict[str, str], results: list[Result]) -> None:
    if not flow.phases[-1].stays:
        assert build.end() == "SUCCESS", build.log()[-1500:]
        return
    try:
        eventually("its end", build.result, PATIENCE, every=2)
        results[-1].end = (
            "goes on" if build.result() == "SUCCESS" else f"ends as {build.result()}; a new one with `UNLOCK`"
        )
    except AssertionError:
        build.stop()
        results[-1].end = f"hangs, and ends as {build.end()} when it is stopped; a new one with `UNLOCK`"
    if build.result() != "SUCCESS":
        controller.start(flow.job, **parameters, UNLOCK="true", SKIP_APPROVAL="true").succeeds()


def _look(world: World, flow: Flow, before: Counter[str], baseline: set[str], result: Result) -> None:
    """The account, the state and the lock, after a flow that succeeded."""
    after = counts(world)
    destroyed = flow.job.endswith("destroy")
    if world.locks():
        result.faults.append(f"locked: {', '.join(world.locks())}")
    if world.temporary() or world.baking(ENVIRONMENT):
        result.faults.append(f"of bakes: {world.temporary()}, {world.baking(ENVIRONMENT)}")
    managed = resources(world)
    if destroyed == bool(managed):
        result.faults.append(f"{managed} resources in the state")
    if destroyed:
        left = sorted(inventory(world) - baseline)
        result.faults += [f"left: {', '.join(left)}"] if left else []
    # A rollout leaves one template version more, and nothing else.
    more = {kind: (before[kind], after[kind]) for kind in sorted(before | after) if before[kind] != after[kind]}
    if flow.stands and not destroyed and more:
        result.faults.append("things of a kind, before and after: " + json.dumps(more))


def kept(build: Build, world: World) -> set[str]:
    """What the build says it keeps for another environment: images, and with them their snapshots."""
    images = re.findall(r"keeps image (ami-\w+)", build.log())
    found = world.client("ec2").describe_images(Owners=["self"], ImageIds=images)["Images"] if images else []
    ids = {device["Ebs"]["SnapshotId"] for each in found for device in each["BlockDeviceMappings"]} | set(images)
    return {each for each in inventory(world) if each.rsplit(" ", 1)[1] in ids}


def inventory(world: World) -> set[str]:
    """All that there is, by the embedded AWS's own records, but what stays on purpose."""
    listed = subprocess.run([*world.control, "inventory", "--json"], capture_output=True, text=True, check=True)
    return {each for each in json.loads(listed.stdout) if not STAYS.search(each)}


def counts(world: World) -> Counter[str]:
    """How many there are of each kind, but images."""
    return Counter(each.rsplit(" ", 1)[0] for each in inventory(world) if not OF_BAKES.search(each))


def resources(world: World) -> int:
    """Resources in the state, which every reader can parse."""
    found = [bucket for bucket, key in world.objects() if key == STATE]
    if not found:
        return 0
    state = json.load(world.client("s3").get_object(Bucket=found[0], Key=STATE)["Body"])
    return sum(len(each["instances"]) for each in state["resources"] if each["mode"] == "managed")
