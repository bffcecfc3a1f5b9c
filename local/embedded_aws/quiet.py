"""How the world's HTTP servers behave that answer many small requests."""

from __future__ import annotations

from typing import Any

from werkzeug.serving import WSGIRequestHandler

from .skew import DATE


class QuietHandler(WSGIRequestHandler):
    """Requests are logged by the call log, not line by line on standard error."""

    def log_request(self, *args: Any) -> None:
        pass

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date of an answer: this computer's, unless a fault has set AWS's clock apart from it."""
        return getattr(self, "environ", {}).get(DATE) or super().date_time_string(timestamp)
