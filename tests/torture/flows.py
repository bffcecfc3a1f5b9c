"""The flows: what each begins with, what is run and ended, and what the documentation says to do then."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from account import BakingSite, Site

BAKE = ("bake", "-e", "try")
DESTROY = ("destroy", "-e", "try", "--auto-approve")


@dataclass(frozen=True)
class Flow:
    """One way through the product."""

    name: str
    #: Brings the site to where it begins, and returns the command.
    begin: Callable[[Site], list[str]]
    #: Whether the environment is taken away after the end, or the same command is run again: what stands serves people.
    destroys: bool
    #: What it needs: records, or machines that boot.
    kind: type[Site] = Site
    #: Run after a destroy, to see that the next one succeeds; None for a deployment.
    after: tuple[str, ...] | None = None


def _first(site: Site) -> list[str]:
    site.clear()
    return site.deploy_arguments()


def _again(site: Site) -> list[str]:
    site.stand()
    site.turn += 1
    return site.deploy_arguments()


def _back(site: Site) -> list[str]:
    """To a release by its number, which a second attempt names as well."""
    site.stand()
    healthy = [each for each in site.releases() if each["result"] == "healthy"]
    other = [each for each in healthy if each["image_id"] != healthy[-1]["image_id"]]
    if not other:
        site.turn += 1
        site.succeed(*site.deploy_arguments())
        return _back(site)
    return ["rollback", "-e", "try", "--auto-approve", "--to", str(other[-1]["number"])]


def _promotion(site: Site) -> list[str]:
    """From an environment that is proven healthy on another image, by its record."""
    site.stand()
    site.turn += 1
    site.record_release("stage", site.image_now, int(time.time()) % 100_000)
    return ["deploy", "-e", "try", "--auto-approve", "--from", "stage"]


def _bake(site: BakingSite) -> list[str]:
    """Anew, on a base layer that is there."""
    site.clear()
    site.lend_base_layer()
    return list(BAKE)


def _destroy(site: Site) -> list[str]:
    site.stand()
    return list(DESTROY)


FLOWS = {
    flow.name: flow
    for flow in (
        Flow("first deployment", _first, True),
        Flow("redeployment", _again, False),
        Flow("rollback", _back, False),
        Flow("promotion", _promotion, False),
        Flow("destroy", _destroy, True),
        Flow("bake", _bake, True, BakingSite, BAKE),
    )
}
