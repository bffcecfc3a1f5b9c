"""Launching one instance for a group, and the reasons that AWS gives when that fails.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/CHAP_Troubleshooting.html and its pages on launch failures, AMIs and load balancers.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from moto.core.exceptions import ServiceException
from moto.ec2 import ec2_backends
from moto.elbv2 import elbv2_backends
from werkzeug.exceptions import HTTPException

GROUP_TAG = "aws:autoscaling:groupName"


class LaunchFailed(Exception):
    """The message is the activity's StatusMessage."""


@dataclass(frozen=True)
class TemplateRef:
    """A launch template and a version of it: a number, $Latest or $Default."""

    id: str
    version: str


def group_template(group: Any) -> TemplateRef | None:
    """What the group launches from; None for a launch configuration."""
    if group.ec2_launch_template is None:
        return None
    return TemplateRef(group.ec2_launch_template.id, str(group.launch_template_version or "$Default"))


def resolve(group: Any, reference: TemplateRef) -> Any:
    """The launch template version that a reference means now; `LaunchFailed` when it is gone."""
    ec2 = ec2_backends[group.account_id][group.region]
    template = ec2.launch_templates.get(reference.id)
    if template is None:
        raise _failed(f"The specified launch template, with template ID {reference.id}, does not exist.")
    try:
        return template.get_version(reference.version)
    except (ServiceException, HTTPException, ValueError) as error:
        raise _failed(f"Launch template version {reference.version} of {reference.id} does not exist.") from error


def next_subnet(group: Any, used: list[tuple[str, str]]) -> tuple[str | None, str]:
    """Subnet and zone for the next instance, given those of the present ones: the zone with fewest instances, first named first.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-availability-zone-balanced.html
    """
    per_zone = Counter(zone for _, zone in used)
    if not group.vpc_zone_identifier:
        zone = min(group.availability_zones, key=lambda z: (per_zone[z], group.availability_zones.index(z)))
        return None, zone
    ec2 = ec2_backends[group.account_id][group.region]
    per_subnet = Counter(subnet for subnet, _ in used)
    ids = [part.strip() for part in group.vpc_zone_identifier.split(",")]
    zones = {id_: ec2.get_subnet(id_).availability_zone for id_ in ids}
    chosen = min(ids, key=lambda id_: (per_zone[zones[id_]], per_subnet[id_], ids.index(id_)))
    return chosen, zones[chosen]


def launch(group: Any, reference: TemplateRef | None, subnet_id: str | None, zone: str) -> tuple[Any, dict[str, str] | None]:
    """Run one instance; returns moto's instance and the launch template version as the API shows it."""
    ec2 = ec2_backends[group.account_id][group.region]
    _check_target_groups(group)
    tags = dict(group.get_propagated_tags())
    common: dict[str, Any] = {
        "is_instance_type_default": False,
        "region_name": group.region,
        "placement": zone,
        "subnet_id": subnet_id,
    }
    shown = None
    if reference is not None:
        version = resolve(group, reference)
        tags = {**version.instance_tags, **tags}
        shown = {
            "LaunchTemplateId": version.template.id,
            "LaunchTemplateName": version.template.name,
            "Version": str(version.number),
        }
        arguments = _from_template(version)
    else:
        arguments = _from_configuration(group.launch_config)
    common["tags"] = {"instance": {**tags, GROUP_TAG: group.name}, **arguments.pop("volume_tags", {})}
    image_id, user_data, names = arguments.pop("image_id"), arguments.pop("user_data"), arguments.pop("group_names")
    _check_parts(ec2, image_id, arguments)
    try:
        reservation = ec2.run_instances(image_id, 1, user_data, names, **common, **arguments)
    except (ServiceException, HTTPException) as error:
        raise _failed(getattr(error, "message", None) or str(error)) from error
    return reservation.instances[0], shown


def _from_template(version: Any) -> dict[str, Any]:
    data = version.data
    nics = data.get("NetworkInterfaces") or []
    group_ids = list(data.get("SecurityGroupIds") or [])
    public = None
    for nic in nics[:1]:
        group_ids += [id_ for id_ in nic.get("Groups") or nic.get("SecurityGroupId") or [] if id_ not in group_ids]
        public = nic.get("AssociatePublicIpAddress")
    volume_tags: dict[str, str] = {}
    for specification in data.get("TagSpecifications") or []:
        if specification.get("ResourceType") == "volume":
            volume_tags = {tag["Key"]: tag.get("Value", "") for tag in specification.get("Tags") or specification.get("Tag") or []}
    arguments = {
        "image_id": data.get("ImageId"),
        "user_data": data.get("UserData"),
        "group_names": list(data.get("SecurityGroups") or []),
        "security_group_ids": group_ids,
        "instance_type": data.get("InstanceType") or "m1.small",
        "key_name": data.get("KeyName"),
        "launch_template": {"LaunchTemplateId": version.template.id, "Version": str(version.number)},
        "metadata_options": data.get("MetadataOptions") or {},
        "ebs_optimized": data.get("EbsOptimized") or False,
        "monitoring_state": "enabled" if _truth((data.get("Monitoring") or {}).get("Enabled")) else "disabled",
        "instance_initiated_shutdown_behavior": data.get("InstanceInitiatedShutdownBehavior"),
        "volume_tags": {"volume": volume_tags},
    }
    if public is not None:
        arguments["associate_public_ip"] = _truth(public)
    mappings = data.get("BlockDeviceMappings")
    if mappings:
        arguments["block_device_mappings"] = mappings
    return arguments


def _from_configuration(configuration: Any) -> dict[str, Any]:
    return {
        "image_id": configuration.image_id,
        "user_data": configuration.user_data,
        "group_names": list(configuration.security_groups),
        "instance_type": configuration.instance_type,
        "key_name": configuration.key_name,
        "launch_config": configuration,
        "associate_public_ip": configuration.associate_public_ip_address,
    }


def _check_target_groups(group: Any) -> None:
    known = elbv2_backends[group.account_id][group.region].target_groups
    if any(arn not in known for arn in group.target_group_arns):
        raise LaunchFailed("One or more target groups not found. Validating load balancer configuration failed.")


def _check_parts(ec2: Any, image_id: str | None, arguments: dict[str, Any]) -> None:
    image = next((ami for ami in ec2.amis.values() if ami.id == image_id), None)
    if image is None:
        raise _failed(f"The AMI ID {image_id} does not exist.")
    if image.state != "available":
        raise _failed(f"The AMI ID {image_id} is {image.state}, and cannot be run.")
    for group_id in arguments.get("security_group_ids", []):
        if ec2.get_security_group_from_id(group_id) is None:
            raise _failed(f"The security group {group_id} does not exist.")
    key = arguments.get("key_name")
    if key and key not in ec2.keypairs:
        raise _failed(f"The key pair {key} does not exist.")


def _failed(reason: str) -> LaunchFailed:
    return LaunchFailed(f"{reason} Launching EC2 instance failed.")


def _truth(value: Any) -> bool:
    return str(value).lower() == "true"
