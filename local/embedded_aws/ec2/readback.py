"""What a client reads back is what it had written, and only what it asked for: launch templates, security-group rules, snapshots.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html: the request's own tag specification is for the template,
those inside LaunchTemplateData are for what it launches.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html: a rule has its description, whatever it refers to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.ec2.models.launch_templates import LaunchTemplateBackend
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.responses.elastic_block_store import ElasticBlockStore as EBSResponse

from ..world import World
from .machine_images import AMAZON


def install(world: World) -> None:
    """Correct moto's records."""
    world.patches.wrap(EBSResponse, "describe_snapshots", _of_owners)
    world.patches.wrap(LaunchTemplateBackend, "create_launch_template", _without_its_own_tags)
    world.patches.set(SecurityGroupRule, "description", property(_description))


def _without_its_own_tags(create: Callable[..., Any]) -> Callable[..., Any]:
    def create_launch_template(
        self: Any, name: str, description: str, template_data: dict[str, Any], tag_spec: dict[str, Any]
    ) -> Any:
        specifications = template_data.get("TagSpecifications")
        if specifications:
            template_data["TagSpecifications"] = [s for s in specifications if s["ResourceType"] != "launch-template"]
        return create(self, name, description, template_data, tag_spec)

    return create_launch_template


def _of_owners(describe: Callable[..., Any]) -> Callable[..., Any]:
    """Only the snapshots of the owners that were asked for, `self` being the caller; moto answers with everybody's.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html (Owner.N)
    """

    def describe_snapshots(response: Any) -> Any:
        owners = response._get_param("OwnerIds", [])
        account = response.ec2_backend.account_id
        wanted = {account if owner == "self" else AMAZON if owner == "amazon" else owner for owner in owners}
        answer = describe(response)
        if wanted:
            answer.result["Snapshots"] = [one for one in answer.result["Snapshots"] if one.owner_id in wanted]
        return answer

    return describe_snapshots


def _description(rule: SecurityGroupRule) -> str | None:
    return rule.ip_range.get("Description") or (rule.source_group or {}).get("Description")
