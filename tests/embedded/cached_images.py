"""Images kept between test runs: the base layer that one run baked is there in the next one, until the product itself would bake it anew.

The product knows nothing of it: it finds an image of the wanted fingerprint in its account, as on AWS, and judges its age by itself. A file is
named after kind of machine, fingerprint and image, and written by ``local/aws images export``.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from world import ROOT, World

#: Files that are kept for each kind of machine: a few branches' worth; a virtual machine's has about a gigabyte.
KEPT = 3
#: How a file is refused that no world of this computer will ever take.
USELESS = ("make the image anew", "was not written by", "export it anew")
#: What bakes an image, beside what its fingerprint takes in.
MAKERS = (
    *("ansible", "packer", "local/embedded_aws"),
    *(f"src/main/java/io/jenkins/plugins/amideploy/engine/{package}" for package in ("image", "tool")),
)
#: In the name of a copy, behind the application that it is for.
COPY = "-copy-of-"
BASE = [{"Name": "tag:ami-deploy:layer", "Values": ["base"]}, {"Name": "state", "Values": ["available"]}]


def cache_directory() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ami-deploy" / "images"


@dataclass
class CachedImages:
    """The base layers of one world and their files. Several test runs may be at it at once: one of them at a time."""

    world: World
    #: Kind of machine, as ``local/aws up --machines`` names it.
    kind: str
    directory: Path = field(default_factory=cache_directory)
    #: Ids of the images that came from the cache.
    imported: set[str] = field(default_factory=set)
    #: Open while this run is the one that bakes, see ``await_turn_to_bake``.
    baking: TextIO | None = None

    def await_turn_to_bake(self) -> None:
        """Before ``load``: where no base layer of today's recipes was kept, one of several test runs bakes it; the others wait for its ``keep``."""
        self.directory.mkdir(parents=True, exist_ok=True)
        if self._known().exists():
            return
        self.baking = open(self.directory / f".{self.kind}-baking", "w")  # noqa: SIM115
        fcntl.flock(self.baking, fcntl.LOCK_EX)
        if self._known().exists():
            self.let_bake()

    def let_bake(self) -> None:
        if self.baking:
            self.baking.close()
            self.baking = None

    def _known(self) -> Path:
        """Is there once a base layer of these recipes was kept. Whether it still is, and fits, only the product knows."""
        return self.directory / f".{self.kind}-{recipes()}"

    def load(self) -> None:
        """Into a world that has just begun. A file that fits this computer no more is removed."""
        with self._turn():
            for file in self._files():
                self._import(file)

    def _import(self, file: Path) -> None:
        started = time.monotonic()
        result = self._aws("import", str(file))
        if result.returncode == 0:
            self.imported.add(_image_id(file))
            print(f"{result.stdout.strip()} from the cache in {time.monotonic() - started:.1f} s", flush=True)
        else:
            said = result.stderr.strip()
            assert any(words in said for words in USELESS), said
            file.unlink()
            print(f"removed from the cache: {said}", flush=True)

    def load_application(self, app: str) -> None:
        """Images of the application that an earlier run baked, with the base layers that were lent to it, where what bakes them is the same
        as today. Whether their content is wanted, the product knows. Before ``lend_to``."""
        with self._turn():
            for file in self.directory.glob(f"{self._application(app)}-*.tar"):
                self._import(file)

    def keep_application(self, app: str, *image_ids: str) -> None:
        """These take the place of all that was kept of the application on this kind of machine."""
        images = self.world.client("ec2").describe_images(ImageIds=list(image_ids))["Images"]
        sources = {_tags(image).get("ami-deploy:base-image", "").split(" ")[0] for image in images}
        lent = {base["ImageId"] for base in self._base_layers() if COPY in base["Name"]}
        files = {
            self.directory / f"{self._application(app)}-{each}.tar": each for each in {*image_ids, *sources & lent}
        }
        with self._turn():
            for file, image_id in files.items():
                if not file.exists():
                    self._export(file, image_id)
            for older in set(self.directory.glob(f"application-{self.kind}-{app}-*.tar")) - files.keys():
                older.unlink()

    def _application(self, app: str) -> str:
        """How the files of its images begin."""
        return f"application-{self.kind}-{app}-{digest(*MAKERS)}"

    def keep(self) -> None:
        """Writes base layers that this world has baked; one takes the place of an older one of its fingerprint."""
        baked = []
        for image in self._base_layers():
            # A copy for one application, also of an earlier run in a world that stayed up, would be of no use to the others.
            if image["ImageId"] in self.imported or COPY in image["Name"]:
                continue
            baked.append(image)
            fingerprint = _tags(image)["ami-deploy:fingerprint"]
            file = self.directory / f"{self.kind}-{fingerprint}-{image['ImageId']}.tar"
            with self._turn():
                if not file.exists():
                    self._export(file, image["ImageId"])
                for older in self.directory.glob(f"{self.kind}-{fingerprint}-*.tar"):
                    if older != file:
                        older.unlink()
                for superfluous in self._files()[KEPT:]:
                    superfluous.unlink()
        used = baked or self._used()
        if self.baking and used:
            self._known().write_text(_tags(used[-1])["ami-deploy:fingerprint"])
            self.let_bake()

    def of_these_recipes(self) -> dict | None:
        """The base layer that an earlier run baked by the recipes of the checkout, in the world; None where none was kept."""
        if not self._known().exists():
            return None
        self.load()
        fingerprint = self._known().read_text()
        fitting = [image for image in self._base_layers() if _tags(image)["ami-deploy:fingerprint"] == fingerprint]
        return fitting[-1] if fitting else None

    def lend_to(self, app: str) -> None:
        """Copies what is there for an application that has none: the same content, told by the same fingerprint."""
        ec2 = self.world.client("ec2")
        there = self._base_layers()
        names = {image["Name"] for image in there}
        for image in there:
            its_own = _tags(image).get("ami-deploy:app") == app
            if its_own or f"{app}{COPY}{image['ImageId']}" in names:
                continue
            tags = [{"Key": key, "Value": value} for key, value in (_tags(image) | {"ami-deploy:app": app}).items()]
            copy = ec2.copy_image(
                Name=f"{app}{COPY}{image['ImageId']}",
                SourceImageId=image["ImageId"],
                SourceRegion=self.world.environment["AWS_REGION"],
                Encrypted=True,
                TagSpecifications=[{"ResourceType": kind, "Tags": tags} for kind in ("image", "snapshot")],
            )["ImageId"]
            ec2.get_waiter("image_available").wait(ImageIds=[copy])
            self.imported.add(copy)

    def origins(self) -> list[str]:
        """Where the base layer of every application's image in the world comes from, a line each."""
        return [
            f"base layer {image['ImageId']} of {image['CreationDate']}: "
            f"{'from the cache' if image['ImageId'] in self.imported else 'baked'}"
            for image in self._used()
        ]

    def _used(self) -> list[dict]:
        """The base layers that an application's image is made of."""
        filters = [{"Name": "tag:ami-deploy:layer", "Values": ["application"]}]
        images = self.world.client("ec2").describe_images(Owners=["self"], Filters=filters)["Images"]
        used = {_tags(image)["ami-deploy:base-image"].split()[0] for image in images}
        return [image for image in self._base_layers() if image["ImageId"] in used]

    def _base_layers(self) -> list[dict]:
        images = self.world.client("ec2").describe_images(Owners=["self"], Filters=BASE)["Images"]
        # Of one fingerprint the newest comes last and so is the one that stays.
        return sorted(images, key=lambda image: image["CreationDate"])

    def _export(self, file: Path, image_id: str) -> None:
        result = self._aws("export", str(file), "--image-id", image_id)
        assert result.returncode == 0, result.stderr

    def _files(self) -> list[Path]:
        """Newest first."""
        return sorted(self.directory.glob(f"{self.kind}-*.tar"), key=lambda file: file.stat().st_mtime, reverse=True)

    def _aws(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run([*self.world.control, "images", *arguments], capture_output=True, text=True, timeout=600)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        self.directory.mkdir(parents=True, exist_ok=True)
        with open(self.directory / ".lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@contextmanager
def cached_images(
    world: World, kind: str, directory: Path | None = None, one_bakes: bool = False
) -> Iterator[CachedImages]:
    """The cache's base layers are in the world while the block runs; what is there at its end is kept.

    A test that destroys what it deployed calls ``keep`` before that. With ``one_bakes``, see ``await_turn_to_bake``, so does every test as soon as
    something is deployed.
    """
    images = CachedImages(world, kind, directory or cache_directory())
    try:
        if one_bakes:
            images.await_turn_to_bake()
        images.load()
        yield images
        images.keep()
    finally:
        images.let_bake()


def digest(*parts: str) -> str:
    """A hash of the files that Git would list below these parts of the checkout, and of their names."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *parts]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    hashed = hashlib.sha256()
    for file in (ROOT / name for name in sorted(filter(None, names))):
        content = file.read_bytes() if file.is_file() else b""
        hashed.update(f"{file.relative_to(ROOT)} {hashlib.sha256(content).hexdigest()}\n".encode())
    return hashed.hexdigest()[:16]


@functools.cache
def recipes() -> str:
    """A hash of all that the checkout's base layer is made from, but the published image."""
    survey = [sys.executable, "-B", str(ROOT / "ansible" / "survey.py"), "--application", str(ROOT / "webapp")]
    document = json.loads(subprocess.run(survey, capture_output=True, text=True, check=True, timeout=120).stdout)
    made_from = json.dumps([document["ansible_core"], document["layers"]["base"]], sort_keys=True)
    return hashlib.sha256(made_from.encode()).hexdigest()[:16]


def _tags(image: dict) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in image.get("Tags", [])}


def _image_id(file: Path) -> str:
    return file.stem[file.stem.index("-ami-") + 1 :]
