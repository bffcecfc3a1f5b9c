"""Groups and balancers with machines that boot: healing and rollouts as a user of the application sees them."""

from __future__ import annotations

import http.client
import json
import subprocess
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import RealWorld, script, until
from machines import debian

pytestmark = pytest.mark.docker

#: Seconds for a machine to boot, pass its checks and let an old one drain.
LONG = 300
#: An application that is there seconds after the boot.
USER_DATA = """#!/bin/sh
cat >/opt/app.py <<'END'
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class App(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.send_response({health} if self.path == "/health" else 200)
        self.send_header("Content-Length", "{length}")
        self.end_headers()
        self.wfile.write(b"{version}")
    def log_message(self, *args):
        pass
ThreadingHTTPServer(("0.0.0.0", 80), App).serve_forever()
END
systemd-run --unit=app python3 /opt/app.py
"""


class Site:
    """A group of machines behind a balancer on port 80, everything with the name `real`."""

    def __init__(self, world: RealWorld) -> None:
        self.world = world
        self.ec2, self.asg, self.elb = world.clients.ec2, world.clients.autoscaling, world.clients.elbv2
        subnets = sorted(self.ec2.describe_subnets()["Subnets"], key=lambda s: s["AvailabilityZone"])[:2]
        self.subnet_ids, vpc_id = [s["SubnetId"] for s in subnets], subnets[0]["VpcId"]
        self.outer = self._security_group(vpc_id, "real-alb", {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]})
        self.inner = self._security_group(vpc_id, "real-web", {"UserIdGroupPairs": [{"GroupId": self.outer}]})
        self.image_id = debian(self.ec2)
        made = self.ec2.create_launch_template(LaunchTemplateName="real", LaunchTemplateData=self._data("one"))
        self.template_id = made["LaunchTemplate"]["LaunchTemplateId"]
        self.target_group = self.elb.create_target_group(
            Name="real",
            Protocol="HTTP",
            Port=80,
            VpcId=vpc_id,
            HealthCheckPath="/health",
            HealthCheckIntervalSeconds=5,
            HealthCheckTimeoutSeconds=2,
            HealthyThresholdCount=2,
            UnhealthyThresholdCount=2,
        )["TargetGroups"][0]["TargetGroupArn"]
        delay = {"Key": "deregistration_delay.timeout_seconds", "Value": "3"}
        self.elb.modify_target_group_attributes(TargetGroupArn=self.target_group, Attributes=[delay])
        balancer = self.elb.create_load_balancer(Name="real", Subnets=self.subnet_ids, SecurityGroups=[self.outer])
        self.balancer_arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
        self.address = balancer["LoadBalancers"][0]["DNSName"]
        action = {"Type": "forward", "TargetGroupArn": self.target_group}
        self.elb.create_listener(LoadBalancerArn=self.balancer_arn, Protocol="HTTP", Port=80, DefaultActions=[action])

    def _security_group(self, vpc_id: str, name: str, source: dict[str, Any]) -> str:
        group_id = self.ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc_id)["GroupId"]
        rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, **source}
        self.ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[rule])
        return group_id

    def _data(self, version: str, health: int = 200) -> dict[str, Any]:
        import base64

        user_data = USER_DATA.replace("{version}", version).replace("{length}", str(len(version)))
        encoded = base64.b64encode(user_data.replace("{health}", str(health)).encode()).decode()
        security = {"SecurityGroupIds": [self.inner]}
        return {"ImageId": self.image_id, "InstanceType": "t3.small", "UserData": encoded, **security}

    def new_version(self, text: str, health: int = 200) -> str:
        data = self._data(text, health)
        made = self.ec2.create_launch_template_version(LaunchTemplateId=self.template_id, LaunchTemplateData=data)
        return str(made["LaunchTemplateVersion"]["VersionNumber"])

    def create(self, size: int) -> None:
        self.asg.create_auto_scaling_group(
            AutoScalingGroupName="real",
            MinSize=size,
            MaxSize=size,
            VPCZoneIdentifier=",".join(self.subnet_ids),
            LaunchTemplate={"LaunchTemplateId": self.template_id, "Version": "1"},
            TargetGroupARNs=[self.target_group],
            HealthCheckType="ELB",
            HealthCheckGracePeriod=30,
            InstanceMaintenancePolicy={"MinHealthyPercentage": 100, "MaxHealthyPercentage": 200},
        )
        self.settle(size)

    def settle(self, size: int, without: str = "") -> None:
        def settled() -> bool:
            ids = self.ids()
            return without not in ids and len(ids) == size and self.states() == ["healthy"] * size

        until(settled, f"{size} healthy instances", LONG)

    def ids(self) -> list[str]:
        group = self.asg.describe_auto_scaling_groups(AutoScalingGroupNames=["real"])["AutoScalingGroups"][0]
        return [i["InstanceId"] for i in group["Instances"]]

    def states(self) -> list[str]:
        found = self.elb.describe_target_health(TargetGroupArn=self.target_group)["TargetHealthDescriptions"]
        return [target["TargetHealth"]["State"] for target in found]

    def get(self) -> bytes:
        connection = http.client.HTTPConnection(self.address, 80, timeout=60)
        try:
            connection.request("GET", "/")
            response = connection.getresponse()
            body = response.read()
            return body if response.status == 200 else b"%d" % response.status
        finally:
            connection.close()

    def refresh(self, version: str) -> None:
        template = {"LaunchTemplateId": self.template_id, "Version": version}
        self.asg.start_instance_refresh(
            AutoScalingGroupName="real",
            DesiredConfiguration={"LaunchTemplate": template},
            Preferences={
                "MinHealthyPercentage": 100,
                "MaxHealthyPercentage": 200,
                "AutoRollback": True,
                "InstanceWarmup": 0,
            },
        )

    def refresh_status(self) -> str:
        return self.asg.describe_instance_refreshes(AutoScalingGroupName="real")["InstanceRefreshes"][0]["Status"]

    def fault(self, *arguments: str) -> None:
        done = script("--world", self.world.name, "fault", *arguments)
        assert done.returncode == 0, done.stderr

    def remove(self) -> None:
        self.asg.delete_auto_scaling_group(AutoScalingGroupName="real", ForceDelete=True)
        until(lambda: not self.asg.describe_auto_scaling_groups()["AutoScalingGroups"], "the group is gone", LONG)
        self.elb.delete_load_balancer(LoadBalancerArn=self.balancer_arn)
        self.elb.delete_target_group(TargetGroupArn=self.target_group)
        self.ec2.delete_launch_template(LaunchTemplateId=self.template_id)
        for group_id in (self.inner, self.outer):
            until(lambda group_id=group_id: self._delete_group(group_id), f"{group_id} is deleted")

    def _delete_group(self, group_id: str) -> bool:
        try:
            self.ec2.delete_security_group(GroupId=group_id)
        except self.ec2.exceptions.ClientError:
            return False
        return True


class Load:
    """One request after the other; what came back, and how often."""

    def __init__(self, site: Site) -> None:
        self.bodies: dict[bytes, int] = {}
        self.failures: list[object] = []
        self._site = site
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(0.01):
            try:
                body = self._site.get()
                self.bodies[body] = self.bodies.get(body, 0) + 1
            except OSError as error:
                self.failures.append(error)

    def end(self) -> set[bytes]:
        self._stop.set()
        self._thread.join()
        assert self.failures == []
        return set(self.bodies)


@pytest.fixture
def site(real_world: RealWorld) -> Iterator[Site]:
    site = Site(real_world)
    yield site
    site.remove()


def test_group_of_one_heals_rolls_out_and_rolls_back(site: Site) -> None:
    site.create(1)
    assert site.get() == b"one"

    victim = site.ids()[0]
    labelled = ["docker", "ps", "-q", "--filter", f"label=ami-deploy.local.instance={victim}"]
    container = subprocess.run(labelled, capture_output=True, text=True, check=True).stdout.strip()
    began = time.monotonic()
    subprocess.run(["docker", "kill", container], capture_output=True, check=True)
    site.settle(1, without=victim)
    print(f"killed machine healed after {time.monotonic() - began:.0f} s")
    assert site.get() == b"one"

    load = Load(site)
    site.refresh(site.new_version("two"))
    until(lambda: site.refresh_status() == "Successful", "the refresh is over", LONG)
    assert load.end() == {b"one", b"two"}
    assert site.get() == b"two"

    load = Load(site)
    site.refresh(site.new_version("sick", health=500))
    until(lambda: "unhealthy" in site.states(), "the new version fails its checks", LONG)
    site.asg.rollback_instance_refresh(AutoScalingGroupName="real")
    until(lambda: site.refresh_status() == "RollbackSuccessful", "it is rolled back", LONG)
    assert load.end() == {b"two"}

    victim = site.ids()[0]
    site.fault("break", victim)
    began = time.monotonic()
    site.settle(1, without=victim)
    print(f"hanging application healed after {time.monotonic() - began:.0f} s")
    activities = site.asg.describe_scaling_activities(AutoScalingGroupName="real")["Activities"]
    assert "ELB system health check failure" in json.dumps(activities, default=str)
    assert site.get() == b"two"


def test_group_of_three_rolls_out_without_a_failed_request(site: Site) -> None:
    site.create(3)
    load = Load(site)
    site.refresh(site.new_version("two"))
    until(lambda: site.refresh_status() == "Successful", "the refresh is over", LONG)
    assert load.end() == {b"one", b"two"}
    assert site.get() == b"two"


def test_instances_let_the_balancer_in_and_nobody_else(site: Site) -> None:
    site.create(1)
    found = site.ec2.describe_instances(InstanceIds=site.ids())["Reservations"][0]["Instances"][0]
    with pytest.raises(OSError):
        http.client.HTTPConnection(found["PrivateIpAddress"], 80, timeout=2).request("GET", "/")
    assert site.get() == b"one"
