"""Which files an application consists of: one list, for its fingerprint (survey.py) and for what reaches the machine (pack.py)."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

#: At the top of an application: what only people or the tool read. Globs as Git has them; so are those of image.yml.
NOT_SHIPPED = (".*", "environments", "image.yml", "Jenkinsfile*", "README*", "*.md", "LICENSE*")

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


def application(directory: Path, exclude: Iterable[str] = (), tasks: Path | None = None) -> Application:
    """The files as Git would list them: tracked, or neither tracked nor ignored. Without Git: all that are not hidden.

    Compiled Python never counts. Links to what is inside are followed. Raises ``Unusable`` for one that is not, and for what is no
    plain file.
    """
    if not directory.is_dir():
        raise Unusable(
            f"{directory}: no such directory; name the application's with directory: in image.yml or --application"
        )
    names, by_git, notes = listed(directory)
    patterns = not_shipped(directory, exclude, tasks)
    files = _Files(directory, names, [glob(pattern) for pattern in patterns])
    for name in names:
        files.add(name, directory / name, ())
    if not files.found:
        raise Unusable(
            f"{directory}: no file there that an image could be made of; see exclude: in image.yml and .gitignore"
        )
    for pattern in exclude:
        if not any(matches(glob(pattern), name) for name in names):
            notes.append(f"image.yml: exclude: {pattern} matches no file of {directory}")
    return Application(dict(sorted(files.found.items())), by_git, notes)


def not_shipped(directory: Path, exclude: Iterable[str], tasks: Path | None) -> list[str]:
    """Globs, below the directory, of what is not the application's."""
    patterns = [*NOT_SHIPPED, *exclude]
    if tasks is not None and tasks.resolve().parent.is_relative_to(directory.resolve()):
        patterns.append(literal(tasks.resolve().parent.relative_to(directory.resolve()).as_posix()))
    return patterns


def of_tasks(tasks: Path, directory: Path) -> dict[str, Path]:
    """The application's own tasks with all files beside them, by name below their directory."""
    if not tasks.is_file():
        raise Unusable(
            f"{tasks}: no such file; tasks: in image.yml must name a file of Ansible tasks, such as image/tasks.yml"
        )
    if directory.resolve().is_relative_to(tasks.resolve().parent):
        raise Unusable(
            f"{tasks}: lies beside the application, and all files of its directory are the tasks'; "
            "move it into a directory of its own, such as image/tasks.yml"
        )
    beside = tasks.parent
    names, _, _ = listed(beside)
    files = _Files(beside, names, [])
    for name in names:
        files.add(name, beside / name, ())
    return dict(sorted(files.found.items()))


class _Files:
    """Collects files by name; follows links."""

    def __init__(self, directory: Path, names: list[str], excluded: list[re.Pattern[str]]):
        self.directory, self.top = directory, directory.resolve()
        self.names, self.excluded = names, excluded
        self.found: dict[str, Path] = {}

    def add(self, name: str, file: Path, through: tuple[Path, ...]) -> None:
        """``through``: directories that links on the way here have led to."""
        if any(matches(pattern, name) for pattern in self.excluded):
            return
        if file.is_symlink():
            self._follow(name, file, through)
        elif file.is_file():
            self.found[name] = file
        else:
            raise Unusable(
                f"{self.directory / name}: not a plain file; put the files themselves there instead of a submodule or a socket"
            )

    def _follow(self, name: str, link: Path, through: tuple[Path, ...]) -> None:
        shown, to = self.directory / name, os.readlink(link)
        try:
            target = link.resolve(strict=True)
        except FileNotFoundError:
            raise Unusable(f"{shown}: a link to {to}, where nothing is; correct or remove it") from None
        except (OSError, RuntimeError):
            raise Unusable(f"{shown}: a link to {to} that leads to itself; correct or remove it") from None
        if not target.is_relative_to(self.top):
            raise Unusable(f"{shown}: a link to {to}, outside of the application; put the files themselves there")
        if target.is_file():
            self.found[name] = target
            return
        if target in through or link.parent.resolve().is_relative_to(target):
            raise Unusable(f"{shown}: a link to {to}, a directory that it lies in; correct or remove it")
        inside = target.relative_to(self.top).as_posix()
        below = [each[len(inside) + 1 :] for each in self.names if each.startswith(f"{inside}/")]
        for each in below or walk(target):
            self.add(f"{name}/{each}", target / each, (*through, target))
        if not any(each.startswith(f"{name}/") for each in self.found):
            raise Unusable(f"{shown}: a link to {to}, which has no file for an image; put one there or remove the link")


def glob(pattern: str) -> re.Pattern[str]:
    """As Git's globs in a path: ``*`` and ``?`` stop at a slash, ``**/`` is any directories. A directory's match takes all below."""
    parts = []
    for piece in re.findall(r"\*\*/|\*\*|\*|\?|\[!?\]?[^]]*\]|\\.|.", pattern.rstrip("/")):
        if piece == "**/":
            parts.append("(?:.*/)?")
        elif piece in ("**", "*", "?"):
            parts.append({"**": ".*", "*": "[^/]*", "?": "[^/]"}[piece])
        elif piece.startswith("[") and len(piece) > 1:
            parts.append(("[^" if piece[1] == "!" else "[") + piece[2 if piece[1] == "!" else 1 :].replace("\\", r"\\"))
        else:
            parts.append(re.escape(piece[-1]))
    return re.compile("".join(parts) + "(?:/.*)?", re.DOTALL)


def matches(pattern: re.Pattern[str], name: str) -> bool:
    return pattern.fullmatch(name) is not None


def literal(path: str) -> str:
    return re.sub(r"([][*?\\])", r"\\\1", path)


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
    found = [part for part in parts if (root / part).is_file()]
    for part in parts:
        found += [os.path.normpath(os.path.join(part, name)) for name in walk(root / part)]
    return found


def walk(root: Path) -> list[str]:
    """All files and links below a directory that are not hidden; no virtual environment, which has links and megabytes."""
    found = []
    for directory, below, names in os.walk(root):
        links = [name for name in below if os.path.islink(os.path.join(directory, name))]
        below[:] = [name for name in below if name not in links and name != "__pycache__" and not name.startswith(".")]
        if "pyvenv.cfg" in names:
            below[:] = []
            continue
        inside = os.path.relpath(directory, root)
        found += [os.path.normpath(os.path.join(inside, name)) for name in (*names, *links) if not name.startswith(".")]
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


def listed(directory: Path) -> tuple[list[str], bool, list[str]]:
    """Names below a directory, whether Git said them, and what a person should know."""
    try:
        output = git(directory, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ".")
    except Unusable as problem:
        note = f"{directory}: listed without Git, commit and version are not known: {problem}"
        return _not_compiled(walk(directory)), False, [note]
    names = {name.rstrip("/") for name in output.split("\0") if name}
    # A file that Git knows and that was removed is not there.
    found = _not_compiled(name for name in names if os.path.lexists(directory / name))
    if not found:
        walked = _not_compiled(walk(directory))
        if walked:
            return (
                walked,
                False,
                [f"{directory}: its Git repository ignores it, so the files are taken as they lie there"],
            )
    return found, True, []


def _not_compiled(names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if not is_compiled(name))
