"""Machines as containers that run systemd and sshd from an image's file system."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from tarfile import TarFile
from typing import Any

from docker.errors import APIError, NotFound

from ..state import WorldState
from . import (
    KINDS,
    MachineBackend,
    MachineError,
    MachineSpec,
    Network,
    Rule,
    Service,
    docker_api,
    docker_archive,
    processor_time,
)
from .base import BASES, base_image, recipe_digest
from .cleanup import remove_world
from .docker_naming import INSTANCE_LABEL, WORLD_LABEL, container_name, image_repository, run_host
from .docker_network import DockerNetworks
from .engine import Engine
from .firewall import ruleset

CONTAINERS, _ = KINDS
#: What systemd needs to run as a container's first process; SYS_BOOT lets it end as "power off" or "reboot", which we tell apart.
CAPABILITIES = ["SYS_ADMIN", "SYS_BOOT"]
#: Docker mounts these `noexec` unless told; a machine runs scripts from /tmp.
MEMORY_FILE_SYSTEMS = {"/run": "exec,mode=755", "/tmp": "exec,mode=1777"}
INIT = ["/sbin/init", "--show-status=false", "--log-color=0"]
#: Makes systemd shut down and power off, see systemd(1).
POWER_OFF_SIGNAL = "SIGRTMIN+4"
#: Exit code of a container whose first process asked the kernel for a reboot: reboot(2) kills it with SIGHUP, see pid_namespaces(7).
REBOOT_EXIT_CODE = 129
#: Seconds for an orderly shutdown; without services that hang it takes half a second.
SHUTDOWN_SECONDS = 20
#: Seconds for the orderly shutdown of a machine that is to be terminated.
TERMINATE_SECONDS = 5
#: GetConsoleOutput returns the last 64 KB.
CONSOLE_BYTES = 64 * 1024
#: Terminated machines whose console is still kept.
KEPT_CONSOLES = 50

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


def cgroup_namespace() -> str:
    """Which cgroup namespace keeps a machine's systemd below the container's own cgroup.

    On cgroup v1 a private namespace over the host's mount makes all machines share the root hierarchy, units included;
    on v2 the private one is what https://systemd.io/CONTAINER_INTERFACE asks for.
    """
    return "private" if Path("/sys/fs/cgroup/cgroup.controllers").exists() else "host"


class DockerBackend(MachineBackend):
    """See `MachineBackend`. One container per machine, one network per VPC, one image per snapshot."""

    def __init__(self, state: WorldState) -> None:
        super().__init__()
        self._state = state
        self._name = state.name
        self._engine = Engine()
        self._engine.ensure()
        self._api = self._engine.client.api
        self.networks = DockerNetworks(self._api, state, self._services_of)
        self._consoles: dict[str, str] = {}
        self._sources = {f"base/{name}" for name in BASES if self._has_image(base_image(name))}
        self._rules_lock = threading.Lock()

    # --- life of a machine -----------------------------------------------------------------------------------------

    def create(self, spec: MachineSpec) -> None:
        network = self.networks.ensure(spec.network)
        api = self._api
        host_config = api.create_host_config(
            cap_add=CAPABILITIES,
            security_opt=["seccomp=unconfined", "apparmor=unconfined"],
            cgroupns=cgroup_namespace(),
            tmpfs=MEMORY_FILE_SYSTEMS,
            binds=["/sys/fs/cgroup:/sys/fs/cgroup:rw", *self._api_files(spec.network)],
            log_config={"Type": "json-file", "Config": {"max-size": "2m", "max-file": "1"}},
            network_mode=network,
        )
        endpoint = api.create_endpoint_config(ipv4_address=spec.address, mac_address=spec.mac_address)
        try:
            container = api.create_container(
                self._image_of(spec.source),
                command=INIT,
                name=container_name(self._name, spec.instance_id),
                hostname=f"ip-{spec.address.replace('.', '-')}",
                tty=True,
                stop_signal=POWER_OFF_SIGNAL,
                detach=True,
                labels={WORLD_LABEL: self._name, INSTANCE_LABEL: spec.instance_id},
                host_config=host_config,
                networking_config=api.create_networking_config({network: endpoint}),
            )
            api.start(container["Id"])
        except APIError as error:
            raise MachineError(f"{spec.instance_id} does not start: {error.explanation}") from error

    def _services_of(self, network: Network) -> list[Service]:
        return [listen(network) for listen in self.services]

    def _api_files(self, network: Network) -> list[str]:
        """Binds of what tells the machine's systemd where the API is, below /run: what is mounted is in no image of the machine."""
        access = self.api_access(network)
        return docker_api.binds(self._state.directory, network.vpc_id, access) if access else []

    def start(self, instance_id: str) -> None:
        self._call(instance_id, self._api.start)

    def stop(self, instance_id: str, force: bool = False) -> None:
        if force:
            self._call(instance_id, self._api.kill)
        else:
            self._call(instance_id, self._api.stop, timeout=SHUTDOWN_SECONDS)

    def reboot(self, instance_id: str) -> None:
        self._call(instance_id, self._api.restart, timeout=SHUTDOWN_SECONDS)

    def remove(self, instance_id: str) -> None:
        name = container_name(self._name, instance_id)
        try:
            self._api.stop(name, timeout=TERMINATE_SECONDS)
            self._consoles[instance_id] = self._read_console(name)
            self._api.remove_container(name, force=True, v=True)
        except NotFound:
            pass
        except APIError as error:
            raise MachineError(f"{instance_id} cannot be removed: {error.explanation}") from error
        while len(self._consoles) > KEPT_CONSOLES:
            self._consoles.pop(next(iter(self._consoles)))

    def running(self) -> set[str]:
        found = self._api.containers(filters={"label": f"{WORLD_LABEL}={self._name}"})
        return {container["Labels"].get(INSTANCE_LABEL, "") for container in found}

    def processor_seconds(self, instance_id: str) -> float | None:
        try:
            pid = self._api.inspect_container(container_name(self._name, instance_id))["State"]["Pid"]
        except APIError:
            return None
        return processor_time.of_container(pid) if pid else None

    def wants_reboot(self, instance_id: str) -> bool:
        try:
            state = self._api.inspect_container(container_name(self._name, instance_id))["State"]
        except NotFound:
            return False
        return not state["Running"] and state["ExitCode"] == REBOOT_EXIT_CODE

    def console(self, instance_id: str) -> str:
        try:
            return self._read_console(container_name(self._name, instance_id))
        except NotFound:
            return self._consoles.get(instance_id, "")

    def freeze(self, instance_id: str, port: int) -> list[int]:
        """Stop (SIGSTOP) the processes that listen on a TCP port, as an application that hangs; returns their ids on this computer.

        From outside: with shared version 1 control groups, one machine's systemd may clear away the group that `docker exec` needs.
        """
        try:
            pid = self._api.inspect_container(container_name(self._name, instance_id))["State"]["Pid"]
        except APIError as error:
            raise MachineError(f"{instance_id}: {error.explanation}") from error
        listening = run_host("nsenter", "-t", str(pid), "-n", "ss", "-Hltnp", f"sport = :{port}")
        found = sorted({int(number) for number in re.findall(r"pid=(\d+)", listening)})
        for number in found:
            os.kill(number, signal.SIGSTOP)
        return found

    def _read_console(self, name: str) -> str:
        text = self._api.logs(name, tail=2000).decode("utf-8", errors="replace")
        return _ANSI.sub("", text)[-CONSOLE_BYTES:]

    def _call(self, instance_id: str, call: Callable[..., Any], **kwargs: Any) -> None:
        try:
            call(container_name(self._name, instance_id), **kwargs)
        except APIError as error:
            raise MachineError(f"{instance_id}: {error.explanation}") from error

    # --- disks -----------------------------------------------------------------------------------------------------

    def has_source(self, source: str) -> bool:
        return source in self._sources

    def snapshot(self, instance_id: str, snapshot_id: str) -> None:
        try:
            self._api.commit(
                container_name(self._name, instance_id),
                repository=image_repository(self._name),
                tag=snapshot_id,
                changes=[f"LABEL {WORLD_LABEL}={self._name}"],
            )
        except APIError as error:
            raise MachineError(f"{snapshot_id} of {instance_id}: {error.explanation}") from error
        self._sources.add(snapshot_id)

    def copy_snapshot(self, source: str, snapshot_id: str) -> None:
        """A base image is given a label of the world's as well, so that it is an image of its own."""
        self._api.tag(self._image_of(source), image_repository(self._name), snapshot_id, force=True)
        self._sources.add(snapshot_id)

    def remove_snapshot(self, snapshot_id: str) -> None:
        self._sources.discard(snapshot_id)
        try:
            self._api.remove_image(self._image_of(snapshot_id), force=True)
        except NotFound:
            pass
        except APIError as error:
            raise MachineError(f"{snapshot_id} cannot be removed: {error.explanation}") from error

    def base_recipe(self, name: str) -> str:
        return f"{CONTAINERS} {name} {recipe_digest()}"

    def save(self, source: str, archive: TarFile) -> dict[str, Any]:
        saved = docker_archive.save(self._api, self._image_of(source), archive, self._state.directory)
        return {"kind": CONTAINERS, **saved}

    def restore(self, file_systems: dict[str, dict[str, Any]], archive: TarFile) -> None:
        for snapshot_id, saved in file_systems.items():
            image = self._image_of(snapshot_id)
            docker_archive.restore(self._api, image, saved, archive, self._name, self._state.directory)
            self._sources.add(snapshot_id)

    def _image_of(self, source: str) -> str:
        kind, _, name = source.partition("/")
        return base_image(name) if kind == "base" else f"{image_repository(self._name)}:{source}"

    def _has_image(self, name: str) -> bool:
        try:
            self._api.inspect_image(name)
        except NotFound:
            return False
        return True

    # --- network ---------------------------------------------------------------------------------------------------

    def free_cidr(self, index: int) -> str:
        return self.networks.free_cidr(index)

    def apply_security_rules(self, instance_id: str, ingress: Iterable[Rule], egress: Iterable[Rule]) -> None:
        try:
            pid = self._api.inspect_container(container_name(self._name, instance_id))["State"]["Pid"]
        except NotFound:
            return
        if pid:
            with self._rules_lock:
                run_host("nsenter", "-t", str(pid), "-n", "iptables-restore", "-w", stdin=ruleset(ingress, egress))

    def add_address(self, network: Network, address: str) -> None:
        self.networks.add_address(network, address)

    def remove_address(self, network: Network, address: str) -> None:
        self.networks.remove_address(network, address)

    def remove_network(self, vpc_id: str) -> None:
        self.networks.remove(vpc_id)

    # --- end -------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        remove_world(self._name)

    def describe(self) -> dict[str, Any]:
        running = self.running()
        return {"machines": ", ".join(sorted(running)) or "none", "sources": ", ".join(sorted(self._sources))}
