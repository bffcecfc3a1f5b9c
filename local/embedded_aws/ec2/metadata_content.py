"""What instance metadata says: a tree of texts per instance.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-identity-documents.html
"""

from __future__ import annotations

import base64
import json
from typing import Any

from ..roles.sessions import role_metadata
from ..world import World
from . import lookup

#: Versions that the service lists; all have the same content here.
VERSIONS = ("1.0", "2021-03-23", "latest")


def content(world: World, instance: Any, path: str) -> str | bytes | None:
    """The text at a path, the listing of a directory, or None. Needs the lock."""
    parts = [part for part in path.split("/") if part]
    if not parts:
        return "\n".join(VERSIONS)
    if parts[0] not in VERSIONS:
        return None
    node: Any = _tree(world, instance)
    for part in parts[1:]:
        if not isinstance(node, dict) or part not in node:
            return None
        node = node[part]
    if isinstance(node, dict):
        return "\n".join(_entry(name, value) for name, value in node.items())
    return node() if callable(node) else node


def _entry(name: str, value: Any) -> str:
    """Directories end with a slash; a public key is listed with its name instead."""
    if isinstance(value, dict) and "openssh-key" in value:
        return f"{name}={value['openssh-key'].rsplit(' ', 1)[1]}"
    return f"{name}/" if isinstance(value, dict) else name


def _tree(world: World, instance: Any) -> dict[str, Any]:
    tree: dict[str, Any] = {
        "dynamic": {"instance-identity": {"document": json.dumps(_identity(world, instance), indent=2)}},
        "meta-data": _meta_data(instance),
    }
    role = role_metadata(world, instance)
    if role:
        tree["meta-data"]["iam"] = role
    if instance.user_data:
        tree["user-data"] = base64.b64decode(str(instance.user_data))
    return tree


def _meta_data(instance: Any) -> dict[str, Any]:
    nic = instance.nics[0]
    groups = sorted({group.name for one in instance.nics.values() for group in one.group_set})
    meta: dict[str, Any] = {
        "ami-id": instance.image_id,
        "ami-launch-index": str(instance.ami_launch_index),
        "hostname": instance.private_dns_name,
        "instance-action": "none",
        "instance-id": instance.id,
        "instance-life-cycle": instance.lifecycle or "on-demand",
        "instance-type": instance.instance_type,
        "local-hostname": instance.private_dns_name,
        "local-ipv4": nic.private_ip_address,
        "mac": nic.mac_address,
        "network": {"interfaces": {"macs": {nic.mac_address: _interface(instance, nic)}}},
        "placement": _placement(instance),
        "reservation-id": _reservation_id(instance),
        "security-groups": "\n".join(groups),
        "services": {"domain": "amazonaws.com", "partition": "aws"},
    }
    if nic.public_ip:
        meta["public-ipv4"] = nic.public_ip
    pair = instance.ec2_backend.key_pairs.get(instance.key_name)
    if pair:
        key = " ".join(pair.public_key.split()[:2])
        meta["public-keys"] = {"0": {"openssh-key": f"{key} {pair.key_name}"}}
    if instance.metadata_options.instance_metadata_tags == "enabled":
        meta["tags"] = {"instance": {tag["key"]: tag["value"] for tag in instance.get_tags()}}
    return meta


def _interface(instance: Any, nic: Any) -> dict[str, str]:
    return {
        "device-number": "0",
        "interface-id": nic.id,
        "local-ipv4s": nic.private_ip_address,
        "mac": nic.mac_address,
        "owner-id": instance.owner_id,
        "security-group-ids": "\n".join(lookup.group_ids(instance)),
        "subnet-id": nic.subnet.id,
        "subnet-ipv4-cidr-block": nic.subnet.cidr_block,
        "vpc-id": nic.subnet.vpc_id,
    }


def _placement(instance: Any) -> dict[str, str]:
    return {
        "availability-zone": instance.placement.zone,
        "availability-zone-id": instance.nics[0].subnet.availability_zone_id,
        "region": instance.region_name,
    }


def _reservation_id(instance: Any) -> str:
    reservations = instance.ec2_backend.reservations.values()
    return next((one.id for one in reservations if instance in one.instances), "")


def _identity(world: World, instance: Any) -> dict[str, Any]:
    return {
        "accountId": world.account_id,
        "architecture": "x86_64",
        "availabilityZone": instance.placement.zone,
        "imageId": instance.image_id,
        "instanceId": instance.id,
        "instanceType": instance.instance_type,
        "pendingTime": instance.launch_time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "privateIp": instance.private_ip,
        "region": instance.region_name,
        "version": "2017-09-30",
    }
