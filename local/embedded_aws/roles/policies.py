"""Whether policy documents allow something: actions, resources and the conditions that can be known here.

What cannot be known is a `Doubt`, which counts as no: a test that passes here must not fail on AWS.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from .sessions import as_list


class Doubt(Exception):
    """What is not judged here; the message is what comes after "cannot judge"."""


class Outcome(Enum):
    ALLOWED = "allowed"
    DENIED = "denied by a statement"
    NOTHING = "allowed by none"


@dataclass(frozen=True)
class Question:
    """May this be done with that?"""

    #: As policies write it, such as ssm:GetParameter.
    action: str
    #: ARN; empty where it is not known which resource a call is about.
    resource: str
    #: Condition keys that are known of this call, in lower case.
    context: Mapping[str, str] = field(default_factory=dict)


def judged(documents: Iterable[Mapping[str, Any]], question: Question) -> Outcome:
    """What the documents say together. Raises `Doubt` where it depends on something that is not known."""
    allowed, doubts = False, {"Allow": None, "Deny": None}
    for statement in (one for document in documents for one in as_list(document.get("Statement", []))):
        try:
            applies = _applies(statement, question)
        except Doubt as doubt:
            doubts[statement["Effect"]] = doubt
            continue
        if applies and statement["Effect"] == "Deny":
            return Outcome.DENIED
        allowed = allowed or applies
    if doubts["Deny"] or (doubts["Allow"] and not allowed):
        raise doubts["Deny"] or doubts["Allow"]
    return Outcome.ALLOWED if allowed else Outcome.NOTHING


def _applies(statement: Mapping[str, Any], question: Question) -> bool:
    return (
        _named(statement, "Action", lambda pattern: _like(pattern.lower(), question.action.lower()))
        and _named(statement, "Resource", lambda pattern: _covers(pattern, question))
        and all(
            _holds(operator, key, as_list(values), question)
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def _named(statement: Mapping[str, Any], element: str, matches: Callable[[str], bool]) -> bool:
    """Action and Resource, or their opposites."""
    if f"Not{element}" in statement:
        return not any([matches(pattern) for pattern in as_list(statement[f"Not{element}"])])
    return any([matches(pattern) for pattern in as_list(statement.get(element, []))])


def _covers(pattern: str, question: Question) -> bool:
    if pattern == "*":
        return True
    if "${" in pattern:
        raise Doubt(f"a policy variable: {pattern}")
    if not question.resource:
        raise Doubt(f"which resource {question.action} is about")
    return _like(pattern, question.resource)


def _like(pattern: str, text: str) -> bool:
    """`*` and `?`, as in policies."""
    expression = "".join({"*": ".*", "?": "."}.get(part, re.escape(part)) for part in re.split(r"([*?])", pattern))
    return re.fullmatch(expression, text, re.DOTALL) is not None


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda pattern, value: pattern == value,
    "StringEqualsIgnoreCase": lambda pattern, value: pattern.lower() == value.lower(),
    "StringLike": _like,
    "ArnEquals": _like,
    "ArnLike": _like,
    "Bool": lambda pattern, value: pattern.lower() == value.lower(),
}
_NEGATED = {name.replace("String", "StringNot").replace("Arn", "ArnNot"): name for name in _OPERATORS if name != "Bool"}


def _holds(operator: str, key: str, patterns: Iterable[Any], question: Question) -> bool:
    name = operator.removesuffix("IfExists")
    matches = _OPERATORS.get(_NEGATED.get(name, name))
    if matches is None:
        raise Doubt(f"the condition {operator}")
    value = _value(key, question)
    if value is None:
        return name in _NEGATED or operator.endswith("IfExists")
    found = any(matches(_plain(pattern), value) for pattern in patterns)
    return found != (name in _NEGATED)


def _plain(pattern: Any) -> str:
    text = str(pattern).lower() if isinstance(pattern, bool) else str(pattern)
    if "${" in text:
        raise Doubt(f"a policy variable: {text}")
    return text


def _value(key: str, question: Question) -> str | None:
    """The key's value, None where the call does not have it. Another service's keys are never there."""
    key = key.lower()
    if key in question.context:
        return question.context[key]
    service = key.partition(":")[0]
    if service in ("aws", question.action.partition(":")[0].lower()) and key not in question.context:
        if key == "kms:viaservice":
            return None
        raise Doubt(f"the condition key {key} of {question.action}")
    return None
