"""What an instance may do with its role: credentials through instance metadata, and a judge of the calls that are made with them.

Calls with any other credentials are not judged.
"""

from __future__ import annotations

from ..world import World
from . import managed
from .judge import Judge


def install(world: World) -> None:
    """Judge every call before it acts; the credentials are handed out by `ec2.metadata_content`."""
    managed.install(world)
    world.middlewares.append(lambda app: Judge(world, app))
