"""Packs an application, its wheels and other files into one archive: pack.py ARCHIVE APPLICATION WHEELHOUSE [FILE ...]

One file reaches a machine in a moment, a hundred take a minute. The same files make the same bytes. The role app unpacks it; everybody may
read what is in it.
"""

from __future__ import annotations

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


def main(archive: str, application: str, wheelhouse: str, *more: str) -> None:
    package = f"{sources.PACKAGE}/"
    files = sources.application(Path(application)).files
    expected = os.environ.get(EXPECTED, "")
    if expected and sources.digest(files) != expected:
        raise sources.Unusable(
            f"files of {application} changed while the image was baked, which would not have the content that its "
            "fingerprint says: bake again"
        )
    members = {f"app/{name}": file for name, file in files.items() if name.startswith(package)}
    members |= {f"wheelhouse/{name}": Path(wheelhouse, name) for name in sources.plain_files(Path(wheelhouse), (".",))}
    members |= {Path(file).name: Path(file) for file in more}
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
    try:
        main(*sys.argv[1:])
    except sources.Unusable as problem:
        sys.exit(f"pack: {problem}")
