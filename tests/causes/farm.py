"""Answers in the place of instances that are records: at each one's own address, as the settings of its launch say.

Records of two worlds have the same addresses: one farm at a time on a computer.
"""

from __future__ import annotations

import base64
import fcntl
import http.server
import json
import re
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

from botocore.exceptions import ClientError

PORT = 80
#: Held while a farm answers.
LOCK = Path(tempfile.gettempdir()) / "ami-deploy-causes-farm.lock"


class Farm:
    """Listens wherever an instance runs. ``BEHAVE`` of its settings is as in ``application/serve.py``."""

    def __init__(self, client) -> None:
        self._ec2 = client("ec2")
        self._lock = LOCK.open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._servers: dict[str, http.server.ThreadingHTTPServer | None] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(10)
        for instance in list(self._servers):
            self._end(instance)
        self._lock.close()

    def _loop(self) -> None:
        while not self._stop.wait(0.5):
            # A fault may be meant for everybody.
            with suppress(ClientError):
                self._look()

    def _look(self) -> None:
        running = {
            each["InstanceId"]: each.get("PrivateIpAddress", "")
            for reservation in self._ec2.describe_instances()["Reservations"]
            for each in reservation["Instances"]
            if each["State"]["Name"] == "running"
        }
        for instance in set(self._servers) - set(running):
            self._end(instance)
        for instance in set(running) - set(self._servers):
            self._servers[instance] = self._begin(instance, running[instance])

    def _begin(self, instance: str, address: str) -> http.server.ThreadingHTTPServer | None:
        behave = self._settings(instance).get("BEHAVE", "")
        if behave == "silent":
            return None
        server = http.server.ThreadingHTTPServer((address, PORT), _pages(behave))
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        return server

    def _settings(self, instance: str) -> dict[str, str]:
        said = self._ec2.describe_instance_attribute(InstanceId=instance, Attribute="userData")["UserData"]
        text = base64.b64decode(said.get("Value", "")).decode()
        found = re.search(r"(?m)^# ami-deploy: (.*)$", text)
        return json.loads(found[1]).get("settings", {}) if found else {}

    def _end(self, instance: str) -> None:
        server = self._servers.pop(instance)
        if server:
            server.shutdown()
            server.server_close()


def _pages(behave: str) -> type[http.server.BaseHTTPRequestHandler]:
    begun = time.monotonic()

    class Pages(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            later = behave == "fails later" and time.monotonic() - begun > 25
            self.send_response(503 if behave == "answers 503" or later else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    return Pages
