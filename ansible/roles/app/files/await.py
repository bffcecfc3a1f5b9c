"""Waits for a good answer: await.py URL SECONDS CODES UNIT USER HOME ENDED; CODES as AWS writes a matcher, such as 200,301 or 200-299.

For the trial start of a bake. When there is one it prints the SELinux label of the unit's process, empty where there is none, and returns at
once. Else it says why not, and ends with 1: the first line is a cause of
docs/causes.md and a summary, what was seen follows. An application that has ended twice will not come up, and one that listens elsewhere will
never be asked. HOME has the programs of the unit; ENDED is where last_words.py writes why the application ended.
"""

import importlib
import subprocess
import sys
import time
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, build_opener

#: Times that the application may end; after the last it is over.
ENDS = 2


class Stay(HTTPRedirectHandler):
    """A redirect is an answer: the load balancer does not follow it either."""

    def redirect_request(self, *_):
        return None


def main(url, seconds, codes, unit, user, home, ended):
    sys.path.insert(0, home)
    sys.dont_write_bytecode = True
    listeners, last_words = importlib.import_module("listeners"), importlib.import_module("last_words")
    port = urlsplit(url).port or 80
    watch = listeners.Watch(user, port)
    deadline, seen = time.monotonic() + float(seconds), "no answer"
    while time.monotonic() < deadline:
        seen = answer(url)
        if isinstance(seen, int) and good(seen, codes):
            only_local(listeners, port, user)
            return print(label(unit))
        if restarts(unit) >= ENDS:
            end(*how_it_ended(ended, user))
        wrong = watch.look()
        if wrong:
            end(f"WRONG_PORT: {wrong}")
        time.sleep(0.5)
    lines = last_words.told(last_words.said(unit))
    end(f"NEVER_HEALTHY: the application says {seen} to {url} after {seconds} s ({codes} expected)", *lines)


def answer(url):
    """The status, or words."""
    try:
        return build_opener(ProxyHandler({}), Stay).open(url, timeout=5).status
    except HTTPError as problem:
        return problem.code
    except OSError as problem:
        return f"nothing ({getattr(problem, 'reason', problem)})"


def only_local(listeners, port, user):
    """A good answer on the machine itself is none for a load balancer."""
    there = listeners.listening()
    if not listeners.reachable(there, port):
        watch = listeners.Watch(user, port)
        end(
            f"WRONG_PORT: {listeners.words([each for each in there if each.port == port], port, listeners.names(watch.uid))}"
        )


def how_it_ended(file, user):
    """The cause, and the application's last words: the lines of last_words.py."""
    try:
        with open(file, encoding="utf-8") as found:
            lines = [line.rstrip("\n") for line in found]
    except OSError:
        lines = []
    how = next((line.partition(": ended: ")[2] for line in lines if ": ended: " in line), "nobody knows how")
    said = [line.partition(": said: ")[2] for line in lines if line.startswith(f"{user}: said: ")]
    first = f": {said[0]}" if said else ", and it said nothing"
    return f"APPLICATION_ENDS: the application ends as soon as it is started, {how}{first}", *said[1:]


def end(*lines):
    sys.exit("\n".join(lines))


def good(status, codes):
    for part in codes.split(","):
        first, _, last = part.partition("-")
        if int(first) <= status <= int(last or first):
            return True
    return False


def label(unit):
    try:
        with open(f"/proc/{shown(unit, 'MainPID')}/attr/current", encoding="ascii") as found:
            return found.read().rstrip("\0\n")
    except OSError:
        return ""


def restarts(unit):
    said = shown(unit, "NRestarts")
    return int(said) if said.isdigit() else 0


def shown(unit, name):
    command = ["systemctl", "show", "--value", f"--property={name}", unit]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main(*sys.argv[1:])
