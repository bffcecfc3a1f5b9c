"""One Docker network per VPC, made when the first machine needs it."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docker.errors import APIError, NotFound
from docker.types import IPAMConfig, IPAMPool

from ..state import WorldState, machine_wide_lock
from . import MachineError, Network, Service
from .docker_naming import WORLD_LABEL, bridge_name, firewall_comment, network_name, remove_host_rules, run_host

#: Second byte of the address ranges 10.N.0.0/16 that default VPCs are given.
FIRST_RANGE, LAST_RANGE = 100, 249


class DockerNetworks:
    """Makes and removes the networks of one world, with the way to what listens for machines, and addresses of the world itself."""

    def __init__(self, api: Any, state: WorldState, services: Callable[[Network], list[Service]]) -> None:
        self._api = api
        self._state = state
        self._name = state.name
        self._lock = threading.Lock()
        self._ready: set[str] = set()
        self._services = services

    def ensure(self, network: Network) -> str:
        """The Docker network of a VPC, made if it is not there; returns its name."""
        name = network_name(self._name, network.vpc_id)
        with self._lock:
            if network.vpc_id not in self._ready:
                self._create(name, network)
                for service in self._services(network):
                    self._redirect(network, service)
                self._ready.add(network.vpc_id)
        return name

    def _create(self, name: str, network: Network) -> None:
        try:
            self._api.create_network(
                name,
                driver="bridge",
                ipam=IPAMConfig(pool_configs=[IPAMPool(subnet=network.cidr, gateway=network.gateway)]),
                options={"com.docker.network.bridge.name": bridge_name(self._name, network.vpc_id)},
                labels={WORLD_LABEL: self._name},
                check_duplicate=True,
            )
        except APIError as error:
            raise MachineError(
                f"VPC {network.vpc_id}: no network with {network.cidr} on this computer: {error.explanation}; use another CIDR"
            ) from error

    def _redirect(self, network: Network, service: Service) -> None:
        """Who asks at the service's address from inside this network, and only there, is answered on the gateway."""
        run_host(
            *("iptables", "-w", "-t", "nat", "-A", "PREROUTING", "-i", bridge_name(self._name, network.vpc_id)),
            *("-d", f"{service.address}/32", "-p", "tcp", "--dport", str(service.port)),
            *("-m", "comment", "--comment", firewall_comment(self._name)),
            *("-j", "DNAT", "--to-destination", f"{network.gateway}:{service.listens_on}"),
        )

    def remove(self, vpc_id: str) -> None:
        with self._lock:
            if vpc_id not in self._ready:
                return
            self._ready.discard(vpc_id)
            remove_host_rules(self._name, bridge_name(self._name, vpc_id))
            with contextlib.suppress(NotFound):
                self._api.remove_network(network_name(self._name, vpc_id))

    def add_address(self, network: Network, address: str) -> None:
        self.ensure(network)
        run_host("ip", "address", "replace", f"{address}/32", "dev", bridge_name(self._name, network.vpc_id))

    def remove_address(self, network: Network, address: str) -> None:
        if network.vpc_id in self._ready:
            run_host("ip", "address", "delete", f"{address}/32", "dev", bridge_name(self._name, network.vpc_id))

    def free_cidr(self, index: int) -> str:
        """A /16 that no route, name server, Docker network or other world uses; the same one again after a restart of this world."""
        with machine_wide_lock():
            mine: list[str] = self._state.load().get("cidrs", [])
            if index < len(mine):
                return mine[index]
            taken = self._taken()
            for number in range(FIRST_RANGE, LAST_RANGE + 1):
                candidate = ipaddress.IPv4Network(f"10.{number}.0.0/16")
                if not any(candidate.overlaps(other) for other in taken):
                    self._state.update(cidrs=[*mine, str(candidate)])
                    return str(candidate)
        raise MachineError("no free address range 10.N.0.0/16 with N from 100 to 249 on this computer")

    def _taken(self) -> list[ipaddress.IPv4Network]:
        texts = [route["dst"] for route in json.loads(run_host("ip", "-json", "-4", "route", "show", "table", "all"))]
        for network in self._api.networks():
            texts += [pool.get("Subnet", "") for pool in (network["IPAM"]["Config"] or [])]
        for world in WorldState.all():
            texts += world.load().get("cidrs", [])
        for line in Path("/etc/resolv.conf").read_text(encoding="utf-8").splitlines():
            if line.startswith("nameserver"):
                texts.append(line.split()[1])
        return [network for text in texts if (network := _ipv4(text))]


def _ipv4(text: str) -> ipaddress.IPv4Network | None:
    """The network, or None for IPv6 and for `default`, which overlaps everything."""
    try:
        return ipaddress.IPv4Network(text, strict=False)
    except ValueError:
        return None
