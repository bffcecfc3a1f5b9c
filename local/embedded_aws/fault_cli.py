"""`local/aws fault`: sets faults in a running world."""

from __future__ import annotations

import argparse
import json
import re
import urllib.error
import urllib.request
from typing import Any

from .state import WorldState

#: Seconds that the world gets to answer; killing a machine takes one or two.
TIMEOUT = 60


def register_command(commands: Any) -> None:
    """Add the sub-command and its own sub-commands."""
    parser = commands.add_parser("fault", help="make something go wrong, list or clear what was made to")
    orders = parser.add_subparsers(required=True, metavar="FAULT")
    for name, text in (
        ("throttle", "answer calls with the service's throttling error"),
        ("fail", "answer calls with an error"),
    ):
        order = _add(orders, name, text, kind=name)
        order.add_argument("call", help="service:Action, wildcards allowed, such as autoscaling:Describe*")
        _add_how_often(order)
        if name == "fail":
            order.add_argument("--code", default="InternalError", help="error code (default: %(default)s)")
            order.add_argument("--message", default="", help="error message")
            order.add_argument("--status", type=int, help="HTTP status (default: what the code has on AWS)")
    order = _add(orders, "deny", "answer calls as when a policy denies them explicitly", kind="deny")
    order.add_argument("call", help="service:Action, wildcards allowed, such as ec2:RunInstances")
    order.add_argument(
        "--by",
        dest="policy",
        default="identity",
        help="identity, boundary, session, scp, rcp, resource or endpoint (default: %(default)s)",
    )
    order.add_argument("--resource", default="", help="ARN that the message names (default: *)")
    order.add_argument("--terse", action="store_true", help="EC2 says nothing but its encoded message")
    _add_how_often(order)
    order = _add(orders, "hold", "keep back the answer of one call that took effect, until cleared", kind="hold")
    order.add_argument("call", help="service:Action, wildcards allowed, such as ec2:CreateSecurityGroup")
    order.add_argument("--nth", type=int, default=1, help="the N-th of these calls that succeeds (default: the first)")
    order.add_argument("--agent", default="*", help="only of this program, wildcards allowed, such as Terraform/*")
    order.add_argument("--where", default="", metavar="NAME=VALUE", help="only with this parameter, wildcards allowed")
    order = _add(orders, "exhaust", "a subnet has no free addresses", kind="exhaust")
    order.add_argument("subnet", help="subnet id")
    order.add_argument("--left", type=int, default=0, help="addresses that it still has (default: %(default)s)")
    order = _add(orders, "unshare", "an image is another account's, which does not share it", kind="unshare")
    order.add_argument("image", help="image id")
    order = _add(
        orders, "delay-consistency", "EC2 describes do not see a new object at first", kind="delay-consistency"
    )
    order.add_argument("seconds", type=float, help="age at which an object is seen")
    order = _add(orders, "refuse-launches", "launches of an Auto Scaling group fail", kind="refuse-launches")
    order.add_argument("message", help="status message of the failed scaling activity")
    order.add_argument("--group", default="*", help="name of the group, wildcards allowed (default: every group)")
    _add_how_often(order)
    order = _add(orders, "hold-refreshes", "instance refreshes stand still", kind="hold-refreshes")
    order.add_argument("--group", default="*", help="name of the group, wildcards allowed (default: every group)")
    order = _add(orders, "expire-credentials", "calls are answered as with an expired token", kind="expire")
    order.add_argument("key", nargs="?", default="*", help="access key id (default: every one)")
    _add_how_often(order)
    order = _add(orders, "clock", "AWS's clock differs from this computer's", kind="clock")
    order.add_argument(
        "--offset", dest="seconds", type=offset, required=True, metavar="SPAN", help="how far AWS's is ahead: 20m, -1h"
    )
    order.add_argument(
        "--undated",
        dest="dated",
        action="store_false",
        help="answers carry this computer's date, so that SDKs do not correct their clocks by it",
    )
    for name, text in (("kill", "pull a machine's plug"), ("break", "make the application on a machine hang")):
        order = _add(orders, name, text, do=name)
        order.add_argument("instance", help="instance id")
        if name == "break":
            order.add_argument(
                "--port", type=int, default=80, help="port that the application listens on (default: %(default)s)"
            )
    order = _add(orders, "clear", "end faults", do="clear")
    order.add_argument("id", nargs="?", type=int, help="number in the list (default: all)")
    _add(orders, "list", "show the faults that are set", do="list")


def _add(orders: Any, name: str, text: str, do: str = "add", **fixed: Any) -> argparse.ArgumentParser:
    parser = orders.add_parser(name, help=text, description=text)
    parser.set_defaults(run=_send, order={"do": do, **fixed})
    return parser


def _add_how_often(parser: argparse.ArgumentParser) -> None:
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--next", type=int, metavar="N", help="only the next N times")
    how.add_argument("--percent", type=float, metavar="P", help="only P %% of the times")


def offset(text: str) -> float:
    """Seconds of a span such as 90s, 20m, -1h."""
    found = re.fullmatch(r"([+-]?\d+)([smhd])", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text}: use a span such as 90s, 20m, -1h")
    return float(found.group(1)) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[found.group(2)]


def _send(arguments: argparse.Namespace, state: WorldState) -> int:
    endpoint = state.load().get("endpoint")
    if not state.pid() or not endpoint:
        raise ValueError(f"world {state.name} is not up; start it with: local/aws --world {state.name} up")
    given = {k: v for k, v in vars(arguments).items() if k not in ("run", "order", "world") and v is not None}
    request = urllib.request.Request(f"{endpoint}/_world/fault", json.dumps({**arguments.order, **given}).encode())
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
            answer = json.load(response)
    except urllib.error.HTTPError as error:
        raise ValueError(json.load(error).get("error", str(error))) from error
    for line in answer if isinstance(answer, list) else [answer]:
        print(json.dumps(line))
    return 0
