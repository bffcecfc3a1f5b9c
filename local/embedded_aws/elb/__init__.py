"""Load balancers that forward: every listener is a port of this computer, every health check a request.

`balancers.py` turns moto's records into what `plane.py` does; `proxy.py` forwards, `checks.py` asks, `targets.py`
decides. `tls.py` and `certificates.py` are HTTPS. Application load balancers act; other kinds of balancers are records,
as in moto.
"""

from __future__ import annotations

from ..world import World
from . import api
from .balancers import TICK, Balancers


def install(world: World) -> Balancers:
    """Put the balancers into the world; they are kept as `world.balancers`."""
    balancers = Balancers(world)
    api.install(balancers)
    world.balancers = balancers
    world.every(TICK, balancers.reconcile)
    return balancers
