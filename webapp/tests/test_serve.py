"""The application as an instance starts it: by the default line of the recipes, a process of its own, on IPv4."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

WEBAPP = Path(__file__).parent.parent
ENTRY = WEBAPP.parent / "ansible" / "entry.py"
#: Connections that a load balancer's nodes keep open and do not use at the moment.
IDLE = 150


@pytest.fixture
def server(metadata_service) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PORT": str(port),
        "APP_NAME": "shop",
        "APP_VERSION": "1.4.2",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": metadata_service,
    }
    process = subprocess.Popen(
        ["/bin/sh", "-c", f"exec {default_start()}"],
        cwd=WEBAPP,
        env=environment,
        # Who starts the tests in the background may have it ignored, and a program inherits that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        # As the unit ends it.
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0


def default_start() -> str:
    code = "import sys; sys.path.insert(0, sys.argv[1]); import entry; print(entry.DEFAULT_START)"
    command = [sys.executable, "-B", "-c", code, str(ENTRY.parent)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_defaultServer_serves_untilInterrupted(server):
    assert _first_answer(f"{server}/health") == {"status": "ready", "version": "1.4.2"}
    with urlopen(f"{server}/version", timeout=5) as answer:
        found = json.load(answer)
        assert (found["name"], found["instance"]) == ("shop", "i-0abc")
        assert answer.headers.get("Server") is None


def test_defaultServer_manyIdleConnections_stillAnswersTheHealthCheck(server):
    _first_answer(f"{server}/health")
    address = ("127.0.0.1", int(server.rpartition(":")[2]))
    idle = [socket.create_connection(address, timeout=5) for _ in range(IDLE)]
    try:
        for connection in idle[: IDLE // 2]:
            connection.sendall(b"GET /version HTTP/1.1\r\nHost: shop\r\n\r\n")
            assert connection.recv(1024).startswith(b"HTTP/1.1 200")
        began = time.monotonic()
        with urlopen(f"{server}/health", timeout=5) as answer:
            assert answer.status == 200
        # The load balancer's time for an answer is 5 s.
        assert time.monotonic() - began < 5
    finally:
        for connection in idle:
            connection.close()


def _first_answer(url: str) -> dict:
    """The first good answer within 15 s, which a start on a busy machine may need."""
    deadline = time.monotonic() + 15
    while True:
        try:
            with urlopen(url, timeout=2) as answer:
                return json.load(answer)
        except (URLError, ConnectionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
