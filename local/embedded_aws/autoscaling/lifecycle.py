"""The way of one instance: Pending, in service, Terminating, gone, with the waits of lifecycle hooks in between.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from moto.ec2 import ec2_backends

from . import activities as words
from . import health, hooks
from .hooks import LAUNCHING, TERMINATING
from .members import GroupState, Member
from .settings import launch_retry_pause
from .views import suspended


class Lifecycle:
    """Moves instances on; called by the capacity loop at each look, with the world's lock held."""

    def __init__(self, now: Callable[[], datetime], retire: Callable[[GroupState, Member, str], object]) -> None:
        """``retire`` takes an instance out of service, for the cause that it is given."""
        self._now = now
        self._retire = retire

    def advance(self, state: GroupState, member: Member) -> None:
        now = self._now().timestamp()
        for action in member.actions:
            action.expire(now)
        if member.lifecycle_state.startswith("Pending"):
            if member.instance.state == "running":
                self._advance_launch(state, member, now)
        elif member.lifecycle_state.startswith("Terminating"):
            self._advance_termination(state, member, now)

    def _advance_launch(self, state: GroupState, member: Member, now: float) -> None:
        """Wait for hooks, then go in service and to the load balancer; an abandoned hook ends the instance."""
        if member.lifecycle_state == "Pending":
            member.actions = hooks.begin(state.hooks.values(), LAUNCHING, now)
        if hooks.waits(member.actions):
            _wait(member, "Pending:Wait")
            return
        given_up = hooks.abandoned(member.actions)
        if given_up:
            self._abandon(state, member, given_up.abandonment)
            return
        if member.lifecycle_state == "Pending:Wait":
            member.lifecycle_state = "Pending:Proceed"
            return
        member.actions = []
        if "AddToLoadBalancer" not in suspended(state.group):
            health.register(member)
        member.lifecycle_state, member.in_service_at = "InService", now
        state.failed_launches = 0
        if member.activity:
            member.activity.succeed(self._now())
            member.activity = None

    def _abandon(self, state: GroupState, member: Member, why: str) -> None:
        """The launch is Cancelled, the instance goes and another one is launched.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/tutorial-lifecycle-hook-lambda.html (status Cancelled)
        """
        if member.activity:
            member.activity.fail(self._now(), why, code="Cancelled")
        cause = "in response to a lifecycle action that was abandoned."
        self._retire(state, member, words.taken_out(self._now(), cause))
        state.failed_launches += 1
        state.next_launch_at = self._now().timestamp() + launch_retry_pause(state.failed_launches)

    def _advance_termination(self, state: GroupState, member: Member, now: float) -> None:
        """Drain, wait for hooks, then terminate, then leave the group.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/attach-load-balancer-asg.html: the group waits for
        connection draining. DeleteAutoScalingGroup with ForceDelete deletes outstanding lifecycle actions.
        """
        if not member.ending:
            if not health.ended(member) and health.draining(member):
                member.activity.status_code, member.activity.progress = "WaitingForELBConnectionDraining", 50
                return
            if member.lifecycle_state == "Terminating" and not state.deleting:
                member.actions = hooks.begin(state.hooks.values(), TERMINATING, now)
            if hooks.waits(member.actions) and not state.deleting:
                _wait(member, "Terminating:Wait")
                return
            if member.lifecycle_state == "Terminating:Wait":
                member.lifecycle_state = "Terminating:Proceed"
            self._end(state, member)
        if member.instance.state == "terminated":
            member.lifecycle_state = "Terminated"
            member.activity.succeed(self._now())
            state.members.remove(member)

    def _end(self, state: GroupState, member: Member) -> None:
        member.ending, member.actions = True, []
        member.activity.status_code, member.activity.progress = "InProgress", 60
        if member.instance.state not in ("shutting-down", "terminated"):
            # Termination protection does not keep a group from terminating.
            member.instance.disable_api_termination = False
            ec2_backends[state.group.account_id][state.group.region].terminate_instances([member.instance_id])


def _wait(member: Member, lifecycle_state: str) -> None:
    member.lifecycle_state = lifecycle_state
    if member.activity:
        member.activity.status_code = "MidLifecycleAction"
