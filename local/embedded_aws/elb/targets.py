"""Targets and their health, as pure rules and as the one book that requests, checks and the API share."""

from __future__ import annotations

from dataclasses import dataclass, field

#: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html, reason codes and
#: descriptions.
REGISTERING = ("Elb.RegistrationInProgress", "Target registration is in progress")
CHECKING = ("Elb.InitialHealthChecking", "Initial health checks in progress")
NOT_REGISTERED = ("Target.NotRegistered", "Target is not registered to the target group")
NOT_IN_USE = ("Target.NotInUse", "Target group is not configured to receive traffic from the load balancer")
ZONE_OFF = ("Target.NotInUse", "Target is in an Availability Zone that is not enabled for the load balancer")
DRAINING = ("Target.DeregistrationInProgress", "Target deregistration is in progress")
TIMEOUT = ("Target.Timeout", "Request timed out")
FAILED = ("Target.FailedHealthChecks", "Health checks failed")


def mismatch(status: int) -> tuple[str, str]:
    return ("Target.ResponseCodeMismatch", f"Health checks failed with these codes: [{status}]")


@dataclass(frozen=True)
class Thresholds:
    healthy: int
    unhealthy: int


@dataclass(eq=False)
class Target:
    """One registered target. Its state is written by its checks and by the API, and read for every request."""

    id: str
    port: int
    #: Where requests go; None when nobody could say.
    address: str | None
    state: str = "initial"
    reason: tuple[str, str] | None = REGISTERING
    #: Consecutive results of the checks.
    good: int = 0
    bad: int = 0
    #: Seconds since the epoch until which a deregistered target may finish its requests.
    drain_until: float | None = None
    #: EC2 state that keeps an instance from serving, such as stopped; empty when there is none.
    invalid: str = ""

    @property
    def draining(self) -> bool:
        return self.drain_until is not None

    def observe(self, failure: tuple[str, str] | None, thresholds: Thresholds) -> bool:
        """Take in the result of one check; True when the state changed.

        The first good check admits a new target; afterwards the thresholds count consecutive results.
        https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
        """
        before = self.state
        if failure is None:
            self.good, self.bad = self.good + 1, 0
            if self.state == "initial" or (self.state == "unhealthy" and self.good >= thresholds.healthy):
                self.state, self.reason = "healthy", None
        else:
            self.good, self.bad = 0, self.bad + 1
            if self.bad >= thresholds.unhealthy:
                self.state, self.reason = "unhealthy", failure
            elif self.state == "initial":
                self.reason = CHECKING
        return self.state != before


def eligible(targets: list[Target]) -> list[Target]:
    """Targets that may get the next request: the healthy ones, or every unhealthy one when none is healthy (fail-open).

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html#target-group-health
    """
    present = [t for t in targets if not t.draining and not t.invalid and t.address]
    return [t for t in present if t.state == "healthy"] or [t for t in present if t.state == "unhealthy"]


def matches(matcher: str, status: int) -> bool:
    """True when a status code is among "200", "200,202" or "200-299"."""
    for part in matcher.split(","):
        low, _, high = part.strip().partition("-")
        if int(low) <= status <= int(high or low):
            return True
    return False


@dataclass
class TargetBook:
    """Targets of all target groups, by ARN and target id; draining ones stay until their time is over.

    Written with the world's lock held, except for the health of a target, which its own check writes.
    """

    groups: dict[str, dict[str, Target]] = field(default_factory=dict)
    #: Position of the round robin of each target group.
    turns: dict[str, int] = field(default_factory=dict)
    #: Requests for which a target was chosen, by target group, since the world began. Written by the data plane alone.
    requests: dict[str, int] = field(default_factory=dict)

    def of(self, arn: str) -> dict[str, Target]:
        return self.groups.setdefault(arn, {})

    def next(self, arn: str) -> Target | None:
        """The target of the next request, in turn; None when there is none."""
        choice = eligible(list(self.groups.get(arn, {}).values()))
        if not choice:
            return None
        turn = self.turns.get(arn, -1) + 1
        self.turns[arn] = turn
        self.requests[arn] = self.requests.get(arn, 0) + 1
        return choice[turn % len(choice)]

    def expire(self, now: float) -> None:
        """Forget targets whose deregistration is complete."""
        for targets in self.groups.values():
            for target in list(targets.values()):
                if target.drain_until is not None and now >= target.drain_until:
                    del targets[target.id]
