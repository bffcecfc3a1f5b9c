"""Images in files: what one world exports is in another one as it was."""

from __future__ import annotations

import json
import tarfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import RealWorld, script
from embedded_aws.machines import MachineError, docker_archive
from machines import debian, describe, group, key_pair, log_in, port, run, terminate
from worlds import HttpWorld

TAGS = [{"Key": "app", "Value": "web"}]


@contextmanager
def a_world() -> Iterator[HttpWorld]:
    world = HttpWorld()
    try:
        yield world
    finally:
        world.close()


def order(world: HttpWorld, **fields: Any) -> list[str]:
    """What the script sends; a refusal is a ValueError with its text."""
    request = urllib.request.Request(f"{world.endpoint}/_world/images", json.dumps(fields).encode())
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        raise ValueError(json.load(error)["error"]) from error


def export(world: HttpWorld, file: Path, *image_ids: str, **filters: list[str]) -> list[str]:
    return order(world, do="export", file=str(file), image_ids=image_ids, filters=filters)


def bake(ec2: Any, name: str = "web-1") -> str:
    mapping = [{"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": True, "VolumeSize": 10}}]
    launched = ec2.run_instances(
        ImageId=debian(ec2), MinCount=1, MaxCount=1, InstanceType="t3.small", BlockDeviceMappings=mapping
    )
    image_id = ec2.create_image(
        InstanceId=launched["Instances"][0]["InstanceId"],
        Name=name,
        Description="for tests",
        TagSpecifications=[
            {"ResourceType": "image", "Tags": TAGS},
            {"ResourceType": "snapshot", "Tags": [{"Key": "disk", "Value": "root"}]},
        ],
    )["ImageId"]
    ec2.modify_image_attribute(ImageId=image_id, ImdsSupport={"Value": "v2.0"})
    ec2.enable_image_deprecation(ImageId=image_id, DeprecateAt="2027-01-01T00:00:00Z")
    return image_id


def all_of(ec2: Any) -> tuple[list[Any], list[Any]]:
    return (
        ec2.describe_images(Owners=["self"])["Images"],
        ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"],
    )


def test_base_images_have_the_same_ids_in_every_world(monkeypatch: pytest.MonkeyPatch) -> None:
    def ids(recipe: Callable[[str], str] | None = None) -> list[str]:
        with a_world() as world:
            if recipe:
                world.world.machines.base_recipe = recipe
            images = world.ec2.describe_images(Owners=["136693071363", "137112412989"])["Images"]
            snapshots = [image["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"] for image in images]
            assert len(world.ec2.describe_snapshots(SnapshotIds=snapshots)["Snapshots"]) == len(images)
            return [image["ImageId"] for image in images]

    first = ids()
    assert len(set(first)) == 5
    assert ids() == first
    changed = ids(lambda name: "another recipe")
    assert set(changed).isdisjoint(first)


def test_image_is_in_the_next_world_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "images.tar"
    with a_world() as world:
        image_id = bake(world.ec2)
        assert export(world, file, image_id) == [f"exported {image_id} web-1 (records)"]
        before = all_of(world.ec2)
    assert [each.name for each in tmp_path.iterdir()] == ["images.tar"]
    with a_world() as world:
        [said] = order(world, do="import", file=str(file))
        assert said.startswith(f"imported {image_id} web-1 of ")
        assert all_of(world.ec2) == before
        assert order(world, do="import", file=str(file)) == [f"{image_id} web-1 is here already"]
        assert all_of(world.ec2) == before
        world.ec2.run_instances(ImageId=image_id, MinCount=1, MaxCount=1, InstanceType="t3.small")


def test_images_are_chosen_by_filter(tmp_path: Path) -> None:
    with a_world() as world:
        wanted, _ = bake(world.ec2), bake(world.ec2, "other")
        assert export(world, tmp_path / "one", name=["web-*"]) == [f"exported {wanted} web-1 (records)"]
        assert len(export(world, tmp_path / "all")) == 2


def test_removed_image_comes_back(tmp_path: Path) -> None:
    with a_world() as world:
        image_id = bake(world.ec2)
        export(world, tmp_path / "file")
        world.ec2.deregister_image(ImageId=image_id)
        with pytest.raises(ValueError, match=rf"snap-\w+ of {image_id} is here without its image: delete it first"):
            order(world, do="import", file=str(tmp_path / "file"))
        for snapshot in world.ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]:
            world.ec2.delete_snapshot(SnapshotId=snapshot["SnapshotId"])
        order(world, do="import", file=str(tmp_path / "file"))
        world.ec2.run_instances(ImageId=image_id, MinCount=1, MaxCount=1, InstanceType="t3.small")


def test_what_cannot_be_exported_is_said(tmp_path: Path) -> None:
    with a_world() as world:
        with pytest.raises(ValueError, match="no image fits the filters"):
            export(world, tmp_path / "file")
        with pytest.raises(ValueError, match=r"ami-\w+ \(debian-12-amd64-\S+\) is not one's own"):
            export(world, tmp_path / "file", debian(world.ec2))
        image_id = bake(world.ec2)
        with pytest.raises(ValueError, match="no image ami-00000000000000000"):
            export(world, tmp_path / "file", image_id, "ami-00000000000000000")
        with pytest.raises(ValueError, match="nowhere/file: No such file or directory"):
            export(world, tmp_path / "nowhere" / "file", image_id)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_imported_is_said(tmp_path: Path) -> None:
    file = tmp_path / "file"
    with a_world() as world:
        bake(world.ec2)
        export(world, file)
    with a_world() as world:
        with pytest.raises(ValueError, match="missing: No such file or directory"):
            order(world, do="import", file=str(tmp_path / "missing"))
        (tmp_path / "text").write_text("no archive")
        with pytest.raises(ValueError, match="text was not written by `images export`, or is incomplete"):
            order(world, do="import", file=str(tmp_path / "text"))
        twin = bake(world.ec2)
        with pytest.raises(ValueError, match=rf"{twin} has the name of ami-\w+, web-1: deregister it first"):
            order(world, do="import", file=str(file))


def test_file_system_does_not_come_into_a_world_of_records(tmp_path: Path) -> None:
    file = tmp_path / "file"
    with a_world() as world:
        world.world.machines.save = lambda source, archive: {"kind": "containers"}
        bake(world.ec2)
        export(world, file)
    with a_world() as world:
        with pytest.raises(ValueError, match=r"snap-\w+ has a file system, and this world is of records only"):
            order(world, do="import", file=str(file))
        assert all_of(world.ec2) == ([], [])


@pytest.mark.docker
def test_image_boots_in_another_world(real_world: RealWorld, tmp_path: Path) -> None:
    ec2, name, file = real_world.clients.ec2, f"{real_world.name}-next", tmp_path / "images.tar"
    key = key_pair(ec2, tmp_path, "first")
    instance_id = run(ec2, KeyName="first", SecurityGroupIds=[group(ec2, "ssh-first", port(22))])
    log_in(ec2, instance_id, key, "echo kept | sudo tee /etc/note && sync")
    image_id = ec2.create_image(InstanceId=instance_id, Name="carried")["ImageId"]
    ec2.get_waiter("image_available").wait(ImageIds=[image_id], WaiterConfig={"Delay": 1})
    exported = script("--world", real_world.name, "images", "export", str(file), "--image-id", image_id)
    assert (exported.returncode, exported.stdout) == (0, f"exported {image_id} carried (containers)\n"), exported.stderr
    with tarfile.open(file) as archive:
        # The base image's file system is not among them.
        assert sum(member.size for member in archive) < 50 * 1024**2
    terminate(ec2, instance_id)
    ec2.deregister_image(ImageId=image_id, DeleteAssociatedSnapshots=True)
    next_world = RealWorld(name)
    try:
        there = next_world.clients.ec2
        imported = script("--world", name, "images", "import", str(file))
        assert imported.stdout.startswith(f"imported {image_id} carried of "), imported.stderr
        second = key_pair(there, tmp_path, "second")
        booted = run(there, ImageId=image_id, InstanceType="t3.small", KeyName="second",
                     SecurityGroupIds=[group(there, "ssh-second", port(22))])  # fmt: skip
        assert log_in(there, booted, second, "cat /etc/note") == "kept\n"
        assert describe(there, booted)["ImageId"] == image_id
        assert "is here already" in script("--world", name, "images", "import", str(file)).stdout
    finally:
        assert script("--world", name, "down").returncode == 0
    assert script("--world", real_world.name, "images", "import", str(file)).returncode == 0
    ec2.deregister_image(ImageId=image_id, DeleteAssociatedSnapshots=True)


def test_filter_that_is_none_is_refused() -> None:
    refused = script("images", "export", "file", "--filter", "app=web")
    assert refused.returncode == 1
    assert refused.stderr == (
        "local/aws: --filter app=web: use Name=NAME,Values=VALUE,…, such as Name=tag:app,Values=web\n"
    )


def test_container_on_another_base_image_is_refused(tmp_path: Path) -> None:
    engine = SimpleNamespace(inspect_image=lambda name: {"RootFS": {"Layers": ["sha256:new"]}})
    saved = {"below": ["sha256:old"], "config": {}}
    with (
        tarfile.open(tmp_path / "archive", "w") as archive,
        pytest.raises(MachineError, match="world:snap-1: the base image that it stands on is not in this computer's"),
    ):
        docker_archive.restore(engine, "world:snap-1", saved, archive, "world", tmp_path)
