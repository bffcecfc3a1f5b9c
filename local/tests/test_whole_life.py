"""A bake by hand, against real machines: launch, log in, image, terminate, launch the image, and take everything away."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from conftest import RealWorld, until
from machines import describe, group, key_pair, log_in, port, run, terminate, wait

pytestmark = pytest.mark.docker


def docker_images(snapshot_id: str) -> str:
    return subprocess.run(
        ["docker", "images", "-q", "--filter", f"reference=*/*:{snapshot_id}"], capture_output=True, text=True
    ).stdout


def test_image_of_an_instance_boots_with_its_files(real_world: RealWorld, tmp_path: Path) -> None:
    ec2 = real_world.clients.ec2
    key = key_pair(ec2, tmp_path, "life")
    ssh_group = group(ec2, "life", port(22))
    start = time.monotonic()
    first = run(
        ec2, KeyName="life", SecurityGroupIds=[ssh_group], UserData="#!/bin/sh\necho told by user data >/var/tmp/told\n"
    )
    running_after = time.monotonic() - start
    log_in(ec2, first, key, "true")
    ssh_after = time.monotonic() - start
    print(f"running after {running_after:.1f} s, ssh after {ssh_after:.1f} s")
    assert (
        log_in(ec2, first, key, "systemctl is-system-running --wait; cat /var/tmp/told")
        == "running\ntold by user data\n"
    )
    host_key = log_in(ec2, first, key, "cat /etc/ssh/ssh_host_ed25519_key.pub")
    log_in(ec2, first, key, "echo baked | sudo tee /opt/baked; sync")
    assert "user data ended with exit code 0" in ec2.get_console_output(InstanceId=first)["Output"]

    ec2.stop_instances(InstanceIds=[first])
    wait(ec2, first, "stopped")
    tags = [{"Key": "app", "Value": "web"}]
    image_id = ec2.create_image(
        InstanceId=first,
        Name="life",
        TagSpecifications=[{"ResourceType": "image", "Tags": tags}, {"ResourceType": "snapshot", "Tags": tags}],
    )["ImageId"]
    image = until(
        lambda: next(
            (one for one in ec2.describe_images(ImageIds=[image_id])["Images"] if one["State"] == "available"), None
        ),
        "image is not available",
    )
    snapshot_id = image["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    assert image["Tags"] == tags
    assert ec2.describe_snapshots(SnapshotIds=[snapshot_id])["Snapshots"][0]["Tags"] == tags
    terminate(ec2, first)
    assert "Power" in ec2.get_console_output(InstanceId=first)["Output"]

    second = run(ec2, ImageId=image_id, KeyName="life", SecurityGroupIds=[ssh_group], InstanceType="t3.small")
    assert log_in(ec2, second, key, "cat /opt/baked") == "baked\n"
    assert log_in(ec2, second, key, "cat /etc/ssh/ssh_host_ed25519_key.pub") != host_key
    with pytest.raises(ClientError, match=r"InvalidSnapshot\.InUse"):
        ec2.delete_snapshot(SnapshotId=snapshot_id)
    terminate(ec2, second)

    ec2.deregister_image(ImageId=image_id)
    assert docker_images(snapshot_id)
    ec2.delete_snapshot(SnapshotId=snapshot_id)
    until(lambda: not docker_images(snapshot_id), "the snapshot's file system is still there")
    ec2.delete_key_pair(KeyName="life")
    ec2.delete_security_group(GroupId=ssh_group)


def test_image_of_a_running_instance_is_made_between_shutdown_and_start(real_world: RealWorld, tmp_path: Path) -> None:
    ec2 = real_world.clients.ec2
    key = key_pair(ec2, tmp_path, "photo")
    login = {"KeyName": "photo", "SecurityGroupIds": [group(ec2, "photo", port(22))]}
    first = run(ec2, **login)
    log_in(ec2, first, key, "echo late | sudo tee /opt/late; sudo touch /run/before")
    image_id = ec2.create_image(InstanceId=first, Name="photo")["ImageId"]
    until(lambda: ec2.describe_images(ImageIds=[image_id])["Images"][0]["State"] == "available", "no image")
    until(lambda: log_in(ec2, first, key, "test -e /run/before && echo old || echo new") == "new\n", "no reboot")
    assert describe(ec2, first)["State"]["Name"] == "running"
    second = run(ec2, ImageId=image_id, InstanceType="t3.small", **login)
    assert log_in(ec2, second, key, "cat /opt/late") == "late\n"
    terminate(ec2, first, second)
    ec2.deregister_image(ImageId=image_id, DeleteAssociatedSnapshots=True)


def test_stop_start_and_reboot_act(real_world: RealWorld, tmp_path: Path) -> None:
    ec2 = real_world.clients.ec2
    key = key_pair(ec2, tmp_path, "again", "rsa")
    ssh_group = group(ec2, "again", port(22))
    instance_id = run(ec2, KeyName="again", SecurityGroupIds=[ssh_group])
    log_in(ec2, instance_id, key, "echo kept | sudo tee /var/kept")
    ec2.stop_instances(InstanceIds=[instance_id])
    stopped = wait(ec2, instance_id, "stopped")
    assert stopped["StateReason"]["Code"] == "Client.UserInitiatedShutdown"
    ec2.start_instances(InstanceIds=[instance_id])
    wait(ec2, instance_id, "running")
    assert log_in(ec2, instance_id, key, "cat /var/kept") == "kept\n"
    boot = log_in(ec2, instance_id, key, "systemctl show -P UserspaceTimestampMonotonic; stat -c %Y /run")
    ec2.reboot_instances(InstanceIds=[instance_id])
    until(
        lambda: log_in(ec2, instance_id, key, "systemctl show -P UserspaceTimestampMonotonic; stat -c %Y /run") != boot,
        "no reboot",
    )
    terminate(ec2, instance_id)


@pytest.mark.parametrize(("behaviour", "state"), [("stop", "stopped"), ("terminate", "terminated")])
def test_machine_that_dies_ends_as_its_shutdown_behaviour_says(
    real_world: RealWorld, behaviour: str, state: str
) -> None:
    ec2 = real_world.clients.ec2
    instance_id = run(ec2, InstanceInitiatedShutdownBehavior=behaviour)
    label = f"label=ami-deploy.local.instance={instance_id}"
    machine = subprocess.run(
        ["docker", "ps", "-q", "--filter", label], capture_output=True, text=True, check=True
    ).stdout.strip()
    subprocess.run(["docker", "kill", machine], check=True, capture_output=True)
    until(lambda: describe(ec2, instance_id)["State"]["Name"] not in ("running",), "nobody noticed")
    assert wait(ec2, instance_id, state)["StateReason"]["Code"] == "Client.InstanceInitiatedShutdown"
    terminate(ec2, instance_id)


def test_shutdown_and_reboot_from_inside(real_world: RealWorld, tmp_path: Path) -> None:
    ec2 = real_world.clients.ec2
    key = key_pair(ec2, tmp_path, "inside")
    instance_id = run(ec2, KeyName="inside", SecurityGroupIds=[group(ec2, "inside", port(22))])
    log_in(ec2, instance_id, key, "sudo touch /run/before; true")
    log_in(ec2, instance_id, key, "sudo systemd-run --on-active=0.2 systemctl reboot")
    until(lambda: log_in(ec2, instance_id, key, "test -e /run/before && echo old || echo new") == "new\n", "no reboot")
    assert describe(ec2, instance_id)["State"]["Name"] == "running"
    log_in(ec2, instance_id, key, "sudo systemd-run --on-active=0.2 shutdown -P now")
    assert wait(ec2, instance_id, "stopped")["StateReason"]["Code"] == "Client.InstanceInitiatedShutdown"
    terminate(ec2, instance_id)
