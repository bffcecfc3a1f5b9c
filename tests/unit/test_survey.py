"""ansible/survey.py: what an image is made of, and what is not. Each test has a checkout of its own, so that it may change it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
#: Seconds of processor time; the wall clock of a busy machine says nothing.
FAST = 0.2
CODE = "def create_app():\n    return print\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The recipes and a small application, in no repository."""
    for name in ("ansible", "packer"):
        shutil.copytree(
            ROOT / name, tmp_path / "checkout" / name, ignore=shutil.ignore_patterns("__pycache__", ".ansible")
        )
    package = tmp_path / "checkout" / "webapp" / "webapp"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(CODE)
    (package.parent / "requirements.txt").write_text("flask==3 --hash=sha256:00\n")
    (package.parent / "README.md").write_text("for people\n")
    return tmp_path / "checkout"


@pytest.fixture
def repository(checkout: Path) -> Path:
    """The same as a repository with one commit, tagged v1."""
    git(checkout, "init", "-q")
    commit(checkout, "first")
    git(checkout, "tag", "v1")
    return checkout


def git(directory: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    return subprocess.run(
        ["git", *identity, *arguments], cwd=directory, check=True, capture_output=True, text=True
    ).stdout


def commit(directory: Path, message: str) -> str:
    git(directory, "add", "-A")
    git(directory, "commit", "-q", "-m", message)
    return git(directory, "rev-parse", "HEAD").strip()


def run(checkout: Path, application: str = "webapp", *more: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "ansible/survey.py", "--application", application, *more],
        cwd=checkout,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"} | environment,
        capture_output=True,
        text=True,
    )


def survey(checkout: Path, application: str = "webapp", *more: str, **environment: str) -> dict:
    result = run(checkout, application, *more, **environment)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def content(document: dict) -> dict:
    """What fingerprints are made of."""
    return {key: document[key] for key in ("layers", "application", "tasks", "ansible_core")}


def roles_of(playbook: str) -> set[str]:
    """The roles that a playbook names, with those that the tasks of these roles take in."""
    found: set[str] = set()

    def visit(node: object) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                if key in ("role",) or (key.endswith(("include_role", "import_role")) and isinstance(value, dict)):
                    add(value if isinstance(value, str) else value["name"])
                visit(value)
        elif isinstance(node, list):
            for each in node:
                visit(each)

    def add(role: str) -> None:
        if role not in found:
            found.add(role)
            for file in sorted((ROOT / "ansible" / "roles" / role).glob("tasks/*.yml")):
                visit(yaml.safe_load(file.read_text()))

    visit(yaml.safe_load((ROOT / "ansible" / playbook).read_text()))
    return found


@pytest.mark.parametrize("layer", ["base", "application"])
def test_layer_takesInItsPlaybooksAndTheirRoles_andNoOther(checkout: Path, layer: str):
    names = set(survey(checkout)["layers"][layer])
    playbooks = {f"{layer}.yml", "seal.yml"}
    roles = {role for playbook in playbooks for role in roles_of(playbook)}
    assert {name.split("/")[2] for name in names if name.startswith("ansible/roles/")} == roles
    assert {name.split("/")[1] for name in names if re.fullmatch(r"ansible/[a-z]+\.yml", name)} == playbooks
    assert {name for name in names if name.startswith("packer/")} == {
        f"packer/{file.name}" for file in (ROOT / "packer").iterdir() if file.is_file()
    }
    assert {"ansible/ansible.cfg", "ansible/group_vars/all.yml"} <= names


def test_layers_everyRoleAndEveryPlaybookIsInOne():
    recipes = {
        str(file.relative_to(ROOT))
        for file in (ROOT / "ansible").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and not file.name.startswith(".")
    }
    document = survey(ROOT)
    # It says what is in an image, and is not in one.
    assert recipes - {name for layer in document["layers"].values() for name in layer} == {"ansible/survey.py"}


def test_digests_areOfTheFiles(checkout: Path):
    document = survey(checkout)
    assert document["format"] == 2
    assert document["application"] == {
        "requirements.txt": hashlib.sha256(b"flask==3 --hash=sha256:00\n").hexdigest(),
        "webapp/__init__.py": hashlib.sha256(CODE.encode()).hexdigest(),
    }
    task = (checkout / "ansible/roles/runtime/tasks/main.yml").read_bytes()
    assert document["layers"]["base"]["ansible/roles/runtime/tasks/main.yml"] == hashlib.sha256(task).hexdigest()


def test_ansibleCore_isThatOfTheProgram(checkout: Path):
    program = Path(sys.executable).parent / "ansible-playbook"
    first = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=True).stdout
    assert f"[core {survey(checkout)['ansible_core']}]" in first


def test_ansibleCore_ofAnotherPython_isAskedOfTheProgram(checkout: Path, tmp_path: Path):
    program = tmp_path / "bin" / "ansible-playbook"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'ansible-playbook [core 2.99.1]'\n")
    program.chmod(0o755)
    assert survey(checkout, PATH=f"{program.parent}:{os.environ['PATH']}")["ansible_core"] == "2.99.1"
    program.write_text("#!/bin/sh\necho broken\n")
    result = run(checkout, PATH=f"{program.parent}:{os.environ['PATH']}")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == f"survey: {program} --version says 'broken': ansible-core 2.19 or newer is needed\n"


def test_comment_inARole_isAChange_ofItsLayer(checkout: Path):
    before = survey(checkout)
    file = checkout / "ansible/roles/runtime/tasks/main.yml"
    file.write_text(file.read_text() + "# a remark\n")
    after = survey(checkout)
    assert before["layers"]["base"] != after["layers"]["base"]
    assert before["layers"]["application"] == after["layers"]["application"]


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "ansible/roles/base/README.md",
        "ansible/roles/app/notes.md",
        "webapp/README.md",
        "webapp/Jenkinsfile.nightly",
        "webapp/environments/demo.pkrvars.hcl",
        "webapp/.env",
        "webapp/image.yml",
        "packer/tests/test_bake.py",
        "ansible/roles/base/.hidden",
        "ansible/survey.py",
    ],
)
def test_whatReachesNoImage_isNoChange(checkout: Path, name: str):
    before = survey(checkout)
    file = checkout / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text((file.read_text() if file.exists() else "") + "# a remark\n")
    assert content(survey(checkout)) == content(before)


def test_executableBit_isAChange(checkout: Path):
    before = survey(checkout)["application"]["webapp/__init__.py"]
    (checkout / "webapp/webapp/__init__.py").chmod(0o755)
    assert survey(checkout)["application"]["webapp/__init__.py"] == before + "+x"


def test_withoutGit_everythingNotHiddenCounts(checkout: Path):
    package = checkout / "webapp" / "webapp"
    for name in (
        ".env",
        "page.html",
        "__pycache__/a.pyc",
        "old.pyc",
        ".idea/x",
        "static/a.css",
        "venv/pyvenv.cfg",
        "venv/x.py",
    ):
        (package / name).parent.mkdir(exist_ok=True)
        (package / name).write_text("")
    document = survey(checkout)
    assert set(document["application"]) == {
        "requirements.txt", "webapp/__init__.py", "webapp/page.html", "webapp/static/a.css",
    }  # fmt: skip
    assert (document["commit"], document["version"]) == ("", "")
    assert len(document["notes"]) == 1 and "not a git repository" in document["notes"][0]


def test_git_listsTrackedAndNewFiles_notIgnoredOnes(repository: Path):
    package = repository / "webapp" / "webapp"
    (package / "secret.env").write_text("")
    (package / "with space é.py").write_text("")
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "a.pyc").write_text("")
    (repository / ".gitignore").write_text("*.env\n")
    document = survey(repository)
    assert set(document["application"]) == {"requirements.txt", "webapp/__init__.py", "webapp/with space é.py"}
    assert document["commit"] == git(repository, "rev-parse", "HEAD").strip() + "-dirty"
    assert document["version"] == "v1-dirty"
    assert document["notes"] == []


def test_git_removedFileIsNotListed_andDirty(repository: Path):
    (repository / "webapp/webapp/page.html").write_text("")
    commit(repository, "page")
    (repository / "webapp/webapp/page.html").unlink()
    document = survey(repository)
    assert "webapp/page.html" not in document["application"]
    assert document["commit"].endswith("-dirty")


def test_commit_isTheLastThatTouchedWhatAnImageIsMadeOf(repository: Path):
    first = survey(repository)
    assert (first["commit"], first["version"]) == (git(repository, "rev-parse", "HEAD").strip(), "v1")
    for name in (
        "README.md",
        "ansible/roles/base/README.md",
        "webapp/README.txt",
        "webapp/.idea/x",
        "terraform/main.tf",
    ):
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_text("for people\n")
    commit(repository, "only for people")
    assert survey(repository) == first
    (repository / "ansible/roles/app/defaults/main.yml").write_text("---\n")
    second = commit(repository, "a role")
    assert survey(repository)["commit"] == second
    (repository / "webapp/webapp/page.html").write_text("")
    commit(repository, "a page")
    git(repository, "mv", "webapp/webapp/page.html", "webapp/webapp/home.html")
    third = commit(repository, "renamed")
    document = survey(repository)
    assert document["commit"] == third
    assert re.fullmatch(r"v1-4-g[0-9a-f]{7,}", document["version"])


def test_readmeOnlyChanged_isNotDirty(repository: Path):
    (repository / "ansible/roles/base/README.md").write_text("new\n")
    (repository / "README.md").write_text("new\n")
    assert survey(repository)["version"] == "v1"


def test_applicationOfAnotherRepository_hasItsOwnCommit(repository: Path, tmp_path: Path):
    other = tmp_path / "shop"
    shutil.copytree(repository / "webapp", other)
    git(other, "init", "-q")
    theirs = commit(other, "shop")
    (repository / "ansible/roles/app/defaults/main.yml").write_text("---\n")
    document = survey(repository, str(other))
    assert (document["commit"], document["version"]) == (theirs, theirs[:7])


def test_untaggedRepositoryWithoutCommit_saysSo(checkout: Path):
    git(checkout, "init", "-q")
    document = survey(checkout)
    assert (document["commit"], document["version"]) == ("", "")
    assert len(document["notes"]) == 1


def test_shallowClone_saysSo_whereItsLastCommitIsMeant(repository: Path, tmp_path: Path):
    (repository / "README.md").write_text("new\n")
    last = commit(repository, "only for people")
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{repository}", "clone")
    document = survey(tmp_path / "clone")
    assert document["commit"] == last
    [note] = document["notes"]
    assert "git fetch --unshallow" in note
    git(tmp_path / "clone", "fetch", "-q", "--unshallow", "--tags")
    document = survey(tmp_path / "clone")
    assert (document["version"], document["notes"]) == ("v1", [])


def test_worktreeWithoutItsRepository_isWalked_withANote(repository: Path, tmp_path: Path):
    git(repository, "worktree", "add", "-q", str(tmp_path / "tree"))
    before = content(survey(repository))
    shutil.rmtree(repository / ".git")
    document = survey(tmp_path / "tree")
    assert content(document) == before
    assert document["commit"] == ""
    assert len(document["notes"]) == 1 and "not a git repository" in document["notes"][0]


def test_somebodyElsesRepository_isWalked_withANote(repository: Path):
    document = survey(repository, GIT_TEST_ASSUME_DIFFERENT_OWNER="1")
    assert "requirements.txt" in document["application"]
    [note] = document["notes"]
    assert "dubious ownership" in note and "safe.directory" in note and "\n" not in note


def test_directoryThatItsRepositoryIgnores_isWalked_withANote(repository: Path):
    git(repository, "rm", "-r", "-q", "--cached", "webapp")
    (repository / ".gitignore").write_text("/webapp\n")
    commit(repository, "ignored")
    document = survey(repository)
    assert "webapp/__init__.py" in document["application"]
    assert "ignores it" in document["notes"][0]


def test_repositoryOfAHook_isNotTheApplications(repository: Path, tmp_path: Path):
    document = survey(repository, GIT_DIR=str(tmp_path / "elsewhere"), GIT_INDEX_FILE=str(tmp_path / "index"))
    assert document["version"] == "v1"


def test_archive_holdsTheSurveyedFiles_andTheSameBytesEachTime(repository: Path, tmp_path: Path):
    package = repository / "webapp" / "webapp"
    (repository / ".gitignore").write_text("*.env\n")
    (package / "secret.env").write_text("")
    (package / "static").mkdir()
    (package / "static" / "run.sh").write_text("#!/bin/sh\n")
    (package / "static" / "run.sh").chmod(0o700)
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    (wheels / "flask-3-py3-none-any.whl").write_text("wheel")
    (wheels / "requirements.txt").write_text("lock")
    archives = []
    for number in (1, 2):
        archive = tmp_path / f"{number}.tar"
        command = [sys.executable, "ansible/pack.py", str(archive), str(wheels), "webapp", "--file=ansible/survey.py"]
        subprocess.run(command, cwd=repository, check=True)
        archives.append(archive.read_bytes())
        os.utime(package / "__init__.py", (0, 0))
    assert archives[0] == archives[1]
    with tarfile.open(tmp_path / "1.tar") as packed:
        modes = {entry.name: entry.mode for entry in packed if entry.isfile()}
        directories = {entry.name for entry in packed if entry.isdir()}
    names = set(survey(repository)["application"])
    assert modes == {
        **{f"app/{name}": 0o644 for name in names},
        "app/webapp/static/run.sh": 0o755,
        "survey.py": 0o644,
        "wheelhouse/flask-3-py3-none-any.whl": 0o644,
        "wheelhouse/requirements.txt": 0o644,
    }
    assert directories == {"app", "app/webapp", "app/webapp/static", "wheelhouse"}


def test_survey_isFast(repository: Path):
    def seconds() -> float:
        before = os.times()
        survey(repository)
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system

    assert min(seconds() for _ in range(3)) < FAST


def test_survey_leavesNothingBehind(checkout: Path):
    before = {str(file) for file in checkout.rglob("*")}
    survey(checkout)
    assert {str(file) for file in checkout.rglob("*")} == before


def test_surveyFiles_needPlainPythonOnly():
    """The machine that asks may have no more than Python's own library."""
    for name in ("survey", "sources", "entry", "pack"):
        text = (ROOT / "ansible" / f"{name}.py").read_text()
        modules = set(re.findall(r"(?m)^\s*(?:import|from) ([a-z_]+)", text)) - {"sources", "entry"}
        assert modules <= sys.stdlib_module_names


def test_pack_whenFilesChangedSinceTheSurvey_saysSo_andPacksNothing(repository: Path, tmp_path: Path):
    files = survey(repository)["application"]
    text = "".join(f"{name}\0{digest}\0" for name, digest in sorted(files.items()))
    expected = {"AMI_DEPLOY_APPLICATION_FILES": hashlib.sha256(text.encode()).hexdigest()}
    (tmp_path / "wheels").mkdir()
    archive = tmp_path / "archive.tar"
    command = [sys.executable, "ansible/pack.py", str(archive), str(tmp_path / "wheels"), "webapp"]

    def packed() -> subprocess.CompletedProcess:
        return subprocess.run(command, cwd=repository, env=os.environ | expected, capture_output=True, text=True)

    assert packed().returncode == 0
    archive.unlink()
    (repository / "webapp" / "webapp" / "__init__.py").write_text("app = 2\n")
    result = packed()
    assert result.returncode == 1
    assert result.stderr.startswith("pack: files of webapp changed while the image was baked")
    assert not archive.exists()
