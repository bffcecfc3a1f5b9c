"""What a launch is made of: the request over the launch template over the image, as RunInstances puts them together."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from moto.ec2.exceptions import EC2ClientError, InvalidAMIIdError, UnvailableAMIIdError
from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.ec2.models.instances import InstanceBackend
from moto.ec2.responses.instances import InstanceResponse
from moto.ec2.utils import convert_tag_spec

from ..world import World

#: What RunInstances takes when nothing is said.
DEFAULT_INSTANCE_TYPE = "m1.small"
#: Launch-template fields that moto takes from the request alone, and where RunInstances' arguments have them.
_TEMPLATE_FIELDS = {
    "MetadataOptions": "metadata_options",
    "InstanceInitiatedShutdownBehavior": "instance_initiated_shutdown_behavior",
    "EbsOptimized": "ebs_optimized",
    "DisableApiTermination": "disable_api_termination",
    "DisableApiStop": "disable_api_stop",
    "NetworkInterfaces": "nics",
}


def install(world: World) -> None:
    """Complete every launch before moto makes records of it."""
    world.patches.set(InstanceResponse, "_parse_block_device_mapping", _block_devices_as_sent)
    world.patches.wrap(InstanceBackend, "run_instances", lambda original: _run(world, original))
    world.patches.wrap(InstanceResponse, "run_instances", _with_termination_protection)


def _block_devices_as_sent(response: Any) -> list[dict[str, Any]]:
    """Without moto's defaults, which would hide what the image says."""
    return response._get_param("BlockDeviceMappings", [])


def _with_termination_protection(original: Callable[..., Any]) -> Callable[..., Any]:
    """moto does not read the request's DisableApiTermination.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html (DisableApiTermination)
    """

    def run_instances(response: Any) -> Any:
        answer = original(response)
        wanted = response._get_param("DisableApiTermination")
        if wanted is not None:
            for instance in answer.result.instances:
                instance.disable_api_termination = wanted is True
        return answer

    return run_instances


def _run(world: World, original: Callable[..., Any]) -> Callable[..., Any]:
    def run(
        ec2: Any, image_id: str | None, count: int, user_data: Any, security_group_names: list[str], **arguments: Any
    ) -> Any:
        template = _template(ec2, arguments)
        _merge_template(arguments, template)
        image = _image(world, ec2, image_id or template.get("ImageId"))
        mismatch = architecture_mismatch(image, arguments.get("instance_type") or template.get("InstanceType"))
        if mismatch:
            raise EC2ClientError("InvalidParameterValue", mismatch)
        arguments["block_device_mappings"] = _block_devices(
            ec2, image, template, arguments.get("block_device_mappings")
        )
        _choose_subnet(ec2, arguments)
        if getattr(image, "imds_support", None) == "v2.0":
            # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-IMDS-new-instances.html#configure-IMDS-new-instances-ami-configuration
            arguments["metadata_options"] = {"HttpTokens": "required", "HttpPutResponseHopLimit": 2} | arguments[
                "metadata_options"
            ]
        arguments.setdefault("region_name", ec2.region_name)
        arguments.setdefault("is_instance_type_default", not arguments.get("instance_type"))
        disable_termination = arguments.get("disable_api_termination")
        reservation = original(ec2, image.id, count, user_data, security_group_names, **arguments)
        for instance in reservation.instances:
            instance.disable_api_termination = disable_termination is True
            _complete(ec2, instance, template, arguments)
        return reservation

    return run


def _template(ec2: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    """The data of the launch template's version, or nothing."""
    wanted = arguments.get("launch_template")
    return copy.deepcopy(ec2._get_template_from_args(wanted).data) if wanted else {}


def _merge_template(arguments: dict[str, Any], template: dict[str, Any]) -> None:
    """Parameters of the request override those of the template; tags of both are put together, key by key.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html (LaunchTemplate)
    """
    for field, argument in _TEMPLATE_FIELDS.items():
        if not arguments.get(argument) and template.get(field) is not None:
            arguments[argument] = template[field]
    arguments["metadata_options"] = {**template.get("MetadataOptions", {}), **(arguments.get("metadata_options") or {})}
    if not arguments.get("placement"):
        arguments["placement"] = template.get("Placement", {}).get("AvailabilityZone")
    if template.get("Monitoring", {}).get("Enabled"):
        arguments["monitoring_state"] = "enabled"
    tags = convert_tag_spec(template.get("TagSpecifications", []))
    for kind, own in (arguments.get("tags") or {}).items():
        tags[kind] = {**tags.get(kind, {}), **own}
    arguments["tags"] = tags


def _image(world: World, ec2: Any, image_id: str | None) -> Any:
    """The image, when it can be launched.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (InvalidAMIID.NotFound, InvalidAMIID.Unavailable)
    """
    if not image_id:
        raise EC2ClientError("MissingParameter", "The request must contain the parameter ImageId")
    image = ec2.amis.get(image_id)
    if image is None:
        raise UnvailableAMIIdError(image_id) if image_id in ec2.deleted_amis else InvalidAMIIdError(image_id)
    if world.shortages.is_unshared(image_id):
        raise EC2ClientError("AuthFailure", not_shared(image_id))
    if image.state != "available":
        raise UnvailableAMIIdError(image_id)
    source = getattr(image, "source", None)
    if world.machines.boots and not (source and world.machines.has_source(source)):
        why = "no registry offered one when it started" if image.architecture == "x86_64" else "its machines are x86_64"
        raise EC2ClientError(
            "InvalidAMIID.Unavailable",
            f"The image id '[{image_id}]' ({image.name}) has no file system in this embedded AWS: {why}",
        )
    return image


def not_shared(image_id: str) -> str:
    """What a launch says of another account's image that is not shared.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-explicit.html
    """
    return f"Not authorized for images: [{image_id}]"


def architecture_mismatch(image: Any, instance_type: str | None) -> str:
    """What RunInstances says when the type's processors are not the image's; empty when they are, or the type is not known.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-type-finder.html (matching architectures)
    """
    known = INSTANCE_TYPES.get(instance_type or DEFAULT_INSTANCE_TYPE)
    architectures = known["ProcessorInfo"]["SupportedArchitectures"] if known else [image.architecture]
    if image.architecture in architectures:
        return ""
    return (
        f"The architecture '{','.join(architectures)}' of the specified instance type does not match the architecture "
        f"'{image.architecture}' of the specified AMI. Specify an instance type and an AMI that have matching "
        "architectures, and try again. You can use 'describe-instance-types' or 'describe-images' to discover the "
        "architecture of the instance type or AMI."
    )


def _block_devices(ec2: Any, image: Any, template: dict[str, Any], requested: Any) -> list[dict[str, Any]]:
    """The image's mapping, overridden device by device by the template's and the request's.

    Encryption can be added, never taken away; EncryptByDefault adds it everywhere.
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/block-device-mapping-concepts.html
    https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html
    """
    devices: dict[str, dict[str, Any]] = {}
    for mapping in [*image.block_device_mappings, *template.get("BlockDeviceMappings", []), *(requested or [])]:
        name = mapping["DeviceName"]
        if mapping.get("NoDevice") is not None:
            devices.pop(name, None)
            continue
        before = devices.get(
            name, {"VolumeType": "gp3", "DeleteOnTermination": False, "SnapshotId": None, "Encrypted": False}
        )
        ebs = {key: value for key, value in mapping.get("Ebs", {}).items() if value is not None}
        encrypted = before["Encrypted"] or ebs.get("Encrypted", False) or ec2.get_ebs_encryption_by_default()
        devices[name] = {**before, **ebs, "Encrypted": bool(encrypted)}
    for name, ebs in devices.items():
        if not ebs.get("VolumeSize") and not ebs.get("SnapshotId"):
            raise EC2ClientError(
                "MissingParameter", f"The request must contain the parameter size or snapshotId ({name})"
            )
        ebs.setdefault("VolumeSize", None)
    return [{"DeviceName": name, "Ebs": ebs, "NoDevice": None} for name, ebs in devices.items()]


def _choose_subnet(ec2: Any, arguments: dict[str, Any]) -> None:
    """Without a subnet, the default one of the wanted zone, or of the first zone.

    https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html
    """
    nics = arguments.get("nics") or []
    arguments["nics"] = nics
    if arguments.get("subnet_id"):
        for nic in nics[:1]:
            nic["SubnetId"] = arguments["subnet_id"]
        return
    if any("SubnetId" in nic or "NetworkInterfaceId" in nic for nic in nics):
        return
    defaults = ec2.get_default_subnets()
    zone = arguments.get("placement") or min(defaults, default=None)
    if zone not in defaults:
        raise EC2ClientError(
            "MissingInput", f"No default subnet for availability zone: '{zone}'. Please specify a subnet."
        )
    arguments["subnet_id"] = defaults[zone].id
    for nic in nics[:1]:
        nic["SubnetId"] = arguments["subnet_id"]


def _complete(ec2: Any, instance: Any, template: dict[str, Any], arguments: dict[str, Any]) -> None:
    """What moto leaves out of the records: template profile, interface tags, interfaces that go with their instance.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/scenarios-enis.html (interfaces made at launch are deleted on termination)
    """
    own = {nic.get("NetworkInterfaceId") for nic in arguments["nics"]}
    for nic in instance.nics.values():
        if nic.id not in own:
            nic.delete_on_termination = True
            nic.add_tags(arguments["tags"].get("network-interface", {}))
    # The groups of an instance are those of its primary interface, wherever the launch named them.
    instance.security_groups = list(instance.nics[0].group_set)
    profile = template.get("IamInstanceProfile")
    if profile and not (arguments.get("iam_instance_profile_name") or arguments.get("iam_instance_profile_arn")):
        ec2.associate_iam_instance_profile(
            instance.id, iam_instance_profile_name=profile.get("Name"), iam_instance_profile_arn=profile.get("Arn")
        )
