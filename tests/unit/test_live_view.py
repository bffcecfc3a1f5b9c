"""The live view, on a pseudo terminal, of a plan by a Terraform that does nothing, in an account with nothing in it: what the terminal gets, and
who gets none.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: Seconds that a plan may take on a machine that has much else to do.
LIMIT = 120

#: What Terraform says, and a wait until the test has seen it.
TERRAFORM = """#!/bin/sh
for argument in "$@"; do case $argument in -out=*) : >"${argument#-out=}" ;; esac; done
case "$1$2" in *init*)
  echo '{"@message":"Initializing","type":"init_output","message_code":"initializing_provider_plugin_message"}'
  while [ -n "$HOLD" ] && [ ! -e "$HOLD" ]; do sleep 0.1; done ;;
*plan*) ;;
esac
echo '{"type":"planned_change","change":{"resource":{"addr":"aws_lb.web"},"action":"create"}}'
echo '{"type":"change_summary","changes":{"add":1,"change":0,"remove":0,"operation":"plan"}}'
[ -z "$BROKEN" ] || {
  echo '{"type":"diagnostic","diagnostic":{"severity":"error","summary":"it broke","detail":"in the middle"}}'
  exit 1
}
"""

ESCAPE = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>78])")
#: A step up on the screen, which only what draws in place takes.
UP = re.compile(r"\x1b\[\d*A")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Ended:
    """A run on a terminal: what was written to the terminal, and to standard output where that was none."""

    code: int
    terminal: str
    out: str

    @property
    def text(self) -> str:
        return ESCAPE.sub("", self.terminal)


@dataclass
class Place:
    """A directory to work in, and what the command is to find around it."""

    directory: Path
    environment: dict[str, str]

    def command(self, *arguments: str) -> list[str]:
        given = ["plan", "-e", "demo", "--image-id", "ami-1", "--local-state", "-C", str(self.directory)]
        return [str(ROOT / "ami-deploy"), *given, "--recipes", str(self.directory / "recipes"), *arguments]

    def run(
        self,
        *arguments: str,
        size: tuple[int, int] = (80, 24),
        shown: Callable[[str, int], None] = lambda text, terminal: None,
        **variables: str,
    ) -> Ended:
        """``shown`` is called with all that was written so far, and the terminal, whenever there is more."""
        ours, its = pty.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        process = subprocess.Popen(
            self.command(*arguments),
            env=self.environment | variables,
            stdin=its,
            stdout=subprocess.PIPE,
            stderr=its,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(its, termios.TIOCSCTTY, 0),
        )
        os.close(its)
        written, deadline = b"", time.monotonic() + LIMIT
        while True:
            assert time.monotonic() < deadline, written.decode(errors="replace")
            if not select.select([ours], [], [], 0.2)[0]:
                continue
            try:
                more = os.read(ours, 65536)
            except OSError:  # nobody has the terminal open any more
                break
            if not more:
                break
            written += more
            shown(written.decode(errors="replace"), ours)
        out = process.communicate(timeout=LIMIT)[0]
        os.close(ours)
        return Ended(process.returncode, written.decode(errors="replace"), out)


@pytest.fixture(scope="module")
def account() -> Iterator[dict[str, str]]:
    """The variables by which an AWS account is asked that has nothing yet."""
    aws = [str(ROOT / "local" / "aws"), "--world", f"view{os.getpid()}"]
    subprocess.run([*aws, "up", "--api-only"], check=True, timeout=LIMIT)
    try:
        said = subprocess.run([*aws, "env"], check=True, capture_output=True, text=True, timeout=LIMIT).stdout
        yield dict(re.findall(r"^export (AWS_\w+)='?([^'\n]*)'?$", said, re.M))
    finally:
        subprocess.run([*aws, "down"], check=True, timeout=LIMIT)


@pytest.fixture
def place(tmp_path: Path, account: dict[str, str]) -> Place:
    programs, directory = tmp_path / "programs", tmp_path / "application"
    programs.mkdir()
    (programs / "terraform").write_text(TERRAFORM)
    (programs / "terraform").chmod(0o755)
    (directory / "environments").mkdir(parents=True)
    (directory / "environments" / "demo.pkrvars.hcl").write_text(
        'app = "web"\nenvironment = "demo"\nregion = "us-east-1"\n'
    )
    for part in ("packer", "ansible", "terraform"):
        shutil.copytree(ROOT / part, directory / "recipes" / part, ignore=shutil.ignore_patterns(".terraform"))
    environment = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "TERM": "xterm-256color",
        "LC_ALL": "C.UTF-8",
        # As in the tooling image: nothing that ``make tools`` installed comes before the Terraform here.
        "AMI_DEPLOY_RUN": "inside",
        # The class data of all who start this jar.
        "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache"),
    }
    return Place(directory, environment | account)


def test_terminal_hasAViewAndTheResultStaysAlone(place: Place):
    ended = place.run()

    assert ended.code == 0, ended.text
    assert ended.out == "1 to add, 0 to change, 0 to replace, 0 to destroy\n"
    assert re.search(r"web-demo  \d\d:\d\d", ended.text) and "✓" in ended.text
    assert "plan:   + aws_lb.web" in ended.text, "a plan is to be read, too"
    assert UP.search(ended.terminal) and COLOUR.search(ended.terminal)


def test_failure_standsWholeBelowTheView(place: Place):
    ended = place.run(size=(40, 10), BROKEN="yes")

    assert ended.code == 1
    last = ended.terminal[ended.terminal.rindex("\x1b") :]
    assert "error: TOOL_FAILED: " in last and "it broke" in last and "in the middle" in last
    assert "✗" in ended.text


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"NO_COLOR": "1", "LC_ALL": "C"}], ids=["utf-8", "ascii"])
def test_noColor_leavesTheViewWithoutColours(place: Place, variables: dict[str, str]):
    ended = place.run(**variables)

    assert UP.search(ended.terminal) and not COLOUR.search(ended.terminal)
    assert ("✓" in ended.text) == ("LC_ALL" not in variables)


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [([], {"TERM": "dumb"}), ([], {"CI": "true"}), (["--verbose"], {}), (["--quiet"], {})],
    ids=["dumb", "build server", "verbose", "quiet"],
)
def test_whoWantsNoView_getsLines(place: Place, arguments: list[str], variables: dict[str, str]):
    ended = place.run(*arguments, **variables)

    assert ended.code == 0, ended.text
    assert "\x1b" not in ended.terminal
    assert bool(re.search(r"^00:\d\d  plan: finding providers\r$", ended.terminal, re.M)) == (
        "--quiet" not in arguments
    )
    assert bool(re.search(r"^00:\d\d  terraform: Initializing\r$", ended.terminal, re.M)) == ("--verbose" in arguments)
    assert "--quiet" not in arguments or ended.terminal == ""


def test_logThatIsNoTerminal_getsLines(place: Place):
    run = subprocess.run(
        place.command(), env=place.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT
    )

    assert run.returncode == 0, run.stderr
    assert "\x1b" not in run.stderr and "plan:   + aws_lb.web" in run.stderr


def test_windowThatBecomesNarrow_isNotOverrun(place: Place, tmp_path: Path):
    steps: list[int] = []

    def shown(written: str, terminal: int) -> None:
        if "finding providers" in written and not steps:
            fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 20, 0, 0))
            steps.append(len(written))
        elif len(steps) == 1 and "finding" in ESCAPE.sub("", written[steps[0] :]):
            (tmp_path / "go").touch()
            steps.append(len(written))

    ended = place.run(shown=shown, HOLD=str(tmp_path / "go"))

    assert ended.code == 0
    assert len(steps) == 2, ended.text
    drawn = ESCAPE.sub("\n", ended.terminal[steps[0] : steps[1]])
    assert all(len(line) < 20 for line in re.split(r"[\r\n]+", drawn)), drawn


def test_interrupt_isHeardAndSaidBesideTheView(place: Place, tmp_path: Path):
    pressed: list[bool] = []

    def shown(written: str, terminal: int) -> None:
        if "finding providers" in written and not pressed:
            pressed.append(True)
            os.write(terminal, b"\x03")
        elif "stopping" in written:
            (tmp_path / "go").touch()

    before = signal.signal(signal.SIGINT, signal.SIG_DFL)  # else children of a background shell have it ignored
    try:
        ended = place.run(shown=shown, HOLD=str(tmp_path / "go"))
    finally:
        signal.signal(signal.SIGINT, before)

    assert ended.code == 130, ended.text
    assert "stopping: waiting for terraform" in ended.text and "error: ABORTED" in ended.text
