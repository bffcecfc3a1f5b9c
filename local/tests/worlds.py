"""A world whose machines are records, reached by boto3 over HTTP: what the tests of groups and balancers share."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from typing import Any

import doors
from embedded_aws.clock import ManualClock, SystemClock
from embedded_aws.elb.targets import FAILED
from embedded_aws.machines.records import RecordsBackend
from embedded_aws.world import World

REGION = doors.REGION


class NoPlane:
    """A data plane that neither listens nor checks."""

    def apply(self, listeners: Any, checks: Any) -> dict[str, str]:
        return {}

    def close(self) -> None:
        pass


class HttpWorld:
    """A served world; `advance` moves its clock second by second, `client` talks to it."""

    def __init__(self, name: str = "test", boots: bool = False, manual: bool = True) -> None:
        _forget_everything()
        machines = RecordsBackend()
        machines.boots = boots
        self.world = World(name, machines, clock=ManualClock() if manual else SystemClock())
        self.door = doors.Door.to(self.world)
        if manual:
            self.world.balancers._plane.close()
            self.world.balancers._plane = NoPlane()
        self.endpoint = self.door.endpoint

    def client(self, service: str, key: str = "testing", attempts: int = 1, region: str = REGION) -> Any:
        return doors.client(self.endpoint, service, key, attempts, region)

    def __getattr__(self, service: str) -> Any:
        """`world.ec2` is a client of that service."""
        if service.startswith("_"):
            raise AttributeError(service)
        return self.client(service)

    def advance(self, seconds: float = 1) -> None:
        self.world.advance(seconds)

    def until(self, condition: Callable[[], Any], seconds: int = 120) -> Any:
        """Move the clock on until the condition holds; fails after so many seconds of it."""
        for _ in range(seconds):
            found = condition()
            if found:
                return found
            self.advance(1)
        raise AssertionError(f"still not true after {seconds} s: {condition}")

    def set_health(self, state: str, *ids: str) -> None:
        """What the checks of these targets, or of all, have found; draining ones are left alone."""
        with self.world.lock:
            for targets in self.world.balancers.book.groups.values():
                for target in targets.values():
                    if not target.draining and (not ids or target.id in ids):
                        target.state, target.reason = state, None if state == "healthy" else FAILED

    def fault(self, **order: Any) -> Any:
        request = urllib.request.Request(f"{self.endpoint}/_world/fault", json.dumps(order).encode())
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)

    def close(self) -> None:
        self.door.close()
        self.world.close()
        _forget_everything()


class Stack:
    """An image, a launch template with versions, subnets in two zones, and a group."""

    def __init__(self, world: HttpWorld) -> None:
        self.w = world
        subnets = sorted(world.ec2.describe_subnets()["Subnets"], key=lambda s: s["AvailabilityZone"])[:2]
        self.subnet_ids = [subnet["SubnetId"] for subnet in subnets]
        self.vpc_id = subnets[0]["VpcId"]
        self.group_id = world.ec2.create_security_group(GroupName="web", Description="all", VpcId=self.vpc_id)[
            "GroupId"
        ]
        world.ec2.authorize_security_group_ingress(
            GroupId=self.group_id, IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
        )
        self.image_id = world.ec2.describe_images(Owners=["136693071363"])["Images"][0]["ImageId"]
        made = world.ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=self.data())
        self.template_id = made["LaunchTemplate"]["LaunchTemplateId"]

    def data(self, **more: Any) -> dict[str, Any]:
        return {"ImageId": self.image_id, "InstanceType": "t3.small", **more}

    def new_version(self, **data: Any) -> str:
        made = self.w.ec2.create_launch_template_version(
            LaunchTemplateId=self.template_id, LaunchTemplateData=self.data(**data)
        )
        return str(made["LaunchTemplateVersion"]["VersionNumber"])

    def create(self, size: int = 1, version: str = "1", **more: Any) -> None:
        arguments = {
            "AutoScalingGroupName": "web",
            "MinSize": 0,
            "MaxSize": 10,
            "DesiredCapacity": size,
            "VPCZoneIdentifier": ",".join(self.subnet_ids),
            "LaunchTemplate": {"LaunchTemplateId": self.template_id, "Version": version},
        }
        self.w.autoscaling.create_auto_scaling_group(**(arguments | more))

    def group(self) -> dict[str, Any]:
        groups = self.w.autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=["web"])["AutoScalingGroups"]
        return groups[0] if groups else {}

    def instances(self, lifecycle: str | None = None) -> list[dict[str, Any]]:
        return [i for i in self.group().get("Instances", []) if lifecycle in (None, i["LifecycleState"])]

    def ids(self, lifecycle: str | None = None) -> set[str]:
        return {i["InstanceId"] for i in self.instances(lifecycle)}

    def settle(self, size: int) -> None:
        """Until exactly so many instances are there, all in service."""
        self.w.until(lambda: len(self.instances()) == len(self.instances("InService")) == size)

    def activities(self) -> list[dict[str, Any]]:
        return self.w.autoscaling.describe_scaling_activities(AutoScalingGroupName="web")["Activities"]

    def refresh(self) -> dict[str, Any]:
        return self.w.autoscaling.describe_instance_refreshes(AutoScalingGroupName="web")["InstanceRefreshes"][0]

    def start_refresh(self, version: str | None = None, **preferences: Any) -> str:
        desired = {}
        if version:
            template = {"LaunchTemplateId": self.template_id, "Version": version}
            desired = {"DesiredConfiguration": {"LaunchTemplate": template}}
        return self.w.autoscaling.start_instance_refresh(
            AutoScalingGroupName="web", Preferences=preferences, **desired
        )["InstanceRefreshId"]

    def target_group(self, **more: Any) -> str:
        arguments = {
            "Name": "web",
            "Protocol": "HTTP",
            "Port": 8080,
            "VpcId": self.vpc_id,
            "HealthCheckPath": "/health",
        }
        arguments |= {"HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": 2, "HealthyThresholdCount": 2}
        made = self.w.elbv2.create_target_group(**(arguments | {"UnhealthyThresholdCount": 2} | more))
        return made["TargetGroups"][0]["TargetGroupArn"]

    def attributes(self, target_group: str, **values: str) -> None:
        """`deregistration_delay="5"` and the like."""
        names = {"deregistration_delay": "deregistration_delay.timeout_seconds"}
        pairs = [{"Key": names.get(key, key), "Value": value} for key, value in values.items()]
        self.w.elbv2.modify_target_group_attributes(TargetGroupArn=target_group, Attributes=pairs)

    def targets(self, target_group: str) -> dict[str, tuple[str, str | None]]:
        """State and reason by target."""
        found = self.w.elbv2.describe_target_health(TargetGroupArn=target_group)["TargetHealthDescriptions"]
        return {t["Target"]["Id"]: (t["TargetHealth"]["State"], t["TargetHealth"].get("Reason")) for t in found}

    def balancer(self, target_group: str, port: int = 18080, **more: Any) -> dict[str, Any]:
        arguments = {"Name": "web", "Subnets": self.subnet_ids, "SecurityGroups": [self.group_id]}
        made = self.w.elbv2.create_load_balancer(**(arguments | more))["LoadBalancers"][0]
        self.w.elbv2.create_listener(
            LoadBalancerArn=made["LoadBalancerArn"],
            Protocol="HTTP",
            Port=port,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": target_group}],
        )
        return made


def _forget_everything() -> None:
    """moto keeps its records per process; each world starts with none."""
    from moto.core.base_backend import BackendDict

    for backend in list(BackendDict._instances):
        backend.clear()


def certificate(*names: str) -> tuple[bytes, bytes]:
    """A self-signed certificate for these names, and its key, both PEM."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in names]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return made.public_bytes(serialization.Encoding.PEM), key.private_bytes(*form)
