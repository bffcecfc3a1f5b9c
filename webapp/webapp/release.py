"""Which release this is. An instance learns it when it starts, before the application does: webapp.service fetches it from the user data."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

DEFAULT_FILE = Path("/run/webapp/release.json")
FILE_VARIABLE = "WEBAPP_RELEASE_FILE"


@dataclass(frozen=True)
class Release:
    """Name, version and commit of what was deployed; "unknown" where nobody said it."""

    name: str = "webapp"
    version: str = "unknown"
    commit: str = "unknown"

    @classmethod
    def from_file(cls, file: Path | None = None) -> Self:
        """Reads the release file: the one given, else WEBAPP_RELEASE_FILE, else /run/webapp/release.json.

        A missing file is a start without user data, as in a bake or in a checkout, and gives the defaults. A file that is
        no JSON object stops the start, because an instance that shows another version than its own must not become healthy.
        """
        path = file or Path(os.environ.get(FILE_VARIABLE, DEFAULT_FILE))
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls()
        except ValueError as problem:
            raise ValueError(f"release file {path}: not JSON ({problem}); look at the instance's user data") from problem
        if not isinstance(content, dict):
            raise ValueError(f"release file {path}: not a JSON object; look at the instance's user data")
        known = {key: str(content[key]) for key in ("name", "version", "commit") if content.get(key)}
        return cls(**known)
