"""The three jobs of a plain controller, from a push to nothing: deploy, a change, the version by hand, destroy.

It is what `tools/demo-jenkins` starts: the plugin as built, the configuration and the jobs of resources/controller, agents
from the tooling Dockerfile, a repository that is pushed to, and the embedded AWS with machines. The tests share one
controller and stand on each other, because that is what a deployment does.
"""

from __future__ import annotations

import base64
import http.cookiejar
import json
import os
import re
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: Longest that a build may take, in seconds: a bake on a slow machine and a rollout.
BUILD_LIMIT = 1800


@dataclass(frozen=True)
class Controller:
    """A running controller, asked over HTTP only."""

    url: str
    password: str
    repository: Path
    opener: urllib.request.OpenerDirector

    def ask(self, path: str, data: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> str:
        body = urllib.parse.urlencode(data).encode() if data is not None else None
        request = urllib.request.Request(self.url + path, data=body, headers=headers or {})
        credentials = base64.b64encode(f"admin:{self.password}".encode()).decode()
        request.add_header("Authorization", f"Basic {credentials}")
        with self.opener.open(request, timeout=60) as response:
            return response.read().decode()

    def next_build(self, job: str) -> int:
        return json.loads(self.ask(f"job/web/job/{job}/api/json"))["nextBuildNumber"]

    def start(self, job: str, **parameters: str) -> int:
        number = self.next_build(job)
        crumb = json.loads(self.ask("crumbIssuer/api/json"))["crumb"]
        self.ask(f"job/web/job/{job}/buildWithParameters", parameters, {"Jenkins-Crumb": crumb})
        return number

    def build(self, job: str, number: int) -> dict:
        """Waits for the build's end."""
        deadline = time.monotonic() + BUILD_LIMIT
        while time.monotonic() < deadline:
            try:
                found = json.loads(self.ask(f"job/web/job/{job}/{number}/api/json"))
                if found["result"]:
                    return found
            except OSError:
                pass  # still in the queue
            time.sleep(3)
        raise AssertionError(f"{job} #{number} is not over after {BUILD_LIMIT} s")

    def log(self, job: str, number: int) -> str:
        return self.ask(f"job/web/job/{job}/{number}/consoleText")


def demo(*arguments: str) -> str:
    result = subprocess.run(
        [str(ROOT / "tools" / "demo-jenkins"), *arguments], stdout=subprocess.PIPE, text=True, timeout=2 * BUILD_LIMIT
    )
    assert result.returncode == 0, result.stdout
    return result.stdout


@pytest.fixture(scope="module")
def first() -> Iterator[tuple[Controller, str]]:
    """The controller, and the URL that the first push ended in."""
    world = f"jenkins{os.getpid()}"
    base = ROOT / ".work" / "jenkins" / world
    try:
        url = demo("up", world, "8190").splitlines()[-1]
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        yield (
            Controller(
                (base / "url").read_text(),
                (base / "secrets" / "admin-password").read_text().strip(),
                base / "web.git",
                urllib.request.build_opener(cookies),
            ),
            url,
        )
    finally:
        if base.exists():
            subprocess.run([str(ROOT / "tools" / "demo-jenkins"), "down", world], check=False, timeout=BUILD_LIMIT)


def page(url: str, path: str = "/") -> str:
    with urllib.request.urlopen(url + path, timeout=10) as response:
        return response.read().decode()


def test_push_endsInUrlThatAnswers(first: tuple[Controller, str]):
    controller, url = first
    assert url.startswith("http://")
    assert page(url)
    log = controller.log("deploy", 1)
    assert "Started by an SCM change" in log
    assert url in log


def test_push_archivesPlanManifestAndLogsWithoutSecrets(first: tuple[Controller, str]):
    controller, _ = first
    build = json.loads(controller.ask("job/web/job/deploy/1/api/json"))
    names = [artifact["fileName"] for artifact in build["artifacts"]]
    assert "plan.txt" in names
    assert any(name.startswith("manifest-") for name in names)
    assert any(name.endswith(".log") for name in names)
    assert not any(name.endswith(".tfplan") for name in names)


def test_changePushed_newVersionAnswers(first: tuple[Controller, str], tmp_path: Path):
    controller, url = first
    number = controller.next_build("deploy")
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(tmp_path / "clone")]
    subprocess.run(["git", "clone", "-q", str(controller.repository), str(tmp_path / "clone")], check=True)
    template = next((tmp_path / "clone" / "webapp").rglob("index.html"))
    template.write_text(template.read_text().replace("</body>", "<p>a second edition</p></body>"))
    subprocess.run([*git, "commit", "-qam", "a second edition"], check=True)
    subprocess.run([*git, "push", "-q"], check=True)
    assert controller.build("deploy", number)["result"] == "SUCCESS", controller.log("deploy", number)
    assert "a second edition" in page(url)


def test_failure_hasItsCauseAtTheEndOfTheLog(first: tuple[Controller, str]):
    controller, url = first
    number = controller.start("deploy-by-hand", ENVIRONMENT="demo", IMAGE_ID="ami-0123456789abcdef0")
    assert controller.build("deploy-by-hand", number)["result"] == "FAILURE"
    assert "ami-0123456789abcdef0" in "\n".join(controller.log("deploy-by-hand", number).splitlines()[-5:])
    assert "a second edition" in page(url)


def test_byHand_existingImageIsDeployedWithoutABake(first: tuple[Controller, str]):
    controller, url = first
    image = re.search(r"Baked (ami-\w+)", controller.log("deploy", 1))
    number = controller.start("deploy-by-hand", ENVIRONMENT="demo", IMAGE_ID=image[1])
    assert controller.build("deploy-by-hand", number)["result"] == "SUCCESS", controller.log("deploy-by-hand", number)
    assert "a second edition" not in page(url)


def test_destroy_anotherNameTyped_removesNothing(first: tuple[Controller, str]):
    controller, url = first
    number = controller.start("destroy", ENVIRONMENT="demo", CONFIRM="dmeo")
    assert controller.build("destroy", number)["result"] == "FAILURE"
    assert "nothing was removed" in controller.log("destroy", number)
    assert page(url)


def test_destroy_leavesNothing(first: tuple[Controller, str]):
    controller, url = first
    number = controller.start("destroy", ENVIRONMENT="demo", CONFIRM="demo")
    assert controller.build("destroy", number)["result"] == "SUCCESS", controller.log("destroy", number)
    assert "0 left behind" in controller.log("destroy", number)
    with pytest.raises(OSError):
        page(url)
