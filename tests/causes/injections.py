"""What an injection is, and the list of all: each makes one thing go wrong for real and runs the command that meets it.

The modules ``*_causes.py`` beside this one have them, by family; ``__main__`` runs them.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

#: Seconds within which a command must end after AWS showed the cause.
LIMIT = 120


@dataclass(frozen=True)
class Ended:
    """How the command of an injection ended."""

    #: As a user types it.
    command: str
    exit_code: int
    #: The last lines that a user reads, from the error on.
    lines: list[str]
    #: From the moment at which AWS showed the cause, or from the command's start where it was there before, to the end.
    seconds: float


@dataclass(frozen=True)
class Injection:
    """One thing that goes wrong, the code in which the command must end, and what its lines must say."""

    name: str
    #: None where the command must go on and succeed.
    code: str | None
    #: For people: what is done.
    what: str
    #: Name of the ground that it needs: account, stack or application.
    ground: str
    inject: Callable[..., Ended]
    words: tuple[str, ...]
    exit_code: int
    limit: float


ALL: dict[str, Injection] = {}


def injection(
    code: str | None, what: str, *words: str, exit_code: int = 3, limit: float = LIMIT
) -> Callable[[Callable[..., Ended]], Callable[..., Ended]]:
    """Lists a function, whose one parameter is named as the ground that it needs. ``words`` must be in the lines."""

    def listed(function: Callable[..., Ended]) -> Callable[..., Ended]:
        (ground,) = inspect.signature(function).parameters
        assert function.__name__ not in ALL, f"two injections are named {function.__name__}"
        ALL[function.__name__] = Injection(function.__name__, code, what, ground, function, words, exit_code, limit)
        return function

    return listed


def load() -> dict[str, Injection]:
    """All injections by name, in the order of their modules."""
    for module in sorted(Path(__file__).parent.glob("*_causes.py")):
        importlib.import_module(module.stem)
    return ALL


def chosen(names: list[str]) -> list[Injection]:
    """Those that are named by their own name or by the code in which they end; all where nothing is named."""
    every = load()
    unknown = [name for name in names if not any(name in (each.name, each.code) for each in every.values())]
    if unknown:
        raise ValueError(f"no injection {', '.join(unknown)}; --list shows them")
    return [each for each in every.values() if not names or each.name in names or each.code in names]


def faults(injection: Injection, ended: Ended) -> list[str]:
    """What is not as it must be, a line each; empty when the cause was named as wanted."""
    found = []
    text = "\n".join(ended.lines)
    if ended.exit_code != injection.exit_code:
        found.append(f"exit code {ended.exit_code}, not {injection.exit_code}")
    if injection.code is None:
        return found + [f"“{word}” is not said" for word in injection.words if word not in text]
    if not text.startswith(f"error: {injection.code}: "):
        found.append(f"ends in “{(ended.lines or ['nothing'])[0][:120]}”, not in {injection.code}")
    found += [f"“{word}” is not said" for word in injection.words if word not in text]
    # What is wrong with an input says what it must be.
    if injection.code != "BAD_INPUT" and not any(line.startswith("  do: ") for line in ended.lines):
        found.append("no line says what to do")
    if ended.seconds > injection.limit:
        found.append(f"{ended.seconds:.0f} s, more than {injection.limit:.0f}")
    return found
