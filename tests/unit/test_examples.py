"""The examples as the tool sees them, and the one that can run anywhere, run; tests/embedded deploys them all."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
sys.path.insert(0, str(ROOT / "ansible"))

import entry  # noqa: E402
import sources  # noqa: E402


@pytest.mark.parametrize(
    ("example", "start", "requirements", "locked"),
    [
        ("flask", "webapp:create_app", "requirements.txt", True),
        ("django", "gunicorn", "requirements.txt", False),
        ("asgi", "uvicorn", "pyproject.toml", False),
        ("static-binary", "./greet", "", False),
    ],
)
def test_example_isStartedAndRequiresWhatItsPageSays(example: str, start: str, requirements: str, locked: bool):
    directory = EXAMPLES / example
    found = entry.entry(sources.application(directory, ["src", "Makefile"]), directory)
    assert start in found.start
    assert (found.requirements, found.locked) == (requirements, locked)


@pytest.mark.skipif(not shutil.which("gcc") or not shutil.which("make"), reason="gcc or make is not installed")
def test_staticBinary_answersOnItsPort(tmp_path: Path):
    shutil.copytree(EXAMPLES / "static-binary", tmp_path, dirs_exist_ok=True)
    subprocess.run(["make", "-s", "-B"], cwd=tmp_path, check=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {"PORT": str(port), "APP_NAME": "greet", "APP_VERSION": "7", "APP_ENVIRONMENT": "here"}
    with subprocess.Popen(["./greet"], cwd=tmp_path, env=environment) as program:
        try:
            assert answer(f"http://127.0.0.1:{port}/health") == "ready\n"
            assert answer(f"http://127.0.0.1:{port}/") == "hello from greet 7 in here\n"
        finally:
            program.terminate()
        assert program.wait(5) == 0


def answer(url: str) -> str:
    deadline = time.monotonic() + 5
    while True:
        try:
            with urllib.request.urlopen(url, timeout=2) as response:
                return response.read().decode()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
