"""GetConsoleOutput and DescribeInstanceStatus, from the machines themselves."""

from __future__ import annotations

import base64
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.models.instances import Instance
from moto.ec2.responses.general import General

from ..world import World

#: Seconds after which a machine that never asked its metadata service counts as reachable all the same: not every image asks.
REACHABLE_AFTER = 10.0


def install(world: World) -> None:
    """Replace moto's canned answers."""
    world.patches.set(General, "get_console_output", lambda response: _console_output(world, response))
    status = property(lambda instance: _status(world, instance))
    world.patches.set(Instance, "instance_status", status)
    world.patches.set(Instance, "system_status", status)


def _console_output(world: World, response: Any) -> ActionResult:
    """The last 64 KB of what the machine wrote to its console, also for a while after it was terminated.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html
    """
    instance = response.ec2_backend.get_instance(response._get_param("InstanceId"))
    with world.unlocked():
        text = world.machines.console(instance.id)
    output = base64.b64encode(text.encode()).decode() if text else None
    return ActionResult({"InstanceId": instance.id, "Timestamp": utcnow(), "Output": output})


def _status(world: World, instance: Any) -> dict[str, Any]:
    """`initializing` until the operating system has come up, then `ok`.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-system-instance-status-check.html
    """
    if instance.state != "running":
        return {"Status": "not-applicable"}
    up_for = world.clock.monotonic() - getattr(instance, "running_since", 0.0)
    passed = not world.machines.boots or getattr(instance, "asked_metadata", False) or up_for > REACHABLE_AFTER
    return {
        "Details": [{"Name": "reachability", "Status": "passed" if passed else "initializing"}],
        "Status": "ok" if passed else "initializing",
    }
