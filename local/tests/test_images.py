"""Images and snapshots as records: states, tags, mappings, filters, removal."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from embedded_aws.world import World
from machines import debian

TAGS = [{"Key": "app", "Value": "web"}]


@pytest.fixture
def instance_id(ec2: Any) -> str:
    return ec2.run_instances(ImageId=debian(ec2), MinCount=1, MaxCount=1, InstanceType="t3.small")["Instances"][0][
        "InstanceId"
    ]


def image_of(ec2: Any, instance_id: str, name: str = "web-1", **parameters: Any) -> dict[str, Any]:
    image_id = ec2.create_image(InstanceId=instance_id, Name=name, **parameters)["ImageId"]
    return ec2.describe_images(ImageIds=[image_id])["Images"][0]


def snapshot_of(image: dict[str, Any]) -> str:
    return image["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]


def test_base_images_are_found_by_owner_name_and_device(ec2: Any) -> None:
    filters = [
        {"Name": "name", "Values": ["debian-12-amd64-*"]},
        {"Name": "root-device-type", "Values": ["ebs"]},
        {"Name": "virtualization-type", "Values": ["hvm"]},
        {"Name": "architecture", "Values": ["x86_64"]},
        {"Name": "state", "Values": ["available"]},
    ]
    images = ec2.describe_images(Owners=["136693071363"], Filters=filters)["Images"]
    newest = max(images, key=lambda image: image["CreationDate"])
    assert (len(images), newest["Name"], newest["RootDeviceName"]) == (2, "debian-12-amd64-20260901-2200", "/dev/xvda")
    amazon = ec2.describe_images(Owners=["amazon"], Filters=[{"Name": "name", "Values": ["al2023-ami-2023.*-x86_64"]}])
    assert [image["OwnerId"] for image in amazon["Images"]] == ["137112412989"]
    assert ec2.describe_images(Owners=["self"])["Images"] == []


def test_image_and_snapshot_carry_their_own_tags(ec2: Any, instance_id: str) -> None:
    specifications = [
        {"ResourceType": "image", "Tags": TAGS},
        {"ResourceType": "snapshot", "Tags": [{"Key": "disk", "Value": "root"}]},
    ]
    image = image_of(ec2, instance_id, TagSpecifications=specifications)
    snapshot = ec2.describe_snapshots(SnapshotIds=[snapshot_of(image)])["Snapshots"][0]
    assert (image["State"], image["Tags"], image["SourceInstanceId"]) == ("available", TAGS, instance_id)
    assert (snapshot["State"], snapshot["Tags"]) == ("completed", [{"Key": "disk", "Value": "root"}])
    assert snapshot["Description"] == f"Created by CreateImage({instance_id}) for {image['ImageId']}"


@pytest.mark.parametrize(
    ("no_reboot", "done"), [(False, ["stop", "snapshot", "start"]), (True, ["snapshot"])], ids=["reboot", "no reboot"]
)
def test_running_instance_is_off_while_its_image_is_made(
    world: World, instance_id: str, monkeypatch: pytest.MonkeyPatch, no_reboot: bool, done: list[str]
) -> None:
    calls: list[str] = []
    for name in ("start", "stop", "reboot", "snapshot"):
        original = getattr(world.machines, name)
        noted = lambda *args, name=name, original=original: (calls.append(name), original(*args))  # noqa: E731
        monkeypatch.setattr(world.machines, name, noted)
    assert image_of(world.clients.ec2, instance_id, NoReboot=no_reboot)["State"] == "available"
    assert (calls, world.machines.running()) == (done, {instance_id})


def test_image_of_an_encrypted_root_is_encrypted(ec2: Any) -> None:
    mapping = [{"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": True, "VolumeSize": 10, "VolumeType": "gp3"}}]
    launched = ec2.run_instances(
        ImageId=debian(ec2), MinCount=1, MaxCount=1, InstanceType="t3.small", BlockDeviceMappings=mapping
    )
    image = image_of(ec2, launched["Instances"][0]["InstanceId"])
    ebs = image["BlockDeviceMappings"][0]["Ebs"]
    assert (ebs["Encrypted"], ebs["VolumeSize"], len(image["BlockDeviceMappings"])) == (True, 10, 1)
    assert ec2.describe_snapshots(SnapshotIds=[ebs["SnapshotId"]])["Snapshots"][0]["Encrypted"] is True


def test_name_is_used_once(ec2: Any, instance_id: str) -> None:
    image_of(ec2, instance_id)
    with pytest.raises(ClientError, match=r"InvalidAMIName\.Duplicate"):
        image_of(ec2, instance_id)


def test_copy_is_an_image_of_its_own(ec2: Any, instance_id: str) -> None:
    first = image_of(ec2, instance_id)
    copy_id = ec2.copy_image(Name="copy", SourceImageId=first["ImageId"], SourceRegion="us-east-1", Encrypted=True)[
        "ImageId"
    ]
    copy = ec2.describe_images(ImageIds=[copy_id])["Images"][0]
    assert copy["BlockDeviceMappings"][0]["Ebs"]["Encrypted"] is True
    assert snapshot_of(copy) != snapshot_of(first)


def test_snapshot_outlives_its_image_unless_asked_otherwise(ec2: Any, instance_id: str) -> None:
    kept, gone = image_of(ec2, instance_id, "kept"), image_of(ec2, instance_id, "gone")
    with pytest.raises(ClientError, match=r"InvalidSnapshot\.InUse"):
        ec2.delete_snapshot(SnapshotId=snapshot_of(kept))
    ec2.deregister_image(ImageId=kept["ImageId"])
    answer = ec2.deregister_image(ImageId=gone["ImageId"], DeleteAssociatedSnapshots=True)
    assert answer["DeleteSnapshotResults"] == [{"SnapshotId": snapshot_of(gone), "ReturnCode": "success"}]
    own = [one["SnapshotId"] for one in ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]]
    assert own == [snapshot_of(kept)]
    ec2.delete_snapshot(SnapshotId=snapshot_of(kept))


def test_removed_image_cannot_be_launched(ec2: Any, instance_id: str) -> None:
    image = image_of(ec2, instance_id)
    ec2.deregister_image(ImageId=image["ImageId"])
    with pytest.raises(ClientError, match=r"InvalidAMIID\.Unavailable"):
        ec2.run_instances(ImageId=image["ImageId"], MinCount=1, MaxCount=1)


def test_base_images_belong_to_others(ec2: Any) -> None:
    with pytest.raises(ClientError, match="AuthFailure"):
        ec2.deregister_image(ImageId=debian(ec2))


def test_imds_support_of_an_image_is_its_instances_default(ec2: Any, instance_id: str) -> None:
    image = image_of(ec2, instance_id)
    ec2.modify_image_attribute(ImageId=image["ImageId"], ImdsSupport={"Value": "v2.0"})
    assert ec2.describe_images(ImageIds=[image["ImageId"]])["Images"][0]["ImdsSupport"] == "v2.0"
    launched = ec2.run_instances(ImageId=image["ImageId"], MinCount=1, MaxCount=1, InstanceType="t3.small")[
        "Instances"
    ][0]
    assert launched["MetadataOptions"]["HttpTokens"] == "required"


def test_deprecation_and_protection_are_recorded(ec2: Any, instance_id: str) -> None:
    image_id = image_of(ec2, instance_id)["ImageId"]
    ec2.enable_image_deprecation(ImageId=image_id, DeprecateAt="2027-01-01T00:00:00Z")
    ec2.enable_image_deregistration_protection(ImageId=image_id)
    image = ec2.describe_images(ImageIds=[image_id])["Images"][0]
    assert image["DeprecationTime"].startswith("2027-01-01")
    assert image["DeregistrationProtection"] == "enabled-without-cooldown"
    with pytest.raises(ClientError, match="OperationNotPermitted"):
        ec2.deregister_image(ImageId=image_id)
    ec2.disable_image_deregistration_protection(ImageId=image_id)
    ec2.deregister_image(ImageId=image_id)
