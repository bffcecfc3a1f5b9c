"""Scaling activities: the group's diary, in AWS's own words.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-verify-scaling-activity.html
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

#: Activities that a group remembers; AWS keeps six weeks.
KEPT = 500
#: API limits of the fields, see `Activity` in the API reference.
MAX_CAUSE = 1023
MAX_STATUS_MESSAGE = 255


@dataclass
class Activity:
    """One entry; moto's serializer reads its attributes by the API's field names."""

    auto_scaling_group_name: str
    auto_scaling_group_arn: str
    description: str
    cause: str
    start_time: datetime
    details: str = "{}"
    status_code: str = "InProgress"
    status_message: str | None = None
    progress: int = 30
    end_time: datetime | None = None
    activity_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    #: Not part of the API: the instance that it is about.
    subject: str = ""

    @property
    def auto_scaling_group_state(self) -> None:
        return None

    def succeed(self, now: datetime) -> None:
        self.status_code, self.progress, self.end_time = "Successful", 100, now

    def fail(self, now: datetime, message: str, code: str = "Failed") -> None:
        """`message` without the sentence that AWS adds."""
        self.status_message = message[:MAX_STATUS_MESSAGE]
        self.description += f".  Status Reason: {message}"
        self.status_code, self.progress, self.end_time = code, 100, now

    @property
    def done(self) -> bool:
        return self.end_time is not None


def stamp(now: datetime) -> str:
    """A moment as causes write it."""
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def details(subnet_id: str, zone: str) -> str:
    return json.dumps({"Subnet ID": subnet_id, "Availability Zone": zone}, separators=(",", ":"))


def created(now: datetime, desired: int) -> str:
    return (
        f"At {stamp(now)} a user request created an AutoScalingGroup changing the desired capacity from 0 to {desired}."
    )


def updated(now: datetime, group: Any, before: int) -> str:
    return (
        f"At {stamp(now)} a user request update of AutoScalingGroup constraints to min: {group.min_size}, "
        f"max: {group.max_size}, desired: {group.desired_capacity} changing the desired capacity from {before} "
        f"to {group.desired_capacity}."
    )


def set_explicitly(now: datetime, before: int, after: int) -> str:
    return (
        f"At {stamp(now)} a user request explicitly set group desired capacity changing the desired capacity "
        f"from {before} to {after}."
    )


def alarmed(now: datetime, alarm: str, policy: str, before: int, after: int) -> str:
    return (
        f"At {stamp(now)} a monitor alarm {alarm} in state ALARM triggered policy {policy} changing the desired "
        f"capacity from {before} to {after}."
    )


def launched(now: datetime, before: int, after: int) -> str:
    return (
        f"At {stamp(now)} an instance was started in response to a difference between desired and actual capacity, "
        f"increasing the capacity from {before} to {after}."
    )


def launched_for_unhealthy(now: datetime) -> str:
    return f"At {stamp(now)} an instance was launched in response to an unhealthy instance needing to be replaced."


def launched_for_refresh(now: datetime) -> str:
    return f"At {stamp(now)} an instance was launched in response to an instance refresh."


def taken_out(now: datetime, reason: str) -> str:
    return f"At {stamp(now)} an instance was taken out of service {reason}"


def shrunk(reason: str, before: int, after: int) -> str:
    return f"{reason}, shrinking the capacity from {before} to {after}."


def selected(now: datetime, instance_id: str) -> str:
    return f"At {stamp(now)} instance {instance_id} was selected for termination."


def user_terminated(now: datetime, instance_id: str, shrink: tuple[int, int] | None) -> str:
    """`shrink` holds the desired capacity before and after, when it was decremented."""
    text = f"At {stamp(now)} instance {instance_id} was taken out of service in response to a user request"
    return f"{text}, shrinking the capacity from {shrink[0]} to {shrink[1]}." if shrink else f"{text}."
