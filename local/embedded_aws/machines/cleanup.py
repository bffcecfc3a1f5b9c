"""Removing all that a world has in Docker, by label; used by the world when it ends and by `down` when a server died without."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from docker.errors import APIError

from . import MachineError
from .docker_naming import WORLD_LABEL, remove_host_rules
from .engine import Engine

#: Removing is mostly waiting for the engine.
PARALLEL = 4
#: Seconds until what is left counts as staying; the engine may still be at a removal that a killed server began.
SETTLE_SECONDS = 10

#: What is there, and the call that removes it.
Removals = Iterator[tuple[str, Callable[[], Any]]]


def remove_world(world: str) -> None:
    """Containers, then networks, then images, then the host's firewall rules. `MachineError` names what stays."""
    api = Engine().client.api
    mine = {"label": f"{WORLD_LABEL}={world}"}
    before: set[str] = set()
    # An image that another one was committed from goes away only after it, so a pass may leave some for the next.
    while found := _pass(api, mine):
        if found.keys() != before:
            before, deadline = set(found), time.monotonic() + SETTLE_SECONDS
        elif time.monotonic() > deadline:
            break
        else:
            time.sleep(0.2)
    remove_host_rules(world)
    if found:
        left = ", ".join(f"{name} ({said})" for name, said in found.items())
        raise MachineError(f"world {world} still has {left}: remove what uses it and run down again")


def _pass(api: Any, mine: dict[str, str]) -> dict[str, str]:
    """Try to remove everything once; all that was found, with the engine's answer."""
    found: dict[str, str] = {}
    with ThreadPoolExecutor(PARALLEL) as pool:
        for find in (_containers, _networks, _images):
            removals = dict(find(api, mine))
            found |= zip(removals, pool.map(_answer, removals.values()), strict=True)
    return found


def _containers(api: Any, mine: dict[str, str]) -> Removals:
    for container in api.containers(all=True, filters=mine):
        name = (container["Names"] or [container["Id"]])[0].lstrip("/")
        yield f"container {name}", partial(api.remove_container, container["Id"], force=True, v=True)


def _networks(api: Any, mine: dict[str, str]) -> Removals:
    for network in api.networks(filters=mine):
        yield f"network {network['Name']}", partial(api.remove_network, network["Id"])


def _images(api: Any, mine: dict[str, str]) -> Removals:
    for image in api.images(filters=mine):
        # An engine may give an untagged image the tag "<none>:<none>".
        names = [name for name in image["RepoTags"] or [] if name != "<none>:<none>"]
        for name in names or [image["Id"]]:
            yield f"image {name}", partial(api.remove_image, name, force=True)


def _answer(call: Callable[[], Any]) -> str:
    """What the engine says; whether the thing is gone, the next pass sees."""
    try:
        call()
    except APIError as error:
        return str(error.explanation or error)
    return "accepted"
