"""What the tests of the whole way do: start a world, run the command line, read the page, keep asking for it during a rollout."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from world import ROOT, World

#: What a deployment reads from the checkout; everything else stays where it is.
PAYLOAD = ("ansible", "environments", "image.yml", "packer", "terraform", "webapp")
#: Longest a whole deployment may take before a test gives up on it, in seconds: with a base layer, beside all that `make test` runs.
DEPLOY_TIMEOUT = 1800
#: Where the embedded AWS' account has its states, claims and records.
STATE_BUCKET = "ami-deploy-state-123456789012-us-east-1"


def copy_of_the_checkout(directory: Path) -> Path:
    """The payload of the checkout, copied, so that a test may change the web application or the variables."""
    for name in PAYLOAD:
        ignored = shutil.ignore_patterns(".terraform", "__pycache__", ".work")
        if (ROOT / name).is_file():
            shutil.copy(ROOT / name, directory / name)
        else:
            shutil.copytree(ROOT / name, directory / name, ignore=ignored)
    return directory


@dataclass(frozen=True)
class Result:
    """How one run of the command line ended."""

    code: int
    out: str
    err: str

    @property
    def last_line(self) -> str:
        lines = [line for line in self.out.splitlines() if line.strip()]
        return lines[-1] if lines else ""

    @property
    def text(self) -> str:
        return self.out + self.err


@dataclass
class Deployment:
    """The command line, run in a copy of the checkout against a world."""

    command: Path
    world: World
    checkout: Path

    def run(
        self, *arguments: str, environment: dict[str, str] | None = None, timeout: float = DEPLOY_TIMEOUT
    ) -> Result:
        process = self.start(*arguments, environment=environment)
        out, err = process.communicate(timeout=timeout)
        print(err, out)
        return Result(process.returncode, out, err)

    def start(self, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.Popen:
        """Starts the command line in a session of its own, as a terminal would, without waiting for it.

        A terminal's programs hear an interrupt, also where the tests themselves run in the background of a shell, which has
        it ignored by all that it starts there.
        """
        return subprocess.Popen(
            [str(self.command), *arguments, "--directory", str(self.checkout)],
            env=os.environ | self.world.environment | (environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def environment_file(self, name: str, **variables: object) -> str:
        """Writes a variables file that is the demo's but for the given variables; returns the environment's name."""
        text = (self.checkout / "environments" / "demo.pkrvars.hcl").read_text()
        for key, value in {"environment": name, **variables}.items():
            line = f"{key} = {json.dumps(value)}"
            text, replaced = re.subn(rf"(?m)^{key}\s*=.*$", line, text)
            if not replaced:
                text += line + "\n"
        (self.checkout / "environments" / f"{name}.pkrvars.hcl").write_text(text)
        return name


def page(url: str, timeout: float = 5) -> str:
    with urllib.request.urlopen(url, timeout=timeout) as response:
        return response.read().decode()


def version(url: str) -> dict:
    return json.loads(page(f"{url}/version"))


@dataclass
class Requests:
    """What a constant loop of requests saw."""

    answered: int = 0
    failures: list[str] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)


@contextmanager
def constant_requests(url: str, every: float = 0.05) -> Iterator[Requests]:
    """Asks for the page's version again and again from two threads while the block runs."""
    seen, stop = Requests(), threading.Event()

    def loop() -> None:
        while not stop.wait(every):
            try:
                found = version(url)["version"]
                seen.answered += 1
                if not seen.versions or seen.versions[-1] != found:
                    seen.versions.append(found)
            except (urllib.error.URLError, OSError, ValueError) as error:
                seen.failures.append(f"{time.strftime('%X')} {error}")

    threads = [threading.Thread(target=loop, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        stop.set()
        for thread in threads:
            thread.join()
