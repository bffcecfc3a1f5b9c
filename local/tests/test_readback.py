"""What was written is what is read: otherwise a second plan of Terraform would never be empty."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError


def test_template_own_tags_stay_off_what_it_launches(ec2: Any) -> None:
    ec2.create_launch_template(
        LaunchTemplateName="web",
        TagSpecifications=[{"ResourceType": "launch-template", "Tags": [{"Key": "of", "Value": "template"}]}],
        LaunchTemplateData={
            "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "of", "Value": "instance"}]}]
        },
    )
    (version,) = ec2.describe_launch_template_versions(LaunchTemplateName="web")["LaunchTemplateVersions"]
    assert version["LaunchTemplateData"]["TagSpecifications"] == [
        {"ResourceType": "instance", "Tags": [{"Key": "of", "Value": "instance"}]}
    ]
    (template,) = ec2.describe_launch_templates(LaunchTemplateNames=["web"])["LaunchTemplates"]
    assert template["Tags"] == [{"Key": "of", "Value": "template"}]


def test_rule_that_names_a_group_keeps_its_description(ec2: Any) -> None:
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 80,
                "ToPort": 80,
                "UserIdGroupPairs": [{"GroupId": group, "Description": "its own"}],
            }
        ],
    )
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
    assert [rule["Description"] for rule in rules if not rule["IsEgress"]] == ["its own"]


@pytest.mark.parametrize("direction", ["ingress", "egress"])
def test_rule_that_is_gone_is_not_known_by_its_id(ec2: Any, direction: str) -> None:
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    group = ec2.create_security_group(GroupName=f"twice-{direction}", Description="twice", VpcId=vpc)["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    authorize = getattr(ec2, f"authorize_security_group_{direction}")
    (made,) = authorize(GroupId=group, IpPermissions=[rule])["SecurityGroupRules"]
    named = {"GroupId": group, "SecurityGroupRuleIds": [made["SecurityGroupRuleId"]]}
    revoke = getattr(ec2, f"revoke_security_group_{direction}")
    revoke(**named)
    with pytest.raises(ClientError, match=made["SecurityGroupRuleId"]) as refused:
        revoke(**named)
    assert refused.value.response["Error"]["Code"] == "InvalidSecurityGroupRuleId.NotFound"
    with pytest.raises(ClientError) as refused:
        revoke(GroupId=group, IpPermissions=[rule])
    assert refused.value.response["Error"]["Code"] == "InvalidPermission.NotFound"


def test_default_vpc_leads_to_the_internet(ec2: Any) -> None:
    vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    (gateway,) = ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}])[
        "InternetGateways"
    ]
    (table,) = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
    assert ("0.0.0.0/0", gateway["InternetGatewayId"]) in [
        (route["DestinationCidrBlock"], route.get("GatewayId")) for route in table["Routes"]
    ]
