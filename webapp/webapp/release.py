"""Which release this is. The bake writes it beside the application; it never changes on an instance."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

DEFAULT_FILE = Path("/opt/webapp/release.json")
FILE_VARIABLE = "WEBAPP_RELEASE_FILE"


@dataclass(frozen=True)
class Release:
    """Name, version and commit of what was baked; "unknown" where the bake said nothing."""

    name: str = "webapp"
    version: str = "unknown"
    commit: str = "unknown"

    @classmethod
    def from_file(cls, file: Path | None = None) -> Self:
        """Reads the release file: the one given, else WEBAPP_RELEASE_FILE, else /opt/webapp/release.json.

        A missing file is a checkout that was never baked and gives the defaults. A file that cannot be read as a
        JSON object stops the start, because an instance that cannot say its version must not become healthy.
        """
        path = file or Path(os.environ.get(FILE_VARIABLE, DEFAULT_FILE))
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls()
        except ValueError as problem:
            raise ValueError(f"release file {path}: not JSON ({problem}); bake the image again") from problem
        if not isinstance(content, dict):
            raise ValueError(f"release file {path}: not a JSON object; bake the image again")
        known = {key: str(content[key]) for key in ("name", "version", "commit") if content.get(key)}
        return cls(**known)
