"""Removing all that a world has in Docker, by label; used by the world when it ends and by `down` when a server died without."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from docker.errors import APIError, NotFound

from .docker_naming import WORLD_LABEL, remove_host_rules
from .engine import Engine

#: Removing is mostly waiting for the engine.
PARALLEL = 4


def remove_world(world: str) -> None:
    """Containers, then networks, then images, then the host's firewall rules. What is gone already is no error."""
    api = Engine().client.api
    mine = {"label": f"{WORLD_LABEL}={world}"}
    with ThreadPoolExecutor(PARALLEL) as pool:
        for container in api.containers(all=True, filters=mine):
            pool.submit(_quietly, api.remove_container, container["Id"], force=True, v=True)
    for network in api.networks(filters=mine):
        _quietly(api.remove_network, network["Id"])
    # An image that another one was committed from goes away only after it, so a pass may leave some for the next.
    while images := api.images(filters=mine):
        removed = [_remove_image(api, image) for image in images]
        if not any(removed):
            break
    remove_host_rules(world)


def _remove_image(api: Any, image: dict[str, Any]) -> bool:
    # An engine may give an untagged image the tag "<none>:<none>".
    names = [name for name in image["RepoTags"] or [] if name != "<none>:<none>"]
    return any([_quietly(api.remove_image, name, force=True) for name in names or [image["Id"]]])


def _quietly(call: Any, *args: Any, **kwargs: Any) -> bool:
    """True when it was done, False when it was not there or cannot be removed yet."""
    try:
        call(*args, **kwargs)
    except NotFound:
        return False
    except APIError as error:
        if error.status_code != 409:
            raise
        return False
    return True
