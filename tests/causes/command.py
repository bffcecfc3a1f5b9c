"""Runs the command line as a user would, and says what its last lines were and when."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from injections import Ended

#: Longest that any command may take, in seconds, and from the moment on at which AWS showed the cause: one that does not end
#: is a result, too.
LONGEST, PATIENCE = 1800, 330


@dataclass
class Running:
    """A command that runs: its lines as they come, each with its time."""

    process: subprocess.Popen
    lines: list[tuple[float, str]] = field(default_factory=list)
    #: When AWS showed the cause; at first the start of the command.
    shown: float = field(default_factory=time.monotonic)
    ended: threading.Event = field(default_factory=threading.Event)
    over: float = 0.0
    #: Seconds after that moment for which it is waited for.
    patience: float = PATIENCE
    #: The other end of its terminal, where it has one.
    terminal: int | None = None

    def answer(self, line: str) -> None:
        """Types a line."""
        os.write(self.terminal, line.encode() + b"\n")

    def show(self) -> None:
        """The cause is there from now on."""
        self.shown = time.monotonic()

    def said(self, words: str) -> bool:
        return any(words in line for _, line in list(self.lines))

    def wait_for(self, words: str, limit: float = 180) -> None:
        """Until a line has the words. Fails when the command ends before."""
        self.until(lambda: self.said(words), f"“{words}”", limit)

    def until(self, seen: Callable[[], object], what: str, limit: float = 180) -> None:
        """Until something is so. Fails when the command ends before."""
        deadline = time.monotonic() + limit
        while not seen():
            assert not self.ended.is_set(), f"the command ended before {what}"
            assert time.monotonic() < deadline, f"{what} did not come within {limit:.0f} s"
            time.sleep(0.2)

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def last_lines(self) -> list[str]:
        """From the error on; without one the last remark and the result."""
        said = [line for _, line in self.lines]
        begin = [number for number, line in enumerate(said) if line.startswith(("error: ", "ami-deploy: "))]
        return said[begin[-1] :] if begin else said[-3:]


def _read(running: Running) -> None:
    for line in running.process.stderr:
        running.lines.append((time.monotonic(), line.rstrip("\n")))
        print(f"    {line}", end="", flush=True)


def _read_results(running: Running, terminal: int | None, results: list[str]) -> None:
    """What it writes to standard output; at a terminal a question is there before its line ends."""
    if terminal is None:
        results.extend(line.rstrip("\n") for line in running.process.stdout)
        return
    with suppress(OSError):
        while data := os.read(terminal, 4096).decode(errors="replace"):
            running.lines.append((time.monotonic(), data.rstrip()))
            print(f"    {data}", flush=True)


@contextmanager
def command(
    program: Path, directory: Path, environment: dict[str, str | None], *arguments: str, terminal: bool = False
) -> Iterator[Running]:
    """Runs it while the block runs, and to its end: an interrupt in a session of its own is heard, as at a terminal."""
    print(f"  $ ami-deploy {' '.join(arguments)}", flush=True)
    ours, its = pty.openpty() if terminal else (None, None)
    process = subprocess.Popen(
        [str(program), *arguments, "--directory", str(directory)],
        env={name: value for name, value in (os.environ | environment).items() if value is not None},
        stdin=its if terminal else subprocess.DEVNULL,
        stdout=its if terminal else subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    running = Running(process, terminal=ours)
    results: list[str] = []
    readers = [
        threading.Thread(target=_read, args=(running,), daemon=True),
        threading.Thread(target=_read_results, args=(running, ours, results), daemon=True),
    ]
    for thread in (*readers, threading.Thread(target=_watch, args=(running,), daemon=True)):
        thread.start()
    if terminal:
        os.close(its)
    try:
        yield running
        if not running.ended.wait(min(LONGEST, running.shown + running.patience - time.monotonic())):
            running.lines.append((time.monotonic(), f"interrupted after {running.patience:.0f} s"))
            running.interrupt()
            running.ended.wait(300)
    finally:
        if not running.ended.is_set():
            process.send_signal(signal.SIGTERM)
            if not running.ended.wait(300):
                process.kill()
        for thread in readers:
            thread.join(10)
        if terminal:
            os.close(ours)
        running.lines += [(running.over, line) for line in results]


def _watch(running: Running) -> None:
    running.process.wait()
    running.over = time.monotonic()
    running.ended.set()


def end_of(running: Running, short: str) -> Ended:
    """What became of a command that is over."""
    return Ended(short, running.process.returncode, running.last_lines(), running.over - running.shown)
