"""What stands behind an EC2 instance: the one interface, and its implementations beside it.

`docker.py` boots containers, `vm.py` virtual machines, `kinds.py` both in one world; `records.py` only keeps books. Nothing outside this
package knows which one it has.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from tarfile import TarFile
from typing import Any

#: The kinds of machines, as `up --machines` and the tag of a launch name them.
KINDS = ("containers", "vm")
#: An instance that carries this tag is a machine of the kind that it names.
KIND_TAG = "ami-deploy.local:machines"


class MachineError(Exception):
    """A machine could not do what was asked; the message names machine, cause and cure."""


@dataclass(frozen=True)
class Network:
    """The network of one VPC; machines of one VPC reach each other subject to their rules, those of different VPCs do not."""

    vpc_id: str
    cidr: str
    #: Address of the world itself in this network: the host, a person or Packer on it, come from here.
    gateway: str


@dataclass(frozen=True)
class Service:
    """What machines of a network reach at an address and port, and the port on the network's gateway where it really listens."""

    address: str
    port: int
    listens_on: int


#: Where a machine has the certificate of its world's API, in memory; no image ever has it.
CERTIFICATE_FILE = "/run/embedded-aws/ca.pem"


@dataclass(frozen=True)
class ApiAccess:
    """How a machine reaches the API. Its kind gives this to every service of its systemd, at each boot anew."""

    endpoint: str
    #: PEM.
    certificate: str

    def variables(self) -> dict[str, str]:
        """https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html"""
        return {"AWS_ENDPOINT_URL": self.endpoint, "AWS_CA_BUNDLE": CERTIFICATE_FILE}


@dataclass(frozen=True)
class MachineSpec:
    """What to boot."""

    instance_id: str
    #: A snapshot id, or `base/<name>` for a base image.
    source: str
    network: Network
    address: str
    mac_address: str
    #: One of `KINDS`, or empty for whatever the source is.
    kind: str = ""
    #: Of the instance type; containers share what the computer has.
    memory_mib: int = 1024
    processors: int = 1


@dataclass(frozen=True)
class Rule:
    """One allowed kind of traffic: protocol `tcp`, `udp`, `icmp`, a number, or `-1` for all; ports inclusive or None."""

    protocol: str
    from_port: int | None
    to_port: int | None
    #: Sources (ingress) or destinations (egress), IPv4.
    cidrs: tuple[str, ...]


class MachineBackend(ABC):
    """Boots, stops and photographs machines. Every call blocks until done and may take seconds: never call with the world's lock held.

    Machines are named by their instance id, file systems by snapshot id or `base/<name>`. Errors are `MachineError`.
    """

    #: False when machines are records only: no address answers, so health checks and rules have nothing to act on.
    boots = True

    def __init__(self) -> None:
        #: Called before a network gets its first machine: each begins to listen on the network's gateway.
        self.services: list[Callable[[Network], Service]] = []
        #: None where machines have no API.
        self.api_access: Callable[[Network], ApiAccess | None] = lambda network: None

    # --- life of a machine -----------------------------------------------------------------------------------------

    @abstractmethod
    def create(self, spec: MachineSpec) -> None:
        """Boot a new machine; returns when it runs (its operating system may still be starting)."""

    @abstractmethod
    def start(self, instance_id: str) -> None: ...

    @abstractmethod
    def stop(self, instance_id: str, force: bool = False) -> None:
        """Shut the operating system down and the machine off; `force` pulls the plug."""

    @abstractmethod
    def reboot(self, instance_id: str) -> None: ...

    @abstractmethod
    def remove(self, instance_id: str) -> None:
        """Take the machine and its disk away; its console output stays readable for an hour. No error when it is gone already."""

    @abstractmethod
    def running(self) -> set[str]:
        """Instance ids of all machines that run now; one cheap call, made every second."""

    @abstractmethod
    def console(self, instance_id: str) -> str:
        """What the machine wrote to its console since it was created; empty when nothing is known."""

    def processor_seconds(self, instance_id: str) -> float | None:
        """Processor time that the machine has used since it started; None when it is off, or nothing is measured."""
        return None

    def wants_reboot(self, instance_id: str) -> bool:
        """True when the machine ended because its operating system was asked to reboot."""
        return False

    # --- disks -----------------------------------------------------------------------------------------------------

    @abstractmethod
    def has_source(self, source: str) -> bool:
        """True when a machine can boot from this snapshot or base."""

    @abstractmethod
    def snapshot(self, instance_id: str, snapshot_id: str) -> None:
        """Keep the machine's file system as it is now under this snapshot id, from which machines boot."""

    @abstractmethod
    def copy_snapshot(self, source: str, snapshot_id: str) -> None:
        """Keep the same file system under a second name."""

    @abstractmethod
    def remove_snapshot(self, snapshot_id: str) -> None: ...

    @abstractmethod
    def base_recipe(self, name: str) -> str:
        """Kind of machine and recipe of what boots from `base/<name>`: the same words stand for the same content, on this computer."""

    @abstractmethod
    def save(self, source: str, archive: TarFile) -> dict[str, Any]:
        """Write a snapshot's file system, without the base that it stands on, into an archive; what several share is written once.

        Returns, as JSON, what `restore` needs to know; its `kind` says what wrote it.
        """

    @abstractmethod
    def restore(self, file_systems: dict[str, dict[str, Any]], archive: TarFile) -> None:
        """Have these snapshots, by id with what `save` returned. `MachineError` where their base is not here; some may be there then."""

    # --- network ---------------------------------------------------------------------------------------------------

    @abstractmethod
    def free_cidr(self, index: int) -> str:
        """A /16 for the `index`-th default VPC of this world that overlaps nothing else on this computer."""

    @abstractmethod
    def apply_security_rules(self, instance_id: str, ingress: Iterable[Rule], egress: Iterable[Rule]) -> None:
        """Allow exactly this, beside established connections, loopback and the metadata service. No error when the machine is gone."""

    @abstractmethod
    def add_address(self, network: Network, address: str) -> None:
        """The world itself has this address in the network from now on, to bind outgoing connections to."""

    @abstractmethod
    def remove_address(self, network: Network, address: str) -> None: ...

    @abstractmethod
    def remove_network(self, vpc_id: str) -> None:
        """The VPC is deleted. No error when it never had a machine."""

    # --- end -------------------------------------------------------------------------------------------------------

    def close(self) -> None:  # noqa: B027  (a backend of records has nothing to remove)
        """Remove every machine, network and snapshot of this world."""

    def describe(self) -> dict[str, Any]:
        """A few facts for `local/aws status`."""
        return {"machines": type(self).__name__}
