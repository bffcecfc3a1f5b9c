"""ansible/wheelhouse.py against an index of tiny packages that are made here: what is fetched, locked, built later, and how it fails."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ANSIBLE = Path(__file__).resolve().parents[2] / "ansible"
sys.path.insert(0, str(ANSIBLE))

import pip_words  # noqa: E402

FACTORY = "def create_app():\n    return print\n"


@dataclass
class Index:
    """Files in a directory, which pip takes for an index."""

    directory: Path

    def wheel(self, name: str, version: str = "1.0", *requires: str, tag: str = "py3-none-any") -> str:
        """Returns the requirement with its hash."""
        info = f"{name}-{version}.dist-info"
        needs = "".join(f"Requires-Dist: {each}\n" for each in requires)
        texts = {
            f"{name}.py": "",
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
            f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
        }
        rows = [f"{file},sha256={_digest(text)},{len(text)}\n" for file, text in texts.items()]
        file = self.directory / f"{name}-{version}-{tag}.whl"
        with zipfile.ZipFile(file, "w") as archive:
            for each, text in (texts | {f"{info}/RECORD": "".join(rows) + f"{info}/RECORD,,\n"}).items():
                archive.writestr(each, text)
        return self.pinned(name, version, file)

    def sdist(self, name: str, version: str = "1.0", *requires: str, build: str = "flit_core") -> str:
        needs = "".join(f"Requires-Dist: {each}\n" for each in requires)
        texts = {
            "PKG-INFO": f"Metadata-Version: 2.2\nName: {name}\nVersion: {version}\n{needs}",
            "pyproject.toml": f'[build-system]\nrequires = ["{build}"]\n',
            "setup.py": "raise SystemExit('built on the builder')\n",
        }
        file = self.directory / f"{name}-{version}.tar.gz"
        with tarfile.open(file, "w:gz") as archive:
            for each, text in texts.items():
                entry = tarfile.TarInfo(f"{name}-{version}/{each}")
                entry.size = len(text)
                archive.addfile(entry, io.BytesIO(text.encode()))
        return self.pinned(name, version, file)

    @staticmethod
    def pinned(name: str, version: str, file: Path) -> str:
        return f"{name}=={version} --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


@pytest.fixture
def index(tmp_path: Path) -> Index:
    (tmp_path / "index").mkdir()
    return Index(tmp_path / "index")


@pytest.fixture
def fetch(index: Index, tmp_path: Path):
    """Runs the program for an application with these files."""

    def run(files: dict[str, str], *more: str) -> subprocess.CompletedProcess:
        for name, text in files.items():
            (tmp_path / "shop" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "shop" / name).write_text(text)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
        environment |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(index.directory), "PIP_CONFIG_FILE": os.devnull}
        command = [
            sys.executable,
            str(ANSIBLE / "wheelhouse.py"),
            str(tmp_path / "houses"),
            str(tmp_path / "shop"),
            *more,
        ]
        return subprocess.run(command, env=environment, capture_output=True, text=True)

    return run


def found(result: subprocess.CompletedProcess) -> tuple[dict, set[str], str]:
    """What it says, the files of the wheelhouse, and its lock."""
    assert result.returncode == 0, result.stderr
    said = json.loads(result.stdout)
    there = Path(said["path"])
    return (
        said,
        {str(file.relative_to(there)) for file in there.rglob("*") if file.is_file()},
        (there / "requirements.lock").read_text(),
    )


PROCFILE = {"Procfile": "web: x"}


def test_requirementsWithoutHashes_areLockedWithAllThatTheyNeed(index: Index, fetch):
    index.wheel("shop_parts", "1.0")
    newest = index.wheel("shop_parts", "2.0", "needed")
    needed = index.wheel("needed")
    said, files, lock = found(fetch(PROCFILE | {"requirements.txt": "shop-parts>=1  # all\n"}))
    assert files == {"requirements.lock", "shop_parts-2.0-py3-none-any.whl", "needed-1.0-py3-none-any.whl"}
    assert " ".join(lock.split()).endswith(
        f"needed==1.0 \\ --hash={needed.partition('--hash=')[2]} shop-parts==2.0 \\ --hash={newest.partition('--hash=')[2]}"
    )
    assert (said["packages"], said["sdists"], said["locked"]) == (2, [], False)


def test_requirementsWithoutHashes_areLockedAnewEachTime_lockedOnesStay(index: Index, fetch):
    pinned = index.wheel("part")
    first, _, _ = found(fetch(PROCFILE | {"requirements.txt": "part\n"}))
    index.wheel("part", "2.0")
    second, files, _ = found(fetch(PROCFILE | {"requirements.txt": "part\n"}))
    assert "part-2.0-py3-none-any.whl" in files and first["path"] != second["path"]
    third, _, _ = found(fetch(PROCFILE | {"requirements.txt": f"{pinned}\n"}))
    for file in index.directory.iterdir():
        file.unlink()
    assert found(fetch(PROCFILE | {"requirements.txt": f"{pinned}\n"}))[0] == third


def test_versionsChosenAheadOfABake_areThoseOfThatBakeAndOfNoOther(index: Index, fetch):
    index.wheel("part")
    files = PROCFILE | {"requirements.txt": "part\n"}
    ahead, _, _ = found(fetch(files, "--ahead"))
    index.wheel("part", "2.0")
    assert found(fetch(files))[0] == ahead
    assert "part-2.0-py3-none-any.whl" in found(fetch(files))[1]


def test_conditions_areJudgedForTheMachine_notForTheBuilder(index: Index, fetch):
    for name in ("old", "new", "arm", "intel"):
        index.wheel(name)
    text = (
        'old; python_version < "3.12"\nnew; python_version >= "3.12"\n'
        'arm; platform_machine == "aarch64"\nintel; platform_machine == "x86_64"\n'
    )
    assert found(fetch(PROCFILE | {"requirements.txt": text}, "--architecture=arm64"))[1] == {
        "requirements.lock", "old-1.0-py3-none-any.whl", "arm-1.0-py3-none-any.whl",
    }  # fmt: skip


def test_wheels_areThoseOfTheArchitecture(index: Index, fetch):
    index.wheel("fast", tag="cp311-cp311-manylinux_2_17_x86_64")
    index.wheel("fast", tag="cp311-abi3-manylinux_2_28_aarch64")
    text = {"requirements.txt": "fast\n"}
    assert "fast-1.0-cp311-cp311-manylinux_2_17_x86_64.whl" in found(fetch(PROCFILE | text))[1]
    assert "fast-1.0-cp311-abi3-manylinux_2_28_aarch64.whl" in found(fetch(PROCFILE | text, "--architecture=arm64"))[1]


def test_packageWithoutAWheel_isFetchedUnbuilt_withWhatItNeedsAndIsBuiltWith(index: Index, fetch):
    index.sdist("slow", "1.0", "needed", build="builder")
    index.wheel("needed")
    index.wheel("builder", "1.0", "tools")
    index.wheel("tools")
    said, files, lock = found(fetch(PROCFILE | {"requirements.txt": "slow\n"}))
    assert said["sdists"] == ["slow-1.0.tar.gz"]
    assert files == {
        "requirements.lock", "slow-1.0.tar.gz", "needed-1.0-py3-none-any.whl",
        "build/builder-1.0-py3-none-any.whl", "build/tools-1.0-py3-none-any.whl",
    }  # fmt: skip
    assert "slow==1.0" in lock and "needed==1.0" in lock and "builder" not in lock


def test_lockedPackageWithoutAWheel_isHeldAgainstItsHash(index: Index, fetch):
    index.wheel("flit_core")
    slow, needed = index.sdist("slow", "1.0", "needed"), index.wheel("needed")
    assert found(fetch(PROCFILE | {"requirements.txt": f"{slow}\n{needed}\n"}))[0]["sdists"] == ["slow-1.0.tar.gz"]
    result = fetch(PROCFILE | {"requirements.txt": f"slow==1.0 --hash=sha256:{'0' * 64}\n{needed}\n"})
    assert (
        result.stderr == "pip: slow==1.0 has no wheel, and slow-1.0.tar.gz has none of the hashes of its requirement\n"
    )


def test_packageWhoseBuildRequirementIsNowhere_isOneLine(index: Index, fetch):
    index.sdist("slow", build="builder")
    result = fetch(PROCFILE | {"requirements.txt": "slow\n"})
    assert result.stderr == (
        "slow-1.0.tar.gz has no wheel and cannot be built: pip: No matching distribution found for builder\n"
    )


@pytest.mark.parametrize("name", ["nowhere", "part==9"])
def test_packageThatIsNowhere_isPipsOwnLastWords(index: Index, fetch, name: str):
    index.wheel("part")
    result = fetch(PROCFILE | {"requirements.txt": f"{name}\n"})
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == f"pip: No matching distribution found for {name}\n"


def test_wheelWithAnotherHash_isOneLine(index: Index, fetch):
    index.wheel("part")
    result = fetch(PROCFILE | {"requirements.txt": f"part==1.0 --hash=sha256:{'0' * 64}\n"})
    assert result.stderr.startswith("pip: ") and result.stderr.count("\n") == 1
    assert "HASH" in result.stderr.upper() and "part==1.0" in result.stderr


def test_conflict_isOneLine(index: Index, fetch):
    index.wheel("a", "1.0", "c==1")
    index.wheel("b", "1.0", "c==2")
    index.wheel("c", "1")
    index.wheel("c", "2")
    result = fetch(PROCFILE | {"requirements.txt": "a\nb\n"})
    assert result.stderr.startswith("pip: Cannot install ") and result.stderr.count("\n") == 1


def test_requirementsThatTakeInOthers_areOneList(index: Index, fetch):
    index.wheel("a")
    index.wheel("b")
    files = {"requirements.txt": "-r more/base.txt\na\n", "more/base.txt": "-r deep.txt\n", "more/deep.txt": "b\n"}
    assert found(fetch(PROCFILE | files))[1] == {
        "requirements.lock",
        "a-1.0-py3-none-any.whl",
        "b-1.0-py3-none-any.whl",
    }
    result = fetch(PROCFILE | files, "--exclude=more/deep.txt")
    assert "more/deep.txt: more/base.txt takes it in, and it is no file of the application" in result.stderr
    assert result.stderr.count("\n") == 1


def test_pyprojectToml_bringsWhatItLists(index: Index, fetch):
    index.wheel("part")
    text = '[project]\nname = "shop"\nversion = "1"\ndependencies = ["part"]\n'
    assert "part-1.0-py3-none-any.whl" in found(fetch(PROCFILE | {"pyproject.toml": text}))[1]


def test_defaultServer_comesWhereNothingElseBringsIt(index: Index, fetch):
    index.wheel("part")
    own = {"webapp.py": FACTORY}
    # Not ours by its hash, so it is refused: it was looked for.
    index.wheel("waitress", "3.0.2")
    assert "waitress==3.0.2" in fetch(own | {"requirements.txt": "part\n"}).stderr
    index.wheel("waitress", "2.9")
    said, files, _ = found(fetch(own | {"requirements.txt": "waitress<3\n"}))
    assert "waitress-2.9-py3-none-any.whl" in files and said["by_default"]
    said, files, _ = found(fetch(own | PROCFILE | {"requirements.txt": "part\n"}))
    assert not any("waitress" in file for file in files)


def test_programThatIsNoPython_fetchesNothing(fetch):
    said, files, lock = found(fetch({"Procfile": "web: ./server", "server": ""}))
    assert (said["start"], said["packages"], said["python"]) == ("./server", 0, False)
    assert files == {"requirements.lock"} and "==" not in lock


BUILD = """Processing ./slow-1.0.tar.gz
  Preparing metadata (pyproject.toml): finished with status 'error'
  error: subprocess-exited-with-error

  × Building wheel for slow (pyproject.toml) did not run successfully.
  │ exit code: 1
  ╰─> [3 lines of output]
      running build_ext
      error: command 'gcc' failed: No such file or directory
      [end of output]

  note: This error originates from a subprocess, and is likely not a problem with pip.
ERROR: Could not build wheels for slow, which is required to install pyproject.toml-based projects
"""


def test_failedBuild_isSaidInPipsWordsAndThoseOfItsTools():
    assert pip_words.words(BUILD) == (
        "pip: Could not build wheels for slow, which is required to install pyproject.toml-based projects: "
        "error: command 'gcc' failed: No such file or directory"
    )
    assert pip_words.words("") == "pip: it said nothing"
