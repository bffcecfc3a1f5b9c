"""The application as the unit starts it: a process of its own, with Waitress, on IPv4."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

WEBAPP = Path(__file__).parent.parent


def test_module_serves_untilTerminated(release_file, metadata_service):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "WEBAPP_PORT": str(port),
        "WEBAPP_RELEASE_FILE": str(release_file),
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": metadata_service,
    }
    process = subprocess.Popen([sys.executable, "-W", "error", "-m", "webapp"], cwd=WEBAPP, env=environment)
    try:
        assert _first_answer(f"http://127.0.0.1:{port}/health")["status"] == "ready"
        with urlopen(f"http://127.0.0.1:{port}/version", timeout=5) as answer:
            assert json.load(answer)["instance"] == "i-0abc"
            assert answer.headers.get("Server") is None
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0


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
