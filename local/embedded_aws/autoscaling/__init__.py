"""Auto Scaling that acts: moto keeps a group's configuration, this package its instances.

`loop.py` sees and acts, `lifecycle.py` moves instances on, `capacity.py`, `hooks.py`, `termination.py` and `refresh.py` decide,
`tracker.py` follows scaling policies, `api_*.py` answer requests.
"""

from __future__ import annotations

from ..world import World
from . import api_groups, api_hooks, api_instances, api_policies, api_refresh, api_traffic
from .loop import Fleet
from .settings import TICK
from .tracker import Tracker


def install(world: World) -> Fleet:
    """Put the capacity loop and the instance refreshes into the world; the fleet is kept as `world.fleet`."""
    fleet = Fleet(world)
    for api in (api_groups, api_hooks, api_instances, api_policies, api_refresh, api_traffic):
        api.install(fleet)
    world.fleet = fleet
    world.every(TICK, fleet.tick)
    world.every(TICK, Tracker(fleet).tick)
    return fleet
