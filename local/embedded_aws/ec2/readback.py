"""What a client reads back of launch templates and security-group rules is what it had written.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html: the request's own tag specification is for the template,
those inside LaunchTemplateData are for what it launches.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html: a rule has its description, whatever it refers to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.ec2.models.launch_templates import LaunchTemplateBackend
from moto.ec2.models.security_groups import SecurityGroupRule

from ..world import World


def install(world: World) -> None:
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


def _description(rule: SecurityGroupRule) -> str | None:
    return rule.ip_range.get("Description") or (rule.source_group or {}).get("Description")
