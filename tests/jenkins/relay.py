"""Another address of the world's API: hands on what comes, and notes what is asked through it."""

from __future__ import annotations

import re
import socket
import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class Relay:
    """What was asked; ``url`` is what a client takes as its endpoint."""

    def __init__(self, url: str):
        self.url = url
        self._connections: list[bytearray] = []

    def connection(self) -> bytearray:
        """Where everything is put that a client sends on one connection."""
        asked = bytearray()
        self._connections.append(asked)
        return asked

    def calls(self) -> Counter[str]:
        """How often each action of the Query protocol (EC2, ELB, Auto Scaling) was asked for, by its name."""
        return Counter(
            name.decode() for asked in self._connections for name in re.findall(rb"\bAction=(\w+)", bytes(asked))
        )

    def asked_for(self, words: str) -> bool:
        """Whether a request holds these words, such as the key of an S3 object or the id of an access key."""
        return any(words.encode() in bytes(asked) for asked in self._connections)


@contextmanager
def relay(to: str) -> Iterator[Relay]:
    """A relay to the server of that URL, on a port of its own, until the context ends."""
    target = urlsplit(to)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection((target.hostname, target.port)) as server:
                back = threading.Thread(target=pump, args=(server, self.request), daemon=True)
                back.start()
                pump(self.request, server, relayed.connection())
                back.join()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listener:
        listener.daemon_threads = True
        relayed = Relay(f"http://127.0.0.1:{listener.server_address[1]}")
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        try:
            yield relayed
        finally:
            listener.shutdown()


def pump(source: socket.socket, sink: socket.socket, noted: bytearray | None = None) -> None:
    """Hands on what one side sends until it sends no more; a side that went away is an end too."""
    with suppress(OSError):
        while data := source.recv(65536):
            if noted is not None:
                noted += data
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
