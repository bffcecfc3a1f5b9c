"""The life of an instance: its states follow its machine, and its machine follows the API."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.ec2.models.instances import Instance, InstanceBackend, StateReason
from moto.ec2.responses.instances import InstanceResponse

from ..machines import KIND_TAG, MachineError, MachineSpec
from ..world import InstanceChange, World
from . import groups, lookup, network

#: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html
STATE_CODES = {"pending": 0, "running": 16, "shutting-down": 32, "terminated": 48, "stopping": 64, "stopped": 80}

#: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html
USER_SHUTDOWN = StateReason("Client.UserInitiatedShutdown: User initiated shutdown", "Client.UserInitiatedShutdown")
OWN_SHUTDOWN = StateReason(
    "Client.InstanceInitiatedShutdown: Instance initiated shutdown", "Client.InstanceInitiatedShutdown"
)

#: Seconds between looks for machines that died by themselves.
WATCH_SECONDS = 1.0


def install(world: World) -> None:
    """Instances are machines from now on; see `Lifecycle`."""
    lifecycle = Lifecycle(world, Instance.terminate)
    patches = world.patches
    patches.wrap(InstanceBackend, "run_instances", lifecycle.run)
    patches.set(Instance, "start", lambda instance: lifecycle.start(instance))
    patches.set(Instance, "stop", lambda instance: lifecycle.stop(instance))
    patches.set(Instance, "reboot", lambda instance: lifecycle.reboot(instance))
    patches.set(Instance, "terminate", lambda instance: lifecycle.terminate(instance))
    patches.wrap(InstanceResponse, "stop_instances", _remember_force)
    world.every(WATCH_SECONDS, lifecycle.watch)


def _remember_force(original: Callable[..., Any]) -> Callable[..., Any]:
    """StopInstances' Force pulls the plug: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html"""

    def stop(response: Any) -> Any:
        for instance_id in response._get_param("InstanceIds", []):
            found = response.ec2_backend.get_instance_by_id(instance_id)
            if found:
                found.force_stop = bool(response._get_param("Force", False))
        return original(response)

    return stop


class Lifecycle:
    """Every API action sets the transitional state at once and leaves the machine's work to a thread; per instance, work is done in turn.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html
    """

    def __init__(self, world: World, release_records: Callable[[Any], Any]) -> None:
        self._world = world
        #: moto's own terminate: gives back interfaces, addresses and volumes.
        self._release_records = release_records

    # --- what the API calls, with the lock held --------------------------------------------------------------------

    def run(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def run_instances(*args: Any, **kwargs: Any) -> Any:
            reservation = original(*args, **kwargs)
            for instance in reservation.instances:
                instance._state = type(instance._state)("", -1)
                self._set(instance, "pending")
                self._world.spawn(self._boot, instance)
            return reservation

        return run_instances

    def start(self, instance: Any) -> Any:
        before = self._require(instance, ("stopped", "pending", "running"), "started")
        if before.name == "stopped":
            self._set(instance, "pending")
            self._world.spawn(self._start, instance)
        return before

    def stop(self, instance: Any) -> Any:
        before = self._require(instance, ("pending", "running", "stopping", "stopped"), "stopped")
        if before.name in ("pending", "running"):
            self._set(instance, "stopping", USER_SHUTDOWN)
            self._world.spawn(self._stop, instance, getattr(instance, "force_stop", False))
        return before

    def reboot(self, instance: Any) -> None:
        self._require(instance, ("running",), "rebooted")
        self._world.spawn(self._reboot, instance)

    def terminate(self, instance: Any) -> Any:
        before = copy.copy(instance._state)
        if before.name not in ("shutting-down", "terminated"):
            self._set(instance, "shutting-down", USER_SHUTDOWN)
            self._world.spawn(self._terminate, instance, USER_SHUTDOWN)
        return before

    def _require(self, instance: Any, states: tuple[str, ...], done: str) -> Any:
        """The state as it is; IncorrectInstanceState when the action is not for that state.

        https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
        """
        if instance.state not in states:
            message = f"The instance '{instance.id}' is not in a state from which it can be {done}."
            raise EC2ClientError(
                "IncorrectInstanceState" if instance.state != "terminated" else "IncorrectState", message
            )
        return copy.copy(instance._state)

    def _set(self, instance: Any, state: str, reason: StateReason | None = None) -> None:
        """Needs the lock."""
        before = instance.state
        # A new object: answers that are being written keep the old one.
        instance._state = type(instance._state)(state, STATE_CODES[state])
        instance.state_reason = reason or StateReason()
        stamp = self._world.clock.now().strftime("%Y-%m-%d %H:%M:%S GMT")
        instance._reason = f"User initiated ({stamp})" if reason is USER_SHUTDOWN else ""
        if state == "running":
            instance.running_since = self._world.clock.monotonic()
        change = InstanceChange(instance.id, instance.region_name, before, state, instance.state_reason.code)
        self._world.instance_changed(change)
        self._world.security_changed()

    # --- the machines' part, without the lock ----------------------------------------------------------------------

    def _boot(self, instance: Any) -> None:
        with self._world.turns[instance.id]:
            with self._world.lock:
                if instance.state != "pending":
                    return
                spec = self._spec(instance)
            try:
                self._world.machines.create(spec)
            except MachineError as error:
                reason = StateReason(f"Server.InternalError: {error}", "Server.InternalError")
                self._remove(instance, reason)
                return
            self._started(instance)

    def _spec(self, instance: Any) -> MachineSpec:
        image = instance.ec2_backend.amis[instance.image_id]
        nic = instance.nics[0]
        tags = {tag["key"]: tag["value"] for tag in instance.get_tags()}
        shape = INSTANCE_TYPES[instance.instance_type]
        return MachineSpec(
            instance_id=instance.id,
            source=image.source,
            network=network.network_of(self._world, instance.vpc_id),
            address=nic.private_ip_address,
            mac_address=nic.mac_address,
            kind=tags.get(KIND_TAG, ""),
            memory_mib=shape["MemoryInfo"]["SizeInMiB"],
            processors=shape["VCpuInfo"]["DefaultVCpus"],
        )

    def _started(self, instance: Any) -> None:
        """The machine runs: its rules first, then the state, unless the API asked for something else meanwhile."""
        groups.apply(self._world, instance)
        with self._world.lock:
            if instance.state == "pending":
                self._set(instance, "running")

    def _start(self, instance: Any) -> None:
        with self._world.turns[instance.id]:
            self._world.machines.start(instance.id)
            with self._world.lock:
                for nic in instance.nics.values():
                    nic.start()
            self._started(instance)

    def _stop(self, instance: Any, force: bool) -> None:
        with self._world.turns[instance.id]:
            self._world.machines.stop(instance.id, force)
            with self._world.lock:
                if instance.state == "stopping":
                    self._stopped(instance, USER_SHUTDOWN)

    def _stopped(self, instance: Any, reason: StateReason) -> None:
        for nic in instance.nics.values():
            nic.stop()
        self._set(instance, "stopped", reason)

    def _reboot(self, instance: Any) -> None:
        with self._world.turns[instance.id]:
            self._world.machines.reboot(instance.id)
            groups.apply(self._world, instance)

    def _terminate(self, instance: Any, reason: StateReason) -> None:
        with self._world.turns[instance.id]:
            self._remove(instance, reason)

    def _remove(self, instance: Any, reason: StateReason) -> None:
        """Takes the machine away and closes the books on the instance. The caller has the turn."""
        if instance.state == "terminated":
            return
        with self._world.lock:
            if instance.state != "shutting-down":
                self._set(instance, "shutting-down", reason)
        self._world.machines.remove(instance.id)
        with self._world.lock:
            volumes = [device.volume_id for device in instance.block_device_mapping.values()]
            self._release_records(instance)
            for volume_id in volumes:
                if volume_id not in instance.ec2_backend.volumes:
                    instance.ec2_backend.tags.pop(volume_id, None)
            for nic in instance.nics.values():
                instance.ec2_backend.tags.pop(nic.id, None)
            # moto's terminate wrote a state of its own; the change is told from the one before.
            instance._state = type(instance._state)("shutting-down", STATE_CODES["shutting-down"])
            self._set(instance, "terminated", reason)

    # --- machines that die by themselves ---------------------------------------------------------------------------

    def watch(self) -> None:
        """Find instances that should run and whose machine does not."""
        running = self._world.machines.running()
        with self._world.lock:
            missing = [one for one in lookup.instances(self._world) if one.state == "running" and one.id not in running]
        for instance in missing:
            if not self._world.turns[instance.id].locked():
                self._world.spawn(self._died, instance)

    def _died(self, instance: Any) -> None:
        """A machine that ended counts as shut down from inside, and the shutdown behaviour decides; a reboot starts it again.

        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingInstanceInitiatedShutdownBehavior.html
        """
        with self._world.turns[instance.id]:
            if instance.state != "running" or instance.id in self._world.machines.running():
                return
            if self._world.machines.wants_reboot(instance.id):
                self._world.machines.start(instance.id)
                groups.apply(self._world, instance)
            elif instance.instance_initiated_shutdown_behavior == "terminate":
                self._remove(instance, OWN_SHUTDOWN)
            else:
                with self._world.lock:
                    self._set(instance, "stopping", OWN_SHUTDOWN)
                    self._stopped(instance, OWN_SHUTDOWN)
