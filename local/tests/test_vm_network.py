"""The wire of a virtual machine: what it is made of, and that nothing of it stays."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from embedded_aws.machines import MachineError, MachineSpec, Network, vm_network
from embedded_aws.machines.docker_naming import bridge_name, run_host
from embedded_aws.machines.vm_network import NAMESPACES, VPC, Wire, remove_namespace

WORLD = f"wire{os.getpid()}"
NETWORK = Network("vpc-1", "10.255.0.0/24", "10.255.0.1")
SPEC = MachineSpec("i-0abc", "base/debian-12", NETWORK, "10.255.0.4", "02:ab:00:00:00:01")


class Host:
    """Notes the commands that are run on the host, and refuses those that have a certain word."""

    def __init__(self) -> None:
        self.commands: list[str] = []
        self.refuses = ""

    def run(self, *command: str, stdin: str | None = None) -> str:
        self.commands.append(" ".join(command))
        if self.refuses and self.refuses in command:
            raise MachineError("busy")
        return ""


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    host = Host()
    monkeypatch.setattr(vm_network, "run_host", host.run)
    monkeypatch.setattr(vm_network, "NAMESPACES", tmp_path)
    return host


@pytest.fixture
def dhcp(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The socket of the DHCP server, in no namespace."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        monkeypatch.setattr(vm_network, "_socket_inside", lambda name: server)
        yield server


def test_removed_wire_serves_no_dhcp_and_leaves_the_network_first(
    host: Host, dhcp: socket.socket, tmp_path: Path
) -> None:
    wire = Wire(WORLD, SPEC)
    wire.lay()
    assert dhcp.fileno() != -1
    (tmp_path / wire.name).touch()
    host.commands.clear()
    wire.remove()
    assert dhcp.fileno() == -1
    assert host.commands == [
        f"nsenter --net={tmp_path / wire.name} ip link delete {VPC}",
        f"ip netns delete {wire.name}",
    ]


@pytest.mark.parametrize("there", [True, False])
def test_ipv6_is_turned_off_where_there_is_any(
    host: Host, dhcp: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    monkeypatch.setattr(vm_network, "IPV6_SETTINGS", tmp_path if there else tmp_path / "ipv6")
    wire = Wire(WORLD, SPEC)
    wire.lay()
    wire.remove()
    assert any("disable_ipv6=1" in command for command in host.commands) == there


def test_namespace_that_stays_is_an_error(host: Host, tmp_path: Path) -> None:
    host.refuses = "netns"
    (tmp_path / "one").touch()
    with pytest.raises(MachineError, match="network namespace one is still there: busy"):
        remove_namespace("one")


def test_namespace_that_is_gone_is_none(host: Host) -> None:
    remove_namespace("one")
    assert host.commands == []


@pytest.mark.docker
def test_removed_wire_is_gone_at_once_though_something_holds_its_namespace() -> None:
    if os.geteuid() != 0 or not shutil.which("ip"):
        pytest.skip("network namespaces need root and iproute2")
    bridge, wire = bridge_name(WORLD, NETWORK.vpc_id), Wire(WORLD, SPEC)
    run_host("ip", "link", "add", bridge, "type", "bridge")
    try:
        wire.lay()
        holder = subprocess.Popen(wire.command("cat"), stdin=subprocess.PIPE)
        attached = ("ip", "-oneline", "link", "show", "master", bridge)
        assert run_host(*attached)
        wire.remove()
        assert run_host(*attached) == ""
        assert not (NAMESPACES / wire.name).exists()
        holder.communicate()
    finally:
        remove_namespace(wire.name)
        run_host("ip", "link", "delete", bridge)
