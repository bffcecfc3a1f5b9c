"""The parts of the world, in the order in which they are installed.

A part is a module with `install(world)`. It patches moto through `world.patches`, adds periodic work with `world.every`, WSGI middlewares
with `world.middlewares` and endpoints for the control script with `world.control`. A part may also have
`register_command(subparsers)`: it adds an argparse sub-command whose `set_defaults(run=fn)` function is called as `fn(arguments, state)`,
`state` being the `state.WorldState` of the world that is asked for; it returns the exit code.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

PARTS = (
    "embedded_aws.ec2",
    "embedded_aws.autoscaling",
    "embedded_aws.elb",
    "embedded_aws.faults",
    "embedded_aws.calls",
)


def parts() -> list[ModuleType]:
    """All parts that are there."""
    found = [import_module(name) for name in PARTS if find_spec(name)]
    return [part for part in found if hasattr(part, "install")]
