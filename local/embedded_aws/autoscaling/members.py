"""What is known of a group beyond moto's record of its configuration: its instances, its diary,
its pending launches.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .activities import KEPT, Activity
from .hooks import Hook, LifecycleAction

if TYPE_CHECKING:
    from .refresh_state import Refresh


@dataclass(eq=False)
class Member:
    """One instance of a group; moto's serializer reads it as `Instance` and as `AutoScalingInstanceDetails`.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingInstanceDetails.html
    """

    instance: Any
    group: Any
    #: The version that it was launched from, as a number in a string; None for an attached instance.
    launch_template: dict[str, str] | None
    lifecycle_state: str = "Pending"
    health_status: str = "Healthy"
    protected_from_scale_in: bool = False
    #: Seconds since the epoch.
    launched_at: float = 0.0
    in_service_at: float | None = None
    #: End of an activity's cause, set with health_status Unhealthy.
    unhealthy_reason: str = ""
    #: The activity that launches or terminates it now.
    activity: Activity | None = None
    #: EC2 was told to terminate it.
    ending: bool = False
    #: Hooks of the transition that it is in.
    actions: list[LifecycleAction] = field(default_factory=list)

    @property
    def instance_id(self) -> str:
        return self.instance.id

    @property
    def instance_type(self) -> str:
        return self.instance.instance_type

    @property
    def availability_zone(self) -> str:
        return (
            self.instance.availability_zone
            if hasattr(self.instance, "availability_zone")
            else self.instance._placement.zone
        )

    @property
    def auto_scaling_group_name(self) -> str:
        return self.group.name

    @property
    def launch_configuration_name(self) -> str | None:
        return getattr(self.group, "launch_configuration_name", None)

    @property
    def present(self) -> bool:
        """It has not begun to leave."""
        return not self.lifecycle_state.startswith("Terminat")

    @property
    def version(self) -> int:
        return int(self.launch_template["Version"]) if self.launch_template else 0


@dataclass(eq=False)
class GroupState:
    """Companion of one moto group."""

    group: Any
    activities: deque[Activity] = field(default_factory=lambda: deque(maxlen=KEPT))
    #: First sentence of the next launch's or termination's cause: what the user did.
    user_cause: str = ""
    failed_launches: int = 0
    #: Subnets that had no free address when it was last tried there.
    full_subnets: set[str] = field(default_factory=set)
    #: Seconds since the epoch before which no launch is tried.
    next_launch_at: float = 0.0
    refreshes: list[Refresh] = field(default_factory=list)
    hooks: dict[str, Hook] = field(default_factory=dict)
    #: DeleteAutoScalingGroup with ForceDelete was called: the group goes when its last instance has gone.
    deleting: bool = False

    @property
    def members(self) -> list[Member]:
        return self.group.instance_states

    def member(self, instance_id: str) -> Member | None:
        return next((m for m in self.members if m.instance_id == instance_id), None)

    @property
    def active_refresh(self) -> Refresh | None:
        return next((r for r in self.refreshes if r.active), None)

    @property
    def bounds(self) -> tuple[int, int] | None:
        """Minimum and maximum percentage of the maintenance policy."""
        policy = getattr(self.group, "instance_maintenance_policy", None)
        return (policy["MinHealthyPercentage"], policy["MaxHealthyPercentage"]) if policy else None
