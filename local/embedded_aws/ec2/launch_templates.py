"""Versions of launch templates that can be deleted: moto counts them by their place in a list, AWS never gives a number twice.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/delete-launch-template.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError, InvalidLaunchTemplateVersionNotFound
from moto.ec2.models.launch_templates import LaunchTemplate, LaunchTemplateBackend, LaunchTemplateVersion
from moto.ec2.responses.launch_templates import LaunchTemplates

from ..world import World

#: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResponseError.html
_NO_VERSION, _OTHER = "launchTemplateVersionDoesNotExist", "unexpectedError"


def install(world: World) -> None:
    """Let versions go, and find the others by their numbers."""
    patches = world.patches
    patches.set(LaunchTemplate, "create_version", _create_version)
    patches.set(LaunchTemplate, "get_version", get_version)
    patches.set(LaunchTemplate, "default_version", lambda self: get_version(self, self.default_version_number))
    patches.wrap(LaunchTemplateBackend, "describe_launch_template_versions", _between)
    patches.wrap(LaunchTemplateBackend, "describe_launch_templates", _known)
    patches.set(LaunchTemplates, "delete_launch_template_versions", _delete)


def _create_version(self: LaunchTemplate, data: dict[str, Any], description: str) -> LaunchTemplateVersion:
    self.highest_number = getattr(self, "highest_number", 0) + 1
    version = LaunchTemplateVersion(self, self.highest_number, data, description)
    self.versions.append(version)
    return version


def get_version(self: LaunchTemplate, wanted: Any) -> LaunchTemplateVersion:
    """By number, `$Latest` or `$Default`; an error of EC2's when there is no such version any more, or never was."""
    name = str(wanted)
    if name.lower() == "$latest":
        return self.versions[-1]
    number = str(self.default_version_number) if name.lower() == "$default" else name
    found = next((version for version in self.versions if str(version.number) == number), None)
    if found is None:
        raise InvalidLaunchTemplateVersionNotFound(template_id=self.id, version=name)
    return found


def _between(original: Callable[..., Any]) -> Callable[..., Any]:
    """Ranges go by numbers, not by places."""

    def describe(self: LaunchTemplateBackend, **arguments: Any) -> list[Any]:
        low, high = arguments["min_version"] or 0, arguments["max_version"]
        if not (low or high) or arguments["versions"]:
            return original(self, **arguments)
        all_versions = {"min_version": None, "max_version": None, "max_results": None}
        found = original(self, **(arguments | all_versions))
        in_range = [pair for pair in found if low <= pair[1].number <= (high or pair[1].number)]
        return in_range[: arguments["max_results"]]

    return describe


def _known(original: Callable[..., Any]) -> Callable[..., Any]:
    """An id that is not there is an error; moto answers with nothing."""

    def describe(self: LaunchTemplateBackend, template_names: Any = None, template_ids: Any = None, **more: Any) -> Any:
        for id_ in template_ids or []:
            self.get_launch_template(id_)
        return original(self, template_names, template_ids, **more)

    return describe


def _delete(self: LaunchTemplates) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteLaunchTemplateVersions.html:
    what cannot be deleted is said version by version, and the default version cannot.
    """
    id_, name = self._get_param("LaunchTemplateId"), self._get_param("LaunchTemplateName")
    if bool(id_) == bool(name):
        raise EC2ClientError("MissingParameter", "Either the launch template ID or the launch template name is needed")
    backend = self.ec2_backend
    template = backend.get_launch_template(id_) if id_ else backend.get_launch_template_by_name(name)
    self.error_on_dryrun()
    gone, kept = [], []
    for number in self._get_param("Versions") or self._get_param("LaunchTemplateVersion") or []:
        item = {
            "LaunchTemplateId": template.id,
            "LaunchTemplateName": template.name,
            "VersionNumber": int(number) if str(number).isdigit() else None,
        }
        try:
            version = get_version(template, number)
        except InvalidLaunchTemplateVersionNotFound as error:
            kept.append({**item, "ResponseError": {"Code": _NO_VERSION, "Message": error.message}})
            continue
        if template.is_default(version):
            why = f"Cannot delete the default version {version.number} of launch template {template.id}."
            kept.append({**item, "ResponseError": {"Code": _OTHER, "Message": why}})
            continue
        template.versions.remove(version)
        gone.append(item)
    return ActionResult(
        {"SuccessfullyDeletedLaunchTemplateVersions": gone, "UnsuccessfullyDeletedLaunchTemplateVersions": kept}
    )
