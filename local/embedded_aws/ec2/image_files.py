"""Images in files: `local/aws images export | import` carries them from one world to another, with their ids, dates and tags.

On AWS an image stays in its account for good; here a world ends, and what was made in it may be wanted in the next one.
"""

from __future__ import annotations

import io
import json
import os
import tarfile
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.elastic_block_store import Snapshot
from werkzeug import Request

from ..machines import MachineError
from ..world import World
from . import lookup
from .machine_images import MachineImage

#: Changed when older files cannot be read any more.
FORMAT = 1
#: The member of the archive that lists the images; the others are file systems.
CONTENTS = "images.json"
#: Bytes that are copied at a time.
CHUNK = 1024**2
#: What an image and a snapshot are but for dates, tags and what they are made of.
IMAGE_FIELDS = (
    *("description", "state", "platform", "image_type", "image_location", "kernel_id", "instance_id"),
    *("virtualization_type", "hypervisor", "architecture", "boot_mode", "ena_support", "sriov_net_support"),
    *("platform_details", "usage_operation", "imds_support", "deprecation_time", "deregistration_protection"),
    *("source_image_id", "source_image_region", "launch_permissions"),
)
SNAPSHOT_FIELDS = ("description", "status", "encrypted", "kms_key_id", "owner_id", "from_ami")


def install(world: World) -> None:
    """Answer the script's `images`."""
    world.control["images"] = ImageFiles(world).control


class ImageFiles:
    """Writes and reads files of images, one order at a time."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._turn = threading.Lock()

    def control(self, request: Request) -> Any:
        """`{"do": "export" | "import", "file": …}`; what cannot be done is a ValueError in one line."""
        order = json.loads(request.get_data())
        action, file = order.pop("do"), Path(order.pop("file"))
        with self._turn:
            try:
                return self.export(file, **order) if action == "export" else self.import_(file)
            except MachineError as error:
                raise ValueError(f"{file}: {error}") from error
            except EC2ClientError as error:
                raise ValueError(f"{file}: {error.message}") from error
            except OSError as error:
                raise ValueError(f"{file}: {error.strerror or error}") from error

    def export(self, file: Path, image_ids: list[str], filters: dict[str, list[str]], region: str = "") -> list[str]:
        """Own images by id or filter, as DescribeImages finds them. The file appears under its name when it is complete."""
        with self._world.lock:
            ec2 = lookup.backend(self._world, region or None)
            found = ec2.describe_images(ami_ids=image_ids, filters=filters, owners=["self"])
            missing = set(image_ids) - {image.id for image in found}
            if missing or not found:
                raise ValueError(f"{file} is not written: no image {', '.join(sorted(missing)) or 'fits the filters'}")
            for image in found:
                if image.owner_id != self._world.account_id:
                    raise ValueError(f"{image.id} ({image.name}) is not one's own: every world has it")
                if image.state != "available":
                    raise ValueError(f"{image.id} ({image.name}) is {image.state}: wait until it is available")
            images = [_described(ec2, image) for image in found]
        part = file.with_name(f".{file.name}.{os.getpid()}")
        try:
            with tarfile.open(part, "w", copybufsize=CHUNK) as archive:
                for image in images:
                    image["file_system"] = self._world.machines.save(image["source"], archive)
                text = json.dumps({"format": FORMAT, "region": ec2.region_name, "images": images}, indent=1).encode()
                entry = tarfile.TarInfo(CONTENTS)
                entry.size = len(text)
                archive.addfile(entry, io.BytesIO(text))
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
        return [f"exported {one['id']} {one['name']} ({one['file_system']['kind']})" for one in images]

    def import_(self, file: Path) -> list[str]:
        """Images that the world has already are left as they are; the others come all or none."""
        try:
            with tarfile.open(file, copybufsize=CHUNK) as archive:
                contents = json.load(archive.extractfile(CONTENTS))
                if contents["format"] != FORMAT:
                    raise ValueError(f"{file} has format {contents['format']}, not {FORMAT}: export it anew")
                return self._import(file, contents["region"], contents["images"], archive)
        except (tarfile.TarError, KeyError) as error:
            raise ValueError(f"{file} was not written by `images export`, or is incomplete: {error}") from error

    def _import(self, file: Path, region: str, images: list[dict[str, Any]], archive: tarfile.TarFile) -> list[str]:
        with self._world.lock:
            ec2 = lookup.backend(self._world, region)
            new = [image for image in images if image["id"] not in ec2.amis]
            for image in new:
                _check(file, ec2, image)
        disks = {image["source"]: image["file_system"] for image in new}
        try:
            self._world.machines.restore(disks, archive)
            with self._world.lock:
                for image in new:
                    # Another image may have taken the name meanwhile.
                    _check(file, ec2, image)
                for image in new:
                    _record(ec2, image)
        except BaseException:
            for source in disks:
                if self._world.machines.has_source(source):
                    self._world.machines.remove_snapshot(source)
            raise
        return [
            f"imported {one['id']} {one['name']} of {one['creation_date']} ({one['file_system']['kind']})"
            if one in new
            else f"{one['id']} {one['name']} is here already"
            for one in images
        ]


def _check(file: Path, ec2: Any, image: dict[str, Any]) -> None:
    """Names are unique among one's own images, ids among all."""
    twin = next(
        (one for one in ec2.amis.values() if one.name == image["name"] and one.owner_id == ec2.account_id), None
    )
    if twin:
        raise ValueError(f"{file}: {twin.id} has the name of {image['id']}, {twin.name}: deregister it first")
    taken = [snapshot["id"] for snapshot in image["snapshots"] if snapshot["id"] in ec2.snapshots]
    if taken:
        raise ValueError(f"{file}: {', '.join(taken)} of {image['id']} is here without its image: delete it first")


def _described(ec2: Any, image: MachineImage) -> dict[str, Any]:
    snapshots = [ec2.snapshots[snapshot_id] for snapshot_id in image.snapshot_ids]
    return {
        "id": image.id,
        "name": image.name,
        "creation_date": image.creation_date.isoformat(),
        "root_device_name": image.root_device_name,
        "source": image.source,
        "mappings": image.mappings,
        "tags": _tags(image),
        "fields": {name: getattr(image, name) for name in IMAGE_FIELDS},
        "snapshots": [
            {
                "id": one.id,
                "start_time": one.start_time.isoformat(),
                "volume": {"id": one.volume.id, "size": one.volume.size},
                "tags": _tags(one),
                "fields": {name: getattr(one, name) for name in SNAPSHOT_FIELDS},
            }
            for one in snapshots
        ],
    }


def _tags(resource: Any) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in resource.get_tags()}


def _record(ec2: Any, saved: dict[str, Any]) -> None:
    image = MachineImage(
        *(ec2, saved["source"], saved["mappings"], saved["id"]),
        name=saved["name"],
        creation_date=datetime.fromisoformat(saved["creation_date"]),
        root_device_name=saved["root_device_name"],
        tags=saved["tags"],
    )
    vars(image).update(saved["fields"])
    zone = image.ebs_snapshot.volume.zone.name
    # The one that moto makes with every image.
    del ec2.snapshots[image.ebs_snapshot.id]
    for each in saved["snapshots"]:
        volume = ec2.create_volume(each["volume"]["size"], zone)
        # It is gone, as the instance is that it belonged to.
        del ec2.volumes[volume.id]
        volume.id = each["volume"]["id"]
        snapshot = Snapshot(ec2, each["id"], volume, "")
        vars(snapshot).update(each["fields"], start_time=datetime.fromisoformat(each["start_time"]))
        snapshot.add_tags(each["tags"])
        ec2.snapshots[snapshot.id] = snapshot
        if snapshot.id == image.source:
            image.ebs_snapshot = snapshot
    if image.id in ec2.deleted_amis:
        ec2.deleted_amis.remove(image.id)
    ec2.amis[image.id] = image
