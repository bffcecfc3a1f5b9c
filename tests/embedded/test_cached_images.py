"""Base layers go from one test run to the next. Worlds of records are enough: what is kept is the account's images.

One world is enough, too, where its images are thrown away between tests; that they go into another one is seen once.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from cached_images import KEPT, CachedImages, cached_images, digest
from world import World, running_world


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "images"


@contextmanager
def new_world(name: str) -> Iterator[World]:
    with running_world(f"{name}{os.getpid()}", "--api-only", limit=60) as world:
        yield world


@pytest.fixture(scope="module")
def shared() -> Iterator[World]:
    with new_world("cache") as world:
        yield world


@pytest.fixture
def world(shared: World) -> Iterator[World]:
    """Its account has no image of its own, as a new one; what the test makes goes at its end."""
    yield shared
    ec2 = shared.client("ec2")
    for image in ec2.describe_images(Owners=["self"])["Images"]:
        ec2.deregister_image(ImageId=image["ImageId"])
    for snapshot in ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]:
        ec2.delete_snapshot(SnapshotId=snapshot["SnapshotId"])
    assert ec2.describe_images(Owners=["self"])["Images"] == []


def bake(world: World, name: str, fingerprint: str, layer: str = "base", source: str = "") -> str:
    ec2 = world.client("ec2")
    [upstream, *_] = ec2.describe_images(Owners=["136693071363"])["Images"]
    launched = ec2.run_instances(ImageId=upstream["ImageId"], MinCount=1, MaxCount=1, InstanceType="t3.small")
    instance = launched["Instances"][0]["InstanceId"]
    ec2.get_waiter("instance_running").wait(InstanceIds=[instance], WaiterConfig={"Delay": 1, "MaxAttempts": 120})
    tags = {"ami-deploy:layer": layer, "ami-deploy:fingerprint": fingerprint, "ami-deploy:base-image": f"{source} name"}
    return ec2.create_image(
        InstanceId=instance,
        Name=name,
        TagSpecifications=[
            {"ResourceType": "image", "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
        ],
    )["ImageId"]


def names(directory: Path) -> list[str]:
    return sorted(file.name for file in directory.glob("*.tar"))


def test_baseLayer_isThereInTheNextRun_andIsReplacedByANewerOne(world: World, directory: Path):
    with cached_images(world, "containers", directory) as images:
        first = bake(world, "web-base-1", "f1")
        bake(world, "web-1", "a1", layer="application", source=first)
        [said] = images.origins()
        assert said.startswith(f"base layer {first} of ") and said.endswith(": baked")
    assert names(directory) == [f"containers-f1-{first}.tar"]
    with new_world("cache-next") as another, cached_images(another, "containers", directory) as images:
        assert images.imported == {first}
        bake(another, "web-1", "a1", layer="application", source=first)
        [said] = images.origins()
        assert said.startswith(f"base layer {first} of ") and said.endswith(": from the cache")
        second = bake(another, "web-base-2", "f1")
    assert names(directory) == [f"containers-f1-{second}.tar"]


def test_whereNoneIsKept_oneRunBakesOne_andTheOthersWaitForIt(world: World, directory: Path):
    with ThreadPoolExecutor(1) as pool:
        first, second, later = (CachedImages(world, "containers", directory) for _ in range(3))
        first.await_turn_to_bake()
        waiting = pool.submit(second.await_turn_to_bake)
        with pytest.raises(TimeoutError):
            waiting.result(timeout=1)
        assert later.of_these_recipes() is None
        baked = bake(world, "web-base-1", "f1")
        first.keep()
        waiting.result(timeout=60)
        later.await_turn_to_bake()
        assert later.of_these_recipes()["ImageId"] == baked
    assert len(names(directory)) == 1
    assert first.baking is second.baking is later.baking is None


def test_aCopyForOneApplication_isNotKept_alsoNotByALaterRunInTheSameWorld(world: World, directory: Path):
    with cached_images(world, "containers", directory) as images:
        first = bake(world, "web-base-1", "f1")
        images.lend_to("shop")
    with cached_images(world, "containers", directory) as images:
        images.lend_to("shop")
    assert names(directory) == [f"containers-f1-{first}.tar"]


def test_applicationsImages_areThereForTheSameMakers_withTheirBaseLayer_andAreReplacedByAnothers(
    world: World, directory: Path, monkeypatch: pytest.MonkeyPatch
):
    makers = "m1"
    monkeypatch.setattr(sys.modules[CachedImages.__module__], "digest", lambda *parts: makers)
    images = CachedImages(world, "containers", directory)
    bake(world, "web-base-1", "f1")
    images.lend_to("shop")
    [lent] = [each["ImageId"] for each in images._base_layers() if "shop" in each["Name"]]
    first, second = (bake(world, f"shop-{number}", "a1", layer="application", source=lent) for number in (1, 2))
    images.keep_application("shop", first)
    kept = sorted(f"application-containers-shop-m1-{each}.tar" for each in (first, lent))
    assert names(directory) == kept
    makers = "m2"
    images.imported.clear()
    images.load_application("shop")
    assert images.imported == set()
    makers = "m1"
    images.load_application("another")
    assert images.imported == set()
    images.load_application("shop")
    assert images.imported == {first, lent}
    images.keep_application("shop", first)
    assert names(directory) == kept
    makers = "m2"
    images.keep_application("shop", second)
    assert names(directory) == sorted(f"application-containers-shop-m2-{each}.tar" for each in (second, lent))


def test_digest_isOfEveryFileBelow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys.modules[digest.__module__], "ROOT", tmp_path)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "packer").mkdir()
    (tmp_path / "packer" / "template").write_text("one")
    (tmp_path / "README").write_text("one")
    seen = [digest("packer")]
    (tmp_path / "README").write_text("two")
    assert digest("packer") == seen[0]
    (tmp_path / "packer" / "template").write_text("two")
    seen.append(digest("packer"))
    (tmp_path / "packer" / "template").rename(tmp_path / "packer" / "other")
    seen.append(digest("packer"))
    (tmp_path / "packer" / "new").touch()
    seen.append(digest("packer"))
    assert len(set(seen)) == 4


def test_onlyTheNewestAreKept_andOfTheirOwnKind(world: World, directory: Path):
    directory.mkdir()
    (directory / "vm-f0-ami-0.tar").touch()
    with cached_images(world, "containers", directory):
        baked = [bake(world, f"web-base-{number}", f"f{number}") for number in range(KEPT + 1)]
    kept = [f"containers-f{number}-{baked[number]}.tar" for number in range(1, KEPT + 1)]
    assert names(directory) == [*kept, "vm-f0-ami-0.tar"]


def test_fileThatFitsNoMore_isRemoved(world: World, directory: Path, capsys: pytest.CaptureFixture):
    directory.mkdir()
    (directory / "containers-f1-ami-1.tar").write_text("no archive")
    with cached_images(world, "containers", directory) as images:
        assert images.imported == set()
    assert names(directory) == []
    assert "removed from the cache: local/aws: " in capsys.readouterr().out
