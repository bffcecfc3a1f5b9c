"""Time as the world sees it: the system's, or one that a test moves by hand."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's own time."""

    manual = False

    def now(self) -> datetime:
        """Wall-clock time, UTC, with time zone."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds from an arbitrary start that never jump."""
        return time.monotonic()


class ManualClock:
    """A clock for tests: it stands still until `World.advance` moves it."""

    manual = True

    def __init__(self, start: datetime | None = None) -> None:
        self._start = start or datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
        self._elapsed = 0.0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        return self._elapsed

    def move_to(self, elapsed: float) -> None:
        """Set the seconds since the start; `World.advance` is the only caller."""
        self._elapsed = elapsed
