"""Parts of virtual machines that need no machine: DHCP, the router's firewall, layers of disks. tests/vm boots whole ones."""

from __future__ import annotations

import ipaddress
import shutil
import socket
from pathlib import Path

import pytest
from embedded_aws.machines import MachineError, Rule
from embedded_aws.machines.dhcp import ACK, COOKIE, DISCOVER, FIXED, OFFER, REQUEST, answer
from embedded_aws.machines.docker_naming import run_host
from embedded_aws.machines.firewall import ruleset
from embedded_aws.machines.vm_base import disk_identity
from embedded_aws.machines.vm_disks import Disks

MAC, ADDRESS, GATEWAY, OWN = "02:ab:00:00:00:01", "10.100.0.4", "10.100.0.1", "169.254.1.1"


def message(kind: int, mac: str = MAC, cookie: bytes = COOKIE) -> bytes:
    """What a client sends: 42 is its transaction, an empty option goes before the message's type."""
    hardware = bytes.fromhex(mac.replace(":", ""))
    nowhere = b"\0" * 4
    fixed = FIXED.pack(1, 1, 6, 0, 42, 0, 0, nowhere, nowhere, nowhere, nowhere, hardware, b"", cookie)
    return fixed + b"\0" + bytes([53, 1, kind, 255])


def ask(request: bytes) -> bytes | None:
    return answer(request, OWN, MAC, ADDRESS, ipaddress.IPv4Network("10.100.0.0/16"), GATEWAY, ["10.9.9.53"])


def options(reply: bytes) -> dict[int, bytes]:
    found, at = {}, FIXED.size
    while reply[at] != 255:
        found[reply[at]] = reply[at + 2 : at + 2 + reply[at + 1]]
        at += 2 + reply[at + 1]
    return found


@pytest.mark.parametrize(("asked", "answered"), [(DISCOVER, OFFER), (REQUEST, ACK)])
def test_dhcp_known_machine_gets_its_address(asked: int, answered: int) -> None:
    reply = ask(message(asked))
    fields = FIXED.unpack_from(reply)
    assert (fields[0], fields[4], socket.inet_ntoa(fields[8])) == (2, 42, ADDRESS)
    found = options(reply)
    assert found[53] == bytes([answered])
    assert socket.inet_ntoa(found[1]) == "255.255.0.0"
    assert (socket.inet_ntoa(found[3]), socket.inet_ntoa(found[6])) == (GATEWAY, "10.9.9.53")


@pytest.mark.parametrize(
    "request_", [message(DISCOVER, mac="02:ab:00:00:00:02"), message(8), message(DISCOVER, cookie=b"nope"), b"short"]
)
def test_dhcp_anything_else_is_not_answered(request_: bytes) -> None:
    assert ask(request_) is None


def test_firewall_of_a_router_filters_what_goes_through() -> None:
    lines = ruleset([Rule("tcp", 80, 80, ("10.100.0.9/32",))], [], behind="machine").splitlines()
    assert "-A FORWARD -o machine -s 10.100.0.9/32 -p tcp --dport 80:80 -j ACCEPT" in lines
    assert "-A FORWARD -i machine -d 169.254.169.254/32 -j ACCEPT" in lines
    assert ":FORWARD DROP [0:0]" in lines
    # Its own part is only DHCP.
    assert [line for line in lines if line.startswith("-A INPUT")] == [
        "-A INPUT -i machine -p udp --dport 67 -j ACCEPT"
    ]


def test_firewall_of_a_container_filters_what_ends_there() -> None:
    lines = ruleset([Rule("tcp", 80, 80, ("10.100.0.9/32",))], []).splitlines()
    assert "-A INPUT -s 10.100.0.9/32 -p tcp --dport 80:80 -j ACCEPT" in lines
    assert ":OUTPUT DROP [0:0]" in lines


@pytest.fixture
def disks(tmp_path: Path) -> Disks:
    if not shutil.which("qemu-img"):
        pytest.skip("qemu-img is not installed")
    base = tmp_path / "base.qcow2"
    run_host("qemu-img", "create", "-q", "-f", "qcow2", str(base), "1M")
    layers = tmp_path / "layers"
    layers.mkdir()
    return Disks(layers, base, "base/debian-12")


def files(tmp_path: Path) -> int:
    return len(list((tmp_path / "layers").iterdir()))


def test_disks_snapshot_outlives_its_machine_and_its_own_name(disks: Disks, tmp_path: Path) -> None:
    disks.create("i-1", "base/debian-12")
    disks.freeze("i-1", "snap-1")
    disks.remove(instance_id="i-1")
    assert files(tmp_path) == 1 and disks.has("snap-1")
    disks.create("i-2", "snap-1")
    disks.remove(snapshot_id="snap-1")
    assert not disks.has("snap-1")
    # The machine still stands on it.
    assert files(tmp_path) == 2
    disks.remove(instance_id="i-2")
    assert files(tmp_path) == 0
    assert (tmp_path / "base.qcow2").exists()


def test_disks_copy_is_a_snapshot_of_its_own(disks: Disks, tmp_path: Path) -> None:
    disks.create("i-1", "base/debian-12")
    disks.freeze("i-1", "snap-1")
    disks.copy("snap-1", "snap-2")
    disks.remove(instance_id="i-1")
    disks.remove(snapshot_id="snap-1")
    disks.create("i-2", "snap-2")
    assert files(tmp_path) == 2


def test_disks_unknown_source_is_named(disks: Disks) -> None:
    with pytest.raises(MachineError, match="i-1: there is no disk of snap-9"):
        disks.create("i-1", "snap-9")


def test_disks_layers_go_to_another_world(disks: Disks, tmp_path: Path) -> None:
    disks.create("i-1", "base/debian-12")
    disks.freeze("i-1", "snap-lower")
    disks.freeze("i-1", "snap-upper")
    other = tmp_path / "other"
    other.mkdir()
    there = Disks(other, tmp_path / "base.qcow2", "base/debian-12")
    with disks.layers("snap-lower") as lower, disks.layers("snap-upper") as upper:
        disks.remove(instance_id="i-1")
        disks.remove(snapshot_id="snap-lower")
        disks.remove(snapshot_id="snap-upper")
        assert files(tmp_path) == 0
        # Lowest first, and without the base.
        assert (len(lower), list(upper)[:1]) == (1, list(lower))
        carried = [there.new_file() for _ in upper]
        for file, content in zip(carried, upper.values(), strict=True):
            file.write_bytes(content.read())
    there.adopt({"snap-lower": carried[:1], "snap-upper": carried}, "base/debian-12")
    assert there.has("snap-lower") and there.has("snap-upper")
    told = run_host("qemu-img", "info", "--backing-chain", str(there.create("i-2", "snap-upper")))
    assert [line.split()[1] for line in told.splitlines() if line.startswith("image:")][1:] == [
        *(str(file) for file in reversed(carried)),
        str(tmp_path / "base.qcow2"),
    ]
    there.remove(snapshot_id="snap-upper")
    there.remove(instance_id="i-2")
    assert list(other.iterdir()) == carried[:1]


def test_disks_layers_of_nothing_are_named(disks: Disks) -> None:
    with pytest.raises(MachineError, match="there is no disk of snap-9"), disks.layers("snap-9"):
        pass


def test_base_disk_is_told_from_another_one_of_the_same_recipe(tmp_path: Path) -> None:
    if not shutil.which("qemu-img"):
        pytest.skip("qemu-img is not installed")
    first, second = tmp_path / "first.qcow2", tmp_path / "second.qcow2"
    for disk, content in ((first, b"one"), (second, b"two")):
        raw = tmp_path / "raw"
        raw.write_bytes(content.ljust(3 * 1024**2, b"\0"))
        run_host("qemu-img", "convert", "-f", "raw", "-O", "qcow2", str(raw), str(disk))
    assert disk_identity(first) == disk_identity(first) != disk_identity(second)
