"""EC2 that acts: instances are machines, images are their file systems, security groups are firewalls, metadata answers."""

from __future__ import annotations

from ..world import World
from . import (
    groups,
    image_attributes,
    image_files,
    images,
    instances,
    launch,
    launch_templates,
    metadata,
    network,
    readback,
    status,
    unshared,
)

_PARTS = (
    network,
    images,
    image_files,
    image_attributes,
    launch_templates,
    launch,
    readback,
    instances,
    groups,
    metadata,
    status,
    unshared,
)


def install(world: World) -> None:
    """Put all of it on moto's EC2, for this world. Order matters only for network, which gives the first VPC its addresses."""
    for part in _PARTS:
        part.install(world)
