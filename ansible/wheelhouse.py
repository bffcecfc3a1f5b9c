"""Fetches what an application requires for the machine that its image is for, and says what that is, as JSON:

    wheelhouse.py DIRECTORY APPLICATION [--exclude PATTERN] [--tasks FILE] [--architecture x86_64|arm64] [--ahead]

Runs on the builder, so that the machine needs no package index and no password for one. In DIRECTORY is then one directory with wheels,
source distributions of packages that have no wheel, what these are built with (`build/`), and `requirements.lock`, which has all that is
installed with version and hash. Requirements without hashes are so locked now; requirements with hashes are held against them.

With --ahead it is asked before a bake, so that what cannot be had ends it before an instance runs; the bake then takes what is there.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.dont_write_bytecode = True
import entry as entries  # noqa: E402
import sdist  # noqa: E402
import sources  # noqa: E402
from pip_words import words  # noqa: E402
from sources import Unusable  # noqa: E402

HERE = Path(__file__).resolve().parent
#: Python of Debian 12, and of the package python3.11 of Amazon Linux 2023.
PYTHON = "3.11.2"
#: Both base images have glibc 2.34 or newer.
GLIBC = 34
#: As EC2 names architectures, and as wheels do.
ARCHITECTURES = {"x86_64": "x86_64", "arm64": "aarch64"}
#: The server where no Procfile names one and the application requires none, with its hash.
DEFAULT_SERVER = HERE / "roles" / "wheelhouse" / "files" / "default-server.txt"
LOCK = "requirements.lock"
#: Packages without a wheel that are looked for, before something is wrong with the search.
MOST_SDISTS = 50
#: Seconds for which versions that were chosen ahead of a bake are those of the bake: in software emulation it takes so long until it asks.
AHEAD = 7200


class Wheelhouse:
    """One directory in the making."""

    def __init__(self, there: Path, application: Path, architecture: str):
        self.there, self.application = there, application
        self.architecture = ARCHITECTURES[architecture]
        #: Requirement, normalised, of what has no wheel, with its source distribution.
        self.sdists: dict[str, sdist.Sdist] = {}

    def pip(self, *arguments: str) -> subprocess.CompletedProcess:
        command = [sys.executable, str(HERE / "pip_for_target.py"), PYTHON, self.architecture, *arguments]
        environment = os.environ | {
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_COLOR": "1",
            "NO_COLOR": "1",
            "COLUMNS": "4000",
        }
        return subprocess.run(command, cwd=self.application, env=environment, capture_output=True, text=True)

    def download(self, requirements: list[str], into: Path, *more: str) -> subprocess.CompletedProcess:
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write("".join(f"{line}\n" for line in requirements))
            file.flush()
            platforms = [f"--platform={each}" for each in platforms_of(self.architecture)]
            return self.pip(
                "download", "--quiet", "--only-binary=:all:", "--implementation=cp", f"--python-version={PYTHON}",
                *platforms, f"--dest={into}", f"--requirement={file.name}", *more,
            )  # fmt: skip

    def fetch(self, requirements: list[str], locked: bool) -> None:
        """Wheels of all, and source distributions of those without; asked again for each one that is found to have no wheel."""
        if not any(named(line) or "://" in line or line.startswith((".", "/")) for line in requirements):
            return
        with tempfile.TemporaryDirectory() as stand_ins:
            for _ in range(MOST_SDISTS):
                lines = [line for line in requirements if not locked or named(line) not in self.sdists]
                hashes = ["--require-hashes", *(["--no-deps"] if self.sdists else [])] if locked else []
                result = self.download(lines, self.there, f"--find-links={stand_ins}", *hashes)
                if result.returncode == 0:
                    break
                self.add_sdist(result.stdout + result.stderr, Path(stand_ins), requirements if locked else None)
            else:
                raise Unusable(f"{self.application}: more than {MOST_SDISTS} required packages have no wheel")
        for each in self.sdists.values():
            # What stood in for it while pip chose versions.
            (self.there / each.stand_in).unlink(missing_ok=True)
            self.fetch_build_requirements(each)

    def add_sdist(self, said: str, stand_ins: Path, locked: list[str] | None) -> None:
        found = re.search(r"(?m)^ERROR: No matching distribution found for (.+?)(?: \(from .*)?$", said)
        result = self.pip("find-sdist", found[1], str(self.there)) if found else None
        if result is None or result.returncode or named(found[1]) in self.sdists:
            raise Unusable(words(said if result is None or not result.stderr.strip() else said + result.stderr))
        file = self.there / result.stdout.split()[0]
        each = sdist.read(file)
        if locked is not None:
            line = next((line for line in locked if named(line) == named(found[1])), "")
            if f"sha256:{digest_of(file)}" not in line:
                raise Unusable(
                    f"pip: {found[1]} has no wheel, and {file.name} has none of the hashes of its requirement"
                )
        self.sdists[named(found[1])] = each
        each.write_stand_in(stand_ins)

    def fetch_build_requirements(self, each: sdist.Sdist) -> None:
        if not each.build_requires:
            return
        into = self.there / "build"
        into.mkdir(exist_ok=True)
        result = self.download(each.build_requires, into)
        if result.returncode:
            raise Unusable(f"{each.file.name} has no wheel and cannot be built: {words(result.stdout + result.stderr)}")

    def packages(self) -> dict[str, Path]:
        """Name and version to file, of what is installed."""
        found = {}
        for file in sorted(self.there.iterdir()):
            if file.suffix == ".whl":
                name, version = file.name.split("-")[:2]
                found[f"{normal(name)}=={version}"] = file
        return found | {f"{normal(each.name)}=={each.version}": each.file for each in self.sdists.values()}

    def lock(self) -> str:
        pinned = sorted(self.packages().items())
        lines = [f"{name} \\\n    --hash=sha256:{digest_of(file)}\n" for name, file in pinned]
        return f"# What is installed, for Python {PYTHON[:4]} on {self.architecture}.\n" + "".join(lines)


def fetch(
    directory: Path, source: Path, exclude: list[str], tasks: Path | None, architecture: str, ahead: bool = False
) -> dict:
    """Makes the directory, or finds it there where the requirements have hashes, and describes it."""
    application = sources.application(source, exclude, tasks)
    entry = entries.entry(application, source)
    said = {"start": entry.start, "by_default": entry.by_default, "python": entry.python, "locked": entry.locked}
    lines = required(application, source, entry)
    server = DEFAULT_SERVER.read_text().splitlines() if entry.by_default else []
    key = hashlib.sha256(repr((lines, server, architecture, PYTHON)).encode()).hexdigest()[:16]
    if entry.locked and (directory / key / LOCK).is_file():
        return said | describe(directory / key)
    directory.mkdir(parents=True, exist_ok=True)
    chosen = directory / f"{key}.ahead"
    if not ahead and (there := chosen_ahead(chosen)):
        return said | describe(there)
    with tempfile.TemporaryDirectory(dir=directory, prefix=".new-") as unfinished:
        house = Wheelhouse(Path(unfinished) / "house", source.resolve(), architecture)
        house.there.mkdir()
        house.fetch(lines, entry.locked)
        if server and not any(name.startswith("waitress==") for name in house.packages()):
            result = house.download(list(logical_lines(server)), house.there, "--require-hashes")
            if result.returncode:
                raise Unusable(words(result.stdout + result.stderr))
        (house.there / LOCK).write_text(house.lock())
        # Without hashes the same requirements may be other packages tomorrow.
        key = key if entry.locked else hashlib.sha256((key + house.lock()).encode()).hexdigest()[:16]
        try:
            os.replace(house.there, directory / key)
        except OSError:
            # Another bake has made the same one.
            if not (directory / key / LOCK).is_file():
                raise
        (directory / key).chmod(0o755)
    if ahead and not entry.locked:
        chosen.write_text(key)
    return said | describe(directory / key)


def chosen_ahead(file: Path) -> Path | None:
    """Where what was fetched ahead of this bake lies. It serves one bake."""
    if not file.is_file():
        return None
    there, fresh = file.parent / file.read_text(), time.time() - file.stat().st_mtime < AHEAD
    file.unlink()
    return there if fresh and (there / LOCK).is_file() else None


def describe(there: Path) -> dict:
    built = sorted(
        file.name for file in there.iterdir() if file.name != LOCK and file.is_file() and file.suffix != ".whl"
    )
    return {"path": str(there), "packages": (there / LOCK).read_text().count("--hash="), "sdists": built}


def required(application: sources.Application, directory: Path, entry: entries.Entry) -> list[str]:
    """The requirements, a line each, in the form of a requirements file."""
    if entry.requirements == "pyproject.toml":
        return entries.dependencies(application.files["pyproject.toml"]) or []
    return list(_lines_of(application, directory, "requirements.txt", ())) if entry.requirements else []


def _lines_of(application: sources.Application, directory: Path, name: str, within: tuple[str, ...]) -> Iterator[str]:
    if name in within or name not in application.files:
        raise Unusable(
            f"{directory / name}: {within[-1]} takes it in, and it "
            + (
                "takes itself in"
                if name in within
                else "is no file of the application; see exclude: in image.yml and .gitignore"
            )
        )
    text = application.files[name].read_text("utf-8-sig")
    for line in logical_lines(text.splitlines()):
        taken = re.fullmatch(r"(?:-r|--requirement)[ =]*(\S+)", line)
        if taken:
            inside = os.path.normpath(os.path.join(os.path.dirname(name), taken[1]))
            yield from _lines_of(application, directory, inside, (*within, name))
        else:
            yield re.sub(
                r"^(-c|--constraint)[ =]*(\S+)$",
                lambda found: f"-c {directory.resolve() / Path(name).parent / found[2]}",
                line,
            )


def logical_lines(lines: list[str]) -> Iterator[str]:
    """Without comments, and with continued lines as one."""
    text = ""
    for line in lines:
        line = re.sub(r"(^|\s+)#.*$", "", line).strip()
        text += line.removesuffix("\\")
        if not line.endswith("\\"):
            if text.strip():
                yield re.sub(r"\s+", " ", text.strip())
            text = ""


def named(requirement: str) -> str:
    """The normalised name of the package that a requirement is about, "" for an option, a path or an address."""
    found = re.match(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:[\[(<>=!~;@ ]|$)", requirement)
    return normal(found[1]) if found else ""


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def digest_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def platforms_of(architecture: str) -> list[str]:
    """Tags of wheels that run there, the newest C library first."""
    oldest = 5 if architecture == "x86_64" else 17
    tags = [f"manylinux_2_{minor}_{architecture}" for minor in range(GLIBC, oldest - 1, -1)]
    return [
        *tags,
        f"manylinux2014_{architecture}",
        *(["manylinux2010_x86_64", "manylinux1_x86_64"] if oldest == 5 else []),
        f"linux_{architecture}",
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Fetches what an application requires.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("application", type=Path)
    parser.add_argument("--exclude", action="append", default=[], metavar="PATTERN")
    parser.add_argument("--tasks", type=Path)
    parser.add_argument("--architecture", choices=sorted(ARCHITECTURES), default="x86_64")
    parser.add_argument("--ahead", action="store_true", help="before a bake; where this Python has no pip, later")
    given = parser.parse_args()
    try:
        # The bake asks with Ansible's own Python.
        if not given.ahead or importlib.util.find_spec("pip"):
            found = fetch(
                given.directory, given.application, given.exclude, given.tasks, given.architecture, given.ahead
            )
            print(json.dumps(found))
    except (Unusable, OSError) as problem:
        sys.exit(str(problem))
