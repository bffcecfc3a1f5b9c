"""One embedded AWS for the whole run, and a copy of the checkout in which a test may change the web application."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from applications import distribution
from cached_images import CachedImages, cached_images
from deployment import Deployment, copy_of_the_checkout
from world import ROOT, World, running_world


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch:
        # Seconds of one value that a group's scaling goes by; three make it grow, fifteen make it shrink.
        patch.setenv("AMI_DEPLOY_LOCAL_TRACKING_PERIOD", "1")
        with running_world(f"test{os.getpid()}", limit=900) as world:
            yield world


@pytest.fixture(scope="module")
def base_layers(world: World) -> Iterator[CachedImages]:
    """The world with base layers of earlier runs in it; the module before may have taken them away with its application."""
    with cached_images(world, "containers", one_bakes=True) as images:
        yield images


@pytest.fixture(scope="session")
def clients(world: World):
    """boto3 clients of the world, by service name."""
    return world.client


@pytest.fixture
def short_directory() -> Iterator[Path]:
    """For TMPDIR: the path of `tmp_path` leaves no room for the names of sockets, on which Packer's plugins listen."""
    with tempfile.TemporaryDirectory(prefix="tmpdir-") as directory:
        yield Path(directory)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_the_checkout(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="module")
def deployment(world: World, base_layers: CachedImages, checkout: Path) -> Deployment:
    return Deployment(ROOT / "ami-deploy", world, checkout)


@pytest.fixture(scope="session")
def tool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The command of the unpacked distribution."""
    with distribution(tmp_path_factory.mktemp("tool")) as command:
        yield command
