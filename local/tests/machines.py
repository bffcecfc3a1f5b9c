"""Helpers for tests with machines that boot: launch, log in, wait."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from conftest import PATIENCE, until

SSH_OPTIONS = (
    *("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"),
    *("-o", "ConnectTimeout=10", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes"),
    # A machine that reboots says nothing more.
    *("-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=6"),
)


def debian(ec2: Any) -> str:
    """The newest Debian image, as a `most_recent` filter finds it."""
    found = ec2.describe_images(Owners=["136693071363"], Filters=[{"Name": "name", "Values": ["debian-12-amd64-*"]}])
    return max(found["Images"], key=lambda image: image["CreationDate"])["ImageId"]


def key_pair(ec2: Any, directory: Path, name: str, kind: str = "ed25519") -> Path:
    """A new key pair; returns the file with its private key."""
    file = directory / f"{name}.pem"
    file.write_text(ec2.create_key_pair(KeyName=name, KeyType=kind)["KeyMaterial"])
    file.chmod(0o600)
    return file


def group(ec2: Any, name: str, *permissions: dict[str, Any]) -> str:
    """A new security group in the default VPC that allows this."""
    group_id = ec2.create_security_group(GroupName=name, Description=name)["GroupId"]
    if permissions:
        ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=list(permissions))
    return group_id


def port(number: int, cidr: str = "0.0.0.0/0") -> dict[str, Any]:
    """A permission for one TCP port."""
    return {"IpProtocol": "tcp", "FromPort": number, "ToPort": number, "IpRanges": [{"CidrIp": cidr}]}


def run(ec2: Any, **parameters: Any) -> str:
    """Launch one instance and return its id when it runs."""
    parameters = (
        {"ImageId": debian(ec2), "InstanceType": "t3.small"} | parameters if "ImageId" not in parameters else parameters
    )
    instance_id = ec2.run_instances(MinCount=1, MaxCount=1, **parameters)["Instances"][0]["InstanceId"]
    wait(ec2, instance_id, "running")
    return instance_id


def describe(ec2: Any, instance_id: str) -> dict[str, Any]:
    return ec2.describe_instances(InstanceIds=[instance_id])["Reservations"][0]["Instances"][0]


def wait(ec2: Any, instance_id: str, state: str) -> dict[str, Any]:
    """The instance, when it is in this state."""
    until(lambda: describe(ec2, instance_id)["State"]["Name"] == state, f"{instance_id} is not {state}")
    return describe(ec2, instance_id)


def ssh(ec2: Any, instance_id: str, key: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as the login user, once."""
    address = describe(ec2, instance_id)["PublicIpAddress"]
    return subprocess.run(
        ["ssh", *SSH_OPTIONS, "-i", str(key), f"admin@{address}", command],
        capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip


def log_in(ec2: Any, instance_id: str, key: Path, command: str) -> str:
    """The output of a command, when ssh answers (255 is ssh's own failure, tried again)."""
    result = until(
        lambda: next((one for one in [ssh(ec2, instance_id, key, command)] if one.returncode != 255), None),
        f"ssh to {instance_id} does not answer",
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def terminate(ec2: Any, *instance_ids: str) -> None:
    """Terminate and wait for the end."""
    ec2.terminate_instances(InstanceIds=list(instance_ids))
    for instance_id in instance_ids:
        wait(ec2, instance_id, "terminated")
