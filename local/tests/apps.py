"""Small web applications that listen where an instance's machine would."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class App:
    """Answers `/health` with `status` and everything else with its name; `requests` says what it was asked."""

    def __init__(self, address: str, port: int = 8080, name: str = "", status: int = 200) -> None:
        self.status = status
        self.name = name or address
        self.hang = threading.Event()
        self.requests: list[dict[str, str]] = []
        app = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                app._answer(self)

            do_POST = do_HEAD = do_GET

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer((address, port), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def _answer(self, handler: Any) -> None:
        if self.hang.is_set():
            threading.Event().wait(30)
        body = _body(handler)
        if handler.path.startswith("/health"):
            text, status = b"ok", self.status
        else:
            self.requests.append({"path": handler.path, **dict(handler.headers)})
            text, status = self.name.encode() + b":" + body, 200
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(text)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def _body(handler: Any) -> bytes:
    if "chunked" not in handler.headers.get("Transfer-Encoding", ""):
        return handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
    parts = []
    while size := int(handler.rfile.readline(), 16):
        parts.append(handler.rfile.read(size))
        handler.rfile.readline()
    handler.rfile.readline()
    return b"".join(parts)
