"""The wire of a virtual machine: a network namespace of its own between the VPC's network and the machine.

The namespace is a router with one address behind it. It answers ARP on both sides in the other side's name, so that the machine has its
VPC address like any container of the network; its firewall is the machine's security groups; and it serves DHCP.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import ipaddress
import os
import socket
import subprocess
import threading
from collections.abc import Iterable
from pathlib import Path

from . import MachineError, MachineSpec, Network, Rule
from .dhcp import serve
from .docker_naming import bridge_name, run_host
from .firewall import ruleset

#: Interfaces inside the namespace: towards the machine, and towards the VPC.
MACHINE, VPC = "machine", "vpc"
#: The router's own address towards the machine; link-local, so it is in nobody's way.
ROUTER = "169.254.1.1"
#: Where `ip netns` keeps namespaces by their names.
NAMESPACES = Path("/run/netns")
#: Not there on a computer that was started with ipv6.disable=1.
IPV6_SETTINGS = Path("/proc/sys/net/ipv6")
CLONE_NEWNET = 0x40000000


def namespace_name(world: str, instance_id: str) -> str:
    return f"ami-deploy-{world}-{instance_id}"


class Wire:
    """Namespace, interfaces, firewall and DHCP of one machine."""

    def __init__(self, world: str, spec: MachineSpec) -> None:
        self.name = namespace_name(world, spec.instance_id)
        self._spec = spec
        self._bridge = bridge_name(world, spec.network.vpc_id)
        self._lock = threading.Lock()
        self._dhcp: threading.Thread | None = None
        self._removed = threading.Event()

    def lay(self) -> None:
        """Make it; nothing passes before the first `filter`."""
        address, network = self._spec.address, self._spec.network
        outside = "av-" + hashlib.sha256(self.name.encode()).hexdigest()[:10]
        run_host("ip", "netns", "add", self.name)
        run_host("ip", "link", "add", outside, "type", "veth", "peer", "name", VPC, "netns", self.name)
        run_host("ip", "link", "set", outside, "master", self._bridge, "up")
        self._inside("ip", "tuntap", "add", MACHINE, "mode", "tap")
        self._inside("ip", "address", "add", f"{ROUTER}/32", "dev", MACHINE)
        settings = ["net.ipv4.ip_forward=1", "net.ipv4.conf.all.rp_filter=0"]
        if IPV6_SETTINGS.exists():
            settings.append("net.ipv6.conf.all.disable_ipv6=1")
        for interface in (MACHINE, VPC):
            settings.append(f"net.ipv4.conf.{interface}.rp_filter=0")
            settings.append(f"net.ipv4.conf.{interface}.proxy_arp=1")
            # A router that answers for others waits up to 0.8 s otherwise.
            settings.append(f"net.ipv4.neigh.{interface}.proxy_delay=0")
        self.filter((), ())
        self._inside("sysctl", "-q", "-w", *settings)
        for interface in ("lo", MACHINE, VPC):
            self._inside("ip", "link", "set", interface, "up")
        self._inside("ip", "route", "add", f"{address}/32", "dev", MACHINE)
        self._inside("ip", "route", "add", network.cidr, "dev", VPC)
        self._inside("ip", "route", "add", "default", "via", network.gateway, "dev", VPC)
        self._serve_dhcp()

    def filter(self, ingress: Iterable[Rule], egress: Iterable[Rule]) -> None:
        """Let exactly this through, see `ruleset`."""
        with self._lock:
            self._inside("iptables-restore", "-w", stdin=ruleset(ingress, egress, behind=MACHINE))

    def command(self, *command: str) -> list[str]:
        """The command, to be run inside the namespace."""
        return _in_namespace(self.name, *command)

    def remove(self) -> None:
        """No error when it is gone already; `MachineError` when it remains."""
        self._removed.set()
        if self._dhcp:
            self._dhcp.join()
        remove_namespace(self.name)

    def _inside(self, *command: str, stdin: str | None = None) -> None:
        run_host(*self.command(*command), stdin=stdin)

    def _serve_dhcp(self) -> None:
        """The socket belongs to the namespace in which it was made, whichever thread uses it."""
        made: list[socket.socket | OSError] = []
        maker = threading.Thread(target=lambda: made.append(_socket_inside(self.name)))
        maker.start()
        maker.join()
        if isinstance(made[0], OSError):
            raise MachineError(f"{self._spec.instance_id}: no DHCP: {made[0]}")
        network: Network = self._spec.network
        lease = (self._spec.mac_address, self._spec.address, ipaddress.IPv4Network(network.cidr), network.gateway)
        arguments = (made[0], self._removed, ROUTER, *lease, name_servers())
        self._dhcp = threading.Thread(target=serve, args=arguments, name=f"dhcp-{self.name}", daemon=True)
        self._dhcp.start()


def _socket_inside(name: str) -> socket.socket | OSError:
    """A DHCP server's socket in this namespace. Changes the calling thread's namespace for good."""
    try:
        with open(NAMESPACES / name, "rb") as namespace:
            if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, MACHINE.encode())
        server.bind(("0.0.0.0", 67))
        return server
    except OSError as error:
        return error


def remove_namespace(name: str) -> None:
    """No error when it is gone already; `MachineError` when it remains.

    Its interface towards the VPC goes first: the kernel takes namespaces away later, and until then it would answer ARP for an address
    that another machine may have by now.
    """
    if not (NAMESPACES / name).exists():
        return
    with contextlib.suppress(MachineError, subprocess.TimeoutExpired):
        run_host(*_in_namespace(name, "ip", "link", "delete", VPC))
    try:
        run_host("ip", "netns", "delete", name)
    except (MachineError, subprocess.TimeoutExpired) as error:
        if (NAMESPACES / name).exists():
            raise MachineError(f"network namespace {name} is still there: {error}") from error


def _in_namespace(name: str, *command: str) -> list[str]:
    return ["nsenter", f"--net={NAMESPACES / name}", *command]


def name_servers() -> list[str]:
    """This computer's name servers that a machine can reach: those that are not on loopback, as a container engine has it."""
    found: list[str] = []
    for file in ("/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"):
        with contextlib.suppress(FileNotFoundError):
            for line in Path(file).read_text(encoding="utf-8").splitlines():
                words = line.split()
                if words[:1] == ["nameserver"] and "." in words[1] and not words[1].startswith("127."):
                    found.append(words[1])
    return list(dict.fromkeys(found))[:3]
