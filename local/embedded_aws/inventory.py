"""`local/aws inventory`: everything that is in the world's account, read from its records, whoever made it and however tagged."""

from __future__ import annotations

import argparse
import json
import urllib.request
from collections.abc import Iterator
from typing import Any

from .state import WorldState
from .world import World

#: Seconds that the world gets to answer.
TIMEOUT = 60


def install(world: World) -> None:
    """Answer what there is."""
    world.control["inventory"] = lambda request: inventory(world)


def inventory(world: World) -> list[str]:
    """A line for each thing, sorted: service, region, kind and name. What AWS itself has put there is in it.

    moto keeps a service's things in dictionaries and lists of its backend; whatever is in one is listed, so no kind can be forgotten.
    """
    from moto.core.base_backend import BackendDict

    with world.lock:
        found: set[str] = set()
        for service in list(BackendDict._instances):
            for region, backend in list(service.get(world.account_id, {}).items()):
                place = f"{service.service_name} {region}"
                found |= {f"{place} {kind} {name}" for kind, name in _things(backend)}
        return sorted(found)


def _things(backend: Any) -> Iterator[tuple[str, str]]:
    for kept in list(vars(backend).values()):
        for name, thing in _each("", kept):
            kind = type(thing).__name__.removeprefix("Fake")
            if kind == "Reservation":
                yield from (
                    ("Instance", each.id)
                    for each in thing.instances
                    if each.state not in ("shutting-down", "terminated")
                )
            elif kind == "Bucket":
                yield kind, name
                yield from (
                    ("Key", f"{name}/{key}")
                    for key, newest in thing.keys.items()
                    if type(newest).__name__ != "FakeDeleteMarker"
                )
            else:
                yield kind, name


def _each(name: str, kept: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Each object of moto in a dictionary or list, and in dictionaries and lists in it, with the name that it is kept under."""
    if isinstance(kept, dict) and depth < 3:
        for key, value in list(kept.items()):
            yield from _each(str(key), value, depth + 1)
    elif isinstance(kept, list) and depth < 3:
        for value in list(kept):
            yield from _each(str(getattr(value, "id", None) or getattr(value, "name", name)), value, depth + 1)
    elif depth and _is_of_moto(kept):
        yield name, kept


def _is_of_moto(value: Any) -> bool:
    """Things are instances of moto's classes, or of ours made from them, without its backends and exceptions."""
    from moto.core.base_backend import BaseBackend

    known = any(each.__module__.startswith("moto.") for each in type(value).__mro__)
    return known and not isinstance(value, (BaseBackend, Exception))


def register_command(commands: Any) -> None:
    """Add `local/aws inventory`."""
    parser = commands.add_parser("inventory", help="list everything that is in the world's account")
    parser.add_argument("--json", action="store_true", help="as one JSON array")
    parser.set_defaults(run=_show)


def _show(arguments: argparse.Namespace, state: WorldState) -> int:
    endpoint = state.load().get("endpoint")
    if not state.pid() or not endpoint:
        raise ValueError(f"world {state.name} is not up; start it with: local/aws --world {state.name} up")
    with urllib.request.urlopen(f"{endpoint}/_world/inventory", timeout=TIMEOUT) as response:
        found = json.load(response)
    print(json.dumps(found) if arguments.json else "\n".join(found))
    return 0
