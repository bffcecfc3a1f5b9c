"""A snapshot's file system in an archive, and back into the engine: the image's own layers, without those of the base image under it.

The base is in the engine already and is nine tenths of the bytes. The engine takes an image whose lower layers it has without reading them,
see `docker load` in https://docs.docker.com/reference/cli/docker/image/load/ and https://github.com/moby/docker-image-spec for the format.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from docker.errors import APIError, NotFound

from . import MachineError
from .base import BASES, base_image
from .docker_naming import WORLD_LABEL

#: Bytes that are read at a time.
CHUNK = 1024**2


def save(api: Any, image: str, archive: tarfile.TarFile, scratch: Path) -> dict[str, Any]:
    """Write the image's layers above the base images' into the archive; returns its configuration and where its layers are."""
    with tempfile.TemporaryFile(dir=scratch) as whole:
        try:
            for chunk in api.get_image(image):
                whole.write(chunk)
        except APIError as error:
            raise MachineError(f"{image} cannot be saved: {error.explanation}") from error
        whole.seek(0)
        with tarfile.open(fileobj=whole, copybufsize=CHUNK) as saved:
            manifest = json.load(saved.extractfile("manifest.json"))[0]
            config = json.load(saved.extractfile(manifest["Config"]))
            layers = config["rootfs"]["diff_ids"]
            below = max((known for known in _bases(api) if layers[: len(known)] == known), key=len, default=[])
            for digest, name in list(zip(layers, manifest["Layers"], strict=True))[len(below) :]:
                if _member(digest) not in archive.getnames():
                    # A name may be a link to an earlier layer of the same content; what is added is the content.
                    content = saved.extractfile(name)
                    entry = tarfile.TarInfo(_member(digest))
                    entry.size = content.seek(0, io.SEEK_END)
                    content.seek(0)
                    archive.addfile(entry, content)
    return {"config": config, "below": below}


def restore(api: Any, image: str, saved: dict[str, Any], archive: tarfile.TarFile, world: str, scratch: Path) -> None:
    """Have the image under this name, labelled as this world's."""
    below, config = saved["below"], saved["config"]
    if below and not any(known[: len(below)] == below for known in _bases(api)):
        raise MachineError(
            f"{image}: the base image that it stands on is not in this computer's Docker engine, or was made anew: make the image anew, too"
        )
    # By its label an image is removed with its world.
    config["config"].setdefault("Labels", {})
    config["config"]["Labels"] = {**(config["config"]["Labels"] or {}), WORLD_LABEL: world}
    layers = config["rootfs"]["diff_ids"]
    text = json.dumps(config).encode()
    identity = hashlib.sha256(text).hexdigest()
    manifest = [{"Config": f"{identity}.json", "RepoTags": [image], "Layers": [_member(digest) for digest in layers]}]
    with tempfile.TemporaryFile(dir=scratch) as whole:
        with tarfile.open(fileobj=whole, mode="w", copybufsize=CHUNK) as package:
            for name, content in ((f"{identity}.json", text), ("manifest.json", json.dumps(manifest).encode())):
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                package.addfile(entry, io.BytesIO(content))
            for digest in dict.fromkeys(layers[len(below) :]):
                package.addfile(archive.getmember(_member(digest)), archive.extractfile(_member(digest)))
        whole.seek(0)
        try:
            # The engine tells a failed load in its last line, with status 200.
            answers = list(api.load_image(whole, quiet=True))
            failed = next((line["error"] for line in answers if "error" in line), None)
            if failed:
                raise MachineError(f"{image} cannot be loaded: {failed}")
        except APIError as error:
            raise MachineError(f"{image} cannot be loaded: {error.explanation}") from error


def _member(digest: str) -> str:
    return f"layers/{digest.partition(':')[2]}.tar"


def _bases(api: Any) -> list[list[str]]:
    """The layers of every base image that the engine has, lowest first."""
    found = []
    for name in BASES:
        with suppress(NotFound):
            found.append(api.inspect_image(base_image(name))["RootFS"]["Layers"])
    return found
