"""Base images: made once per computer, kept as a tarball in the cache and as an image in the engine.

Debian 12 is pulled where a registry answers and bootstrapped where not. Amazon Linux 2023 can only be pulled.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from docker.errors import APIError, BuildError, DockerException, ImageNotFound

from ..state import cache_root, machine_wide_lock
from . import MachineError
from .docker_naming import BASE, WORLD_LABEL
from .engine import Engine

#: What turns a root file system into a base image.
RECIPE = Path(__file__).parent / "image"
RECIPE_LABEL = "ami-deploy.local.recipe"
#: Packages that debootstrap takes: enough to boot, to log in and to be configured by Ansible.
DEBIAN_PACKAGES = "systemd,systemd-sysv,openssh-server,python3,iproute2,dbus,sudo,curl,ca-certificates,procps"
#: base name: (image to pull, login user)
BASES = {"debian-12": ("debian:12", "admin"), "amazon-linux-2023": ("amazonlinux:2023", "ec2-user")}
#: The one that must be there.
REQUIRED = "debian-12"

Report = Callable[[str], None]


def base_image(name: str) -> str:
    return f"ami-deploy-local/{BASE}:{name}"


def ensure_base(report: Report) -> None:
    """Make the base images that this computer can have; `MachineError` when the required one cannot be had."""
    if all(_is_current(name) for name in BASES):
        # A launch need not wait until another world has made what it makes.
        return
    with machine_wide_lock():
        for name in BASES:
            if not _is_current(name):
                _make(name, report)


def recipe_digest() -> str:
    digest = hashlib.sha256(DEBIAN_PACKAGES.encode())
    for file in sorted(RECIPE.iterdir()):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def _is_current(name: str) -> bool:
    try:
        labels = Engine().client.images.get(base_image(name)).labels
    except ImageNotFound:
        # A failed pull is not tried again at every start.
        return name != REQUIRED and (cache_root() / f"{name}.not-to-be-had").exists()
    return labels.get(RECIPE_LABEL) == recipe_digest()


def _make(name: str, report: Report) -> None:
    rootfs = _rootfs(name, report)
    if rootfs is None:
        return
    client = Engine().client
    before = _image_id(name)
    labels = {WORLD_LABEL: BASE, RECIPE_LABEL: recipe_digest()}
    try:
        client.images.build(
            path=str(RECIPE),
            tag=base_image(name),
            labels=labels,
            buildargs={"rootfs": rootfs, "user": BASES[name][1]},
            rm=True,
            forcerm=True,
        )
    except (BuildError, APIError) as error:
        raise MachineError(f"base image {name} does not build: {error}") from error
    if before and before != _image_id(name):
        with suppress(APIError):  # A machine or an image of a running world may still stand on it.
            client.images.remove(before)


def _image_id(name: str) -> str | None:
    try:
        return Engine().client.images.get(base_image(name)).id
    except ImageNotFound:
        return None


def _rootfs(name: str, report: Report) -> str | None:
    """The name of an image in the engine to build from, or None when this base cannot be had here."""
    tag = f"ami-deploy-local/rootfs:{name}"
    client = Engine().client
    tarball = cache_root() / f"{name}.tar"
    if not tarball.exists():
        pulled = _pull(BASES[name][0])
        if pulled:
            return pulled
        if name != REQUIRED:
            cache_root().mkdir(parents=True, exist_ok=True)
            (cache_root() / f"{name}.not-to-be-had").touch()
            report(f"base image {name}: no registry answers; it is listed but does not launch")
            return None
        report(f"base image {name}: bootstrapping, about two minutes, once per computer")
        _bootstrap(tarball)
    try:
        client.images.get(tag)
    except ImageNotFound:
        client.api.import_image_from_file(
            str(tarball), repository="ami-deploy-local/rootfs", tag=name, changes=[f"LABEL {WORLD_LABEL}={BASE}"]
        )
    return tag


def _pull(image: str) -> str | None:
    try:
        Engine().client.images.pull(*image.split(":"))
    except DockerException:
        return None
    return image


def _bootstrap(tarball: Path) -> None:
    """A minimal Debian 12 in a tarball; the file appears under its name only when it is complete."""
    if not shutil.which("debootstrap"):
        raise MachineError(
            "base image debian-12: no registry answers and debootstrap is not installed: install debootstrap"
        )
    cache_root().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ami-deploy-base-", dir=cache_root()) as scratch:
        root = Path(scratch, "root")
        log = cache_root() / "debootstrap.log"
        with open(log, "wb") as output:
            command = ["debootstrap", "--variant=minbase", f"--include={DEBIAN_PACKAGES}", "bookworm", str(root)]
            if subprocess.run(command, stdout=output, stderr=output, check=False).returncode:
                raise MachineError(f"base image debian-12: debootstrap failed, see {log}")
        shutil.rmtree(root / "var/cache/apt/archives", ignore_errors=True)
        (root / "var/cache/apt/archives/partial").mkdir(parents=True)
        temporary = tarball.with_suffix(".part")
        subprocess.run(["tar", "-C", str(root), "--numeric-owner", "-cf", str(temporary), "."], check=True)
        temporary.replace(tarball)
