"""The command before an old Packer, with a stand-in for the real one that shows what it was given."""

import importlib.util
import os
import signal
import subprocess
import sys
import time
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest
from conftest import ROOT, SHIM

STAND_IN = """#!/bin/sh
if [ "$1" = version ]; then echo "Packer v$STAND_IN_VERSION"; exit; fi
echo "pid=$$ arguments=$*"
[ -z "$STAND_IN_WAITS" ] || { trap 'echo stopped; exit 1' TERM; while :; do sleep 0.1; done; }
"""


@pytest.fixture(scope="module")
def shim():
    sys.dont_write_bytecode = True
    loader = SourceFileLoader("packer_shim", str(SHIM / "packer"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("packer_shim", loader))
    loader.exec_module(module)
    return module


@pytest.fixture
def environment(tmp_path):
    file = tmp_path / "bin" / "packer"
    file.parent.mkdir()
    file.write_text(STAND_IN)
    file.chmod(0o755)
    return {
        "PATH": os.pathsep.join([str(SHIM), str(file.parent), os.environ["PATH"]]),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "STAND_IN_VERSION": "1.6.6",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4000",
    }


def run(environment, *arguments):
    return subprocess.run(
        ["packer", *arguments], env=environment, capture_output=True, text=True, check=False, cwd=ROOT
    )


def test_translate_takesOutBlocksAndAttributes(shim):
    text = (
        'packer {\n  required_plugins {\n    a = { version = "1" }\n  }\n}\n'
        'source "amazon-ebs" "x" {\n  imds_support = "v2.0"\n  metadata_options {\n    http_tokens = "required"\n  }\n'
        '  ami_name = "{"\n  skip_ami_run_tags = true\n}\n'
    )
    left_out = set()
    result = shim.translate(text, Path("/t"), None, left_out)
    assert result == 'source "amazon-ebs" "x" {\n  ami_name = "{"\n}\n'
    assert left_out == {"packer", "imds_support", "metadata_options", "skip_ami_run_tags"}


def test_translate_endpoint_becomesTheSourcesOwn(shim):
    result = shim.translate('source "amazon-ebs" "x" {\n}\n', Path("/t"), "http://127.0.0.1:4000", set())
    assert 'custom_endpoint_ec2 = "http://127.0.0.1:4000"' in result
    assert "skip_metadata_api_check = true" in result


def test_translate_pathsStartFromTheTemplate(shim):
    assert shim.translate('a = "${path.root}/b"\n', Path("/t"), None, set()) == 'a = "${"/t"}/b"\n'


def test_validate_givesTheOldPackerItsOwnCopy(environment):
    result = run(environment, "validate", "-var=app=web", "packer")
    assert result.returncode == 0, result.stderr
    assert "left out of packer: imds_support, metadata_options, packer" in result.stderr
    words = result.stdout.split("arguments=")[1].split()
    assert words[:2] == ["validate", "-var=app=web"]
    assert "required_plugins" not in (Path(words[2]) / "image.pkr.hcl").read_text()


def test_build_withoutABuilder_stopsBeforeAnythingOpens(environment):
    result = run(environment, "build", "packer")
    assert result.returncode == 1
    assert "PKR_VAR_builder_cidr" in result.stderr
    assert result.stdout == ""


def test_init_needsNothing(environment):
    result = run(environment, "init", "packer")
    assert (result.returncode, result.stdout) == (0, "")


def test_currentPacker_isGivenEverythingAsItIs(environment):
    result = run(environment | {"STAND_IN_VERSION": "1.16.0"}, "build", "packer")
    assert "arguments=build packer" in result.stdout
    assert result.stderr == ""


def test_noOtherPacker_saysWhatToInstall(environment, tmp_path):
    # Only what a Python script needs to start.
    (tmp_path / "only").mkdir()
    (tmp_path / "only" / "python3").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (tmp_path / "only" / "python3").chmod(0o755)
    path = os.pathsep.join([str(SHIM), str(tmp_path / "only")])
    result = subprocess.run(
        [str(SHIM / "packer"), "version"], env={"PATH": path}, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "install one" in result.stderr


def test_signal_reachesTheRealPacker(environment):
    waiting = environment | {"STAND_IN_WAITS": "1"}
    process = subprocess.Popen(["packer", "version-of-nothing"], env=waiting, stdout=subprocess.PIPE, text=True)
    try:
        # exec: the stand-in has the process id of the command that was started.
        assert process.stdout.readline().startswith(f"pid={process.pid} ")
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read() == "stopped\n"
        assert process.wait(10) == 1
    finally:
        process.kill()
