"""How an application starts and what it requires, read from its files and never by running it: for survey.py and wheelhouse.py."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sources import Application, Unusable

#: What starts where no Procfile says it, sized for a load balancer, which keeps connections open: more of them than its nodes hold and
#: poll(), since select() ends at 1024 files; none closed by this side before the balancer's idle timeout (60 s) is over, which would
#: cost a request now and then; those that are over are looked for every 10 s.
DEFAULT_START = (
    "waitress-serve --listen=0.0.0.0:$PORT --threads=8 --connection-limit=2000 --asyncore-use-poll --backlog=1024 "
    "--channel-timeout=120 --cleanup-interval=10 --ident= --call webapp:create_app"
)
CURE = "write a Procfile with a line such as web: gunicorn --bind=0.0.0.0:$PORT shop.wsgi"

#: Files of requirements, the first that is there counts.
REQUIREMENTS = ("requirements.txt", "pyproject.toml")


@dataclass(frozen=True)
class Entry:
    """The web line that runs; whether it is the default one; the file of requirements or ""; whether all of it has hashes."""

    start: str
    by_default: bool
    requirements: str
    locked: bool
    notes: list[str]

    @property
    def python(self) -> bool:
        return bool(self.requirements)


def entry(application: Application, directory: Path) -> Entry:
    """Raises ``Unusable`` where nothing says how the application starts or what it requires."""
    files, notes = application.files, []
    if "Procfile" in files:
        start = _web_line(files["Procfile"], directory / "Procfile", notes)
    else:
        start = DEFAULT_START
        _check_factory(files, directory)
    requirements = _requirements(files, directory, "Procfile" not in files)
    locked = requirements == "requirements.txt" and _has_hashes(files[requirements])
    return Entry(start, "Procfile" not in files, requirements, locked, notes)


def _web_line(file: Path, shown: Path, notes: list[str]) -> str:
    lines: dict[str, str] = {}
    for number, line in enumerate(_text(file, shown).splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if re.search(r"[\x00-\x08\x0e-\x1f\x7f]", line):
            raise Unusable(f"{shown}: line {number} has a control character; write it without")
        found = re.fullmatch(r"([A-Za-z0-9_-]+):\s*(\S.*?)\s*", line)
        if not found:
            raise Unusable(f"{shown}: line {number} is not <process type>: <command>, such as web: gunicorn shop.wsgi")
        if found[1] in lines:
            raise Unusable(f"{shown}: line {number} says {found[1]}: a second time; leave one")
        lines[found[1]] = found[2]
    if "web" not in lines:
        raise Unusable(f"{shown}: no line web: <command>, which says what an instance runs; {CURE}")
    others = ", ".join(name for name in lines if name != "web")
    if others:
        notes.append(f"{shown}: an instance runs web only, not {others}")
    return lines["web"]


def _check_factory(files: dict[str, Path], directory: Path) -> None:
    import ast

    name = next((name for name in ("webapp/__init__.py", "webapp.py") if name in files), None)
    if name is None:
        raise Unusable(f"{directory}: no entry point: neither a Procfile nor a module webapp with create_app(); {CURE}")
    try:
        body = ast.parse(files[name].read_bytes(), name).body
    except (SyntaxError, ValueError) as problem:
        raise Unusable(f"{directory / name}: no entry point, as it is no Python: {problem}") from None
    if "create_app" not in _names(body):
        raise Unusable(f"{directory / name}: no entry point: it defines no create_app(); write one, or {CURE}")


def _names(body: list) -> set[str]:
    """What a module's statements bind: functions, classes, imports and assignments, also below if, try and with."""
    import ast

    found: set[str] = set()
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}
        elif isinstance(node, ast.If | ast.Try | ast.With):
            inner = [*node.body, *getattr(node, "orelse", []), *getattr(node, "finalbody", [])]
            inner += [each for handler in getattr(node, "handlers", []) for each in handler.body]
            found |= _names(inner)
    return found


def _requirements(files: dict[str, Path], directory: Path, needed: bool) -> str:
    if "requirements.txt" in files:
        return "requirements.txt"
    if "pyproject.toml" in files and dependencies(files["pyproject.toml"], directory / "pyproject.toml") is not None:
        return "pyproject.toml"
    if needed or any(name.endswith(".py") for name in files):
        raise Unusable(
            f"{directory}: no requirements: neither requirements.txt nor pyproject.toml with [project]; "
            "an empty requirements.txt says that nothing is required"
        )
    return ""


def dependencies(file: Path, shown: Path | None = None) -> list[str] | None:
    """What a pyproject.toml lists; None where it speaks of tools only."""
    import tomllib

    shown = shown or file
    try:
        document = tomllib.loads(_text(file, shown))
    except tomllib.TOMLDecodeError as problem:
        raise Unusable(f"{shown}: no TOML: {problem}") from None
    project = document.get("project")
    if not isinstance(project, dict | None):
        raise Unusable(f"{shown}: project is no table; write [project] on a line of its own")
    if project is None and "build-system" not in document:
        return None
    listed, dynamic = (project or {}).get("dependencies", []), (project or {}).get("dynamic", [])
    if not all(isinstance(each, list) and all(isinstance(one, str) for one in each) for each in (listed, dynamic)):
        raise Unusable(f"{shown}: dependencies and dynamic of [project] are lists of texts; write them so")
    if project is None or "dependencies" in dynamic:
        raise Unusable(
            f"{shown}: its dependencies do not stand in dependencies of [project]; write requirements.txt, which the tool "
            "that knows them can make (pip-compile, poetry export, pdm export)"
        )
    return listed


def _has_hashes(file: Path) -> bool:
    return re.search(r"(?m)^[^#\n]*--hash[= ]", file.read_text("utf-8", "replace")) is not None


def _text(file: Path, shown: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise Unusable(f"{shown}: not UTF-8; save it as that") from None
