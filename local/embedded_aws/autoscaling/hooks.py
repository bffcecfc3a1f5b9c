"""Lifecycle hooks as rules: what an instance waits for, until when, and what comes of it.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

LAUNCHING = "autoscaling:EC2_INSTANCE_LAUNCHING"
TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING"
CONTINUE, ABANDON = "CONTINUE", "ABANDON"
#: Seconds that a heartbeat may be apart, and the default.
#: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html
SHORTEST, LONGEST, DEFAULT_HEARTBEAT = 30, 7200, 3600
#: Seconds for which an instance can be in a wait state: 48 hours, or this many heartbeats.
LONGEST_WAIT, MOST_HEARTBEATS = 172800, 100


@dataclass
class Hook:
    """A hook of a group, as PutLifecycleHook has it."""

    name: str
    transition: str
    heartbeat: int = DEFAULT_HEARTBEAT
    default_result: str = ABANDON
    metadata: str | None = None
    target_arn: str | None = None
    role_arn: str | None = None

    @property
    def longest_wait(self) -> int:
        """GlobalTimeout."""
        return min(LONGEST_WAIT, MOST_HEARTBEATS * self.heartbeat)


@dataclass
class LifecycleAction:
    """A hook that one instance waits for, or has waited for."""

    hook: Hook
    #: Seconds since the epoch.
    deadline: float
    last_deadline: float
    token: str = field(default_factory=lambda: str(uuid.uuid4()))
    #: CONTINUE or ABANDON; empty while it is open.
    result: str = ""
    #: How it ended, as an activity says it.
    reason: str = ""

    @property
    def open(self) -> bool:
        return not self.result

    def beat(self, now: float) -> None:
        """A heartbeat begins the timeout anew, up to the longest wait."""
        self.deadline = min(now + self.hook.heartbeat, self.last_deadline)

    def complete(self, result: str) -> None:
        self.result, self.reason = result, f"Lifecycle Action Completed with {result} Result"

    def expire(self, now: float) -> None:
        """The hook's default result, when its time is over."""
        if self.open and now >= self.deadline:
            self.result, self.reason = self.hook.default_result, "Heartbeat Timeout"

    @property
    def abandonment(self) -> str:
        """https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-instancelaunchfailure.html and its neighbours"""
        return (
            f"Instance failed to complete user's Lifecycle Action: Lifecycle Action with token {self.token} "
            f"was abandoned: {self.reason}"
        )


def begin(hooks: Iterable[Hook], transition: str, now: float) -> list[LifecycleAction]:
    """What an instance waits for that enters a transition: all hooks of it, at the same time."""
    return [
        LifecycleAction(hook, now + hook.heartbeat, now + hook.longest_wait)
        for hook in hooks
        if hook.transition == transition
    ]


def abandoned(actions: Iterable[LifecycleAction]) -> LifecycleAction | None:
    """The action that ended with ABANDON, if one has: it ends the wait, whatever the others say."""
    return next((action for action in actions if action.result == ABANDON), None)


def waits(actions: Iterable[LifecycleAction]) -> bool:
    """Some hook is open, and none was abandoned."""
    found = list(actions)
    return abandoned(found) is None and any(action.open for action in found)
