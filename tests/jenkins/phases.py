"""The phases of the shipped jobs, and how each is told from outside: where a controller is killed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from controller import STAGE_LIMIT, Build
from world import World, eventually

#: The environment that the jobs work on: it asks for an approval, as any does that does not say otherwise.
ENVIRONMENT = "staging"
#: Stands for the image of the first push, which is another one than the flows bake.
FIRST = "first"
STATE = f"web/{ENVIRONMENT}/terraform.tfstate"
#: Of a release, below the environment.
END = "releases/*/end.json"


@dataclass(frozen=True)
class Phase:
    """A phase, with what is waited for before the controller is killed in it."""

    name: str
    #: What is running then, for people.
    at: str
    reached: Callable[[Build, World], None]
    #: What is done once the controller is back, such as answering the question.
    then: Callable[[Build], None] = lambda build: None
    #: Whether the build may fail or hang there, as docs/jenkins.md says: a step of Jenkins' own that does not outlive its controller.
    stays: bool = False
    #: Whether what is held back when it is reached stays so after the kill, since the next phase begins with it.
    holds_on: bool = False


@dataclass(frozen=True)
class Flow:
    """A build of a job, in some of whose phases the controller is killed."""

    name: str
    job: str
    parameters: dict[str, str]
    phases: tuple[Phase, ...]
    #: Whether the environment has to stand when it begins.
    stands: bool = False


def _line(text: str, after: str = "") -> Callable[[Build, World], None]:
    return lambda build, world: build.await_line(text, after)


def _locked(build: Build, world: World) -> None:
    eventually("the lock of the state", lambda: f"{STATE}.tflock" in world.locks(), STAGE_LIMIT, every=0.1)


def _refreshing(build: Build, world: World) -> None:
    eventually("the refresh", lambda: world.refreshing(f"web-{ENVIRONMENT}"), STAGE_LIMIT, every=0.2)


def _hold(world: World, key: str) -> None:
    world.fault("hold", "s3:PutObject", "--where", f"Key=web/{ENVIRONMENT}/{key}")


def _planning(build: Build, world: World) -> None:
    """The end of the release is held from here on: where nothing changes, it comes before a controller that waits for it is up again."""
    build.await_line("[Pipeline] terraformPlan")
    _hold(world, END)


def _begun(build: Build, world: World) -> None:
    """The begin of a release is written, and nobody hears of it."""
    _hold(world, "releases/*/begin.json")
    _holding(build, world)


def _holding(build: Build, world: World) -> None:
    eventually("a call that is held", lambda: '"holding"' in world.fault("list"), STAGE_LIMIT, every=0.2)


def _answer(question: str, with_: str, **values: str) -> Callable[[Build], None]:
    def answer(build: Build) -> None:
        eventually("the question", lambda: question in build.controller.ask(f"{build.path}/input/"), STAGE_LIMIT)
        build.answer(question, with_, **values)

    return answer


#: In the order in which they are run.
FLOWS = (
    Flow(
        "first deployment",
        "web/deploy-by-hand",
        {"ENVIRONMENT": ENVIRONMENT, "IMAGE_ID": FIRST},
        (
            Phase(
                "choose",
                "findRelease: the begin of the release is just written",
                _begun,
            ),
            Phase("plan", "Terraform", _line("[Pipeline] terraformPlan")),
            Phase("approval", "nothing: a person is asked", _line("Apply to "), _answer("Apply", "proceedEmpty")),
            Phase("apply", "Terraform, with the lock of the state", _locked),
            Phase("await", "awaitAsgHealthy", _line("[Pipeline] awaitAsgHealthy")),
        ),
    ),
    Flow(
        "deployment of what stands",
        "web/deploy-by-hand",
        {"ENVIRONMENT": ENVIRONMENT, "IMAGE_ID": FIRST, "SKIP_APPROVAL": "true"},
        (
            Phase("plan", "Terraform", _planning, holds_on=True),
            Phase("release record", "the end of the release is just written", _holding),
        ),
        stands=True,
    ),
    Flow(
        "bake and rollout",
        "web/deploy-by-hand",
        {"ENVIRONMENT": ENVIRONMENT, "SKIP_APPROVAL": "true", "FRESH": "true"},
        (
            Phase("bake, base layer", "Packer", _line("base: configuring")),
            Phase("bake, application", "Packer", _line("bake: configuring")),
            Phase("rollout", "the refresh of the group", _refreshing),
            Phase("prune", "pruneImages", _line("[Pipeline] pruneImages")),
        ),
        stands=True,
    ),
    Flow(
        "checkout",
        "web/deploy-by-hand",
        {"ENVIRONMENT": ENVIRONMENT, "IMAGE_ID": FIRST, "SKIP_APPROVAL": "true"},
        (Phase("checkout", "Git", _line("[Pipeline] checkout"), stays=True),),
        stands=True,
    ),
    Flow(
        "start of the tooling container",
        "web/deploy-by-hand",
        {"ENVIRONMENT": ENVIRONMENT, "IMAGE_ID": FIRST, "SKIP_APPROVAL": "true"},
        (Phase("tooling container", "docker run", _line("[Pipeline] withDockerContainer"), stays=True),),
        stands=True,
    ),
    Flow(
        "destroy",
        "web/destroy",
        {"ENVIRONMENT": ENVIRONMENT},
        (
            Phase("plan", "Terraform", _line("[Pipeline] terraformPlan")),
            Phase(
                "question",
                "nothing: a person is asked",
                _line("Input requested"),
                _answer("Destroy", "submit", NAME=ENVIRONMENT),
            ),
            Phase("destroy", "Terraform, with the lock of the state", _locked),
            Phase("leftovers", "removeLeftovers", _line("[Pipeline] removeLeftovers")),
        ),
        stands=True,
    ),
)
