"""Load balancers that forward: every listener is a port of this computer, every health check a request."""

from __future__ import annotations

from ..world import World


def install(world: World) -> None:
    """Put the balancers into the world."""
