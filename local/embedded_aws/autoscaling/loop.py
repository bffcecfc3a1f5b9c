"""The capacity loop: looks at every group, decides, and does it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from moto.autoscaling import autoscaling_backends

from ..world import World
from . import activities as words
from . import health, mixed
from .activities import Activity
from .capacity import decide
from .launch import LaunchFailed, TemplateRef, group_template, launch, next_subnet
from .lifecycle import Lifecycle
from .members import GroupState, Member
from .refresh_runner import RefreshRunner
from .settings import launch_retry_pause
from .views import ACTIVE_STATES, Bounds, GroupView, Launch, MemberView, Plan, Terminate, suspended

LOG = logging.getLogger(__name__)

#: Answers with StatusMessage when launches of this group are refused (`local/aws fault`), else None.
Refusal = Callable[[str], str | None]


class Fleet:
    """All groups of one world. Every method is called with the world's lock held, except `tick`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.refusals: list[Refusal] = []
        #: Whether the refreshes of a group stand still.
        self.holds: Callable[[str], bool] = lambda group: False
        self._states: dict[str, GroupState] = {}
        self._deleted: list[GroupState] = []
        self._lifecycle = Lifecycle(lambda: self.now, self.retire)
        self.refreshes = RefreshRunner(lambda: self.now, lambda group: self.holds(group))

    # --- finding ---------------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self.world.clock.now()

    def state(self, group: Any) -> GroupState:
        """The companion of a moto group, made on first sight."""
        return self._states.setdefault(group.arn, GroupState(group))

    def of_instance(self, instance_id: str) -> tuple[GroupState, Member] | None:
        for state in self._states.values():
            member = state.member(instance_id)
            if member:
                return state, member
        return None

    def states(self, include_deleted: bool = False) -> list[GroupState]:
        return [*self._states.values(), *(self._deleted if include_deleted else [])]

    def forget(self, group: Any) -> None:
        """The group is deleted; its diary stays readable (IncludeDeletedGroups)."""
        state = self._states.pop(group.arn, None)
        if state:
            self.refreshes.group_deleted(state)
            self._deleted.append(state)

    # --- the loop --------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """One look at everything. The lock is taken group by group, so that requests get their turn."""
        with self.world.lock:
            groups = [
                group
                for _, backend in list(autoscaling_backends[self.world.account_id].items())
                for group in list(backend.autoscaling_groups.values())
            ]
        for group in groups:
            with self.world.lock:
                state = self.state(group)
                try:
                    self._advance(state)
                except Exception:
                    LOG.exception("group %s: this look failed", group.name)

    def _advance(self, state: GroupState) -> None:
        now = self.now.timestamp()
        for member in list(state.members):
            self._lifecycle.advance(state, member)
        if "HealthCheck" not in suspended(state.group):
            for member in state.members:
                health.check(member, now)
        if state.deleting:
            self._finish_deletion(state)
            return
        view = self.view(state)
        plan = self.refreshes.advance(state, view, now) if state.active_refresh else None
        plan = decide(view) if plan is None else plan
        if not plan.actions and len(view.active) == view.desired:
            state.user_cause = ""
        self.carry_out(state, plan)

    def _finish_deletion(self, state: GroupState) -> None:
        for member in list(state.members):
            if not member.lifecycle_state.startswith("Terminating"):
                self.retire(state, member, words.taken_out(self.now, "in response to a user request."))
        if not state.members:
            backend = autoscaling_backends[state.group.account_id][state.group.region]
            backend.autoscaling_groups.pop(state.group.name, None)
            self.forget(state.group)

    # --- seeing ----------------------------------------------------------------------------------------------------

    def view(self, state: GroupState) -> GroupView:
        group = state.group
        return GroupView(
            desired=group.desired_capacity or 0,
            members=tuple(_see(member) for member in state.members),
            bounds=Bounds(*state.bounds) if state.bounds else None,
            suspended=frozenset(suspended(group)),
            policies=tuple(group.termination_policies),
            template_id=group.ec2_launch_template.id if group.ec2_launch_template else "",
        )

    # --- doing -----------------------------------------------------------------------------------------------------

    def carry_out(self, state: GroupState, plan: Plan) -> None:
        for action in plan.actions:
            if isinstance(action, Terminate):
                member = state.member(action.id)
                if member:
                    self.retire(state, member, self._termination_cause(state, action))
            elif isinstance(action, Launch) and self.now.timestamp() >= state.next_launch_at:
                for _ in range(action.count):
                    if not self._launch(state, action):
                        break

    def retire(self, state: GroupState, member: Member, cause: str) -> Activity:
        """Take an instance out of service: it drains, is terminated and leaves the group, over the next ticks."""
        if member.activity and not member.activity.done:
            reason = member.instance.state_reason.message if health.ended(member) else "the instance was terminated"
            member.activity.fail(
                self.now,
                "Instance became unhealthy while waiting for instance to be in InService state. "
                f"Termination Reason: {reason or 'the instance ended'}",
            )
        member.activity = self._activity(state, f"Terminating EC2 instance: {member.instance_id}", cause, member)
        member.lifecycle_state, member.actions = "Terminating", []
        member.health_status = "Unhealthy" if health.ended(member) else member.health_status
        health.deregister(member)
        return member.activity

    def record(self, state: GroupState, description: str, cause: str, member: Member) -> Activity:
        """An activity that is over as soon as it begins."""
        activity = self._activity(state, description, cause, member)
        activity.succeed(self.now)
        return activity

    def _launch(self, state: GroupState, action: Launch) -> bool:
        """Start one instance, or note why not. After a failure the next attempt waits, longer each time."""
        group = state.group
        used = [(m.instance.subnet_id, m.availability_zone) for m in state.members if m.present]
        subnet_id, zone = next_subnet(group, used, state.full_subnets)
        cause = self._launch_cause(state, action)
        try:
            refusal = next((text for refuse in self.refusals if (text := refuse(group.name))), None)
            if refusal:
                raise LaunchFailed(refusal)
            kind = mixed.instance_type(group, state.active_refresh)
            instance, shown = launch(group, self.launch_reference(state), subnet_id, zone, kind)
        except LaunchFailed as failure:
            activity = self._add(state, "Launching a new EC2 instance", cause, words.details(subnet_id or "", zone))
            activity.fail(self.now, str(failure))
            state.failed_launches += 1
            if failure.full and self._has_room_elsewhere(state, subnet_id):
                return False
            state.next_launch_at = self.now.timestamp() + launch_retry_pause(state.failed_launches)
            return False
        state.full_subnets.clear()
        member = Member(
            instance,
            group,
            shown,
            protected_from_scale_in=bool(group.new_instances_protected_from_scale_in),
            launched_at=self.now.timestamp(),
        )
        instance.autoscaling_group = group
        state.members.append(member)
        member.activity = self._activity(state, f"Launching a new EC2 instance: {instance.id}", cause, member)
        return True

    @staticmethod
    def _has_room_elsewhere(state: GroupState, full_subnet: str | None) -> bool:
        """The next attempt is made in another subnet at once; where all were full, all are tried again."""
        state.full_subnets.add(full_subnet or "")
        subnets = {part.strip() for part in (state.group.vpc_zone_identifier or "").split(",")}
        if subnets <= state.full_subnets:
            state.full_subnets.clear()
            return False
        return True

    def launch_reference(self, state: GroupState) -> TemplateRef | None:
        """What new instances start from: the desired configuration of a running refresh, else the group's own."""
        refresh = state.active_refresh
        return (refresh.launch_reference() if refresh else None) or group_template(state.group)

    def _launch_cause(self, state: GroupState, action: Launch) -> str:
        if action.refresh:
            return words.launched_for_refresh(self.now)
        if action.replaces:
            return words.launched_for_unhealthy(self.now)
        before = len([m for m in state.members if m.lifecycle_state in ACTIVE_STATES])
        return _joined(state.user_cause, words.launched(self.now, before, state.group.desired_capacity))

    def _termination_cause(self, state: GroupState, action: Terminate) -> str:
        if not action.selected:
            return words.taken_out(self.now, action.cause)
        user_cause = ""
        cause = words.taken_out(self.now, action.cause)
        if not action.cause.endswith("."):
            before = len([m for m in state.members if m.lifecycle_state in ACTIVE_STATES])
            user_cause = state.user_cause
            cause = words.shrunk(cause, before, state.group.desired_capacity)
        return _joined(user_cause, cause, words.selected(self.now, action.id))

    def _activity(self, state: GroupState, description: str, cause: str, member: Member) -> Activity:
        activity = self._add(
            state, description, cause, words.details(member.instance.subnet_id or "", member.availability_zone)
        )
        activity.subject = member.instance_id
        return activity

    def _add(self, state: GroupState, description: str, cause: str, details: str) -> Activity:
        activity = Activity(state.group.name, state.group.arn, description, cause[: words.MAX_CAUSE], self.now, details)
        state.activities.appendleft(activity)
        return activity


def _joined(*sentences: str) -> str:
    """AWS puts two spaces between the sentences of a cause."""
    return "  ".join(sentence for sentence in sentences if sentence)


def _see(member: Member) -> MemberView:
    return MemberView(
        id=member.instance_id,
        zone=member.availability_zone,
        lifecycle=member.lifecycle_state,
        healthy=member.health_status == "Healthy",
        ended=health.ended(member),
        serving=health.serving(member),
        unhealthy_reason=member.unhealthy_reason,
        protected=bool(member.protected_from_scale_in),
        template_id=member.launch_template["LaunchTemplateId"] if member.launch_template else "",
        version=member.version,
        launched_at=member.launched_at,
        in_service_at=member.in_service_at,
    )
