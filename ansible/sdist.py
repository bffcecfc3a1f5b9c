"""A source distribution: what it says of itself without being built, for wheelhouse.py."""

from __future__ import annotations

import email.parser
import re
import tarfile
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path

from sources import Unusable

#: What a package is built with that says nothing about it (PEP 517).
BY_DEFAULT = ["setuptools>=40.8.0", "wheel"]


@dataclass(frozen=True)
class Sdist:
    file: Path
    name: str
    version: str
    requires: list[str]
    build_requires: list[str]

    @property
    def stand_in(self) -> str:
        """Name of the wheel that stands in for it while pip chooses the versions of all."""
        return f"{re.sub(r'[-_.]+', '_', self.name).lower()}-{self.version}-py3-none-any.whl"

    def write_stand_in(self, directory: Path) -> None:
        """A wheel without content, which has its name, version and requirements, so that pip fetches what it requires."""
        info = self.stand_in.removesuffix("-py3-none-any.whl") + ".dist-info"
        needs = "".join(f"Requires-Dist: {each}\n" for each in self.requires)
        with zipfile.ZipFile(directory / self.stand_in, "w") as wheel:
            wheel.writestr(
                f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {self.name}\nVersion: {self.version}\n{needs}"
            )
            wheel.writestr(
                f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: stand-in\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            wheel.writestr(f"{info}/RECORD", "")


def read(file: Path) -> Sdist:
    texts = _texts(file)
    metadata = email.parser.Parser().parsestr(texts.get("PKG-INFO", ""))
    if not metadata["Name"] or not metadata["Version"]:
        raise Unusable(
            f"pip: {file.name} has no wheel, and as a source distribution it does not say what it is (PKG-INFO)"
        )
    project = tomllib.loads(texts.get("pyproject.toml", ""))
    requires = (
        metadata.get_all("Requires-Dist") or _of_egg_info(texts) or project.get("project", {}).get("dependencies", [])
    )
    build = project.get("build-system", {}).get("requires", BY_DEFAULT)
    # setuptools asks for wheel only while it builds, until its version 70.1.
    if any(re.match(r"setuptools\b", each) for each in build) and "wheel" not in build:
        build = [*build, "wheel"]
    return Sdist(file, metadata["Name"], metadata["Version"], list(requires), list(build))


def _of_egg_info(texts: dict[str, str]) -> list[str]:
    """Requirements of a package from before metadata 2.2: those of no extra."""
    listed = next((text for name, text in texts.items() if name.endswith(".egg-info/requires.txt")), "")
    return [line.strip() for line in listed.partition("[")[0].splitlines() if line.strip()]


def _texts(file: Path) -> dict[str, str]:
    """The files that say something, by their name below the archive's one directory."""
    wanted = re.compile(r"[^/]+/(PKG-INFO|pyproject\.toml|(?:.*/)?[^/]+\.egg-info/requires\.txt)")
    texts = {}
    if file.suffix == ".zip":
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                if found := wanted.fullmatch(name):
                    texts[found[1]] = archive.read(name).decode("utf-8", "replace")
    else:
        with tarfile.open(file) as archive:
            for member in archive:
                if member.isfile() and (found := wanted.fullmatch(member.name)):
                    texts[found[1]] = archive.extractfile(member).read().decode("utf-8", "replace")
    return texts
