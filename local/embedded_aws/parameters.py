"""SSM parameters whose name has no slash, asked for by ARN: moto looks for a name that begins with one.

https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.ssm.models import SimpleSystemManagerBackend

from .world import World


def install(world: World) -> None:
    """Follow AWS, where an ARN says nothing of a leading slash."""
    world.patches.wrap(SimpleSystemManagerBackend, "get_parameter", _by_either_name)


def _by_either_name(original: Callable[..., Any]) -> Callable[..., Any]:
    def get(ssm: Any, name: str) -> Any:
        found = original(ssm, name)
        prefix = f"{ssm.ssm_prefix}/"
        return original(ssm, name.removeprefix(prefix)) if found is None and name.startswith(prefix) else found

    return get
