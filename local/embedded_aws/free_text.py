"""Free text that AWS refuses: tags by the alphabet of the service that gets them, descriptions of security groups by EC2's.

EC2 takes any character in a tag's value; Elastic Load Balancing and IAM do not.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Tag.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
"""

from __future__ import annotations

import inspect
import unicodedata
from collections.abc import Callable
from typing import Any

from moto.core.exceptions import ServiceException
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.elbv2.models import ELBv2Backend
from moto.iam.models import IAMBackend

from .world import World

#: `[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]`: letters, separators and digits of any script, and these.
_BESIDE = frozenset("_.:/=+-@")
_PATTERN = r"[\p{L}\p{Z}\p{N}_.:/=+\-@]"
_DESCRIPTION = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789. _-:/()#,@[]+=&;{}!$*")
#: Characters of a tag's key and value.
_LONGEST = {"key": 128, "value": 256}

_TAGGING = {
    ELBv2Backend: ("create_load_balancer", "create_target_group", "create_listener", "create_rule", "add_tags"),
    IAMBackend: ("create_role", "create_instance_profile", "tag_role"),
}


class Refused(ServiceException):
    """As both services say it."""

    code = "ValidationError"


def install(world: World) -> None:
    """Have the calls look at what they are given."""
    for backend, names in _TAGGING.items():
        for name in names:
            world.patches.wrap(backend, name, _checking)
    world.patches.wrap(EC2Backend, "create_security_group", _describing)


def _checking(original: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(original)

    def call(*args: Any, **kwargs: Any) -> Any:
        given = signature.bind(*args, **kwargs).arguments
        tags = given.get("tags") or given.get("kwargs", {}).get("tags")
        for number, tag in enumerate(tags or [], 1):
            for part in ("key", "value"):
                _check(tag.get(part.capitalize()) or "", f"tags.{number}.member.{part}", part)
        return original(*args, **kwargs)

    return call


def _check(text: str, where: str, part: str) -> None:
    if len(text) > _LONGEST[part]:
        constraint = f"Member must have length less than or equal to {_LONGEST[part]}"
    elif not all(letter in _BESIDE or unicodedata.category(letter)[0] in "LZN" for letter in text):
        constraint = f"Member must satisfy regular expression pattern: {_PATTERN}*"
    else:
        return
    raise Refused(
        f"1 validation error detected: Value '{text}' at '{where}' failed to satisfy constraint: {constraint}"
    )


def _describing(original: Callable[..., Any]) -> Callable[..., Any]:
    def create_security_group(self: EC2Backend, name: str, description: str, *args: Any, **kwargs: Any) -> Any:
        if description and (len(description) > 255 or not set(description) <= _DESCRIPTION):
            raise EC2ClientError(
                "InvalidParameterValue",
                f"Value ({description}) for parameter GroupDescription is invalid. Valid descriptions are strings less than "
                "256 characters from the following set: a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
            )
        return original(self, name, description, *args, **kwargs)

    return create_security_group
