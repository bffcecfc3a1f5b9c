"""What a machine says at last: a unit that fails writes to /dev/console; and a target whose way is closed times out."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import until
from machines import group, port, run, terminate

pytestmark = pytest.mark.docker

#: A service that ends again and again, and one that serves.
USER_DATA = """#!/bin/sh
cat > /etc/systemd/system/ends.service <<'UNIT'
[Service]
ExecStart=/bin/sh -c 'sleep 1; exit 3'
ExecStopPost=+/bin/sh -c 'echo "webapp: ended: exit-code 3" > /dev/console; echo "webapp: done" > /dev/console'
Restart=always
RestartSec=1
UNIT
systemctl daemon-reload
systemctl start --no-block ends
systemd-run python3 -m http.server 80
"""


def test_failed_unit_is_on_the_console(real_world: Any) -> None:
    ec2 = real_world.clients.ec2
    instance = run(ec2, UserData=USER_DATA)
    lines = until(lambda: _lines_twice(ec2, instance), "the unit's last words are not on the console")
    assert lines.index("webapp: ended: exit-code 3") < lines.index("webapp: done")
    terminate(ec2, instance)


def _lines_twice(ec2: Any, instance: str) -> list[str]:
    text = ec2.get_console_output(InstanceId=instance, Latest=True).get("Output") or ""
    return text.splitlines() if text.count("webapp: done") > 1 else []


def test_target_times_out_when_its_rule_is_removed(real_world: Any) -> None:
    ec2, elb = real_world.clients.ec2, real_world.clients.elbv2
    rule = port(80)
    security_group = group(ec2, "closed-path", rule)
    subnets = sorted(ec2.describe_subnets()["Subnets"], key=lambda subnet: subnet["AvailabilityZone"])[:2]
    made = elb.create_target_group(
        Name="closed-path",
        Protocol="HTTP",
        Port=80,
        VpcId=subnets[0]["VpcId"],
        HealthCheckIntervalSeconds=5,
        HealthCheckTimeoutSeconds=2,
        UnhealthyThresholdCount=2,
    )
    target_group = made["TargetGroups"][0]["TargetGroupArn"]
    names = [subnet["SubnetId"] for subnet in subnets]
    balancer = elb.create_load_balancer(Name="closed-path", Subnets=names, SecurityGroups=[security_group])
    arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
    forward = [{"Type": "forward", "TargetGroupArn": target_group}]
    elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=forward)
    instance = run(ec2, SecurityGroupIds=[security_group], UserData=USER_DATA, SubnetId=names[0])
    elb.register_targets(TargetGroupArn=target_group, Targets=[{"Id": instance}])

    def health() -> tuple[str, str | None]:
        found = elb.describe_target_health(TargetGroupArn=target_group)["TargetHealthDescriptions"][0]["TargetHealth"]
        return found["State"], found.get("Reason")

    try:
        until(lambda: health() == ("healthy", None), "the target is not healthy")
        ec2.revoke_security_group_ingress(GroupId=security_group, IpPermissions=[rule])
        until(lambda: health() == ("unhealthy", "Target.Timeout"), f"the target does not time out: {health()}")
    finally:
        terminate(ec2, instance)
        elb.delete_load_balancer(LoadBalancerArn=arn)
        elb.delete_target_group(TargetGroupArn=target_group)
        ec2.delete_security_group(GroupId=security_group)
