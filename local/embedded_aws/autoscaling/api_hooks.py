"""The API of lifecycle hooks, whose records moto keeps without acting on them.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html
"""

from __future__ import annotations

from typing import Any

from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult

from . import hooks
from .api_groups import error, find
from .hooks import ABANDON, CONTINUE, LAUNCHING, TERMINATING, Hook, LifecycleAction
from .loop import Fleet
from .members import GroupState


def install(fleet: Fleet) -> None:
    patches = fleet.world.patches
    for make in (_put, _describe, _delete, _complete, _beat):
        method = make(fleet)
        patches.set(AutoScalingResponse, method.__name__, method)
    patches.wrap(AutoScalingResponse, "create_auto_scaling_group", lambda original: _with_hooks(fleet, original))


def _state(fleet: Fleet, response: AutoScalingResponse) -> GroupState:
    return fleet.state(find(response.autoscaling_backend, response._get_param("AutoScalingGroupName")))


def _put(fleet: Fleet) -> Any:
    def put_lifecycle_hook(self: AutoScalingResponse) -> ActionResult:
        put(_state(fleet, self), self._get_params())
        return EmptyResult()

    return put_lifecycle_hook


def put(state: GroupState, given: dict[str, Any]) -> None:
    """Make a hook, or change the one of that name where something is given."""
    name = given["LifecycleHookName"]
    before = state.hooks.get(name)
    transition = given.get("LifecycleTransition") or (before.transition if before else "")
    if transition not in (LAUNCHING, TERMINATING):
        raise error(f"Lifecycle Transition {transition or 'null'} is one of {LAUNCHING}, {TERMINATING}.")
    heartbeat = int(given.get("HeartbeatTimeout") or (before.heartbeat if before else hooks.DEFAULT_HEARTBEAT))
    if not hooks.SHORTEST <= heartbeat <= hooks.LONGEST:
        raise error(f"Heartbeat timeout is {hooks.SHORTEST} to {hooks.LONGEST} seconds, not {heartbeat}.")
    result = given.get("DefaultResult") or (before.default_result if before else ABANDON)
    _check_result(result)
    state.hooks[name] = Hook(
        name,
        transition,
        heartbeat,
        result,
        given.get("NotificationMetadata"),
        given.get("NotificationTargetARN"),
        given.get("RoleARN"),
    )


def _with_hooks(fleet: Fleet, original: Any) -> Any:
    """CreateAutoScalingGroup's LifecycleHookSpecificationList: hooks that the first instances meet already."""

    def create_auto_scaling_group(self: AutoScalingResponse) -> ActionResult:
        result = original(self)
        for given in self._get_param("LifecycleHookSpecificationList") or []:
            put(_state(fleet, self), given)
        return result

    return create_auto_scaling_group


def _describe(fleet: Fleet) -> Any:
    def describe_lifecycle_hooks(self: AutoScalingResponse) -> ActionResult:
        state, wanted = _state(fleet, self), self._get_param("LifecycleHookNames") or []
        found = [_shown(state, hook) for hook in state.hooks.values() if not wanted or hook.name in wanted]
        return ActionResult({"LifecycleHooks": found})

    return describe_lifecycle_hooks


def _shown(state: GroupState, hook: Hook) -> dict[str, Any]:
    return {
        "LifecycleHookName": hook.name,
        "AutoScalingGroupName": state.group.name,
        "LifecycleTransition": hook.transition,
        "NotificationTargetARN": hook.target_arn,
        "RoleARN": hook.role_arn,
        "NotificationMetadata": hook.metadata,
        "HeartbeatTimeout": hook.heartbeat,
        "GlobalTimeout": hook.longest_wait,
        "DefaultResult": hook.default_result,
    }


def _delete(fleet: Fleet) -> Any:
    """Outstanding actions are completed first: ABANDON for launching instances, CONTINUE for terminating ones.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteLifecycleHook.html
    """

    def delete_lifecycle_hook(self: AutoScalingResponse) -> ActionResult:
        state, hook = _find(fleet, self)
        del state.hooks[hook.name]
        for member in state.members:
            for action in member.actions:
                if action.hook is hook and action.open:
                    action.complete(ABANDON if hook.transition == LAUNCHING else CONTINUE)
        return EmptyResult()

    return delete_lifecycle_hook


def _complete(fleet: Fleet) -> Any:
    def complete_lifecycle_action(self: AutoScalingResponse) -> ActionResult:
        result = self._get_param("LifecycleActionResult")
        _check_result(result)
        _action(fleet, self).complete(result)
        return EmptyResult()

    return complete_lifecycle_action


def _beat(fleet: Fleet) -> Any:
    def record_lifecycle_action_heartbeat(self: AutoScalingResponse) -> ActionResult:
        _action(fleet, self).beat(fleet.now.timestamp())
        return EmptyResult()

    return record_lifecycle_action_heartbeat


def _find(fleet: Fleet, response: AutoScalingResponse) -> tuple[GroupState, Hook]:
    state, name = _state(fleet, response), response._get_param("LifecycleHookName")
    if name not in state.hooks:
        raise error(f"No Lifecycle Hook found with name {name} for AutoScalingGroup {state.group.name}")
    return state, state.hooks[name]


def _action(fleet: Fleet, response: AutoScalingResponse) -> LifecycleAction:
    """The open action of the hook that a token or an instance id means."""
    state, hook = _find(fleet, response)
    token, instance_id = response._get_param("LifecycleActionToken"), response._get_param("InstanceId")
    for member in state.members:
        for action in member.actions:
            meant = action.token == token if token else member.instance_id == instance_id
            if meant and action.hook is hook and action.open:
                return action
    meant = f"token {token}" if token else f"instance ID {instance_id}"
    raise error(f"No active Lifecycle Action found with {meant}")


def _check_result(result: str | None) -> None:
    if result not in (CONTINUE, ABANDON):
        raise error(f"Lifecycle action result is {CONTINUE} or {ABANDON}, not {result}.")
