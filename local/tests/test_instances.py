"""Instances as records: states and reasons, launch templates, volumes, groups."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from embedded_aws.ec2 import sources
from embedded_aws.world import World
from machines import debian, describe, group, port


def launch(ec2: Any, **parameters: Any) -> dict[str, Any]:
    parameters = {"MinCount": 1, "MaxCount": 1, "InstanceType": "t3.small"} | parameters
    if "LaunchTemplate" not in parameters:
        parameters.setdefault("ImageId", debian(ec2))
    return ec2.run_instances(**parameters)["Instances"][0]


def test_launch_answers_pending_and_ends_running(ec2: Any) -> None:
    launched = launch(ec2)
    assert launched["State"]["Name"] == "pending"
    found = describe(ec2, launched["InstanceId"])
    assert found["State"]["Name"] == "running"
    assert found["PublicIpAddress"] == found["PrivateIpAddress"]


def test_stop_start_terminate_change_state_and_reason(ec2: Any) -> None:
    instance_id = launch(ec2)["InstanceId"]
    ec2.stop_instances(InstanceIds=[instance_id])
    stopped = describe(ec2, instance_id)
    assert (stopped["State"]["Name"], stopped["StateReason"]["Code"]) == ("stopped", "Client.UserInitiatedShutdown")
    ec2.start_instances(InstanceIds=[instance_id])
    assert describe(ec2, instance_id)["State"]["Name"] == "running"
    assert (
        ec2.terminate_instances(InstanceIds=[instance_id])["TerminatingInstances"][0]["PreviousState"]["Name"]
        == "running"
    )
    assert describe(ec2, instance_id)["State"]["Name"] == "terminated"
    with pytest.raises(ClientError, match="IncorrectState"):
        ec2.start_instances(InstanceIds=[instance_id])


def test_listeners_are_told_every_change(world: World) -> None:
    changes: list[tuple[str, str]] = []
    world.on_instance_state(lambda change: changes.append((change.previous, change.current)))
    instance_id = launch(world.clients.ec2)["InstanceId"]
    world.clients.ec2.terminate_instances(InstanceIds=[instance_id])
    assert changes == [
        ("", "pending"),
        ("pending", "running"),
        ("running", "shutting-down"),
        ("shutting-down", "terminated"),
    ]


@pytest.mark.parametrize(("behaviour", "state"), [("stop", "stopped"), ("terminate", "terminated")])
def test_dead_machine_is_found_within_a_second(world: World, behaviour: str, state: str) -> None:
    instance_id = launch(world.clients.ec2, InstanceInitiatedShutdownBehavior=behaviour)["InstanceId"]
    world.machines.kill(instance_id)
    world.advance(1)
    found = describe(world.clients.ec2, instance_id)
    assert (found["State"]["Name"], found["StateReason"]["Code"]) == (state, "Client.InstanceInitiatedShutdown")


def test_request_wins_over_template_and_template_over_image(ec2: Any) -> None:
    volume_tags = [{"Key": "from", "Value": "template"}]
    ec2.create_launch_template(
        LaunchTemplateName="web",
        LaunchTemplateData={
            "ImageId": debian(ec2),
            "InstanceType": "t3.micro",
            "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 2},
            "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": True}}],
            "NetworkInterfaces": [{"DeviceIndex": 0, "Groups": [group(ec2, "web", port(80))]}],
            "TagSpecifications": [
                {"ResourceType": "volume", "Tags": volume_tags},
                {"ResourceType": "network-interface", "Tags": volume_tags},
            ],
        },
    )
    launched = launch(ec2, LaunchTemplate={"LaunchTemplateName": "web"}, InstanceType="t3.small")
    found = describe(ec2, launched["InstanceId"])
    volume_id = found["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
    volume = ec2.describe_volumes(VolumeIds=[volume_id])["Volumes"][0]
    assert found["InstanceType"] == "t3.small"
    assert (found["MetadataOptions"]["HttpTokens"], found["MetadataOptions"]["HttpPutResponseHopLimit"]) == (
        "required",
        2,
    )
    assert [one["GroupName"] for one in found["SecurityGroups"]] == ["web"]
    assert (volume["Encrypted"], volume["Size"], volume["Tags"]) == (True, 8, volume_tags)


def test_termination_takes_volume_and_interface_along(ec2: Any) -> None:
    group_id = group(ec2, "web")
    instance_id = launch(ec2, SecurityGroupIds=[group_id])["InstanceId"]
    with pytest.raises(ClientError, match="DependencyViolation"):
        ec2.delete_security_group(GroupId=group_id)
    ec2.terminate_instances(InstanceIds=[instance_id])
    assert ec2.describe_volumes()["Volumes"] == []
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []
    ec2.delete_security_group(GroupId=group_id)


def test_termination_protection_holds(ec2: Any) -> None:
    instance_id = launch(ec2, DisableApiTermination=True)["InstanceId"]
    with pytest.raises(ClientError, match="OperationNotPermitted"):
        ec2.terminate_instances(InstanceIds=[instance_id])
    ec2.modify_instance_attribute(InstanceId=instance_id, DisableApiTermination={"Value": False})
    ec2.terminate_instances(InstanceIds=[instance_id])


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"ImageId": "ami-00000000000000000"}, "InvalidAMIID.NotFound"),
        ({"KeyName": "nobody"}, "InvalidKeyPair.NotFound"),
        ({"InstanceType": "t9.huge"}, "InvalidInstanceType"),
        ({"SubnetId": "subnet-00000000"}, "InvalidSubnetID.NotFound"),
    ],
)
def test_launch_that_cannot_be_is_refused(ec2: Any, parameters: dict[str, Any], code: str) -> None:
    with pytest.raises(ClientError, match=code):
        launch(ec2, **parameters)


def test_rules_name_members_of_groups(world: World) -> None:
    ec2 = world.clients.ec2
    front, back = group(ec2, "front"), group(ec2, "back")
    ec2.authorize_security_group_ingress(
        GroupId=back,
        IpPermissions=[{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": [{"GroupId": front}]}],
    )
    behind = launch(ec2, SecurityGroupIds=[back])["InstanceId"]
    assert world.machines.rules[behind][0] == []
    before = launch(ec2, SecurityGroupIds=[front])
    vpc_id = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    source = sources.attach(world, vpc_id, [front])
    (rule,) = world.machines.rules[behind][0]
    assert set(rule.cidrs) == {f"{before['PrivateIpAddress']}/32", f"{source}/32"}
    sources.detach(world, source)
    ec2.terminate_instances(InstanceIds=[before["InstanceId"]])
    assert world.machines.rules[behind][0] == []


@pytest.mark.parametrize(
    ("cidr", "expected"),
    [
        ("127.100.0.1/32", {"127.100.0.1/32", "127.77.0.1/32"}),
        ("192.0.2.1/32", {"192.0.2.1/32"}),
        ("0.0.0.0/0", {"0.0.0.0/0"}),
    ],
)
def test_this_computers_address_is_the_same_in_every_vpc(world: World, cidr: str, expected: set[str]) -> None:
    ec2 = world.clients.ec2
    vpc_id = ec2.create_vpc(CidrBlock="127.77.0.0/16")["Vpc"]["VpcId"]
    subnet_id = ec2.create_subnet(VpcId=vpc_id, CidrBlock="127.77.1.0/24")["Subnet"]["SubnetId"]
    group_id = ec2.create_security_group(GroupName="bake", Description="bake", VpcId=vpc_id)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[port(22, cidr)])
    instance_id = launch(ec2, SubnetId=subnet_id, SecurityGroupIds=[group_id])["InstanceId"]
    (rule,) = world.machines.rules[instance_id][0]
    assert set(rule.cidrs) == expected


def test_what_moto_does_not_know_is_a_client_error(ec2: Any) -> None:
    with pytest.raises(ClientError, match="UnsupportedOperation"):
        ec2.describe_scheduled_instances()
