"""Who listens where on a machine, and when it is certain that the application listens in the wrong place."""

from __future__ import annotations

import os
import pwd
import socket
from typing import Any

import pytest
from test_last_words import load

ME = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture
def program() -> Any:
    return load("listeners")


@pytest.fixture
def port():
    with socket.create_server(("0.0.0.0", 0)) as server:
        yield server.getsockname()[1]


def test_socketThatListens_isFound_withItsProgram(program: Any, port: int):
    [found] = [each for each in program.listening() if each.port == port]
    assert (found.address, found.uid) == ("0.0.0.0", os.getuid())
    with open("/proc/self/comm") as comm:
        assert program.names(os.getuid())[found.inode] == comm.read().strip()
    assert program.reachable(program.listening(), port)


def test_socketOfTheMachineItself_isNoneForOthers(program: Any):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert not program.reachable(program.listening(), port)


def test_table_isReadAsTheKernelWritesIt(program: Any, tmp_path):
    table = tmp_path / "tcp"
    table.write_text(
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
        "   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000   998        0 4711 1 0 100 0 0 10 0\n"
        "   1: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000   998        0 4712 1 0 100 0 0 10 0\n"
        "   2: 0100007F:0051 0100007F:0050 01 00000000:00000000 00:00000000 00000000   998        0 4713 1 0 100 0 0 10 0\n"
    )
    assert program.listening((str(table), str(tmp_path / "no"))) == [
        ("0.0.0.0", 8080, 998, "4711"),
        ("127.0.0.1", 80, 998, "4712"),
    ]


@pytest.mark.parametrize(
    ("listeners", "words"),
    [
        ([("0.0.0.0", 8080, "1")], "nothing listens on 80; python3.11 listens on 8080"),
        ([("::", 9090, "2"), ("0.0.0.0", 8080, "1")], "nothing listens on 80; python3.11 listens on 8080; node listens on 9090"),
        ([("127.0.0.1", 80, "1")], "only the machine itself reaches port 80; python3.11 listens on 127.0.0.1:80"),
        ([("0.0.0.0", 8080, "unknown")], "nothing listens on 80; gunicorn listens on 8080"),
    ],
)  # fmt: skip
def test_words_sayWhoListensWhere(program: Any, listeners: list, words: str):
    found = [program.Listener(address, port, 998, inode) for address, port, inode in listeners]
    assert program.words(found, 80, {"1": "python3.11", "2": "node", "": "gunicorn"}) == words


class Machine:
    """Sockets and processor time of the application, as time goes by."""

    def __init__(self, program: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.ports, self.cpu = 1000.0, [], 0.0
        monkeypatch.setattr(program.time, "monotonic", lambda: self.now)
        monkeypatch.setattr(program, "cpu_seconds", lambda uid: self.cpu)
        monkeypatch.setattr(program, "names", lambda uid: {"1": "python3.11"})
        listener = program.Listener
        monkeypatch.setattr(
            program, "listening", lambda: [listener("0.0.0.0", port, os.getuid(), "1") for port in self.ports]
        )
        self.watch = program.Watch(ME, 80)

    def looks(self, seconds: float, busy: float = 0.0) -> list[str]:
        """What each look says, one a second, while so much of a processor is used."""
        said = []
        for _ in range(int(seconds)):
            said.append(self.watch.look())
            self.now += 1
            self.cpu += busy
        return said


@pytest.fixture
def machine(program: Any, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(program, monkeypatch)


def test_applicationThatListensElsewhere_isTold_afterTenSeconds(machine: Machine):
    machine.ports = [8080]
    said = machine.looks(12)
    assert said[:10] == [""] * 10 and said[10] == "nothing listens on 80; python3.11 listens on 8080"


def test_applicationThatStillStarts_isNotTold(machine: Machine):
    assert set(machine.looks(60)) == {""}
    machine.ports = [9090]
    assert set(machine.looks(60, busy=0.9)) == {""}
    machine.ports = [9090, 80]
    assert set(machine.looks(60)) == {""}


def test_applicationThatClosesAndOpens_beginsAnew(machine: Machine):
    machine.ports = [8080]
    machine.looks(9)
    machine.ports = []
    machine.looks(1)
    machine.ports = [8080]
    assert set(machine.looks(9)) == {""}
