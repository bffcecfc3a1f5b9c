"""Image records with a file system behind them, and the base images of every region.

A file system belongs to its snapshot, as on AWS: the image only names it, so it goes away with the snapshot.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-lifecycle.html

On AWS the id of a published image stands for its content. So the id of a base image is derived from what it is: region, owner, name, kind of
machine and the recipe of its file system. It is the same in every world until one of these changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from moto.ec2.models.amis import Ami
from moto.ec2.utils import random_ami_id

from ..world import World

ROOT_DEVICE = "/dev/xvda"
DEBIAN, AMAZON = "136693071363", "137112412989"
#: Base images: owner, alias, name, date, description, base. Debian has an older sister, so that `most_recent` has something to choose.
#: Those for arm64 are records: a launch is refused where machines boot.
BASES = (
    (
        DEBIAN,
        None,
        "debian-12-amd64-20260815-2100",
        datetime(2026, 8, 15, 21),
        "Debian 12 (20260815-2100)",
        "debian-12",
    ),
    (DEBIAN, None, "debian-12-amd64-20260901-2200", datetime(2026, 9, 1, 22), "Debian 12 (20260901-2200)", "debian-12"),
    (
        *(AMAZON, "amazon", "al2023-ami-2023.9.20260901.0-kernel-6.1-x86_64", datetime(2026, 9, 1, 23)),
        *("Amazon Linux 2023 AMI 2023.9.20260901.0 x86_64 HVM kernel-6.1", "amazon-linux-2023"),
    ),
    (
        *(DEBIAN, None, "debian-12-arm64-20260901-2200", datetime(2026, 9, 1, 22)),
        *("Debian 12 (20260901-2200)", "debian-12-arm64"),
    ),
    (
        *(AMAZON, "amazon", "al2023-ami-2023.9.20260901.0-kernel-6.1-arm64", datetime(2026, 9, 1, 23)),
        *("Amazon Linux 2023 AMI 2023.9.20260901.0 arm64 HVM kernel-6.1", "amazon-linux-2023-arm64"),
    ),
)


class MachineImage(Ami):
    """moto's image, with a file system, the whole of its block device mapping, and the attributes that clients filter by."""

    def __init__(
        self,
        ec2: Any,
        source: str,
        mappings: list[dict[str, Any]],
        image_id: str | None = None,
        architecture: str = "x86_64",
        **fields: Any,
    ) -> None:
        super().__init__(
            ec2,
            image_id or random_ami_id(),
            region_name=ec2.describe_availability_zones()[0].name,
            root_device_type="ebs",
            **fields,
        )
        #: Snapshot id or `base/<name>`: what machines boot from.
        self.source = source
        self.virtualization_type, self.hypervisor, self.architecture = "hvm", "xen", architecture
        self.ena_support, self.boot_mode, self.sriov_net_support = True, "uefi-preferred", "simple"
        self.image_location = f"{self.owner_id}/{self.name}"
        self.platform_details, self.usage_operation = "Linux/UNIX", "RunInstances"
        self.mappings = mappings
        self.imds_support: str | None = None
        self.deprecation_time: str | None = None
        self.deregistration_protection = "disabled"
        self.source_image_id: str | None = None
        self.source_image_region: str | None = None

    @property
    def block_device_mappings(self) -> list[dict[str, Any]]:
        return self.mappings

    @property
    def snapshot_ids(self) -> list[str]:
        return [mapping["Ebs"]["SnapshotId"] for mapping in self.mappings if "Ebs" in mapping]

    def get_filter_value(self, filter_name: str, method_name: str | None = None) -> Any:
        """Also the filters that moto refuses. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html"""
        roots = [mapping["Ebs"] for mapping in self.mappings if "Ebs" in mapping]
        more = {
            "is-public": str(self.is_public).lower(),
            "root-device-type": self.root_device_type,
            "root-device-name": self.root_device_name,
            "ena-support": "true",
            "creation-date": self.creation_date.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "platform-details": self.platform_details,
            "image-type": self.image_type,
            "hypervisor": self.hypervisor,
            "description": self.description or "",
            "block-device-mapping.device-name": [mapping["DeviceName"] for mapping in self.mappings],
            "block-device-mapping.snapshot-id": [ebs["SnapshotId"] for ebs in roots],
            "block-device-mapping.volume-type": [ebs["VolumeType"] for ebs in roots],
            "block-device-mapping.volume-size": [str(ebs["VolumeSize"]) for ebs in roots],
            "block-device-mapping.encrypted": [str(ebs["Encrypted"]).lower() for ebs in roots],
        }
        if filter_name in more:
            return more[filter_name]
        return super().get_filter_value(filter_name, method_name)


def with_base_images(world: World, original: Callable[..., None]) -> Callable[..., None]:
    """moto makes a region's backend when the region is first used; it has the base images from then on."""

    def init(ec2: Any, *args: Any, **kwargs: Any) -> None:
        original(ec2, *args, **kwargs)
        _register_base_images(world, ec2)

    return init


def _register_base_images(world: World, ec2: Any) -> None:
    for owner, alias, name, created, description, base in BASES:
        recipe = world.machines.base_recipe(base)
        identity = hashlib.sha256("\0".join((ec2.region_name, owner, name, recipe)).encode()).hexdigest()[:17]
        image = new_image(
            *(ec2, f"base/{base}"),
            [{"DeviceName": ROOT_DEVICE, "Ebs": {"VolumeSize": 8, "VolumeType": "gp3", "Encrypted": False}}],
            image_id=f"ami-{identity}",
            architecture="arm64" if base.endswith("-arm64") else "x86_64",
            name=name,
            description=description,
            owner_id=owner,
            owner_alias=alias,
            public=True,
            creation_date=created.replace(tzinfo=UTC),
            root_device_name=ROOT_DEVICE,
        )
        snapshot = ec2.snapshots.pop(image.snapshot_ids[0])
        snapshot.id = image.mappings[0]["Ebs"]["SnapshotId"] = f"snap-{identity}"
        ec2.snapshots[snapshot.id] = snapshot
        ec2.amis[image.id] = image


def new_image(ec2: Any, source: str, devices: list[dict[str, Any]], **fields: Any) -> MachineImage:
    """An image with one new snapshot record per device; `source` `""` means: what the root device's new snapshot will hold."""
    image = MachineImage(ec2, source, [], **fields)
    root = image.ebs_snapshot
    for device in devices:
        ebs = device["Ebs"]
        is_root = device["DeviceName"] == image.root_device_name
        volume = ec2.volumes.get(ebs.get("VolumeId")) or ec2.create_volume(ebs["VolumeSize"], root.volume.zone.name)
        snapshot = root if is_root else ec2.create_snapshot(volume.id, root.description, image.owner_id, image.id)
        snapshot.volume = volume
        snapshot.encrypted = bool(ebs.get("Encrypted"))
        snapshot.kms_key_id = ebs.get("KmsKeyId") if snapshot.encrypted else None
        if "VolumeId" not in ebs:
            ec2.volumes.pop(volume.id, None)
        mapping = {
            "SnapshotId": snapshot.id,
            "VolumeSize": ebs["VolumeSize"],
            "VolumeType": ebs.get("VolumeType", "gp3"),
            "DeleteOnTermination": ebs.get("DeleteOnTermination", True),
            "Encrypted": snapshot.encrypted,
        }
        image.mappings.append({"DeviceName": device["DeviceName"], "Ebs": mapping})
    image.source = source or root.id
    return image
