"""Runs pip as if on the machine that an image is for: pip_for_target.py PYTHON ARCHITECTURE <arguments of pip>

pip chooses wheels for another machine when it is told its platform and Python; the conditions of requirements ("; python_version < '3.12'")
it judges by the Python that runs it. `find-sdist REQUIREMENT DIRECTORY` instead of a command of pip fetches the newest source
distribution and prints its file's name; pip itself would build it to know what it is.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from pip._vendor.packaging import markers


def main(python: str, architecture: str, *arguments: str) -> int:
    target = markers.default_environment() | {
        "python_version": ".".join(python.split(".")[:2]),
        "python_full_version": python,
        "implementation_version": python,
        "platform_machine": architecture,
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "os_name": "posix",
        "sys_platform": "linux",
        "platform_system": "Linux",
    }
    markers.default_environment = lambda: dict(target)
    if arguments[0] == "find-sdist":
        return find_sdist(arguments[1], Path(arguments[2]), list(arguments[3:]))
    from pip._internal.cli.main import main as pip

    return pip(list(arguments))


def find_sdist(requirement: str, directory: Path, options: list[str]) -> int:
    """By pip's own finder, so that its settings count: indexes, certificates, proxies, passwords."""
    from pip._internal.commands import create_command
    from pip._vendor.packaging.requirements import Requirement

    wanted = Requirement(requirement)
    command = create_command("download")
    given, _ = command.parse_args([*options, "--no-binary=:all:", wanted.name])
    with command.main_context():
        command.tempdir_registry = command.enter_context(_registry())
        session = command.get_default_session(given)
        finder = command._build_package_finder(given, session)
        best = finder.find_best_candidate(wanted.name, wanted.specifier).best_candidate
        if best is None:
            return 1
        answer = session.get(best.link.url_without_fragment, headers={"Accept-Encoding": "identity"}, timeout=60)
        answer.raise_for_status()
        content = answer.content
    if best.link.has_hash and hashlib.new(best.link.hash_name, content).hexdigest() != best.link.hash:
        sys.exit(f"ERROR: {best.link.filename}: another {best.link.hash_name} than its index says")
    (directory / best.link.filename).write_bytes(content)
    print(best.link.filename, best.version)
    return 0


def _registry():
    from pip._internal.utils.temp_dir import tempdir_registry

    return tempdir_registry()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
