"""Waits for a good answer: await.py URL SECONDS CODES UNIT; CODES as AWS writes a matcher, such as 200,301 or 200-299.

Returns at once when there is one, and when the unit has been started again and again. Else it prints what was seen last, and ends with 1.
"""

import subprocess
import sys
import time
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, ProxyHandler, build_opener

#: Starts of a unit that goes on ending, after which it will not come up.
STARTS = 4


class Stay(HTTPRedirectHandler):
    """A redirect is an answer: the load balancer does not follow it either."""

    def redirect_request(self, *_):
        return None


def main(url, seconds, codes, unit):
    deadline, seen = time.monotonic() + float(seconds), "no answer"
    while time.monotonic() < deadline:
        try:
            seen = build_opener(ProxyHandler({}), Stay).open(url, timeout=5).status
        except HTTPError as problem:
            seen = problem.code
        except OSError as problem:
            seen = f"no answer ({problem})"
        if isinstance(seen, int) and good(seen, codes):
            return
        if starts(unit) >= STARTS:
            sys.exit(f"{unit} ended {STARTS} times")
        time.sleep(0.5)
    sys.exit(f"{url} says {seen} after {seconds} s ({codes} expected)")


def good(status, codes):
    for part in codes.split(","):
        first, _, last = part.partition("-")
        if int(first) <= status <= int(last or first):
            return True
    return False


def starts(unit):
    command = ["systemctl", "show", "--value", "--property=NRestarts", unit]
    said = subprocess.run(command, capture_output=True, text=True).stdout.strip()
    return int(said) if said.isdigit() else 0


if __name__ == "__main__":
    main(*sys.argv[1:])
