"""CreateImage, CopyImage, DeregisterImage and DeleteSnapshot that act on file systems."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError, InvalidTaggableResourceType
from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.elastic_block_store import EBSBackend
from moto.ec2.responses.amis import AmisResponse
from moto.ec2.utils import convert_tag_spec

from ..machines import MachineError
from ..world import World
from . import groups
from .machine_images import MachineImage, new_image, with_base_images

#: Seconds that CreateImage and CopyImage take at most to be answered.
ANSWER_SECONDS = 3.0


def install(world: World) -> None:
    """Base images in every region, and CreateImage, CopyImage, DeregisterImage and DeleteSnapshot that act."""
    images = Images(world)
    patches = world.patches
    patches.wrap(EC2Backend, "__init__", lambda original: with_base_images(world, original))
    patches.set(AmisResponse, "create_image", lambda response: images.create(response))
    patches.set(AmisResponse, "copy_image", lambda response: images.copy(response))
    patches.set(AmisResponse, "register_image", _register)
    patches.set(AmisResponse, "deregister_image", lambda response: images.deregister(response))
    patches.wrap(EBSBackend, "delete_snapshot", images.delete_snapshot)


def _register(response: Any) -> ActionResult:
    raise NotImplementedError("RegisterImage; use CreateImage or CopyImage")


class Images:
    """The actions that make and remove images. Called with the lock held; file systems are copied on threads of their own."""

    def __init__(self, world: World) -> None:
        self._world = world

    def create(self, response: Any) -> Any:
        """An image of an instance, `pending` until its file system is kept; a running instance is rebooted unless NoReboot is set.

        https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html
        """
        response.error_on_dryrun()
        ec2, parameter = response.ec2_backend, response._get_param
        instance = ec2.get_instance(parameter("InstanceId"))
        if instance.state not in ("running", "stopped"):
            raise EC2ClientError("IncorrectInstanceState", f"Instance '{instance.id}' is not 'running' or 'stopped'.")
        self._check_name(ec2, parameter("Name"))
        image_tags, snapshot_tags = _tags(parameter("TagSpecifications", []))
        origin = ec2.amis.get(instance.image_id)
        image = new_image(
            *(ec2, "", _devices(ec2, instance, parameter("BlockDeviceMappings", []))),
            name=parameter("Name"),
            description=parameter("Description", ""),
            root_device_name=instance.root_device_name,
            instance=instance,
            state="pending",
            architecture=instance.architecture,
            tags=image_tags,
        )
        for snapshot in _snapshots(ec2, image):
            snapshot.description = f"Created by CreateImage({instance.id}) for {image.id}"
            snapshot.status = "pending"
            snapshot.add_tags(snapshot_tags)
        image.source_image_id, image.source_image_region = instance.image_id, ec2.region_name
        image.imds_support = getattr(origin, "imds_support", None)
        ec2.amis[image.id] = image
        no_reboot = parameter("NoReboot", False) or instance.state == "stopped"
        self._in_background(self._photograph, ec2, image, instance, not no_reboot)
        return _result(ImageId=image.id)

    def _in_background(self, work: Callable[..., None], *args: Any) -> None:
        """Start the work and give it a moment before the call is answered, as AWS's answers to these calls take theirs.

        A small image is `available` by then; a client that looks at long intervals, as Packer does, need not wait for the second look.
        """
        done = threading.Event()

        def run() -> None:
            try:
                work(*args)
            finally:
                done.set()

        self._world.spawn(run)
        with self._world.unlocked():
            done.wait(ANSWER_SECONDS)

    def _photograph(self, ec2: Any, image: MachineImage, instance: Any, reboot: bool) -> None:
        """For a reboot the machine is off meanwhile: only then is all that it has written on its disk."""
        machines = self._world.machines
        with self._world.turns[instance.id]:
            try:
                if reboot:
                    machines.stop(instance.id)
                machines.snapshot(instance.id, image.source)
            except MachineError as error:
                with self._world.lock:
                    image.state, image.state_reason = "failed", {"Code": "Server.InternalError", "Message": str(error)}
            else:
                with self._world.lock:
                    self._available(ec2, image)
            if reboot and instance.state == "running":
                machines.start(instance.id)
                groups.apply(self._world, instance)

    @staticmethod
    def _available(ec2: Any, image: MachineImage) -> None:
        for snapshot in _snapshots(ec2, image):
            snapshot.status = "completed"
        image.state = "available"

    def copy(self, response: Any) -> Any:
        """A second image with snapshots of its own, encrypted when asked for.

        https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopyImage.html
        """
        response.error_on_dryrun()
        ec2, parameter = response.ec2_backend, response._get_param
        region = parameter("SourceRegion")
        origin = ec2_backends[ec2.account_id][region].describe_images(ami_ids=[parameter("SourceImageId")])[0]
        if origin.state != "available":
            raise EC2ClientError("InvalidAMIID.Unavailable", f"The image id '[{origin.id}]' is not available")
        self._check_name(ec2, parameter("Name"))
        image_tags, snapshot_tags = _tags(parameter("TagSpecifications", []))
        if parameter("CopyImageTags", False):
            image_tags = {tag["key"]: tag["value"] for tag in origin.get_tags()} | image_tags
        encrypted = parameter("Encrypted", False)
        devices = [
            {"DeviceName": one["DeviceName"], "Ebs": _without_snapshot(one["Ebs"], encrypted, parameter("KmsKeyId"))}
            for one in origin.block_device_mappings
        ]
        image = new_image(
            *(ec2, "", devices),
            name=parameter("Name"),
            description=parameter("Description") or origin.description,
            root_device_name=origin.root_device_name,
            state="pending",
            architecture=origin.architecture,
            tags=image_tags,
        )
        image.source_image_id, image.source_image_region, image.imds_support = origin.id, region, origin.imds_support
        for snapshot in _snapshots(ec2, image):
            snapshot.description = f"Copied for DestinationAmi {image.id} from SourceAmi {origin.id}"
            snapshot.add_tags(snapshot_tags)
        ec2.amis[image.id] = image
        self._in_background(self._copy_disk, ec2, image, origin.source)
        return _result(ImageId=image.id)

    def _copy_disk(self, ec2: Any, image: MachineImage, source: str) -> None:
        self._world.machines.copy_snapshot(source, image.source)
        with self._world.lock:
            self._available(ec2, image)

    @staticmethod
    def _check_name(ec2: Any, name: str) -> None:
        """Names are unique among one's own images. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html"""
        twin = next((one for one in ec2.amis.values() if one.name == name and one.owner_id == ec2.account_id), None)
        if twin:
            raise EC2ClientError("InvalidAMIName.Duplicate", f"AMI name {name} is already in use by AMI {twin.id}")

    def deregister(self, response: Any) -> Any:
        """Also deletes the snapshots when asked to; instances that run from it go on.

        https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeregisterImage.html
        """
        response.error_on_dryrun()
        ec2, image_id = response.ec2_backend, response._get_param("ImageId")
        image = ec2.amis.get(image_id)
        if image and image.owner_id != ec2.account_id:
            raise EC2ClientError("AuthFailure", f"Not authorized for image:{image_id}")
        if image and image.deregistration_protection != "disabled":
            raise EC2ClientError("OperationNotPermitted", f"The image {image_id} is protected from deregistration.")
        ec2.deregister_image(image_id)
        ec2.tags.pop(image_id, None)
        results = []
        if response._get_param("DeleteAssociatedSnapshots", False):
            for snapshot_id in image.snapshot_ids:
                ec2.delete_snapshot(snapshot_id)
                results.append({"SnapshotId": snapshot_id, "ReturnCode": "success"})
        return _result(Return=True, DeleteSnapshotResults=results)

    def delete_snapshot(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """InvalidSnapshot.InUse while an image uses it; moto checks. The file system goes with it.

        https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSnapshot.html
        """

        def delete(ec2: Any, snapshot_id: str) -> Any:
            snapshot = original(ec2, snapshot_id)
            ec2.tags.pop(snapshot_id, None)
            self._world.spawn(self._world.machines.remove_snapshot, snapshot_id)
            return snapshot

        return delete


def _devices(ec2: Any, instance: Any, overrides: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The instance's volumes as devices of the image, overridden device by device."""
    by_name = {one["DeviceName"]: one for one in overrides}
    devices = []
    for name, attached in instance.block_device_mapping.items():
        override = by_name.get(name, {})
        if override.get("NoDevice") is not None:
            continue
        volume = ec2.volumes[attached.volume_id]
        ebs = {
            "VolumeId": volume.id,
            "VolumeSize": volume.size,
            "VolumeType": volume.volume_type,
            "DeleteOnTermination": attached.delete_on_termination,
            "Encrypted": volume.encrypted,
            "KmsKeyId": volume.kms_key_id,
        }
        devices.append({"DeviceName": name, "Ebs": ebs | override.get("Ebs", {})})
    return devices


def _without_snapshot(ebs: dict[str, Any], encrypted: bool, key: str | None) -> dict[str, Any]:
    kept = {name: value for name, value in ebs.items() if name not in ("SnapshotId", "VolumeId")}
    return kept | {"Encrypted": bool(encrypted or kept.get("Encrypted")), "KmsKeyId": key}


def _snapshots(ec2: Any, image: MachineImage) -> list[Any]:
    return [ec2.snapshots[snapshot_id] for snapshot_id in image.snapshot_ids if snapshot_id in ec2.snapshots]


def _tags(specifications: list[dict[str, Any]]) -> tuple[dict[str, str], dict[str, str]]:
    """Tags for the image and for its snapshots; nothing else can be tagged here."""
    for specification in specifications:
        if specification["ResourceType"] not in ("image", "snapshot"):
            raise InvalidTaggableResourceType(specification["ResourceType"])
    tags = convert_tag_spec(specifications)
    return tags.get("image", {}), tags.get("snapshot", {})


def _result(**fields: Any) -> ActionResult:
    return ActionResult(fields)
