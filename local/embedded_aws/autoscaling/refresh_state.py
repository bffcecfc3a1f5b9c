"""An instance refresh as the API shows it, and as it is kept while it runs."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .launch import TemplateRef
from .views import Bounds

#: Statuses after which nothing more happens.
#: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRefresh.html
TERMINAL = ("Successful", "Failed", "Cancelled", "RollbackSuccessful", "RollbackFailed")


@dataclass(eq=False)
class Refresh:
    """moto's serializer reads the attributes named as in the API; the others are ours."""

    auto_scaling_group_name: str
    preferences: dict[str, Any]
    #: As given: LaunchTemplate with id or name and version; None when the group's own configuration is rolled out
    #: again.
    desired_configuration: dict[str, Any] | None
    start_time: datetime
    bounds: Bounds
    warmup: int
    #: The version that the desired configuration means, and the one to return to.
    wanted: TemplateRef | None
    previous: TemplateRef | None
    instance_refresh_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    strategy: str = "Rolling"
    status: str = "Pending"
    status_reason: str | None = None
    end_time: datetime | None = None
    percentage_complete: int | None = None
    instances_to_update: int | None = None
    rollback_details: dict[str, Any] | None = None
    to_replace: frozenset[str] = frozenset()
    #: Seconds since the epoch of the last step forward; a refresh that stands still for an hour fails.
    progress_at: float = 0.0
    updated: int = 0
    bake_until: float | None = None
    #: A replacement that failed its health checks, for the reason of a failure.
    last_unhealthy: str = ""

    @property
    def active(self) -> bool:
        return self.status not in TERMINAL

    @property
    def launches_desired(self) -> bool:
        """What starts now starts from the desired configuration."""
        return self.status not in ("RollbackInProgress", "Cancelling", *TERMINAL)

    def launch_reference(self) -> TemplateRef | None:
        """What instances that start now are launched from; None: the group's own configuration."""
        if self.status in ("Cancelling", *TERMINAL):
            return None
        return self.previous if self.status == "RollbackInProgress" else self.wanted

    def end(self, status: str, now: datetime, reason: str | None = None) -> None:
        self.status, self.end_time, self.status_reason = status, now, reason
