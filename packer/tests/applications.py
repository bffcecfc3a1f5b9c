"""The application that the tests bake: this repository's, with what an application may bring beyond it."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path

from conftest import ROOT

#: What is added to the page: it writes, uses the package that was built, and says what it was told.
MORE = """

import os
from pathlib import Path

import probe

_create_app = create_app


def create_app():
    app = _create_app()
    Path(os.environ["STATE_DIRECTORY"], "started").write_text(probe.BUILT_BY)

    @app.get("/placeholder")
    def placeholder():
        return "", 418 if len(os.environ.get("DATABASE_URL", "")) == LENGTH else 500

    @app.get("/told")
    def told():
        return {name: os.environ.get(name) for name in ("DATABASE_URL", "APP_ENVIRONMENT", "PORT")}

    return app
"""
#: Builds only where the program bc is, which no image has by itself.
BACKEND = """
import subprocess
import zipfile
from pathlib import Path


def build_wheel(directory, settings=None, metadata=None):
    said = subprocess.run(["bc", "--version"], check=True, capture_output=True, text=True).stdout.splitlines()[0]
    with zipfile.ZipFile(Path(directory, "probe-1.0-py3-none-any.whl"), "w") as wheel:
        wheel.writestr("probe.py", f"BUILT_BY = {said!r}\\n")
        wheel.writestr("probe-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: probe\\nVersion: 1.0\\n")
        wheel.writestr("probe-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("probe-1.0.dist-info/RECORD", "")
    return "probe-1.0-py3-none-any.whl"
"""
SDIST = {
    "PKG-INFO": "Metadata-Version: 2.2\nName: probe\nVersion: 1.0\n",
    "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    "backend.py": BACKEND,
}
TASKS = """
- name: Write a file of one's own
  ansible.builtin.template:
    src: shop.conf.j2
    dest: /etc/shop.conf
    mode: "0644"
"""


@dataclass(frozen=True)
class Application:
    directory: Path
    tasks: Path
    #: Of whoever bakes: the index with the package that has no wheel.
    environment: dict[str, str]


def make(work: Path, length: int) -> Application:
    """``length``: of the placeholder that its trial start has to be given."""
    directory = work / "application"
    shutil.copytree(ROOT / "webapp", directory, ignore=shutil.ignore_patterns("__pycache__"))
    code = directory / "webapp" / "__init__.py"
    code.write_text(code.read_text() + MORE.replace("LENGTH", str(length)))
    (work / "index").mkdir()
    package = work / "index" / "probe-1.0.tar.gz"
    with tarfile.open(package, "w:gz") as archive:
        for name, text in SDIST.items():
            entry = tarfile.TarInfo(f"probe-1.0/{name}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    with (directory / "requirements.txt").open("a") as requirements:
        requirements.write(f"probe==1.0 --hash=sha256:{hashlib.sha256(package.read_bytes()).hexdigest()}\n")
    tasks = work / "image" / "tasks.yml"
    tasks.parent.mkdir()
    tasks.write_text(TASKS)
    (tasks.parent / "shop.conf.j2").write_text("made of {{ 'web' }}\n")
    return Application(
        directory,
        tasks,
        {"PIP_FIND_LINKS": " ".join([str(work / "index"), os.environ.get("PIP_FIND_LINKS", "")]).strip()},
    )
