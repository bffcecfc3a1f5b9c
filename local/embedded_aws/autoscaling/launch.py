"""Launching one instance for a group, and the reasons that AWS gives when that fails.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/CHAP_Troubleshooting.html and its pages on launch failures, AMIs
and load balancers.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from moto.core.exceptions import ServiceException
from moto.ec2 import ec2_backends
from moto.elbv2 import elbv2_backends
from werkzeug.exceptions import HTTPException

from ..ec2.launch import DEFAULT_INSTANCE_TYPE, architecture_mismatch

GROUP_TAG = "aws:autoscaling:groupName"


class LaunchFailed(Exception):
    """The message is the activity's StatusMessage; `full` says that the subnet had no address left."""

    full = False


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
    except ServiceException as error:
        raise _failed(error.message) from error


def mismatch(ec2: Any, template: dict[str, Any]) -> str:
    """What a launch template's instance type and image do not agree on; empty when they do, or one of these is not there."""
    try:
        data = ec2._get_template_from_args(template).data
    except (ServiceException, HTTPException, ValueError, IndexError):
        return ""
    image = ec2.amis.get(data.get("ImageId"))
    return architecture_mismatch(image, data.get("InstanceType")) if image else ""


def next_subnet(group: Any, used: list[tuple[str, str]], full: set[str]) -> tuple[str | None, str]:
    """Subnet and zone for the next instance, given those of the present ones: where fewest are, first named first.

    Subnets that had no address are left out as long as there is another one.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-availability-zone-balanced.html
    """
    per_zone = Counter(zone for _, zone in used)
    if not group.vpc_zone_identifier:
        zone = min(group.availability_zones, key=lambda z: (per_zone[z], group.availability_zones.index(z)))
        return None, zone
    ec2 = ec2_backends[group.account_id][group.region]
    per_subnet = Counter(subnet for subnet, _ in used)
    every = [part.strip() for part in group.vpc_zone_identifier.split(",")]
    ids = [id_ for id_ in every if id_ not in full] or every
    zones = {id_: ec2.get_subnet(id_).availability_zone for id_ in ids}
    chosen = min(ids, key=lambda id_: (per_zone[zones[id_]], per_subnet[id_], ids.index(id_)))
    return chosen, zones[chosen]


def launch(
    group: Any, reference: TemplateRef | None, subnet_id: str | None, zone: str, instance_type: str | None = None
) -> tuple[Any, dict[str, str] | None]:
    """Run one instance, of this type whatever the template says; returns moto's instance and the launch template
    version as the API shows it.
    """
    ec2 = ec2_backends[group.account_id][group.region]
    _check_target_groups(group)
    tags = group.get_propagated_tags()
    common: dict[str, Any] = {
        "is_instance_type_default": False,
        "region_name": group.region,
        "placement": zone,
        "subnet_id": subnet_id,
    }
    shown = None
    if reference is not None:
        version = resolve(group, reference)
        shown = {
            "LaunchTemplateId": version.template.id,
            "LaunchTemplateName": version.template.name,
            "Version": str(version.number),
        }
        arguments = _from_template(version, instance_type)
    else:
        arguments = _from_configuration(group.launch_config)
    common["tags"] = {"instance": {**tags, GROUP_TAG: group.name}}
    image_id, user_data, names = arguments.pop("image_id"), arguments.pop("user_data"), arguments.pop("group_names")
    _check_parts(ec2, image_id, version.data if reference else {}, arguments)
    try:
        reservation = ec2.run_instances(image_id, 1, user_data, names, **common, **arguments)
    except (ServiceException, HTTPException) as error:
        failure = _failed(getattr(error, "message", None) or str(error))
        failure.full = getattr(error, "code", "") == "InsufficientFreeAddressesInSubnet"
        raise failure from error
    return reservation.instances[0], shown


def _from_template(version: Any, instance_type: str | None) -> dict[str, Any]:
    """RunInstances reads the rest from the template itself."""
    return {
        "image_id": version.data.get("ImageId"),
        "user_data": None,
        "group_names": [],
        "instance_type": instance_type or version.data.get("InstanceType") or DEFAULT_INSTANCE_TYPE,
        "launch_template": {"LaunchTemplateId": version.template.id, "Version": str(version.number)},
    }


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


def _check_parts(ec2: Any, image_id: str | None, data: dict[str, Any], arguments: dict[str, Any]) -> None:
    image = ec2.amis.get(image_id)
    if image is None:
        raise _failed(f"The AMI ID {image_id} does not exist.")
    if image.state != "available":
        raise _failed(f"The AMI ID {image_id} is {image.state}, and cannot be run.")
    group_ids = list(data.get("SecurityGroupIds") or [])
    for nic in data.get("NetworkInterfaces") or []:
        group_ids += nic.get("Groups") or []
    for group_id in group_ids:
        if ec2.get_security_group_from_id(group_id) is None:
            raise _failed(f"The security group {group_id} does not exist.")
    key = data.get("KeyName") or arguments.get("key_name")
    if key and key not in ec2.key_pairs:
        raise _failed(f"The key pair {key} does not exist.")


def _failed(reason: str) -> LaunchFailed:
    return LaunchFailed(f"{reason.removesuffix('.')}. Launching EC2 instance failed.")
