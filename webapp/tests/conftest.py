import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from webapp import create_app
from webapp.instance import InstanceIdentity
from webapp.release import Release


@pytest.fixture
def release() -> Release:
    return Release(name="shop", version="1.4.2", commit="0123abc")


@pytest.fixture
def identity() -> InstanceIdentity:
    """Not settled yet: the test says when."""
    return InstanceIdentity()


@pytest.fixture
def client(release, identity):
    return create_app(release, identity).test_client()


class _Metadata(BaseHTTPRequestHandler):
    """The two calls of IMDSv2; the id is given only for the token."""

    def do_PUT(self) -> None:
        granted = self.path == "/latest/api/token" and self.headers["X-aws-ec2-metadata-token-ttl-seconds"]
        self._answer(200 if granted else 400, "a-token")

    def do_GET(self) -> None:
        allowed = self.headers["X-aws-ec2-metadata-token"] == "a-token"
        self._answer(200 if allowed else 401, "i-0abc")

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_) -> None:
        pass


@pytest.fixture
def metadata_service() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Metadata) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
