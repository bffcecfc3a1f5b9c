"""Looks whether the application listens where the load balancer asks: listeners.py USER PORT. A unit beside the application's runs it, as root.

An application that listens elsewhere runs well and never becomes healthy. Then one line goes to the serial console, such as
"webapp: port: nothing listens on 80; python3.11 listens on 8080". Ends when somebody listens on the port.
"""

import os
import pwd
import socket
import struct
import sys
import time
from collections import namedtuple

#: Seconds for which it has listened elsewhere until that is where it listens: it may open another port first.
ELSEWHERE = 10.0
#: And seconds within which it has used little of a processor, so that it is not still starting on a slow machine: less than this.
IDLE, IDLE_CPU = 5.0, 0.5
#: Seconds between two looks, and until nobody looks any more.
PAUSE, LIMIT = 2.0, 600.0
LISTEN = "0A"
SHELLS = ("sh", "dash", "bash")

Listener = namedtuple("Listener", "address port uid inode")


class Watch:
    """Looks at the machine's sockets until it is certain that the application listens elsewhere."""

    def __init__(self, user: str, port: int) -> None:
        self.uid, self.port = pwd.getpwnam(user).pw_uid, port
        self.since = self.idle_since = self.cpu = None

    def look(self) -> str:
        """What is wrong once that is certain, else ""."""
        now, there = time.monotonic(), listening()
        own = [each for each in there if each.uid == self.uid]
        if reachable(there, self.port) or not own:
            self.since = self.idle_since = None
            return ""
        cpu = cpu_seconds(self.uid)
        if self.since is None:
            self.since = now
        if self.idle_since is None or cpu - self.cpu >= IDLE_CPU or cpu < self.cpu:
            self.idle_since, self.cpu = now, cpu
        certain = now - self.since >= ELSEWHERE and now - self.idle_since >= IDLE
        return words(own, self.port, names(self.uid)) if certain else ""


def main(user: str, port: str) -> None:
    watch, until = Watch(user, int(port)), time.monotonic() + LIMIT
    while time.monotonic() < until and not reachable(listening(), int(port)):
        wrong = watch.look()
        if wrong:
            # Beside this file on the machine; -I leaves its directory out.
            sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
            from last_words import to_console

            to_console([f"{user}: port: {wrong}"])
            return
        time.sleep(PAUSE)


def words(listeners: list, port: int, found: dict) -> str:
    """Such as "nothing listens on 80; python3.11 listens on 8080"."""
    places = {}
    for each in sorted(listeners, key=lambda each: each.port):
        place = f"{each.address}:{each.port}" if is_local(each.address) else str(each.port)
        who = found.get(each.inode) or found.get("") or "the application"
        if place not in places.setdefault(who, []):
            places[who].append(place)
    who = "; ".join(f"{name} listens on {' and '.join(there)}" for name, there in places.items())
    if any(each.port == port for each in listeners):
        return f"only the machine itself reaches port {port}; {who}"
    return f"nothing listens on {port}; {who}"


def reachable(listeners: list, port: int) -> bool:
    return any(each.port == port and not is_local(each.address) for each in listeners)


def is_local(address: str) -> bool:
    return address.startswith("127.") or address == "::1"


def listening(tables: tuple = ("/proc/net/tcp", "/proc/net/tcp6")) -> list:
    """Every listening TCP socket of the machine. https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html"""
    found = []
    for table in tables:
        try:
            with open(table) as lines:
                rows = [line.split() for line in lines][1:]
        except OSError:
            continue
        for row in rows:
            if len(row) > 9 and row[3] == LISTEN:
                address, port = row[1].split(":")
                found.append(Listener(readable(address), int(port, 16), int(row[7]), row[9]))
    return found


def readable(address: str) -> str:
    """The table has words of 32 bits in the machine's order of bytes."""
    packed = b"".join(struct.pack("=I", int(address[at : at + 8], 16)) for at in range(0, len(address), 8))
    text = socket.inet_ntop(socket.AF_INET if len(packed) == 4 else socket.AF_INET6, packed)
    return text[7:] if text.startswith("::ffff:") else text


def processes(uid: int) -> list:
    """Directories in /proc of the user's processes."""
    found = []
    for name in os.listdir("/proc"):
        directory = f"/proc/{name}"
        try:
            if name.isdigit() and os.stat(directory).st_uid == uid:
                found.append(directory)
        except OSError:
            continue
    return found


def names(uid: int) -> dict:
    """The program's name by the inode of its socket; a socket that several have is the first one's. By "" that of the first program that is
    no shell, for a machine on which root may not look into other users' processes."""
    found = {}
    for directory in sorted(processes(uid), key=lambda each: int(each.rpartition("/")[2])):
        try:
            with open(f"{directory}/comm") as comm:
                name = comm.read().strip()
            if name not in SHELLS:
                found.setdefault("", name)
            for number in os.listdir(f"{directory}/fd"):
                target = os.readlink(f"{directory}/fd/{number}")
                if target.startswith("socket:["):
                    found.setdefault(target[8:-1], name)
        except OSError:
            continue
    return found


def cpu_seconds(uid: int) -> float:
    """What the user's processes that are there have used."""
    ticks = 0
    for directory in processes(uid):
        try:
            with open(f"{directory}/stat") as stat:
                fields = stat.read().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        except (OSError, IndexError, ValueError):
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main(*sys.argv[1:])
