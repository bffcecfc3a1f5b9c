"""A VPC of one's own: reached from this computer, and private instances behind a balancer in it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import requests
from conftest import RealWorld, until
from machines import key_pair, log_in, port, run, terminate

pytestmark = pytest.mark.docker

SERVE = """#!/bin/sh
mkdir /srv/www && cd /srv/www && echo private > index.html
systemd-run --working-directory=/srv/www python3 -m http.server 80
"""


def subnet(ec2: Any, vpc_id: str, cidr: str, zone: str, public: bool) -> str:
    made = ec2.create_subnet(VpcId=vpc_id, CidrBlock=cidr, AvailabilityZone=f"us-east-1{zone}")["Subnet"]["SubnetId"]
    ec2.modify_subnet_attribute(SubnetId=made, MapPublicIpOnLaunch={"Value": public})
    return made


def group(ec2: Any, vpc_id: str, name: str, *permissions: dict[str, Any]) -> str:
    made = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc_id)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=list(permissions))
    return made


def test_builder_and_balancer_reach_instances_in_it(real_world: RealWorld, tmp_path: Path) -> None:
    ec2, elb = real_world.clients.ec2, real_world.clients.elbv2
    # Test sessions side by side do not share a range.
    net = f"10.{60 + os.getpid() % 40}"
    vpc_id = ec2.create_vpc(CidrBlock=f"{net}.0.0/16")["Vpc"]["VpcId"]
    public = [subnet(ec2, vpc_id, f"{net}.{number}.0/24", zone, True) for number, zone in enumerate("ab")]
    private = subnet(ec2, vpc_id, f"{net}.10.0/24", "a", False)
    builder = real_world.environment["PKR_VAR_builder_cidr"]

    key = key_pair(ec2, tmp_path, "own-vpc")
    baking = run(
        ec2, KeyName="own-vpc", SubnetId=public[0], SecurityGroupIds=[group(ec2, vpc_id, "bake", port(22, builder))]
    )
    assert log_in(ec2, baking, key, "echo reached") == "reached\n"

    front = group(ec2, vpc_id, "front", port(80, builder))
    from_front = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": [{"GroupId": front}]}
    back = group(ec2, vpc_id, "back", from_front)
    serving = run(ec2, SubnetId=private, SecurityGroupIds=[back], UserData=SERVE)
    found = ec2.describe_instances(InstanceIds=[serving])["Reservations"][0]["Instances"][0]
    assert "PublicIpAddress" not in found
    balancer = elb.create_load_balancer(Name="own-vpc", Subnets=public, SecurityGroups=[front])["LoadBalancers"][0]
    checks = {"HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": 2}
    targets = elb.create_target_group(Name="own-vpc", Protocol="HTTP", Port=80, VpcId=vpc_id, **checks)["TargetGroups"][
        0
    ]
    forward = {"Type": "forward", "TargetGroupArn": targets["TargetGroupArn"]}
    elb.create_listener(LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=[forward])
    elb.register_targets(TargetGroupArn=targets["TargetGroupArn"], Targets=[{"Id": serving}])

    def page() -> str:
        try:
            return requests.get(f"http://{balancer['DNSName']}/", timeout=60).text
        except requests.ConnectionError:
            return ""

    until(lambda: page() == "private\n", "the balancer does not reach the private instance")
    elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    elb.delete_target_group(TargetGroupArn=targets["TargetGroupArn"])
    terminate(ec2, baking, serving)
    ec2.delete_key_pair(KeyName="own-vpc")
