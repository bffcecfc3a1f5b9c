"""Serves the application with Waitress: `python -m webapp`, as webapp.service starts it."""

import logging
import os
import signal
import sys
from types import FrameType

import waitress

from webapp import create_app

# IPv4 only, on every address; the security group decides who reaches it.
HOST = "0.0.0.0"
# The load balancer forwards to port 80; another one serves where 80 cannot be bound (development).
PORT_VARIABLE = "WEBAPP_PORT"
DEFAULT_PORT = 80
# Requests answered at the same time: an answer takes well under a millisecond, so few are enough.
THREADS = 8


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    signal.signal(signal.SIGTERM, _stop)
    port = int(os.environ.get(PORT_VARIABLE, DEFAULT_PORT))
    waitress.serve(create_app(), host=HOST, port=port, ipv6=False, threads=THREADS, ident=None)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """Waitress ends its threads after their current request when SystemExit reaches its loop."""
    raise SystemExit(0)


if __name__ == "__main__":
    main()
