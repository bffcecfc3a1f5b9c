"""What the launcher hands into the tooling image, with a `docker` that only tells what it was asked for."""

import itertools
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCKER = """#!/bin/sh
[ "$1" = run ] || exit 0
for argument; do printf '%s\\n' "$argument"; done
"""


@pytest.fixture
def in_image(tmp_path: Path):
    """Runs the launcher with these variables; the arguments of `docker run`, and what was said."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "docker").write_text(DOCKER)
    (programs / "docker").chmod(0o755)
    (programs / "uname").write_text('#!/bin/sh\necho "${MACHINE:-x86_64}"\n')
    (programs / "uname").chmod(0o755)
    application = tmp_path / "application"
    application.mkdir()

    def run(**variables: str) -> tuple[list[str], str]:
        environment = {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "AMI_DEPLOY_RUN": "image",
        } | variables
        result = subprocess.run(
            [ROOT / "ami-deploy", "doctor"],
            cwd=application,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return result.stdout.splitlines(), result.stderr

    return run


def handed(arguments: list[str], option: str) -> list[str]:
    return [value for name, value in itertools.pairwise(arguments) if name == option]


def test_proxyAndCertificates_areHandedIntoTheImageByName(in_image, tmp_path: Path):
    bundle = tmp_path / "authorities.pem"
    bundle.write_text("-")

    arguments, _ = in_image(HTTPS_PROXY="http://user:s3cret@proxy:3128", no_proxy=".corp", AWS_CA_BUNDLE=str(bundle))

    assert {"HTTPS_PROXY", "no_proxy", "AWS_CA_BUNDLE"} <= set(handed(arguments, "--env"))
    assert f"{bundle}:{bundle}:ro" in handed(arguments, "--volume")
    assert not any("s3cret" in argument for argument in arguments)


def test_profiles_areHandedIntoTheImage_tokensToBeRenewed(in_image, tmp_path: Path):
    (tmp_path / ".aws" / "sso" / "cache").mkdir(parents=True)
    (tmp_path / ".aws" / "config").write_text("[default]\ncredential_process = /opt/corp/keys\n")

    arguments, said = in_image()

    mounts = {mount.split(":")[0]: mount for mount in handed(arguments, "--volume")}
    assert mounts[str(tmp_path / ".aws")].endswith("/.aws:ro")
    assert mounts[str(tmp_path / ".aws" / "sso" / "cache")].endswith("/.aws/sso/cache")
    assert "credential_process, whose program is not in the tooling image" in said
    assert "credential_process" not in in_image(AWS_ACCESS_KEY_ID="A", AWS_SECRET_ACCESS_KEY="S")[1]


@pytest.mark.parametrize(
    ("machine", "platforms"), [("x86_64", []), ("aarch64", ["linux/amd64"]), ("arm64", ["linux/amd64"])]
)
def test_computerWithAnotherProcessor_runsTheImageForAmd64(in_image, machine: str, platforms: list[str]):
    arguments, _ = in_image(MACHINE=machine)

    assert handed(arguments, "--platform") == platforms
