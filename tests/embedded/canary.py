"""Looks for a secret's value everywhere where it must not be, and says where it was found.

The value is one that nothing else contains, see ``new_value``. A place that cannot be looked at is an error and not a place without it:
each look is made in what is known to be there. Where the value has to be, in the application's environment, ``environment_of`` finds it
with the same means.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import secrets
import subprocess
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from world import World

#: Bytes that are read at a time.
CHUNK = 1 << 22


def new_value() -> str:
    return f"canary-{secrets.token_hex(16)}"


def forms(value: str) -> set[bytes]:
    """The value as it is, in JSON, in a URL, and in base64 wherever it begins in what was encoded."""
    plain = value.encode()
    found = {plain, json.dumps(value)[1:-1].encode(), quote(value, safe="").encode()}
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + plain)
        # The first and the last characters depend on what stands beside the value.
        found.add(encoded[4 if before else 0 : len(encoded) - 4])
    return found


def has(value: str, stream: IO[bytes]) -> bool:
    """True when the value is in the stream; inside archives too, see ``opened``."""
    wanted = forms(value)
    longest = max(map(len, wanted))
    rest = b""
    while chunk := stream.read(CHUNK):
        window = rest + chunk
        if any(form in window for form in wanted):
            return True
        rest = window[-longest:]
    return False


def opened(content: bytes) -> Iterator[bytes]:
    """The content, and what is in it where it is a zip (a plan of Terraform's) or compressed."""
    yield content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield from opened(archive.read(name))
    elif content.startswith(b"\x1f\x8b"):
        yield from opened(gzip.decompress(content))


@dataclass(frozen=True)
class Canary:
    """A value, and the world in which it is looked for. Machines are containers: into a virtual one nobody can look from outside."""

    world: World
    value: str

    def traces(
        self,
        outputs: Mapping[str, str],
        directories: Iterable[Path],
        buckets: Iterable[str],
        image_ids: Iterable[str],
        instance_ids: Iterable[str],
    ) -> list[str]:
        """Every place with the value: outputs of commands by name, files (state, plans, logs), every version of every object, user data,
        images, and of each machine its processes, disk, journal and console; the logs of the world itself.
        """
        instance_ids = list(instance_ids)
        looks = [
            self._texts(outputs),
            *(self._files(directory) for directory in (*directories, state_directory(self.world.name))),
            *(self._objects(bucket) for bucket in buckets),
            self._templates(),
            *(self._image(image_id) for image_id in image_ids),
            *(
                look(instance_id)
                for instance_id in instance_ids
                for look in (self._user_data, self._console, self._machine)
            ),
        ]
        return [place for look in looks for place in look]

    def environment_of(self, instance_id: str, name: str) -> set[str]:
        """The values of a variable in the machine's processes."""
        found = set()
        for pid in self._processes(instance_id):
            try:
                entries = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            except (FileNotFoundError, ProcessLookupError):
                continue
            found |= {entry.decode().partition("=")[2] for entry in entries if entry.startswith(f"{name}=".encode())}
        return found

    # --- places --------------------------------------------------------------------------------------------------------

    def _texts(self, texts: Mapping[str, str | bytes]) -> Iterator[str]:
        for place, text in texts.items():
            content = text.encode() if isinstance(text, str) else text
            assert content, f"{place}: is empty, so nothing was looked at"
            if any(has(self.value, io.BytesIO(each)) for each in opened(content)):
                yield place

    def _files(self, directory: Path) -> Iterator[str]:
        files = [file for file in sorted(directory.rglob("*")) if file.is_file() and not file.is_symlink()]
        assert files, f"{directory}: no file is there, so nothing was looked at"
        for file in files:
            content = file.read_bytes()
            if content:
                yield from self._texts({str(file): content})

    def _objects(self, bucket: str) -> Iterator[str]:
        s3 = self.world.client("s3")
        count = 0
        for answer in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            for version in answer.get("Versions", []):
                count += 1
                key, number = version["Key"], version["VersionId"]
                content = s3.get_object(Bucket=bucket, Key=key, VersionId=number)["Body"].read()
                if content:
                    yield from self._texts({f"s3://{bucket}/{key} ({number})": content})
        assert count, f"s3://{bucket}: has no object, so nothing was looked at"

    def _templates(self) -> Iterator[str]:
        """Every version: those of today and those that nobody uses any more."""
        ec2 = self.world.client("ec2")
        for template in ec2.describe_launch_templates()["LaunchTemplates"]:
            identity = template["LaunchTemplateId"]
            versions = ec2.describe_launch_template_versions(LaunchTemplateId=identity)["LaunchTemplateVersions"]
            for version in versions:
                data = version["LaunchTemplateData"]
                place = f"launch template {template['LaunchTemplateName']} version {version['VersionNumber']}"
                decoded = base64.b64decode(data.get("UserData", "")).decode("utf-8", "replace")
                yield from self._texts({place: json.dumps(data) + decoded})

    def _user_data(self, instance_id: str) -> Iterator[str]:
        ec2 = self.world.client("ec2")
        answer = ec2.describe_instance_attribute(InstanceId=instance_id, Attribute="userData")
        yield from self._texts({f"user data of {instance_id}": base64.b64decode(answer["UserData"]["Value"])})

    def _console(self, instance_id: str) -> Iterator[str]:
        output = self.world.client("ec2").get_console_output(InstanceId=instance_id)["Output"]
        yield from self._texts({f"console output of {instance_id}": output})

    def _image(self, image_id: str) -> Iterator[str]:
        """All layers of the file system. What an application keeps compressed is not seen."""
        image = self.world.client("ec2").describe_images(ImageIds=[image_id])["Images"][0]
        yield from self._texts({f"description of {image_id}": json.dumps(image, default=str)})
        for device in image["BlockDeviceMappings"]:
            snapshot_id = device["Ebs"]["SnapshotId"]
            name = f"ami-deploy-local/{self.world.name}:{snapshot_id}"
            if self._streams(["docker", "save", name]):
                yield f"file system of {image_id} ({snapshot_id})"

    def _machine(self, instance_id: str) -> Iterator[str]:
        container = self._container(instance_id)
        arguments = {
            f"process {pid} of {instance_id}": Path(f"/proc/{pid}/cmdline") for pid in self._processes(instance_id)
        }
        lines = {place: file.read_bytes() for place, file in arguments.items() if file.exists()}
        yield from self._texts({place: line for place, line in lines.items() if line})
        if self._streams(["docker", "export", container]):
            yield f"disk of {instance_id}"
        first = _output("docker", "inspect", "--format", "{{.State.Pid}}", container)
        journal = ["journalctl", "--quiet", "--no-pager", "--all", "--output=export"]
        if self._streams(["nsenter", "--target", first, "--mount", "--pid", *journal]):
            yield f"journal of {instance_id}"

    # --- means ---------------------------------------------------------------------------------------------------------

    def _container(self, instance_id: str) -> str:
        found = _output("docker", "ps", "--quiet", "--filter", f"label=ami-deploy.local.instance={instance_id}")
        assert found, f"{instance_id}: no container of it runs, so its processes and its disk cannot be looked at"
        return found

    def _processes(self, instance_id: str) -> list[str]:
        """The machine's processes, by their ids on this computer."""
        lines = _output("docker", "top", self._container(instance_id), "-eo", "pid").splitlines()[1:]
        assert lines, f"{instance_id}: has no processes that can be looked at"
        return [line.strip() for line in lines]

    def _streams(self, command: list[str]) -> bool:
        """True when the command's output has the value; an error when it fails or says nothing."""
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            counted = _Counted(process.stdout)
            found = has(self.value, counted)
            while counted.read(CHUNK):
                pass
            said = process.stderr.read().decode().strip()
        assert process.returncode == 0 and counted.count, f"{' '.join(command)}: cannot be looked at: {said}"
        return found


class _Counted:
    """A stream that knows how much was read of it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.count = stream, 0

    def read(self, size: int) -> bytes:
        chunk = self._stream.read(size)
        self.count += len(chunk)
        return chunk


def state_directory(world: str) -> Path:
    """Where the world's own logs are: of calls, and of its server."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "ami-deploy" / world


def _output(*command: str) -> str:
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, f"{' '.join(command)}: cannot be looked at: {result.stderr.strip()}"
    return result.stdout.strip()
