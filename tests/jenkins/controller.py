"""A running controller and the world beside it, as the tests use them: over HTTP, Git and the AWS API."""

from __future__ import annotations

import base64
import http.client
import http.cookiejar
import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "embedded"))

from world import eventually  # noqa: E402

#: Longest that a build may take, in seconds: a bake on a slow machine and a rollout.
BUILD_LIMIT = 1800
#: Longest that one stage of a build may be away, in seconds.
STAGE_LIMIT = 600
#: Longest that the controller may take to stop or to start, in seconds.
RESTART_LIMIT = 300


def page(url: str, path: str = "/") -> str:
    with urllib.request.urlopen(url + path, timeout=60) as response:
        return response.read().decode()


def git(directory: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(directory), *arguments]
    # Jenkins answers the hook of a push in Latin-1.
    return subprocess.run(command, check=True, capture_output=True, text=True, errors="replace").stdout.strip()


def files_with(secret: str, directory: Path, but: Iterable[str] = ()) -> list[Path]:
    """Files below ``directory`` that hold the secret in clear; ``but`` names directories directly in it to leave out."""
    command = ["grep", "-rlFa", *(f"--exclude-dir={name}" for name in but), "-e", secret, str(directory)]
    return [Path(line) for line in subprocess.run(command, capture_output=True, text=True).stdout.splitlines()]


@dataclass(frozen=True)
class Build:
    """One build of a job, asked for over HTTP."""

    controller: Controller
    job: str
    number: int

    @property
    def path(self) -> str:
        return f"{item(self.job)}/{self.number}"

    def state(self) -> dict:
        return json.loads(self.controller.ask(f"{self.path}/api/json"))

    def result(self) -> str | None:
        """How it ended; None while it is going on, when Jenkins may have a result for what was done so far."""
        state = self.state()
        return None if state["building"] else state["result"]

    def log(self) -> str:
        return self.controller.ask(f"{self.path}/consoleText")

    def await_line(self, text: str, after: str = "") -> None:
        """Waits until the log says something, ``after`` it has said something else; a build that is over will not."""

        def seen() -> bool:
            over = self.result()
            found = text in self.log().partition(after)[2] if after else text in self.log()
            assert found or not over, f"{self.job} #{self.number} ended as {over} without '{text}':\n{self.log()}"
            return found

        eventually(f"'{text}' in the log of {self.job} #{self.number}", seen, STAGE_LIMIT, every=0.5)

    def end(self) -> str:
        """Waits for the end; returns the result."""
        what = f"the end of {self.job} #{self.number}"
        return eventually(what, self.result, BUILD_LIMIT, every=2)

    def succeeds(self) -> Build:
        result = self.end()
        assert result == "SUCCESS", self.log()
        return self

    def stop(self) -> None:
        """What the button does."""
        self.controller.post(f"{self.path}/stop")

    def answer(self, question: str, with_: str, **values: str) -> None:
        """Answers the ``input`` of that id: proceedEmpty, abort, or submit with values."""
        parameters = [{"name": name, "value": value} for name, value in values.items()]
        data = {"proceed": "yes", "json": json.dumps({"parameter": parameters})} if values else {}
        self.controller.post(f"{self.path}/input/{question}/{with_}", data)


@dataclass(frozen=True)
class Controller:
    """A controller that tools/demo-jenkins started, below ``base``."""

    base: Path

    @property
    def url(self) -> str:
        return (self.base / "url").read_text()

    @property
    def home(self) -> Path:
        return self.base / "home"

    @property
    def repository(self) -> Path:
        return self.base / "web.git"

    @property
    def secret_key(self) -> str:
        """Secret access key of the folder that tools/demo-jenkins made."""
        return (self.base / "secrets" / "aws-secret-access-key").read_text()

    def ask(
        self,
        path: str,
        data: bytes | None = None,
        headers: dict[str, str] | None = None,
        opener: urllib.request.OpenerDirector | None = None,
    ) -> str:
        request = urllib.request.Request(self.url + path, data=data, headers=headers or {})
        password = (self.base / "secrets" / "admin-password").read_text().strip()
        request.add_header("Authorization", f"Basic {base64.b64encode(f'admin:{password}'.encode()).decode()}")
        with (opener or urllib.request.build_opener()).open(request, timeout=60) as response:
            return response.read().decode()

    def post(self, path: str, data: dict[str, str] | str | None = None) -> None:
        """Posts a form, or an XML document where ``data`` is text, with the crumb that Jenkins wants."""
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        opener = urllib.request.build_opener(cookies)
        crumb = json.loads(self.ask("crumbIssuer/api/json", opener=opener))["crumb"]
        headers = {"Jenkins-Crumb": crumb}
        if isinstance(data, str):
            headers["Content-Type"] = "application/xml"
        body = data.encode() if isinstance(data, str) else urllib.parse.urlencode(data or {}).encode()
        self.ask(path, body, headers, opener)

    def next_build(self, job: str) -> Build:
        return Build(self, job, json.loads(self.ask(f"{item(job)}/api/json"))["nextBuildNumber"])

    def start(self, job: str, **parameters: str) -> Build:
        """Starts a build and waits until it is one."""
        build = self.next_build(job)
        self.post(f"{item(job)}/{'buildWithParameters' if parameters else 'build'}", parameters)
        eventually(f"the begin of {job} #{build.number}", build.state, STAGE_LIMIT)
        return build

    def busy_executors(self) -> int:
        return json.loads(self.ask("computer/api/json"))["busyExecutors"]

    def containers(self, job: str) -> list[str]:
        """The tooling containers of a job's builds, by the workspace that is mounted in them."""
        workspace = self.home / "workspace" / job
        command = ["docker", "ps", "-aq", "--filter", f"volume={workspace}"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()

    def kill(self) -> None:
        """Ends the controller as a machine that fails would, which has no time to store anything, and starts it again with the same home."""
        self.restart(signal.SIGKILL)

    def restart(self, by: signal.Signals = signal.SIGTERM) -> None:
        """Stops the controller as a shutdown of its machine would, and starts it again with the same home."""
        process = Path("/proc") / (self.base / "pid").read_text().strip()
        command, environment = (
            [entry.decode() for entry in (process / name).read_bytes().split(b"\0") if entry]
            for name in ("cmdline", "environ")
        )
        directory = os.readlink(process / "cwd")
        os.kill(int(process.name), by)
        eventually("the end of the controller", lambda: not process.exists(), RESTART_LIMIT, every=0.2)
        written = files_with(self.secret_key, self.home / "jobs")
        # As tools/demo-jenkins does, so that it is nobody's child.
        script = 'setsid nohup "$@" >>"$LOG" 2>&1 & echo $! >"$PID"'
        subprocess.run(
            ["bash", "-c", script, "bash", *command],
            cwd=directory,
            env=dict(entry.split("=", 1) for entry in environment)
            | {"LOG": str(self.base / "controller.log"), "PID": str(self.base / "pid")},
            stdin=subprocess.DEVNULL,
            check=True,
        )
        eventually("the controller's return", lambda: self.ask("job/web/job/deploy/api/json"), RESTART_LIMIT)
        assert written == [], "the secret key was on the disk while the controller was away"

    def clone(self, repository: Path, to: Path) -> Path:
        subprocess.run(["git", "clone", "-q", str(repository), str(to)], check=True)
        return to


def item(job: str) -> str:
    """URL path of a job by its full name."""
    return "/".join(f"job/{part}" for part in job.split("/"))


def shown_by_ps(secret: str) -> list[str]:
    """Command lines of this machine's processes that show the secret."""
    shown = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if secret.encode() in file.read_bytes():
                shown.append(str(file))
        except OSError:
            continue  # ended since
    return shown


def second_repository(base: Path) -> Path:
    """A repository that is not this one: one of the examples, with its own Jenkinsfile, and one to take it away."""
    work = base / "shop"
    shutil.copytree(ROOT / "examples" / "asgi", work, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    (work / "environments" / "production.pkrvars.hcl").write_text(
        'app         = "shop"\nenvironment = "production"\nregion      = "us-east-1"\n'
    )
    (work / "Jenkinsfile.destroy").write_text(
        "destroyWebApp(\n    environment: 'production',\n    credentialsId: 'aws-deploy'\n)\n"
    )
    subprocess.run(["git", "init", "-q", "--initial-branch", "main", str(work)], check=True)
    git(work, "add", ".")
    git(work, "commit", "-qm", "the shop")
    return work
