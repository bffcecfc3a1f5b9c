"""Security groups decide who reaches a machine; asked by real connections."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from conftest import RealWorld, until
from machines import describe, group, key_pair, log_in, port, run, terminate

pytestmark = pytest.mark.docker


def opens(address: str, number: int) -> bool:
    """True when a connection from this computer opens, or is refused by the machine itself rather than dropped."""
    try:
        socket.create_connection((address, number), timeout=0.5).close()
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    return True


def test_rules_act_when_they_are_made_and_taken_back(real_world: RealWorld) -> None:
    ec2 = real_world.clients.ec2
    group_id = group(ec2, "changing")
    instance_id = run(ec2, SecurityGroupIds=[group_id])
    address = describe(ec2, instance_id)["PrivateIpAddress"]
    assert not opens(address, 8080)
    gateway = real_world.environment["PKR_VAR_builder_cidr"]
    ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[port(8080, gateway)])
    until(lambda: opens(address, 8080), "the rule does not act")
    assert not opens(address, 8081)
    ec2.revoke_security_group_ingress(GroupId=group_id, IpPermissions=[port(8080, gateway)])
    until(lambda: not opens(address, 8080), "the rule still acts")
    terminate(ec2, instance_id)


def test_group_as_source_lets_its_members_in(real_world: RealWorld, tmp_path: Path) -> None:
    ec2 = real_world.clients.ec2
    key = key_pair(ec2, tmp_path, "members")
    front, back = group(ec2, "front", port(22)), group(ec2, "back", port(22, "192.0.2.0/24"))
    member = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "UserIdGroupPairs": [{"GroupId": front}]}
    ec2.authorize_security_group_ingress(GroupId=back, IpPermissions=[member])
    inside = run(ec2, KeyName="members", SecurityGroupIds=[front])
    stranger = run(ec2, KeyName="members", SecurityGroupIds=[group(ec2, "stranger", port(22))])
    target = describe(ec2, run(ec2, KeyName="members", SecurityGroupIds=[back]))
    probe = f"timeout 2 bash -c '</dev/tcp/{target['PrivateIpAddress']}/22' && echo open || echo closed"
    until(lambda: log_in(ec2, inside, key, probe) == "open\n", "a member is not let in")
    assert log_in(ec2, stranger, key, probe) == "closed\n"
    assert not opens(target["PrivateIpAddress"], 22)
    terminate(ec2, inside, stranger, target["InstanceId"])


def test_egress_rules_hold(real_world: RealWorld, tmp_path: Path) -> None:
    ec2 = real_world.clients.ec2
    key = key_pair(ec2, tmp_path, "egress")
    group_id = group(ec2, "egress", port(22))
    instance_id = run(ec2, KeyName="egress", SecurityGroupIds=[group_id])
    other = describe(ec2, run(ec2, SecurityGroupIds=[group_id]))["PrivateIpAddress"]
    probe = f"timeout 2 bash -c '</dev/tcp/{other}/22' && echo open || echo closed"
    until(lambda: log_in(ec2, instance_id, key, probe) == "open\n", "nothing goes out")
    everything: list[dict[str, Any]] = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ec2.revoke_security_group_egress(GroupId=group_id, IpPermissions=everything)
    until(lambda: log_in(ec2, instance_id, key, probe) == "closed\n", "it still goes out")
    found = ec2.describe_instances(Filters=[{"Name": "instance.group-id", "Values": [group_id]}])
    terminate(ec2, *[one["InstanceId"] for reservation in found["Reservations"] for one in reservation["Instances"]])
