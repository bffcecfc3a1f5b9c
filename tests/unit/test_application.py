"""What an application may be: which of its files count, how it starts and what it requires (ansible/sources.py, entry.py)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ANSIBLE = Path(__file__).resolve().parents[2] / "ansible"
sys.path.insert(0, str(ANSIBLE))

import entry as entries  # noqa: E402
import sources  # noqa: E402

FACTORY = "def create_app():\n    return print\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return tmp_path / "shop"


def write(directory: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)
    return directory


def names(directory: Path, *exclude: str, tasks: Path | None = None) -> set[str]:
    return set(sources.application(directory, exclude, tasks).files)


def entry(directory: Path) -> entries.Entry:
    return entries.entry(sources.application(directory), directory)


def refusal(call) -> str:
    with pytest.raises(sources.Unusable) as caught:
        call()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_files_ofPeopleAndOfTheTool_areNotShipped_atTheTopOnly(shop: Path):
    people = (
        "README.rst",
        "notes.md",
        "LICENSE",
        "Jenkinsfile",
        "Jenkinsfile.destroy",
        "image.yml",
        "environments/a.hcl",
        ".git-blame",
    )
    write(shop, dict.fromkeys((*people, "Procfile", "docs/README.md", "static/notes.md", "environment/a"), "x"))
    assert names(shop) == {"Procfile", "docs/README.md", "static/notes.md", "environment/a"}


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("tests", {"a.py", "shop/tests/x.py", "shop/b.map"}),
        ("tests/", {"a.py", "shop/tests/x.py", "shop/b.map"}),
        ("**/tests", {"a.py", "shop/b.map"}),
        ("*.map", {"a.py", "tests/x.py", "shop/tests/x.py", "shop/b.map"}),
        ("**/*.map", {"a.py", "tests/x.py", "shop/tests/x.py"}),
        ("shop/*", {"a.py", "tests/x.py"}),
        ("[!s-t]*", {"tests/x.py", "shop/tests/x.py", "shop/b.map"}),
        ("sho?", {"a.py", "tests/x.py"}),
        ("a", {"a.py", "tests/x.py", "shop/tests/x.py", "shop/b.map"}),
    ],
)
def test_exclude_isAGlobOnThePath_andTakesAllBelowADirectory(shop: Path, pattern: str, left: set[str]):
    write(shop, dict.fromkeys(("a.py", "tests/x.py", "shop/tests/x.py", "shop/b.map"), ""))
    assert names(shop, pattern) == left


def test_exclude_thatMatchesNothing_isSaid(shop: Path):
    write(shop, {"a.py": ""})
    assert "image.yml: exclude: test matches no file of" in sources.application(shop, ["test"]).notes[-1]


def test_links_inside_areFollowed_withTheirContent(shop: Path):
    write(shop, {"data/a.txt": "a", "data/deep/b.txt": "b", "main.py": ""})
    (shop / "static").mkdir()
    (shop / "static" / "data").symlink_to("../data")
    (shop / "first.txt").symlink_to("data/a.txt")
    (shop / "again").symlink_to("static")
    found = sources.application(shop).files
    assert {name for name in found if not name.startswith("data/")} == {
        "main.py", "first.txt", "static/data/a.txt", "static/data/deep/b.txt", "again/data/a.txt", "again/data/deep/b.txt",
    }  # fmt: skip
    assert found["static/data/deep/b.txt"].read_text() == "b"
    assert sources.digests(found)["first.txt"] == sources.digests(found)["data/a.txt"]


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("/etc/hostname", "outside of the application"),
        ("../elsewhere", "outside of the application"),
        ("gone", "where nothing is"),
        ("link", "leads to itself"),
        (".", "a directory that it lies in"),
        ("empty", "has no file"),
    ],
)
def test_links_elsewhere_areRefusedByName(shop: Path, to: str, words: str):
    write(shop, {"main.py": ""})
    write(shop.parent / "elsewhere", {"x": ""})
    (shop / "empty").mkdir()
    (shop / "link").symlink_to(to)
    said = refusal(lambda: sources.application(shop))
    assert said.startswith(f"{shop}/link: a link to {to}") and words in said


def test_links_thatLeadInACircle_areRefusedByName(shop: Path):
    write(shop, {"a/x": "", "b/y": ""})
    (shop / "a" / "b").symlink_to("../b")
    (shop / "b" / "a").symlink_to("../a")
    assert "a directory that it lies in" in refusal(lambda: sources.application(shop))


def test_links_thatAreExcluded_areNotLookedAt(shop: Path):
    write(shop, {"main.py": ""})
    (shop / "link").symlink_to("/etc")
    assert names(shop, "link") == {"main.py"}


def test_tasks_countWithAllBesideThem_andAreNotShipped(shop: Path):
    write(shop, {"main.py": "", "image/tasks.yml": "[]", "image/templates/a.j2": "a"})
    tasks = shop / "image" / "tasks.yml"
    assert names(shop, tasks=tasks) == {"main.py"}
    assert set(sources.of_tasks(tasks, shop)) == {"tasks.yml", "templates/a.j2"}


def test_tasks_besideTheApplication_areRefused(shop: Path):
    write(shop, {"main.py": "", "tasks.yml": "[]"})
    assert "move it into a directory of its own" in refusal(lambda: sources.of_tasks(shop / "tasks.yml", shop))
    assert "move it into a directory of its own" in refusal(lambda: sources.of_tasks(shop / "tasks.yml", shop / "code"))
    assert "no such file" in refusal(lambda: sources.of_tasks(shop / "none.yml", shop))


def test_start_ofAProcfile_isItsWebLine_andOthersAreSaid(shop: Path):
    write(
        shop,
        {
            "Procfile": "# how it runs\nworker: celery\n\nweb:  gunicorn --bind=0.0.0.0:$PORT shop.wsgi  \n",
            "server": "",
        },
    )
    found = entry(shop)
    assert (found.start, found.by_default) == ("gunicorn --bind=0.0.0.0:$PORT shop.wsgi", False)
    assert found.notes == [f"{shop}/Procfile: an instance runs web only, not worker"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("worker: celery\n", "no line web: <command>"),
        ("", "no line web: <command>"),
        ("web gunicorn\n", "line 1 is not <process type>: <command>"),
        ("web:\n", "line 1 is not <process type>: <command>"),
        ("web: a\nweb: b\n", "line 2 says web: a second time"),
    ],
)
def test_procfile_thatSaysNothingOfTheWeb_isOneLine(shop: Path, text: str, words: str):
    assert words in refusal(lambda: entry(write(shop, {"Procfile": text})))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("webapp/__init__.py", FACTORY),
        ("webapp.py", FACTORY),
        ("webapp.py", "from shop import make as create_app\n"),
        ("webapp.py", "try:\n    import x\nexcept ImportError:\n    create_app = print\n"),
    ],
)
def test_start_withoutAProcfile_isTheDefaultServer(shop: Path, name: str, code: str):
    found = entry(write(shop, {name: code, "requirements.txt": ""}))
    assert (found.start, found.by_default) == (entries.DEFAULT_START, True)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"app.py": FACTORY}, "no entry point: neither a Procfile nor a module webapp"),
        ({"webapp.py": "def other(): pass\n"}, "it defines no create_app()"),
        ({"webapp.py": "# create_app\n"}, "it defines no create_app()"),
        ({"webapp.py": "def create_app(:\n"}, "it is no Python"),
        ({"webapp/app.py": FACTORY}, "no entry point: neither a Procfile"),
    ],
)
def test_applicationWithoutAnEntryPoint_isOneLine(shop: Path, files: dict[str, str], words: str):
    assert words in refusal(lambda: entry(write(shop, files | {"requirements.txt": ""})))


def test_requirements_withAndWithoutHashes(shop: Path):
    write(shop, {"Procfile": "web: x", "requirements.txt": "flask==3 --hash=sha256:00\n"})
    assert (entry(shop).requirements, entry(shop).locked) == ("requirements.txt", True)
    write(shop, {"requirements.txt": "# flask==3 --hash=sha256:00\nflask\n"})
    assert (entry(shop).requirements, entry(shop).locked) == ("requirements.txt", False)


def test_requirements_ofAPyprojectToml(shop: Path):
    write(shop, {"Procfile": "web: x", "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["flask>=3"]\n'})
    assert (entry(shop).requirements, entry(shop).locked) == ("pyproject.toml", False)
    assert entries.dependencies(shop / "pyproject.toml") == ["flask>=3"]
    write(shop, {"pyproject.toml": "[tool.ruff]\n"})
    assert not entry(shop).python


@pytest.mark.parametrize(
    "text", ['[build-system]\nrequires = ["poetry-core"]\n', '[project]\ndynamic = ["dependencies"]\n']
)
def test_pyprojectToml_thatListsNoDependencies_isOneLine(shop: Path, text: str):
    assert "write requirements.txt" in refusal(
        lambda: entry(write(shop, {"Procfile": "web: x", "pyproject.toml": text}))
    )


@pytest.mark.parametrize("files", [{"webapp.py": FACTORY}, {"Procfile": "web: gunicorn shop:app", "shop.py": ""}])
def test_pythonWithoutRequirements_isOneLine(shop: Path, files: dict[str, str]):
    assert "an empty requirements.txt says that nothing is required" in refusal(lambda: entry(write(shop, files)))


def test_programThatIsNoPython_needsItsProcfileOnly(shop: Path):
    found = entry(write(shop, {"Procfile": "web: ./server --port=$PORT", "server": ""}))
    assert (found.python, found.requirements, found.start) == (False, "", "./server --port=$PORT")
