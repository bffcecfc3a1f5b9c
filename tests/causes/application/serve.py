"""An application that goes wrong as its settings say; without any it answers. ``tests/causes`` deploys it."""

import contextlib
import http.server
import os
import sys
import threading
import time

BEHAVE = os.environ.get("BEHAVE", "")
STARTED = time.monotonic()


class Pages(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        age = time.monotonic() - STARTED
        wrong = BEHAVE == "answers 503" or (BEHAVE == "fails later" and age > 25)
        body = b"not well\n" if wrong else b"ready\n"
        self.send_response(503 if wrong else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def connect():
    raise ConnectionError("no database at db.internal:5432")


if BEHAVE == "raises":
    connect()
if BEHAVE == "exits":
    print("shop: cannot go on without a licence", file=sys.stderr)
    sys.exit(7)
if BEHAVE == "starts slowly":
    time.sleep(600)
if BEHAVE == "reads what is not its own":
    with contextlib.suppress(PermissionError):
        open("/var/lib/dpkg/status").close()
port = 8080 if BEHAVE == "another port" else int(os.environ["PORT"])
server = http.server.ThreadingHTTPServer(("0.0.0.0", port), Pages)
if BEHAVE == "ends later":
    threading.Timer(5, lambda: os._exit(9)).start()
server.serve_forever()
