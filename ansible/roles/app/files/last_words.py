"""Writes to the serial console why the application has ended: last_words.py UNIT USER. systemd runs it after each end of the unit, as root.

Nobody can log in to a machine in production, and its console is what AWS shows of it (GetConsoleOutput). Everyday logs do not belong there;
an end that nobody asked for does, in a block of lines that begin with the user's name:

    webapp: ended: exit-code 1
    webapp: said: ModuleNotFoundError: No module named 'shop'
    webapp: done

What was said are the application's last lines, its exception first. Values of secrets (settings.py says which they are) are masked.
With a third argument the block goes into that file instead: for the trial start of a bake.
"""

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from urllib.parse import quote

CONSOLE = "/dev/console"
#: Lines that are told, characters of one, and lines of the journal that are looked through.
MOST, LONGEST, BACK = 8, 300, 80
#: A unit that goes on ending tells its first ends, then one of so many: the console keeps 64 KiB, and the boot is in it, too.
FIRST, THEN = 3, 15
#: Characters below which a value is no secret that could be masked: all lines have an "a".
SHORTEST = 3
#: Seconds that a console may be busy.
PATIENCE = 2.0
EXCEPTION = re.compile(
    r"(?:Uncaught )?(?:[\w$]+[.:]{1,2})*\w*(?:Error|Exception|Exit|Interrupt|Failure)\b(?::|$)|(?:panic|fatal(?: error)?|error): ",
    re.I,
)
TRACEBACK = re.compile(r"\s*(?:\+ )?(?:Exception Group )?Traceback \(most recent call last\):")
#: Waitress, which serves where no Procfile says anything else, has its own way to say it, below a page about its options.
WAITRESS = re.compile(r"There was an exception \((\w+)\) importing your module")
#: Terminals' colours, and whatever else does not show.
UNSEEN = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[^\t\x20-\x7e\xa0-\U0010ffff]")


def main(unit: str, user: str, file: str = "") -> None:
    ending = how(os.environ)
    state = show(unit, "Job", "NRestarts")
    # A job: somebody stops or restarts it, or the machine shuts down.
    if not ending or state.get("Job", "0") not in ("", "0"):
        return
    restarts = int(state.get("NRestarts") or 0)
    if not file and restarts >= FIRST and restarts % THEN:
        return
    hidden = secrets(f"/run/{user}/environment")
    lines = [f"{user}: ended: {ending}"]
    lines += [f"{user}: said: {line}" for line in told([mask(line, hidden) for line in said(unit)])]
    lines.append(f"{user}: done")
    if file:
        with open(f"{file}.new", "w", encoding="utf-8") as unfinished:
            unfinished.write("".join(f"{line}\n" for line in lines))
        os.replace(f"{file}.new", file)
    else:
        to_console(lines)


def how(environment) -> str:
    """Such as "exit-code 1" or "signal SEGV"; empty where the application was never started, which settings.py explains itself.

    https://www.freedesktop.org/software/systemd/man/252/systemd.exec.html#%24EXIT_CODE
    """
    code, status = environment.get("EXIT_CODE", ""), environment.get("EXIT_STATUS", "")
    if not code:
        return ""
    result = environment.get("SERVICE_RESULT", "")
    kind = {"exited": "exit-code", "killed": "signal", "dumped": "signal"}.get(code, code)
    # Of a watchdog, a time limit or too much memory.
    more = "" if result in ("success", "exit-code", "signal", "core-dump", "") else f" ({result})"
    return f"{kind} {status}{more}"


def show(unit: str, *properties: str) -> dict:
    """Of systemd's, by name; those that it does not tell are missing."""
    lines = output("systemctl", "show", f"--property={','.join(properties)}", unit)
    return dict(line.split("=", 1) for line in lines if "=" in line)


def said(unit: str) -> list:
    """What the application wrote last: its start line is a shell's, what else runs in the unit has other names."""
    # What it wrote in its last moment may be on its way.
    output("journalctl", "--sync")
    return output(
        "journalctl", "--boot", "--quiet", "--no-pager", "--output=cat", f"--lines={BACK}", f"_SYSTEMD_UNIT={unit}",
        "SYSLOG_IDENTIFIER=sh",
    )  # fmt: skip


def output(*command: str) -> list:
    """The lines that a program prints, none where it cannot be run."""
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=10
        )
        return done.stdout.decode("utf-8", "replace").splitlines()
    return []


def told(lines: list) -> list:
    """At most MOST of them: the exception that ended it first, then the last ones."""
    shown = [UNSEEN.sub("", line).replace("\t", "    ").rstrip() for line in lines]
    exception, begin = exception_of(shown)
    # The marks below a line of a traceback say nothing without their columns.
    kept = [line for line in shown[begin:] if line.strip(" ^~") and not TRACEBACK.match(line)]
    last = [line for line in kept if line != exception][-(MOST - 1 if exception else MOST) :]
    return [cut(line.strip()) for line in ([exception] if exception else []) + last]


def exception_of(lines: list) -> tuple:
    """The line that names what ended it, or "", and the number of the line from which on others may tell more."""
    for number in reversed(range(len(lines))):
        waitress = WAITRESS.match(lines[number])
        if waitress:
            said = next((line[3:] for line in lines[number:] if line.startswith("1. ")), "")
            return f"{waitress[1]}: {said}", len(lines)
        if TRACEBACK.match(lines[number]):
            below = (line for line in lines[number + 1 :] if line and not line.startswith((" ", "\t")))
            found = next(below, "")
            if found:
                return found, number
    return next((line for line in reversed(lines) if EXCEPTION.match(line.strip())), ""), 0


def cut(line: str) -> str:
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def secrets(file: str) -> list:
    """Values that nobody is to see, longest first: of the names that settings.py wrote into the file's first line."""
    try:
        with open(file, encoding="utf-8", newline="") as found:
            text = found.read()
    except OSError:
        return []
    first = re.match(r"# secrets: (.*)", text)
    names = set(first[1].split()) if first else set()
    values = []
    for name, value in re.findall(r'(?m)^(\w+)="((?:[^"\\]|\\.)*)"$', text, re.S):
        if name in names:
            values += forms(re.sub(r"\\(.)", r"\1", value, flags=re.S))
    return sorted({value for value in values if len(value) >= SHORTEST}, key=len, reverse=True)


def forms(value: str) -> list:
    """A value as it may stand in a line: whole, as programs quote it, its lines, and the passwords inside of it."""
    parts = [value, *value.splitlines(), *re.findall(r"://[^/@\s]*:([^/@\s]+)@", value)]
    with contextlib.suppress(ValueError):
        document = json.loads(value)
        if isinstance(document, dict):
            parts += [str(each) for each in document.values()]
    return [form for part in parts for form in (part, repr(part)[1:-1], json.dumps(part)[1:-1], quote(part, safe=""))]


def mask(line: str, hidden: list) -> str:
    for value in hidden:
        line = line.replace(value, "***")
    return re.sub(r"(://[^/:@\s]*:)[^/@\s]+@", r"\1***@", line)


def to_console(lines: list) -> None:
    """Not every machine has a console; one that does not take a line in time is left alone."""
    with contextlib.suppress(OSError):
        console = os.open(CONSOLE, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            # Whoever wrote before may have left a line unfinished.
            rest, until = "".join(f"{line}\n" for line in ["", *lines]).encode(), time.monotonic() + PATIENCE
            while rest and time.monotonic() < until:
                try:
                    rest = rest[os.write(console, rest) :]
                except BlockingIOError:
                    time.sleep(0.05)
        finally:
            os.close(console)


if __name__ == "__main__":
    main(*sys.argv[1:])
