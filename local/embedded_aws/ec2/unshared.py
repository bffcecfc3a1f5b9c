"""Images of another account that are not shared with this one: no describe finds them.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharing-amis.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.ec2.exceptions import InvalidAMIIdError
from moto.ec2.models.amis import AmiBackend

from ..world import World


def install(world: World) -> None:
    """Leave them out; that a launch is refused says `ec2.launch`."""
    world.patches.wrap(AmiBackend, "describe_images", lambda original: _describe(world, original))


def _describe(world: World, original: Callable[..., Any]) -> Callable[..., Any]:
    def describe_images(self: AmiBackend, ami_ids: Any = None, *rest: Any, **more: Any) -> Any:
        hidden = [id_ for id_ in ami_ids or [] if world.shortages.is_unshared(id_)]
        if hidden:
            raise InvalidAMIIdError(hidden)
        return [image for image in original(self, ami_ids, *rest, **more) if not world.shortages.is_unshared(image.id)]

    return describe_images
