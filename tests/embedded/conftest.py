"""One embedded AWS for the whole run, and a copy of the checkout in which a test may change the web application."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from deployment import Deployment, World

ROOT = Path(__file__).resolve().parents[2]
#: What a deployment reads from the checkout; everything else stays where it is.
PAYLOAD = ("ansible", "environments", "packer", "terraform", "webapp")


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    name = f"test{os.getpid()}"
    control = [str(ROOT / "local" / "aws"), "--world", name]
    subprocess.run([*control, "up"], check=True, timeout=900)
    try:
        exports = subprocess.run(
            ["bash", "-c", f'eval "$({" ".join(control)} env)"; env -0'], check=True, capture_output=True
        )
        environment = dict(entry.split("=", 1) for entry in exports.stdout.decode().split("\0") if "=" in entry)
        yield World(name, control, environment)
    finally:
        subprocess.run([*control, "down"], check=True, timeout=300)


@pytest.fixture(scope="session")
def clients(world: World):
    """boto3 clients of the world, by service name."""
    session = boto3.Session(
        # Not the deployer's key, so that the log of calls tells the tests' calls from the deployment's.
        aws_access_key_id="onlooker",
        aws_secret_access_key=world.environment["AWS_SECRET_ACCESS_KEY"],
        region_name=world.environment["AWS_REGION"],
    )
    return lambda service: session.client(service, endpoint_url=world.environment["AWS_ENDPOINT_URL"])


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The payload of the checkout, copied, so that a test may change the web application or the variables."""
    copy = tmp_path_factory.mktemp("checkout")
    for directory in PAYLOAD:
        shutil.copytree(
            ROOT / directory, copy / directory, ignore=shutil.ignore_patterns(".terraform", "__pycache__", ".work")
        )
    return copy


@pytest.fixture(scope="module")
def deployment(world: World, checkout: Path) -> Deployment:
    return Deployment(ROOT / "ami-deploy", world, checkout)
