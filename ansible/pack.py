"""Packs an application, its wheels and other files into one archive: pack.py ARCHIVE WHEELHOUSE APPLICATION, and options as survey.py has.

One file reaches a machine in a moment, a hundred take a minute. The same files make the same bytes. The role app unpacks it; everybody may
read what is in it.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import sys
import tarfile
from pathlib import Path

sys.dont_write_bytecode = True
import sources  # noqa: E402

#: Digest of the application's files when their fingerprint was taken, from who bakes; without it, whatever is there is packed.
EXPECTED = "AMI_DEPLOY_APPLICATION_FILES"


def main(given: argparse.Namespace) -> None:
    files = sources.application(given.application, given.exclude, given.tasks).files
    expected = os.environ.get(EXPECTED, "")
    if expected and sources.digest(files) != expected:
        raise sources.Unusable(
            f"files of {given.application} changed while the image was baked, which would not have the content that its "
            "fingerprint says: bake again"
        )
    pack(given.archive, files, given.wheelhouse, given.file)


def pack(archive: str, files: dict[str, Path], wheelhouse: Path, more: list[Path]) -> None:
    members = {f"app/{name}": file for name, file in files.items()}
    members |= {f"wheelhouse/{name}": wheelhouse / name for name in sources.plain_files(wheelhouse, (".",))}
    members |= {file.name: file for file in more}
    unfinished = f"{archive}.{os.getpid()}"
    with tarfile.open(unfinished, "w") as packed:
        for directory in sorted({str(parent) for name in members for parent in Path(name).parents} - {"."}):
            entry = tarfile.TarInfo(directory)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            packed.addfile(entry)
        for name, file in sorted(members.items()):
            add(packed, os.path.normpath(name), file)
    os.replace(unfinished, archive)


def add(packed: tarfile.TarFile, name: str, file: Path) -> None:
    content = file.read_bytes()
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o755 if sources.is_executable(file) else 0o644
    # Another content, another time: an ETag of Flask's is made of time and size.
    entry.mtime = int(hashlib.sha256(content).hexdigest()[:7], 16)
    packed.addfile(entry, io.BytesIO(content))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Packs an application for its machine.")
    parser.add_argument("archive")
    parser.add_argument("wheelhouse", type=Path)
    parser.add_argument("application", type=Path)
    parser.add_argument("--exclude", action="append", default=[], metavar="PATTERN")
    parser.add_argument("--tasks", type=Path)
    parser.add_argument("--file", type=Path, action="append", default=[])
    try:
        main(parser.parse_args())
    except sources.Unusable as problem:
        sys.exit(f"pack: {problem}")
