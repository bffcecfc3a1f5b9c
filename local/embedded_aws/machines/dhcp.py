"""As much of DHCP as a machine with one known address needs (RFC 2131, RFC 2132): the same lease for one MAC address, for ever."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import struct
import threading

CLIENT_PORT = 68
#: The fixed part of a message, up to and with the magic cookie.
FIXED = struct.Struct("!BBBBIHH4s4s4s4s16s192s4s")
COOKIE = b"\x63\x82\x53\x63"
REQUEST_OP, REPLY_OP = 1, 2
DISCOVER, OFFER, REQUEST, ACK = 1, 2, 3, 5
#: Options: subnet mask, router, name servers, lease time, message type, server identifier.
MASK, ROUTER, NAME_SERVERS, LEASE_TIME, MESSAGE_TYPE, SERVER, END = 1, 3, 6, 51, 53, 54, 255
#: Infinity: nothing renews an address that the API has given.
LEASE_SECONDS = 0xFFFFFFFF
#: Seconds between looks whether to go on; removing a machine waits for the next one.
LOOK_SECONDS = 0.5


def serve(
    server: socket.socket,
    stopped: threading.Event,
    own: str,
    mac: str,
    address: str,
    network: ipaddress.IPv4Network,
    gateway: str,
    name_servers: list[str],
) -> None:
    """Answer on this socket until told to stop or its interface goes away, then close it: an open one keeps its namespace alive."""
    server.settimeout(LOOK_SECONDS)
    with server, contextlib.suppress(OSError):
        while not stopped.is_set():
            with contextlib.suppress(TimeoutError):
                message, _ = server.recvfrom(4096)
                reply = answer(message, own, mac, address, network, gateway, name_servers)
                if reply:
                    server.sendto(reply, ("255.255.255.255", CLIENT_PORT))


def answer(
    message: bytes,
    own: str,
    mac: str,
    address: str,
    network: ipaddress.IPv4Network,
    gateway: str,
    name_servers: list[str],
) -> bytes | None:
    """The reply to one message; None when it is not for us."""
    if len(message) < FIXED.size:
        return None
    fields = FIXED.unpack_from(message)
    operation, transaction, flags, hardware, cookie = fields[0], fields[4], fields[6], fields[11], fields[13]
    hardware_address = bytes.fromhex(mac.replace(":", ""))
    if operation != REQUEST_OP or cookie != COOKIE or hardware[:6] != hardware_address:
        return None
    kind = _message_type(message[FIXED.size :])
    if kind not in (DISCOVER, REQUEST):
        return None
    own_bytes = socket.inet_aton(own)
    fixed = FIXED.pack(
        *(REPLY_OP, 1, 6, 0, transaction, 0, flags, b"\0" * 4, socket.inet_aton(address), own_bytes, b"\0" * 4),
        *(hardware, b"", COOKIE),
    )
    options = [
        (MESSAGE_TYPE, bytes([OFFER if kind == DISCOVER else ACK])),
        (SERVER, own_bytes),
        (LEASE_TIME, struct.pack("!I", LEASE_SECONDS)),
        (MASK, network.netmask.packed),
        (ROUTER, socket.inet_aton(gateway)),
    ]
    if name_servers:
        options.append((NAME_SERVERS, b"".join(map(socket.inet_aton, name_servers))))
    return fixed + b"".join(bytes([code, len(value)]) + value for code, value in options) + bytes([END])


def _message_type(options: bytes) -> int | None:
    at = 0
    while at + 1 < len(options) and options[at] != END:
        if options[at] == 0:
            at += 1
        elif options[at] == MESSAGE_TYPE:
            return options[at + 2]
        else:
            at += 2 + options[at + 1]
    return None
