"""The metadata service, asked from inside machines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import RealWorld
from machines import debian, describe, group, key_pair, log_in, port, run, terminate

pytestmark = pytest.mark.docker

ADDRESS = "http://169.254.169.254/latest"
#: Asks with a token, as a client of version 2 does.
ASK = (
    f"T=$(curl -sf -m 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' {ADDRESS}/api/token); "
    f'get() {{ curl -sf -m 5 -H "X-aws-ec2-metadata-token: $T" {ADDRESS}/$1; echo; }}; '
)


@pytest.fixture(scope="module")
def machine(real_world: RealWorld, tmp_path_factory: pytest.TempPathFactory) -> Any:
    ec2 = real_world.clients.ec2
    key = key_pair(ec2, tmp_path_factory.mktemp("metadata"), "metadata")
    instance_id = run(
        ec2,
        KeyName="metadata",
        SecurityGroupIds=[group(ec2, "metadata", port(22))],
        UserData="plain text",
        MetadataOptions={"HttpTokens": "required", "InstanceMetadataTags": "enabled"},
        TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "role", "Value": "web"}]}],
    )
    yield lambda command: log_in(ec2, instance_id, key, command), describe(ec2, instance_id), ec2
    terminate(ec2, instance_id)


def test_without_a_token_nothing_is_told(machine: Any) -> None:
    ask, _, _ = machine
    assert ask(f"curl -s -o /dev/null -w '%{{http_code}}' {ADDRESS}/meta-data/instance-id") == "401"
    assert ask(f"curl -s -o /dev/null -w '%{{http_code}}' -X PUT {ADDRESS}/api/token") == "400"


def test_a_machine_learns_who_it_is(machine: Any) -> None:
    ask, found, ec2 = machine
    lines = ask(
        ASK
        + "for p in instance-id ami-id local-ipv4 placement/availability-zone tags/instance/role; do get meta-data/$p; done"
    )
    assert lines.split() == [
        *(found["InstanceId"], debian(ec2), found["PrivateIpAddress"]),
        *(found["Placement"]["AvailabilityZone"], "web"),
    ]
    assert ask(ASK + "get user-data").strip() == "plain text"
    document = json.loads(ask(ASK + "get dynamic/instance-identity/document"))
    assert (document["instanceId"], document["accountId"]) == (found["InstanceId"], "123456789012")


def test_status_is_ok_once_the_system_is_up(machine: Any) -> None:
    _, found, ec2 = machine
    (status,) = ec2.describe_instance_status(InstanceIds=[found["InstanceId"]])["InstanceStatuses"]
    assert (status["InstanceStatus"]["Status"], status["SystemStatus"]["Status"]) == ("ok", "ok")


def test_version_one_answers_where_tokens_are_optional(real_world: RealWorld, tmp_path: Path) -> None:
    ec2 = real_world.clients.ec2
    key = key_pair(ec2, tmp_path, "version-one")
    instance_id = run(ec2, KeyName="version-one", SecurityGroupIds=[group(ec2, "version-one", port(22))])
    assert log_in(ec2, instance_id, key, f"curl -sf {ADDRESS}/meta-data/instance-id") == instance_id
    terminate(ec2, instance_id)
