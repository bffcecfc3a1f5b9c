"""What the comparisons share: an embedded AWS of their own, and the same work by the bare tools, as somebody types it who has no ami-deploy."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: What a checkout needs to be deployed from.
PAYLOAD = ("ansible", "environments", "packer", "terraform", "webapp", "image.yml")
APP = "web"
#: Owner of the published Debian images (https://wiki.debian.org/Cloud/AmazonEC2Image).
DEBIAN = "136693071363"
NEWEST = """
import boto3, os
images = boto3.client("ec2", endpoint_url=os.environ["AWS_ENDPOINT_URL"]).describe_images(Owners=["%s"])["Images"]
print(max((i for i in images if i["Name"].startswith("debian-12-")), key=lambda i: i["CreationDate"])["ImageId"])
"""


@contextmanager
def embedded(*machines: str) -> Iterator[dict[str, str]]:
    """The variables of a world that is up while the block runs, with the checkout's tools in front."""
    aws = [str(ROOT / "local" / "aws"), "--world", f"bench{os.getpid()}"]
    subprocess.run([*aws, "up", *machines], check=True)
    try:
        exports = ["bash", "-c", f'eval "$({" ".join(aws)} env)"; env -0']
        listing = subprocess.run(exports, check=True, capture_output=True).stdout.decode()
        environment = dict(entry.split("=", 1) for entry in listing.split("\0") if "=" in entry)
        environment["PATH"] = f"{ROOT}/.tools/bin:{ROOT}/.tools/venv/bin:{environment['PATH']}"
        yield environment
    finally:
        subprocess.run([*aws, "down"], check=True)


def run(command: list[str], environment: dict[str, str]) -> str:
    """Standard output of a command that must succeed."""
    result = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if result.returncode:
        raise SystemExit(
            f"{' '.join(command)}: exit {result.returncode}\n{result.stdout[-2000:]}{result.stderr[-2000:]}"
        )
    return result.stdout


def seconds(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


@dataclass
class Checkout:
    """A copy of what is deployed, so that a comparison may write into it, and the bare tools on it."""

    directory: Path
    environment: dict[str, str]
    bakes: int = 0

    @staticmethod
    def copy(directory: Path, environment: dict[str, str]) -> Checkout:
        for name in PAYLOAD:
            if (ROOT / name).is_dir():
                ignored = shutil.ignore_patterns(".terraform", "__pycache__", ".work")
                shutil.copytree(ROOT / name, directory / name, ignore=ignored)
            else:
                shutil.copy(ROOT / name, directory / name)
        return Checkout(directory, environment)

    def add_environment(self, name: str) -> None:
        region = self.environment["AWS_REGION"]
        self.variables(name).write_text(
            f'app = "{APP}"\nenvironment = "{name}"\nregion = "{region}"\nrequire_approval = false\n'
        )
        (self.directory / ".work" / "bare" / name).mkdir(parents=True, exist_ok=True)

    def variables(self, name: str) -> Path:
        return self.directory / "environments" / f"{name}.pkrvars.hcl"

    def change_application(self) -> None:
        """One line of it, as a push does."""
        with (self.directory / "webapp" / "webapp" / "__init__.py").open("a") as file:
            file.write(f"# changed at {time.monotonic()}\n")

    def ours(self, *arguments: str) -> str:
        return run(["./ami-deploy", *arguments, "--directory", str(self.directory)], self.environment)

    def packer(self, name: str) -> str:
        """A whole bake: the operating system, then the application on it. The image's id."""
        run(["packer", "init", f"{self.directory}/packer"], self.environment)
        upstream = run([f"{ROOT}/local/.venv/bin/python", "-c", NEWEST % DEBIAN], self.environment).strip()
        base = self._build(name, "base", upstream)
        return self._build(name, "application", base)

    def _build(self, name: str, layer: str, source: str) -> str:
        self.bakes += 1
        now = datetime.now(UTC)
        work = self.directory / ".work" / "bare" / name
        manifest = work / f"manifest-{self.bakes}.json"
        variables = {
            "layer": layer,
            "app": APP,
            "environment": name,
            "region": self.environment["AWS_REGION"],
            "build": "bench",
            "expires_at": (now + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "image_name": f"{APP}-bare-{layer}-{now:%Y%m%d%H%M%S}-{self.bakes}",
            "fingerprint": f"{self.bakes:064x}",
            "commit": "bench",
            "app_version": "bench",
            "source_ami": source,
            "ssh_username": "admin",
            "base_baked_at": "" if layer == "base" else now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "application_dir": str(self.directory / "webapp"),
            "work_dir": str(work),
            "manifest_path": str(manifest),
        }
        given = [f"-var={key}={value}" for key, value in variables.items()]
        run(["packer", "build", "-color=false", *given, f"{self.directory}/packer/"], self.environment)
        return json.loads(manifest.read_text())["builds"][-1]["artifact_id"].split(":")[1]

    def terraform_init(self, name: str) -> None:
        """The bucket is one that ami-deploy made before."""
        region = self.environment["AWS_REGION"]
        backend = {
            "bucket": f"ami-deploy-state-123456789012-{region}",
            "key": f"{APP}/{name}/terraform.tfstate",
            "region": region,
            "use_lockfile": "true",
        }
        self._terraform(name, "init", *(f"-backend-config={key}={value}" for key, value in backend.items()))

    def terraform_plan(self, name: str, image: str) -> None:
        out = f"-out={self.directory}/.work/bare/{name}/plan"
        self._terraform(name, "plan", out, *self._given(name, image))

    def terraform_apply(self, name: str, image: str) -> None:
        self._terraform(name, "apply", "-auto-approve", *self._given(name, image))

    def _given(self, name: str, image: str) -> list[str]:
        return [f"-var-file={self.variables(name)}", f"-var=image_id={image}", "-var=build=bench"]

    def _terraform(self, name: str, command: str, *arguments: str) -> None:
        environment = self.environment | {"TF_DATA_DIR": f"{self.directory}/.work/bare/{name}/terraform"}
        run(["terraform", f"-chdir={self.directory}/terraform", command, "-input=false", *arguments], environment)
