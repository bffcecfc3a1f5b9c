"""Which release this is. The machine says it in the environment before the application starts: webapp.service fetches it from the user data."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Release:
    """Name, version and commit of what was deployed; "unknown" where nobody said it, as in a bake or in a checkout."""

    name: str = "webapp"
    version: str = "unknown"
    commit: str = "unknown"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """From APP_NAME, APP_VERSION and APP_COMMIT; an empty one counts as none."""
        known = {name: environment.get(f"APP_{name.upper()}") for name in ("name", "version", "commit")}
        return cls(**{name: value for name, value in known.items() if value})
