"""Eventual consistency of EC2, made visible: a describe does not see a new object yet.

https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

from .api_call import Call

#: Element that names the listed object itself, by action.
_OWN_ID = {
    "DescribeInstances": "instanceId",
    "DescribeInstanceStatus": "instanceId",
    "DescribeImages": "imageId",
    "DescribeSnapshots": "snapshotId",
    "DescribeVolumes": "volumeId",
    "DescribeSecurityGroups": "groupId",
    "DescribeLaunchTemplates": "launchTemplateId",
    "DescribeLaunchTemplateVersions": "launchTemplateId",
    "DescribeSubnets": "subnetId",
    "DescribeVpcs": "vpcId",
}
#: Error for an id that is not seen. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
_NOT_FOUND = {
    "i": ("InvalidInstanceID.NotFound", "The instance ID '{}' does not exist"),
    "ami": ("InvalidAMIID.NotFound", "The image id '[{}]' does not exist"),
    "snap": ("InvalidSnapshot.NotFound", "The snapshot '{}' does not exist."),
    "vol": ("InvalidVolume.NotFound", "The volume '{}' does not exist."),
    "sg": ("InvalidGroup.NotFound", "The security group '{}' does not exist"),
    "lt": ("InvalidLaunchTemplateId.NotFound", "The specified launch template, with template ID {}, does not exist."),
    "subnet": ("InvalidSubnetID.NotFound", "The subnet ID '{}' does not exist"),
    "vpc": ("InvalidVpcID.NotFound", "The vpc ID '{}' does not exist"),
}
_ID = re.compile(rb"\b(?:i|ami|snap|vol|sg|lt|subnet|vpc)-[0-9a-f]{8,17}\b")


class Consistency:
    """Remembers when each object was first named in the answer to a call that makes something."""

    def __init__(self) -> None:
        self._born: dict[str, float] = {}
        self._known: set[str] = set()

    def missing(self, call: Call, now: float, delay: float) -> tuple[str, str] | None:
        """Error code and message when the call describes an object by an id that is not seen yet."""
        if not delay or not call.action.startswith("Describe"):
            return None
        for value in call.parameters.values():
            if now < self._born.get(value, float("-inf")) + delay:
                code, text = _NOT_FOUND[value.split("-")[0]]
                return code, text.format(value)
        return None

    def answered(self, call: Call, body: bytes, now: float, delay: float) -> bytes:
        """Take in an answer; returns it without the objects of a list that are not seen yet."""
        ids = {found.decode() for found in _ID.findall(body)}
        if not call.action.startswith("Describe"):
            self._born |= {id_: now for id_ in ids - self._known - set(call.parameters.values())}
            self._known |= ids
            return body
        own = _OWN_ID.get(call.action)
        hidden = {id_ for id_ in ids if now < self._born.get(id_, float("-inf")) + delay} if delay and own else set()
        self._known |= ids - hidden
        return _without(body, own, hidden) if hidden else body


def _without(body: bytes, own: str | None, hidden: set[str]) -> bytes:
    root = ElementTree.fromstring(body)
    space = root.tag[1:].partition("}")[0] if root.tag.startswith("{") else ""
    prefix = f"{{{space}}}" if space else ""
    if space:
        ElementTree.register_namespace("", space)
    for parent in list(root.iter()):
        for item in [child for child in parent if child.tag == f"{prefix}item"]:
            named = item.find(f"{prefix}{own}")
            instances = item.find(f"{prefix}instancesSet")
            if (named is not None and named.text in hidden) or (
                instances is not None and _all_hidden(instances, prefix, hidden)
            ):
                parent.remove(item)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _all_hidden(instances: ElementTree.Element, prefix: str, hidden: set[str]) -> bool:
    ids = [item.findtext(f"{prefix}instanceId") for item in instances]
    return all(id_ in hidden for id_ in ids)
