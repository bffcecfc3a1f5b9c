"""AWS's own policies, such as AmazonSSMManagedInstanceCore: each is there as soon as somebody names it.

moto knows their texts; all 1,500 of them at once would be in every account's inventory and cost every world's first look at IAM seconds.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

from moto.iam.models import AWSManagedPolicy, IAMBackend

from ..world import World

#: Calls that name a policy by its ARN, which is the first argument of each.
_NAMING = ("attach_role_policy", "attach_user_policy", "attach_group_policy", "get_policy")
_OWNER = ":iam::aws:policy/"


def install(world: World) -> None:
    for name in _NAMING:
        world.patches.wrap(IAMBackend, name, _bringing)


def _bringing(original: Callable[..., Any]) -> Callable[..., Any]:
    def naming(self: IAMBackend, policy_arn: str, *arguments: Any, **named: Any) -> Any:
        if _OWNER in policy_arn and policy_arn not in self.managed_policies:
            name = policy_arn.rpartition("/")[2]
            data = _texts().get(name)
            policy = data and AWSManagedPolicy.from_data(name, self.account_id, self.region_name, data)
            if policy and policy.arn == policy_arn:
                self.managed_policies[policy_arn] = policy
        return original(self, policy_arn, *arguments, **named)

    return naming


@functools.cache
def _texts() -> dict[str, Any]:
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    return json.loads(aws_managed_policies_data)
