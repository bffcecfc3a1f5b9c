"""Attributes of images that current Packer sets and moto lacks: IMDS support, deprecation, protection from deregistration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError, InvalidAMIIdError
from moto.ec2.responses import EC2Response
from moto.ec2.responses.amis import AmisResponse

from ..world import World


def install(world: World) -> None:
    """Add the actions to moto's EC2."""
    patches = world.patches
    patches.wrap(AmisResponse, "modify_image_attribute", _modify)
    patches.wrap(AmisResponse, "describe_image_attribute", _describe)
    patches.set(EC2Response, "enable_image_deprecation", _enable_deprecation)
    patches.set(EC2Response, "disable_image_deprecation", lambda response: _set(response, "deprecation_time", None))
    patches.set(EC2Response, "enable_image_deregistration_protection", _enable_protection)
    patches.set(
        EC2Response,
        "disable_image_deregistration_protection",
        lambda response: _set(response, "deregistration_protection", "disabled"),
    )


def _own_image(response: Any) -> Any:
    response.error_on_dryrun()
    image_id = response._get_param("ImageId")
    image = response.ec2_backend.amis.get(image_id)
    if image is None:
        raise InvalidAMIIdError(image_id)
    if image.owner_id != response.ec2_backend.account_id:
        raise EC2ClientError("AuthFailure", f"Not authorized for image:{image_id}")
    return image


def _set(response: Any, attribute: str, value: Any) -> ActionResult:
    setattr(_own_image(response), attribute, value)
    return ActionResult({"Return": True})


def _modify(original: Callable[..., Any]) -> Callable[..., Any]:
    """IMDS support can be set to v2.0, never back; the description is replaced.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyImageAttribute.html
    """

    def modify(response: Any) -> Any:
        image = _own_image(response)
        imds = response._get_param("ImdsSupport.Value")
        description = response._get_param("Description.Value")
        attribute, value = response._get_param("Attribute"), response._get_param("Value")
        imds = value if attribute == "imdsSupport" else imds
        description = value if attribute == "description" else description
        if imds is not None:
            if imds != "v2.0":
                raise EC2ClientError(
                    "InvalidParameterValue", f"Invalid value '{imds}' for imdsSupport; only v2.0 can be set"
                )
            image.imds_support = imds
        if description is not None:
            image.description = description
        return original(response)

    return modify


def _describe(original: Callable[..., Any]) -> Callable[..., Any]:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImageAttribute.html"""

    def describe(response: Any) -> Any:
        image_id, attribute = response._get_param("ImageId"), response._get_param("Attribute")
        image = response.ec2_backend.amis.get(image_id)
        if image is None:
            raise InvalidAMIIdError(image_id)
        simple = {
            "imdsSupport": ("ImdsSupport", image.imds_support),
            "description": ("Description", image.description),
            "bootMode": ("BootMode", image.boot_mode),
            "sriovNetSupport": ("SriovNetSupport", image.sriov_net_support),
            "deregistrationProtection": ("DeregistrationProtection", image.deregistration_protection),
        }
        if attribute in simple:
            name, value = simple[attribute]
            return ActionResult({"ImageId": image_id, name: {"Value": value}})
        return original(response)

    return describe


def _enable_deprecation(response: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImageDeprecation.html"""
    return _set(response, "deprecation_time", str(response._get_param("DeprecateAt")))


def _enable_protection(response: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImageDeregistrationProtection.html"""
    cooldown = response._get_param("WithCooldown", False)
    return _set(
        response, "deregistration_protection", "enabled-with-cooldown" if cooldown else "enabled-without-cooldown"
    )
