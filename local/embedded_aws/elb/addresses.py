"""A loopback address of its own for every load balancer."""

from __future__ import annotations

import hashlib
import socket

#: A balancer holds this port of its address as long as it exists, which keeps every other balancer of this computer off
#: the address.
RESERVATION_PORT = 47878
#: Second octets that balancers use: 127.0 to 127.127 are left to resolvers, services and machines that are records
#: only.
FIRST_OCTETS = range(200, 255)


def reserve(name: str, attempts: int = 200) -> tuple[str, socket.socket]:
    """An address 127.x.y.z that nobody holds, and the socket that holds it;
    the name makes it the same again when it is free.
    """
    for attempt in range(attempts):
        digest = hashlib.sha256(f"{name}/{attempt}".encode()).digest()
        address = f"127.{FIRST_OCTETS[digest[0] % len(FIRST_OCTETS)]}.{digest[1]}.{1 + digest[2] % 254}"
        holder = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            holder.bind((address, RESERVATION_PORT))
        except OSError:
            holder.close()
            continue
        return address, holder
    raise OSError(f"no free loopback address for load balancer {name} after {attempts} tries, see `ss -ltn`")
