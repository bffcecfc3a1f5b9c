"""What an instance does before its application starts: it fetches from its user data which release it is."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "ansible" / "roles" / "app" / "files" / "fetch_release.py"
RELEASE = {"name": "shop", "version": '1.4.2 "beta"', "commit": "0123abc"}
USER_DATA = f"#cloud-config\n# ami-deploy: {json.dumps(RELEASE)}\n{{}}\n"
#: Nobody listens there.
NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def metadata() -> Iterator[Callable[..., str]]:
    """Starts a metadata service, version 2, with this user data; with ``late`` the first requests are refused."""
    servers = []

    def start(user_data: str | None, late: int = 0) -> str:
        refusals = iter(range(late))

        class Service(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                if next(refusals, None) is not None:
                    self.say(503, "")
                else:
                    self.say(200 if self.headers["X-aws-ec2-metadata-token-ttl-seconds"] else 400, "a-token")

            def do_GET(self) -> None:
                if self.headers["X-aws-ec2-metadata-token"] != "a-token":
                    self.say(401, "")
                elif self.path != "/latest/user-data" or user_data is None:
                    self.say(404, "404 - Not Found")
                else:
                    self.say(200, user_data)

            def say(self, status: int, text: str) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def fetch(file: Path, endpoint: str) -> subprocess.CompletedProcess:
    """As the unit starts it; a proxy must not be asked, nor does it matter that a token would pass through it."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(PROGRAM), str(file)],
        env={"AWS_EC2_METADATA_SERVICE_ENDPOINT": endpoint, "http_proxy": NOWHERE},
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_userData_becomesTheReleaseFile(metadata, tmp_path: Path):
    file = tmp_path / "release.json"
    result = fetch(file, metadata(USER_DATA))
    assert result.returncode == 0, result.stderr
    assert json.loads(file.read_text()) == RELEASE
    assert list(tmp_path.iterdir()) == [file]


def test_serviceThatIsNotThereYet_isAskedAgain(metadata, tmp_path: Path):
    file = tmp_path / "release.json"
    assert fetch(file, metadata(USER_DATA, late=2)).returncode == 0
    assert json.loads(file.read_text()) == RELEASE


@pytest.mark.parametrize("user_data", [None, "", "#!/bin/sh\necho ami-deploy\n"], ids=["none", "empty", "a script"])
def test_userDataWithoutARelease_leavesNoFile_atOnce(metadata, tmp_path: Path, user_data: str | None):
    started = time.monotonic()
    result = fetch(tmp_path / "release.json", metadata(user_data))
    assert result.returncode == 0
    assert "no line '# ami-deploy: ...'" in result.stdout
    assert list(tmp_path.iterdir()) == []
    assert time.monotonic() - started < 4


@pytest.mark.parametrize("line", ["# ami-deploy: {", "# ami-deploy: []", "# ami-deploy: 7"])
def test_userDataWithABrokenRelease_leavesNoFile_andSaysSo(metadata, tmp_path: Path, line: str):
    result = fetch(tmp_path / "release.json", metadata(f"#cloud-config\n{line}\n"))
    assert result.returncode == 1
    assert result.stderr.startswith("release: ") and result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_noService_endsInTime_andSaysSo(tmp_path: Path):
    started = time.monotonic()
    result = fetch(tmp_path / "release.json", NOWHERE)
    assert result.returncode == 1
    assert result.stderr.startswith(f"release: instance metadata at {NOWHERE}: ")
    assert list(tmp_path.iterdir()) == []
    assert time.monotonic() - started < 20


def test_restart_asksNobody(tmp_path: Path):
    file = tmp_path / "release.json"
    file.write_text("{}")
    assert fetch(file, NOWHERE).returncode == 0
    assert file.read_text() == "{}"


def test_otherKeys_areLeftOut(metadata, tmp_path: Path):
    file = tmp_path / "release.json"
    fetch(file, metadata('# ami-deploy: {"version": 7, "commit": "", "role": "admin"}\n'))
    assert json.loads(file.read_text()) == {"version": "7"}
