"""Carrying instance refreshes from Pending to their end.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html and
https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime
from typing import Any

from moto.cloudwatch import cloudwatch_backends

from . import settings
from .launch import TemplateRef
from .members import GroupState, Member
from .refresh import RefreshStep, RefreshView, step
from .refresh_state import Refresh
from .views import GroupView, Plan


class RefreshRunner:
    """Called by the capacity loop, which leaves a group to it while a refresh runs."""

    def __init__(self, now: Callable[[], datetime], holds: Callable[[str], bool]) -> None:
        """``holds`` says whether the refreshes of the group of that name stand still."""
        self._now = now
        self._holds = holds

    def advance(self, state: GroupState, view: GroupView, now: float) -> Plan | None:
        """One step of the group's refresh; None when the capacity loop shall decide by itself."""
        refresh = state.active_refresh
        if refresh is None or "InstanceRefresh" in view.suspended:
            return None
        if refresh.status == "Pending":
            self._begin(state, refresh, now)
        if refresh.status == "Cancelling":
            refresh.end("Cancelled", self._now(), "Cancelled due to user request.")
            return None
        if not refresh.active:
            return None
        status = refresh.status
        held = status == "InProgress" and self._holds(state.group.name)
        outcome = RefreshStep(Plan()) if held else step(view, _view(refresh), now)
        self._note_progress(refresh, outcome, now)
        red = _red_alarms(state, refresh)
        if red:
            self.fail(state, refresh, _alarm_reason(red))
        elif outcome.complete:
            self._completed(state, refresh, now)
        elif now - refresh.progress_at > settings.REFRESH_PATIENCE:
            self.fail(state, refresh, _patience_reason(refresh))
        # A plan of before the change of status would launch or keep the wrong version.
        return outcome.plan if refresh.status == status else Plan()

    def fail(self, state: GroupState, refresh: Refresh, reason: str) -> None:
        """The refresh, or its rollback, does not get further: roll back when that was asked for."""
        if refresh.status == "RollbackInProgress":
            refresh.end("RollbackFailed", self._now(), reason)
        elif refresh.preferences.get("AutoRollback"):
            self.roll_back(state, refresh, f"Automatic rollback: {reason}")
        else:
            refresh.end("Failed", self._now(), reason)

    def roll_back(self, state: GroupState, refresh: Refresh, reason: str) -> None:
        """Replace what runs the desired configuration by instances of the previous one."""
        now = self._now()
        refresh.rollback_details = {
            "RollbackReason": reason,
            "RollbackStartTime": now,
            "PercentageCompleteOnRollback": refresh.percentage_complete or 0,
            "InstancesToUpdateOnRollback": refresh.instances_to_update or 0,
        }
        refresh.status, refresh.status_reason, refresh.bake_until = "RollbackInProgress", reason, None
        refresh.to_replace = frozenset(m.instance_id for m in _present(state) if not _matches(m, refresh.previous))
        refresh.updated, refresh.progress_at, refresh.last_unhealthy = 0, now.timestamp(), ""
        state.next_launch_at = 0.0
        state.failed_launches = 0

    def group_deleted(self, state: GroupState) -> None:
        if state.active_refresh:
            state.active_refresh.end("Cancelled", self._now(), "The Auto Scaling group was deleted.")

    def _begin(self, state: GroupState, refresh: Refresh, now: float) -> None:
        refresh.status, refresh.progress_at = "InProgress", now
        present = _present(state)
        if refresh.preferences.get("SkipMatching"):
            target = refresh.wanted or refresh.previous
            present = [m for m in present if not _matches(m, target)]
        refresh.to_replace = frozenset(m.instance_id for m in present)
        refresh.percentage_complete, refresh.instances_to_update = 0, len(present)
        state.next_launch_at = 0.0

    def _note_progress(self, refresh: Refresh, outcome: RefreshStep, now: float) -> None:
        total = len(refresh.to_replace)
        refresh.last_unhealthy = next(iter(outcome.unhealthy_new), refresh.last_unhealthy)
        if outcome.updated > refresh.updated:
            refresh.progress_at, refresh.last_unhealthy = now, ""
        refresh.updated = outcome.updated
        if refresh.status == "RollbackInProgress":
            before = refresh.rollback_details["PercentageCompleteOnRollback"]
            refresh.percentage_complete = before * (total - outcome.updated) // total if total else 0
            return
        refresh.percentage_complete = 100 * outcome.updated // total if total else 100
        refresh.instances_to_update = total - outcome.updated
        refresh.status_reason = outcome.reason or refresh.status_reason

    def _completed(self, state: GroupState, refresh: Refresh, now: float) -> None:
        if refresh.status == "RollbackInProgress":
            refresh.percentage_complete = 0
            refresh.end("RollbackSuccessful", self._now(), refresh.rollback_details["RollbackReason"])
            return
        bake = refresh.preferences.get("BakeTime") or 0
        if bake and refresh.bake_until is None:
            refresh.status, refresh.bake_until = "Baking", now + bake
        if refresh.bake_until is not None and now < refresh.bake_until:
            refresh.progress_at = now
            return
        refresh.percentage_complete, refresh.instances_to_update = 100, 0
        refresh.end("Successful", self._now())
        _write_configuration(state, refresh)


def _red_alarms(state: GroupState, refresh: Refresh) -> list[str]:
    """Alarms of the alarm specification that are in ALARM: one that is at the start fails the refresh before it launches.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html (auto rollback)
    """
    names = (refresh.preferences.get("AlarmSpecification") or {}).get("Alarms") or []
    if not names or refresh.status == "RollbackInProgress":
        return []
    alarms = cloudwatch_backends[state.group.account_id][state.group.region].alarms
    return [name for name in names if name in alarms and alarms[name].state_value == "ALARM"]


def _alarm_reason(names: list[str]) -> str:
    """The alarms by name; AWS documents no sentence of its own for it."""
    if len(names) == 1:
        return f"The CloudWatch alarm {names[0]} is in the ALARM state."
    return f"The CloudWatch alarms {', '.join(names)} are in the ALARM state."


def _view(refresh: Refresh) -> RefreshView:
    rolling_back = refresh.status == "RollbackInProgress"
    return RefreshView(
        bounds=refresh.bounds,
        to_replace=refresh.to_replace,
        warmup=refresh.warmup,
        protected="Refresh" if rolling_back else refresh.preferences.get("ScaleInProtectedInstances") or "Wait",
        standby="Terminate" if rolling_back else refresh.preferences.get("StandbyInstances") or "Wait",
    )


def _present(state: GroupState) -> list[Member]:
    return [m for m in state.members if m.present]


def _matches(member: Member, target: TemplateRef | None) -> bool:
    return (
        target is not None
        and member.launch_template is not None
        and (member.launch_template["LaunchTemplateId"], member.launch_template["Version"])
        == (target.id, target.version)
    )


def _patience_reason(refresh: Refresh) -> str:
    if refresh.last_unhealthy:
        return (
            "Replacement instances failed their health checks and no instance could be updated. "
            f"For example: {refresh.last_unhealthy} failed its health checks."
        )
    return f"The instance refresh made no progress. {refresh.status_reason or ''}".strip()


def _write_configuration(state: GroupState, refresh: Refresh) -> None:
    """The desired configuration becomes the group's own, on success only: a launch template in the place of a mixed
    instances policy, too.
    """
    desired = refresh.desired_configuration or {}
    template, policy = desired.get("LaunchTemplate"), desired.get("MixedInstancesPolicy")
    if template or policy:
        group: Any = state.group
        group.mixed_instances_policy = copy.deepcopy(policy)
        group._set_launch_configuration(None, dict(template) if template else None, group.mixed_instances_policy)
