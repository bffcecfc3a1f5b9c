"""What a decision about a group is made from, and what it may say: plain values,
so that every rule is a table in a test.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

#: Lifecycle states of instances that count towards the group's capacity.
#: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
ACTIVE_STATES = ("Pending", "Pending:Wait", "Pending:Proceed", "InService")


@dataclass(frozen=True)
class MemberView:
    """One instance of a group at one moment."""

    id: str
    zone: str = "us-east-1a"
    lifecycle: str = "InService"
    #: What the group thinks: False once a health check has failed after the grace period, or a user said so.
    healthy: bool = True
    #: The instance is not running and not about to: stopped, stopping, shutting down or terminated.
    ended: bool = False
    #: In service, and every attached target group's check passes when the group asks its load balancers.
    serving: bool = True
    #: Why `healthy` is False, as AWS words it in an activity's cause; empty otherwise.
    unhealthy_reason: str = ""
    protected: bool = False
    template_id: str = "lt-1"
    version: int = 1
    #: Seconds since the epoch.
    launched_at: float = 0.0
    in_service_at: float | None = 0.0

    @property
    def active(self) -> bool:
        return self.lifecycle in ACTIVE_STATES


@dataclass(frozen=True)
class Bounds:
    """How far a replacement may lower and raise the number of instances, in percent of the desired capacity.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-maintenance-policy.html
    """

    min_percent: int
    max_percent: int

    def keep(self, desired: int) -> int:
        """Instances that have to stay in service."""
        return desired * self.min_percent // 100

    def most(self, desired: int) -> int:
        """Instances that may exist. With 100 as minimum one more than desired always may:
        nothing could be replaced otherwise.
        """
        most = math.ceil(desired * self.max_percent / 100)
        return max(most, desired + 1) if self.min_percent == 100 or self.max_percent > 100 else most


@dataclass(frozen=True)
class GroupView:
    """A group at one moment."""

    desired: int
    members: tuple[MemberView, ...] = ()
    #: None: terminate and launch.
    bounds: Bounds | None = None
    suspended: frozenset[str] = frozenset()
    policies: tuple[str, ...] = ("Default",)
    #: Id of the launch template that the group has now.
    template_id: str = "lt-1"

    def runs(self, process: str) -> bool:
        return process not in self.suspended

    def without(self, ids: set[str]) -> GroupView:
        return replace(self, members=tuple(m for m in self.members if m.id not in ids))

    @property
    def active(self) -> list[MemberView]:
        return [m for m in self.members if m.active]


@dataclass(frozen=True)
class Launch:
    """Start so many instances; `replaces` says that an unhealthy one made it necessary,
    `refresh` that an instance refresh did.
    """

    count: int
    replaces: bool = False
    refresh: bool = False


@dataclass(frozen=True)
class Terminate:
    """Take an instance out of service. `cause` goes into the activity behind "was taken out of service "."""

    id: str
    cause: str
    #: Sentences that AWS adds for instances that were chosen rather than found unhealthy.
    selected: bool = False


Action = Launch | Terminate

ENDED = "in response to an EC2 health check indicating it has been terminated or stopped."
ELB_FAILED = "in response to an ELB system health check failure."
USER_HEALTH = "in response to a user health-check."
STATUS_FAILED = "in response to an EC2 instance status check failure."
REFRESH = "in response to an instance refresh."
DIFFERENCE = "in response to a difference between desired and actual capacity"


@dataclass
class Plan:
    """Actions of one decision, in order."""

    actions: list[Action] = field(default_factory=list)

    @property
    def terminated(self) -> set[str]:
        return {action.id for action in self.actions if isinstance(action, Terminate)}

    def terminate(self, member: MemberView, cause: str, selected: bool = False) -> None:
        self.actions.append(Terminate(member.id, cause, selected))

    def launch(self, count: int, replaces: bool = False, refresh: bool = False) -> None:
        if count > 0:
            self.actions.append(Launch(count, replaces, refresh))


def suspended(group: Any) -> set[str]:
    """Names of the processes of a moto group that are suspended."""
    return {process["ProcessName"] for process in group.suspended_processes}
