"""The parts of the world, in the order in which they are installed, and the commands that they add to the script.

A part is a module with `install(world)`. It patches moto through `world.patches`, adds periodic work with `world.every`, WSGI middlewares
with `world.middlewares` and endpoints for the control script with `world.control`.

A command is a module with `register_command(subparsers)`: it adds an argparse sub-command whose `set_defaults(run=fn)` function is called
as `fn(arguments, state)`, `state` being the `state.WorldState` of the world that is asked for; it returns the exit code. Commands do not
import moto, which takes a second, nor what answers requests.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

PARTS = (
    "embedded_aws.ec2",
    "embedded_aws.roles",
    "embedded_aws.machine_api",
    "embedded_aws.parameters",
    "embedded_aws.instance_profiles",
    "embedded_aws.autoscaling",
    "embedded_aws.elb",
    "embedded_aws.route53",
    "embedded_aws.free_text",
    "embedded_aws.regions",
    "embedded_aws.denials",
    "embedded_aws.faults",
    "embedded_aws.calls",
    "embedded_aws.inventory",
)
COMMANDS = ("embedded_aws.fault_cli", "embedded_aws.images_cli", "embedded_aws.calls", "embedded_aws.inventory")


def parts() -> list[ModuleType]:
    """The modules whose `install` makes the world what it is."""
    return [import_module(name) for name in PARTS]


def commands() -> list[ModuleType]:
    """The modules whose `register_command` adds to the script."""
    return [import_module(name) for name in COMMANDS]
