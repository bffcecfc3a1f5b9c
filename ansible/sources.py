"""Which files an application consists of: one list, for its fingerprint (survey.py) and for what reaches the machine (pack.py)."""

from __future__ import annotations

import hashlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

#: What reaches the machine, below the application's directory: its package, and the locked requirements.
PACKAGE, REQUIREMENTS = "webapp", "requirements.txt"

#: Set by a hook that calls us, they would name another repository than the directory's.
OF_ANOTHER_REPOSITORY = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_COMMON_DIR",
    "GIT_PREFIX",
)


class Unusable(Exception):
    """A directory that no image can be made from; one line says what is wrong and what to do."""


@dataclass(frozen=True)
class Application:
    """Name below the directory (as in ``webapp/__init__.py``) to file, sorted; whether Git listed them; what a person should know."""

    files: dict[str, Path]
    listed_by_git: bool
    notes: list[str]


def application(directory: Path) -> Application:
    """The files as Git would list them: tracked, or neither tracked nor ignored. Without Git: all that are not hidden.

    Compiled Python never counts. Raises ``Unusable`` where package or requirements are missing, or where something is no plain file.
    """
    for needed, kind in ((REQUIREMENTS, "file"), (PACKAGE, "directory")):
        if not (directory / needed).exists():
            raise Unusable(
                f"{directory / needed}: no such {kind}; --application must name a directory with the package "
                f"{PACKAGE}/ and a hash-locked {REQUIREMENTS}"
            )
    walked = [name for name in plain_files(directory, (PACKAGE, REQUIREMENTS)) if not is_compiled(name)]
    listed, notes = _listed(directory)
    if listed is not None and walked and not listed:
        listed, notes = None, [f"{directory}: its Git repository ignores it, so the files are taken as they lie there"]
    names = walked if listed is None else listed
    files = {name: directory / name for name in sorted(names)}
    for name, file in files.items():
        if not file.is_file():
            raise Unusable(
                f"{directory / name}: not a plain file; put the files themselves there instead of a link or a submodule"
            )
    return Application(files, listed is not None, notes)


def digests(files: dict[str, Path]) -> dict[str, str]:
    """SHA-256 of each file, with "+x" where it may be executed."""
    return {
        name: hashlib.sha256(file.read_bytes()).hexdigest() + ("+x" if is_executable(file) else "")
        for name, file in files.items()
    }


def digest(files: dict[str, Path]) -> str:
    """One digest of all files: names with their digests, each with a NUL behind it, in the order of the names."""
    # The order and the bytes are Java's, which compares and replaces by units of UTF-16.
    ordered = sorted(digests(files).items(), key=lambda item: item[0].encode("utf-16-be", "surrogatepass"))
    parts = [part for item in ordered for part in item]
    return hashlib.sha256("".join(f"{part}\0" for part in parts).encode("utf-8", "replace")).hexdigest()


def plain_files(root: Path, parts: tuple[str, ...]) -> list[str]:
    """All files of these parts of a directory that are not hidden, relative to it."""
    found = []
    for part in parts:
        if (root / part).is_file():
            found.append(part)
        for directory, below, names in os.walk(root / part):
            below[:] = [name for name in below if not name.startswith(".") and name != "__pycache__"]
            inside = os.path.relpath(directory, root)
            found += [os.path.join(inside, name) for name in names if not name.startswith(".")]
    return found


def is_compiled(name: str) -> bool:
    return name.endswith(".pyc") or "__pycache__" in Path(name).parts


def is_executable(file: Path) -> bool:
    return bool(file.stat().st_mode & 0o100)


def git(directory: Path, *arguments: str) -> str:
    """Standard output of git in this directory. Raises ``Unusable`` with git's own first line where it fails."""
    environment = {name: value for name, value in os.environ.items() if name not in OF_ANOTHER_REPOSITORY}
    command = ["git", "-C", str(directory), *arguments]
    try:
        result = subprocess.run(
            command,
            env=environment | {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"},
            capture_output=True,
            text=True,
            errors="surrogateescape",
        )
    except FileNotFoundError:
        raise Unusable("git: not found on the PATH") from None
    if result.returncode:
        words = " ".join(result.stderr.split())
        raise Unusable(words.removeprefix("fatal: ") or f"git {arguments[0]}: exit {result.returncode}")
    return result.stdout


def _listed(directory: Path) -> tuple[list[str] | None, list[str]]:
    try:
        output = git(
            directory, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", PACKAGE, REQUIREMENTS
        )
    except Unusable as problem:
        return None, [f"{directory}: listed without Git, commit and version are not known: {problem}"]
    names = {name.rstrip("/") for name in output.split("\0") if name}
    # A file that Git knows and that was removed is not there.
    return [name for name in names if os.path.lexists(directory / name) and not is_compiled(name)], []
