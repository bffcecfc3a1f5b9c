"""Listener rules: which action a request gets.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
"""

from __future__ import annotations

import fnmatch
import random
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import parse_qsl, unquote

from .http1 import Request


@dataclass(frozen=True)
class Rule:
    """Conditions that all have to hold, and the action that is taken then: `data` of moto's FakeAction."""

    conditions: tuple[dict[str, Any], ...]
    action: dict[str, Any]


def choose(rules: tuple[Rule, ...], request: Request, client: str) -> dict[str, Any]:
    """The action of the first rule that matches; the last rule is the default one and has no condition."""
    return next(rule.action for rule in rules if all(holds(c, request, client) for c in rule.conditions))


def holds(condition: dict[str, Any], request: Request, client: str) -> bool:
    """True when one condition matches; several values of a condition are alternatives."""
    kind = condition.get("Field")
    values = condition.get("Values") or _values(condition)
    if kind == "path-pattern":
        return any(fnmatch.fnmatchcase(request.path, value) for value in values)
    if kind == "host-header":
        host = (request.header("host") or "").split(":")[0].lower()
        return any(fnmatch.fnmatchcase(host, value.lower()) for value in values)
    if kind == "http-request-method":
        return request.method in values
    if kind == "http-header":
        found = request.headers_named(condition["HttpHeaderConfig"]["HttpHeaderName"])
        return any(fnmatch.fnmatchcase(one.lower(), value.lower()) for one in found for value in values)
    if kind == "query-string":
        pairs = parse_qsl(request.query, keep_blank_values=True)
        return any(_pair_matches(pair, value) for pair in pairs for value in values)
    if kind == "source-ip":
        return any(ip_address(client) in ip_network(value) for value in values)
    return False


def _values(condition: dict[str, Any]) -> list[Any]:
    return next((value["Values"] for key, value in condition.items() if key.endswith("Config")), [])


def _pair_matches(pair: tuple[str, str], wanted: dict[str, str]) -> bool:
    key, value = wanted.get("Key"), wanted.get("Value", "*")
    return (key is None or fnmatch.fnmatchcase(pair[0].lower(), key.lower())) and fnmatch.fnmatchcase(
        pair[1].lower(), value.lower()
    )


def target_group(action: dict[str, Any]) -> str | None:
    """The target group of a forward action, drawn by weight when there are several."""
    groups = (action.get("ForwardConfig") or {}).get("TargetGroups") or []
    if not groups:
        return action.get("TargetGroupArn")
    weights = [int(group.get("Weight") if group.get("Weight") is not None else 1) for group in groups]
    if not any(weights):
        return None
    return random.choices([group["TargetGroupArn"] for group in groups], weights)[0]


def location(config: dict[str, str], request: Request, port: int, scheme: str = "http") -> str:
    """The target of a redirect action, its placeholders filled in. AWS always writes the port, also the usual one.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html
    """
    host = (request.header("host") or "").split(":")[0]
    known = {
        "#{protocol}": scheme,
        "#{host}": host,
        "#{port}": str(port),
        "#{path}": request.path[1:],
        "#{query}": request.query,
    }

    def fill(text: str) -> str:
        for name, value in known.items():
            text = text.replace(name, value)
        return text

    protocol = fill(config.get("Protocol") or "#{protocol}").lower()
    target_port = fill(config.get("Port") or "#{port}")
    query = fill(config.get("Query") if config.get("Query") is not None else "#{query}")
    place = f"{fill(config.get('Host') or '#{host}')}:{target_port}"
    return f"{protocol}://{place}{fill(config.get('Path') or '/#{path}')}" + (f"?{unquote(query)}" if query else "")
