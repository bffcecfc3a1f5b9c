"""One cause of each family, made to happen on records: the command line names it, says what to do, and ends in time.

All of them are ``make causes``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "causes"), str(ROOT / "tests" / "embedded")]

import injections  # noqa: E402
from grounds import Grounds  # noqa: E402

#: By name; those of a stack come last and share it.
FAMILIES = [
    "missing_profile",
    "denied_by_the_session",
    "python_package_is_missing",
    "no_entry_point",
    "state_is_locked",
    "instance_is_protected",
    "quota_is_used_up",
    "listener_is_gone",
]


@pytest.fixture(scope="module")
def grounds() -> Iterator[Grounds]:
    made = Grounds(apart=f"-{os.getpid()}")
    try:
        yield made
    finally:
        made.close()


@pytest.mark.parametrize("name", FAMILIES)
def test_theCommandEndsInItsCause(name: str, grounds: Grounds):
    injection = injections.load()[name]
    assert injections.faults(injection, injection.inject(grounds.of(injection.ground))) == []
