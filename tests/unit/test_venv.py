"""tools/venv: one environment for each lock file and Python, whoever asks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_environmentOfThePythonThatAsks_isTheSame_insideAVirtualEnvironmentToo(tmp_path: Path):
    assert sys.prefix != sys.base_prefix, "this test runs in a virtual environment"
    lock = tmp_path / "requirements.txt"
    lock.write_text("# nothing\n")
    for name, first in (("inside", Path(sys.prefix) / "bin"), ("outside", Path(sys.base_prefix) / "bin")):
        subprocess.run(
            [str(ROOT / "tools" / "venv"), str(tmp_path / name), str(lock)],
            env=os.environ | {"XDG_CACHE_HOME": str(tmp_path), "PATH": f"{first}:/usr/bin:/bin"},
            check=True,
            stdin=subprocess.DEVNULL,
            timeout=300,
        )
    assert (tmp_path / "inside").readlink() == (tmp_path / "outside").readlink()
    assert len(list((tmp_path / "ami-deploy" / "venv").glob("*/pyvenv.cfg"))) == 1
