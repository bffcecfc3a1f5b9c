"""Replacing methods of moto's classes, in one place and reversibly.

moto keeps its backends in process-wide dictionaries and builds them from its own classes, so what the world adds is put on those classes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_MISSING = object()


class Patches:
    """The replacements of one world; `undo` restores what was there, newest first."""

    def __init__(self) -> None:
        self._done: list[tuple[Any, str, Any]] = []

    def wrap(self, owner: type, name: str, make: Callable[[Any], Any]) -> None:
        """Put `make(original)` in the place of `owner.name`; `original` is the attribute as stored on the class."""
        original = getattr(owner, name)
        self.set(owner, name, make(original))

    def set(self, owner: Any, name: str, value: Any) -> None:
        """Set an attribute of a class or module, whether it was there or not."""
        self._done.append((owner, name, owner.__dict__.get(name, _MISSING)))
        setattr(owner, name, value)

    def undo(self) -> None:
        while self._done:
            owner, name, before = self._done.pop()
            if before is _MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, before)
