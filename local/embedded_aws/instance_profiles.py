"""Instance profiles below a path: moto lists all of the account.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfiles.html
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.iam.responses import IamResponse

from .world import World


def install(world: World) -> None:
    """Heed PathPrefix."""
    world.patches.set(IamResponse, "list_instance_profiles", _below_the_path)


def _below_the_path(response: Any) -> ActionResult:
    prefix = response._get_param("PathPrefix", "/")
    found = response.backend.get_instance_profiles()
    return ActionResult({"InstanceProfiles": [profile for profile in found if profile.path.startswith(prefix)]})
