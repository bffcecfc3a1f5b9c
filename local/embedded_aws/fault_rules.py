"""Which call is struck by which fault, and the error that it gets."""

from __future__ import annotations

import fnmatch
import itertools
import random
import threading
from dataclasses import asdict, dataclass, fields
from typing import Any

from .api_call import Call
from .denials import POLICIES

#: Kinds of faults.
KINDS = (
    "throttle",
    "fail",
    "deny",
    "expire",
    "refuse-launches",
    "hold-refreshes",
    "delay-consistency",
    "clock",
    "exhaust",
    "unshare",
    "hold",
)
#: Throttling as each service says it: status, code, message.
#: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/throttling.html (RequestLimitExceeded),
#: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (SlowDown), the services' CommonErrors pages
#: (Throttling).
_THROTTLED = {
    "ec2": (503, "RequestLimitExceeded", "Request limit exceeded."),
    "s3": (503, "SlowDown", "Please reduce your request rate."),
}
_THROTTLED_QUERY = (400, "Throttling", "Rate exceeded")
_THROTTLED_JSON = (400, "ThrottlingException", "Rate exceeded")
#: Expired credentials likewise. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
#: (RequestExpired)
_EXPIRED = {
    "ec2": (400, "RequestExpired", "Request has expired."),
    "s3": (400, "ExpiredToken", "The provided token has expired."),
}
_EXPIRED_QUERY = (403, "ExpiredToken", "The security token included in the request is expired")
_EXPIRED_JSON = (400, "ExpiredTokenException", "The security token included in the request is expired")
#: Services whose errors are those of the query protocol.
_QUERY = ("autoscaling", "elasticloadbalancing", "iam", "sts", "cloudwatch")
#: Seconds after which a held answer goes out anyway.
LONGEST_HOLD = 900
#: HTTP status of error codes that are not the caller's fault or are about permission; all others are 400.
_STATUS = {
    "InternalError": 500,
    "InternalFailure": 500,
    "ServiceUnavailable": 503,
    "Unavailable": 503,
    "AccessDenied": 403,
    "UnauthorizedOperation": 403,
}


@dataclass
class Fault:
    """One fault. Without `next` and `percent` it strikes every time until it is cleared."""

    kind: str
    #: Service and action, either may have wildcards: `autoscaling:Describe*`.
    call: str = "*:*"
    code: str = "InternalError"
    message: str = ""
    status: int | None = None
    #: Times that it still strikes.
    next: int | None = None
    #: Share of the calls that it strikes, 0 to 100.
    percent: float | None = None
    #: Access key id, for expire; `*` is all of them.
    key: str = "*"
    #: Group name, for refuse-launches and hold-refreshes.
    group: str = "*"
    #: For delay-consistency, and for clock how far AWS's is ahead of this computer's.
    seconds: float = 0
    #: For clock: answers carry AWS's date, by which an SDK corrects itself.
    dated: bool = True
    #: For deny: the kind of policy, see `denials.POLICIES`, and the resource that the message names.
    policy: str = "identity"
    resource: str = ""
    #: For deny: EC2 says no more than the encoded message.
    terse: bool = False
    #: For exhaust: a subnet, and the addresses that it still has.
    subnet: str = ""
    left: int = 0
    #: For unshare: an image.
    image: str = ""
    #: For hold: the program that calls and a parameter of the call as NAME=VALUE, either may have wildcards, and which of
    #: those calls that succeed it is.
    agent: str = "*"
    where: str = ""
    nth: int = 1
    #: The call that is held at the moment; empty before.
    holding: str = ""
    id: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}: use one of {', '.join(KINDS)}")
        if self.percent is not None and not 0 < self.percent <= 100:
            raise ValueError(f"percent is {self.percent}: use more than 0 and at most 100")
        if self.next is not None and self.next < 1:
            raise ValueError(f"next is {self.next}: use 1 or more")
        if self.nth < 1:
            raise ValueError(f"nth is {self.nth}: use 1 or more")
        if self.policy not in POLICIES:
            raise ValueError(f"policy is {self.policy}: use one of {', '.join(POLICIES)}")

    def describe(self) -> dict[str, Any]:
        """Its kind and number, and what was said of it."""
        usual = {field.name: field.default for field in fields(self)}
        shown = {key: value for key, value in asdict(self).items() if value != usual[key]}
        return {"kind": self.kind, **shown}

    def concerns(self, call: Call) -> bool:
        if self.kind == "expire":
            return self.key in ("*", call.key)
        return self.kind in ("throttle", "fail", "deny") and self._names(call)

    def keeps_back(self, call: Call) -> bool:
        """Whether it is one of the calls among which a hold counts."""
        name, _, value = self.where.partition("=")
        return (
            self.kind == "hold"
            and self._names(call)
            and fnmatch.fnmatchcase(call.agent.lower(), self.agent.lower())
            and (not name or fnmatch.fnmatchcase(call.parameters.get(name, ""), value))
        )

    def _names(self, call: Call) -> bool:
        return fnmatch.fnmatchcase(call.name.lower(), self.call.lower())


class FaultList:
    """The faults that are set, oldest first. Thread-safe."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._faults: list[Fault] = []
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        #: Told whenever a fault is cleared.
        self._cleared = threading.Condition(self._lock)

    def add(self, fault: Fault) -> Fault:
        with self._lock:
            fault.id = next(self._ids)
            self._faults.append(fault)
            return fault

    def clear(self, fault_id: int | None = None) -> int:
        """Remove one, or all; returns how many were there."""
        with self._lock:
            kept = [fault for fault in self._faults if fault_id is not None and fault.id != fault_id]
            removed, self._faults = len(self._faults) - len(kept), kept
            self._cleared.notify_all()
            return removed

    def all(self) -> list[Fault]:
        with self._lock:
            return list(self._faults)

    def strike(self, call: Call) -> Fault | None:
        """The fault that this call meets, if any; it counts as one strike."""
        with self._lock:
            return next((fault for fault in self._faults if fault.concerns(call) and self._strikes(fault)), None)

    def hold(self, call: Call) -> None:
        """Waits while the answer of this call, which took effect, is kept back."""
        with self._lock:
            waiting = [fault for fault in self._faults if fault.keeps_back(call) and not fault.holding]
            for fault in waiting:
                fault.nth -= 1
                if fault.nth == 0:
                    fault.holding = call.name
                    self._cleared.wait_for(lambda: fault not in self._faults, LONGEST_HOLD)  # noqa: B023
                    return

    def refusal(self, group: str) -> str | None:
        """StatusMessage of a launch that is refused for this Auto Scaling group."""
        with self._lock:
            for fault in self._faults:
                if fault.kind == "refuse-launches" and fnmatch.fnmatchcase(group, fault.group) and self._strikes(fault):
                    return fault.message
        return None

    def holds(self, group: str) -> bool:
        """Whether instance refreshes of this Auto Scaling group stand still."""
        with self._lock:
            return any(f.kind == "hold-refreshes" and fnmatch.fnmatchcase(group, f.group) for f in self._faults)

    def consistency_delay(self) -> float:
        """Seconds for which EC2 does not see a new object."""
        with self._lock:
            return max((fault.seconds for fault in self._faults if fault.kind == "delay-consistency"), default=0.0)

    def addresses_left(self, subnet: str) -> int | None:
        """Free addresses of an exhausted subnet; None when it is not."""
        with self._lock:
            found = [fault.left for fault in self._faults if fault.kind == "exhaust" and fault.subnet == subnet]
            return min(found, default=None)

    def address_taken(self, subnet: str) -> None:
        with self._lock:
            for fault in self._faults:
                if fault.kind == "exhaust" and fault.subnet == subnet:
                    fault.left = max(fault.left - 1, 0)

    def is_unshared(self, image: str) -> bool:
        with self._lock:
            return any(fault.kind == "unshare" and fault.image == image for fault in self._faults)

    def clock(self) -> Fault | None:
        """The fault that has AWS's clock differ from this computer's; the last one counts."""
        with self._lock:
            return next((fault for fault in reversed(self._faults) if fault.kind == "clock"), None)

    def _strikes(self, fault: Fault) -> bool:
        if fault.percent is not None and self._dice.uniform(0, 100) >= fault.percent:
            return False
        if fault.next is not None:
            fault.next -= 1
            if fault.next == 0:
                self._faults = [other for other in self._faults if other is not fault]
        return True


def error_of(fault: Fault, call: Call) -> tuple[int, str, str]:
    """HTTP status, code and message that a struck call is answered with."""
    if fault.kind == "throttle":
        return _THROTTLED.get(call.service) or (_THROTTLED_QUERY if call.service in _QUERY else _THROTTLED_JSON)
    if fault.kind == "expire":
        return _EXPIRED.get(call.service) or (_EXPIRED_QUERY if call.service in _QUERY else _EXPIRED_JSON)
    status = fault.status or _STATUS.get(fault.code, 400)
    return status, fault.code, fault.message or "An injected fault: see `local/aws fault list`."
