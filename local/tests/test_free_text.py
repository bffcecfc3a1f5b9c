"""Tags and descriptions that AWS refuses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError
from worlds import HttpWorld


@pytest.fixture(scope="module")
def w() -> Iterator[HttpWorld]:
    world = HttpWorld()
    yield world
    world.close()


@pytest.mark.parametrize(
    ("key", "value", "taken"),
    [
        ("owner", "Müller @ web", True),
        ("cost:centre", "4711/a=b+c_d-e", True),
        ("team", "R&D", False),
        ("team (web)", "x", False),
        ("team", "v" * 257, False),
    ],
)
def test_tagsOfTargetGroupsAndRoles_haveTheirAlphabet(w: HttpWorld, key: str, value: str, taken: bool) -> None:
    tags = [{"Key": key, "Value": value}]
    name = f"t{abs(hash((key, value)))}"[:20]
    vpc = w.ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    for create in (
        lambda: w.elbv2.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=vpc, Tags=tags),
        lambda: w.iam.create_role(RoleName=name, AssumeRolePolicyDocument='{"Statement": []}', Tags=tags),
    ):
        if taken:
            create()
        else:
            with pytest.raises(ClientError, match="failed to satisfy constraint"):
                create()


@pytest.mark.parametrize("description", ["Müllers Netz", "the team's own", "d" * 256])
def test_descriptionOfASecurityGroup_isPlainAscii(w: HttpWorld, description: str) -> None:
    with pytest.raises(ClientError, match="for parameter GroupDescription is invalid") as refused:
        w.ec2.create_security_group(GroupName="g", Description=description)
    assert refused.value.response["Error"]["Code"] == "InvalidParameterValue"
