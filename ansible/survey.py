"""Says what an image would be made of: survey.py --application DIRECTORY prints one JSON document.

Asked before a bake, whose fingerprints are made of it (docs/images.md). For each layer the digests of the recipes that it uses, the
digests of the application's files, the version of ansible-core that would run, and the commit and version of all these files. Nothing
is changed, no network is asked; it takes a tenth of a second.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

sys.dont_write_bytecode = True
import entry as entries  # noqa: E402
import sources  # noqa: E402
from sources import Unusable  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent

#: What each layer takes in, below ROOT; a directory is all that is in it. The tests hold it against the playbooks.
BOTH = (
    "ansible/ansible.cfg",
    "ansible/group_vars",
    "ansible/roles/base",
    "ansible/roles/seal",
    "ansible/seal.yml",
    "packer/dead-man.sh",
    "packer/image.pkr.hcl",
    "packer/variables.pkr.hcl",
)
LAYERS = {
    "base": (*BOTH, "ansible/base.yml", "ansible/roles/runtime"),
    "application": (
        *BOTH,
        "ansible/application.yml",
        "ansible/entry.py",
        "ansible/pack.py",
        "ansible/pip_for_target.py",
        "ansible/pip_words.py",
        "ansible/roles/app",
        "ansible/roles/wheelhouse",
        "ansible/sdist.py",
        "ansible/sources.py",
        "ansible/wheelhouse.py",
    ),
}
#: Names of files that only people read: a change of theirs changes no image.
FOR_PEOPLE = ("README*", "*.md")


def survey(directory: Path, exclude: Iterable[str] = (), tasks: Path | None = None) -> dict:
    application = sources.application(directory, exclude, tasks)
    entry = entries.entry(application, directory)
    of_tasks = sources.of_tasks(tasks, directory) if tasks else {}
    layers = {layer: {name: ROOT / name for name in recipes(layer)} for layer in LAYERS}
    commit, version, notes = history(directory, exclude, tasks) if application.listed_by_git else ("", "", [])
    return {
        "format": 2,
        "ansible_core": ansible_core(),
        "layers": {layer: sources.digests(files) for layer, files in layers.items()},
        "application": sources.digests(application.files),
        "tasks": sources.digests(of_tasks),
        "start": entry.start,
        "python": entry.python,
        "locked": entry.locked,
        "requirements": entry.requirements,
        "commit": commit,
        "version": version,
        "notes": [*application.notes, *entry.notes, *notes],
    }


def recipes(layer: str) -> list[str]:
    names = [name for name in sources.plain_files(ROOT, LAYERS[layer]) if not sources.is_compiled(name)]
    return sorted(
        name for name in names if not any(fnmatch.fnmatch(os.path.basename(name), each) for each in FOR_PEOPLE)
    )


def history(directory: Path, exclude: Iterable[str], tasks: Path | None) -> tuple[str, str, list[str]]:
    """Commit, version and notes: the last commit that touched anything that an image is made of and that lies in the repository.

    A rename or a removal counts too, so Git is asked for the places where the files lie and not for the files that are there now.
    """
    try:
        top = Path(sources.git(directory, "rev-parse", "--show-toplevel").rstrip("\n"))
        places = [directory.resolve(), *([tasks.resolve().parent] if tasks else [])]
        places += [ROOT / part for part in sorted({part for parts in LAYERS.values() for part in parts})]
        below = [place.relative_to(top).as_posix() for place in places if place.is_relative_to(top)]
        # A dot would be a name there.
        inside = [":(top)" if place == "." else f":(top,literal){place}" for place in below]
        inside += [f":(top,exclude,glob){each}" for each in for_no_image(directory.resolve().relative_to(top), exclude)]
        if ROOT.is_relative_to(top):
            inside += [f":(top,exclude,glob){(ROOT / 'ansible').relative_to(top)}/**/{name}" for name in FOR_PEOPLE]
        log = sources.git(directory, "log", "-1", "--format=%H", "--", *inside).strip()
        dirty = "-dirty" if sources.git(directory, "status", "--porcelain", "-uall", "--", *inside) or not log else ""
        if not log:
            return "", "", [f"{directory}: no commit has these files yet, commit and version are not known"]
        version = sources.git(directory, "describe", "--tags", "--always", log).strip()
        return log + dirty, version + dirty, shallow(directory, log)
    except Unusable as problem:
        return "", "", [f"{directory}: commit and version are not known: {problem}"]


def for_no_image(directory: Path, exclude: Iterable[str]) -> list[str]:
    """Git's globs for what lies in the application's directory and is not the application's."""
    below = "" if directory == Path() else f"{sources.literal(directory.as_posix())}/"
    return [
        f"{below}{each.rstrip('/')}{end}"
        for each in sources.not_shipped(directory, exclude, None)
        for end in ("", "/**")
    ]


def shallow(directory: Path, commit: str) -> list[str]:
    """The first commit of a history that was cut off looks as if it had touched every file."""
    file = directory / sources.git(directory, "rev-parse", "--git-path", "shallow").strip()
    if file.is_file() and commit in file.read_text().split():
        return [
            f"{directory}: the history is cut off at {commit[:7]}, which may not have touched the image's files; "
            "fetch all of it (git fetch --unshallow)"
        ]
    return []


def ansible_core() -> str:
    """Version of the ansible-core whose ansible-playbook is first on the PATH."""
    program = shutil.which("ansible-playbook")
    if program is None:
        raise Unusable("ansible-playbook: not found on the PATH; install ansible-core or run make tools")
    # Where its own interpreter runs us, the installed package's name says it: twenty times as fast as the program, and three
    # times as fast as importlib.metadata, which reads such names too.
    if Path(program).parent.resolve() == Path(sys.prefix, "bin").resolve():
        for directory in sys.path:
            for package in Path(directory).glob("ansible_core-*.dist-info"):
                return package.name.removeprefix("ansible_core-").removesuffix(".dist-info")
    output = subprocess.run([program, "--version"], capture_output=True, text=True, cwd="/").stdout
    first = output.partition("\n")[0]
    if "[core " not in first:
        raise Unusable(f"{program} --version says {first!r}: ansible-core 2.19 or newer is needed")
    return first.partition("[core ")[2].rstrip("]")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Says what an image would be made of.")
    parser.add_argument("--application", type=Path, required=True, help="directory of the application")
    parser.add_argument(
        "--exclude", action="append", default=[], metavar="PATTERN", help="files that are not in the image"
    )
    parser.add_argument("--tasks", type=Path, help="the application's own Ansible tasks")
    given = parser.parse_args()
    try:
        json.dump(survey(given.application, given.exclude, given.tasks), sys.stdout)
    except (Unusable, OSError) as problem:
        sys.exit(f"survey: {problem}")
