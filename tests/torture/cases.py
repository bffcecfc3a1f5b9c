"""One case: a run is ended at a call, then what the documentation says is done, then everything is as if nothing had been."""

from __future__ import annotations

import time
import traceback
from collections import Counter
from dataclasses import dataclass, field

from account import CureFailed, Site, last_lines
from flows import DESTROY, FLOWS, Flow
from kinds import Kind


@dataclass
class Result:
    """What became of a case."""

    flow: str
    kind: str
    ending: str
    #: What is not as it must be, a line each; empty where nothing was lost.
    faults: list[str] = field(default_factory=list)
    #: Commands that the product printed as its cure, and that were run.
    followed: list[str] = field(default_factory=list)
    #: Exit code of the run that was ended; a signal's is negative.
    code: int | None = None
    #: Whether it left the state's lock.
    locked: bool = False
    seconds: float = 0
    #: Whether the case could not be made: then it says nothing about the product.
    unmade: bool = False
    #: What the ended run said last.
    said: str = ""

    @property
    def name(self) -> str:
        return f"{self.flow}, {self.kind}, {self.ending}"


def run(site: Site, flow: Flow, kind: Kind, ending: str, whole: Counter[str], is_followed: bool = False) -> Result:
    """Runs one. ``whole`` is how many things of each kind there are where an undisturbed deployment stands.

    ``is_followed``: in this account comes next what shows that a destroy has left room for another one, see ``is_shown_by``.
    """
    result = Result(flow.name, kind.name, ending)
    begun = time.monotonic()
    try:
        command = flow.begin(site)
        try:
            result.code, said = site.ended(ending, kind, *command)
            result.said = last_lines(said)
        except AssertionError as error:
            result.unmade = True
            raise error
        result.locked = bool(site.locks())
        _cure(site, flow, command, result, whole, is_followed)
    except CureFailed as error:
        result.faults.append(str(error))
    except Exception as error:
        traceback.print_exc()
        result.faults.append(f"{type(error).__name__}: {error}")
    result.seconds = time.monotonic() - begun
    return result


def is_shown_by(flow: Flow, following: Flow | None) -> bool:
    """Whether the next case begins with what has to succeed after this one."""
    return following is (flow if flow.after else FLOWS["first deployment"])


def _cure(site: Site, flow: Flow, command: list[str], result: Result, whole: Counter[str], is_followed: bool) -> None:
    if result.ending != "crash" and result.locked:
        result.faults.append("a Terraform that ended by itself left the lock")
    if flow.destroys:
        result.followed += site.succeed(*DESTROY)
        _look(site, result, Counter(), 0, "destroy")
        if is_followed and flow is not FLOWS["first deployment"]:
            return
        if flow.after:
            flow.begin(site)
            result.followed += site.succeed(*flow.after)
            return
        result.followed += site.succeed(*site.deploy_arguments())
    else:
        result.followed += site.succeed(*command)
    _look(site, result, whole, sum(1 for _ in site.state()["resources"]), "the next deployment")


def _look(site: Site, result: Result, wanted: Counter[str], resources: int, after: str) -> None:
    """The account, the state and the lock, after a command that succeeded."""
    there = site.shape()
    for kind in sorted(set(there) | set(wanted)):
        if there[kind] != wanted[kind]:
            names = sorted(each.rpartition(" ")[2] for each in site.made() if each.rsplit(" ", 1)[0] == kind)
            result.faults.append(
                f"after {after} {there[kind]} {kind}, not {wanted[kind]}" + (f": {', '.join(names)}" if names else "")
            )
    if resources == 0 and site.managed():
        result.faults.append(f"after {after} {site.managed()} resources in the state")
    if site.locks():
        result.faults.append(f"after {after} the state is locked")


def repair(site: Site) -> bool:
    """After a case with faults: an account with nothing in it, by whatever means. False where only another one helps."""
    try:
        for key in site.objects():
            if key.endswith(".tflock"):
                site.client("s3").delete_object(Bucket=site.bucket, Key=key)
        site.clear()
    except AssertionError:
        return False
    return True
