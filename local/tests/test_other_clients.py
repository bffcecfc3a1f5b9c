"""Terraform as people use it who do not know this project: applied, planned again, changed, destroyed.

`other_clients/main.tf` has the resources and arguments of the public modules for balancers and groups, which cannot be downloaded here. Most of
the test's three minutes are the provider's own waits for a balancer.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import LOCAL, script, until
from doors import Clients

MODULE = Path(__file__).parent / "other_clients"
#: Seconds that one command of Terraform may take.
PATIENCE = 600


class Checkout:
    """Somebody's Terraform, against a world of its own."""

    def __init__(self, name: str, directory: Path, environment: dict[str, str]) -> None:
        self.directory, self.environment = directory, os.environ | environment
        self.name = name
        self.clients = Clients(environment["AWS_ENDPOINT_URL"])

    def run(self, *arguments: str, code: int = 0) -> str:
        ran = subprocess.run(
            ["terraform", *arguments],
            cwd=self.directory,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert ran.returncode == code, ran.stdout + ran.stderr
        return ran.stdout

    def apply(self, **variables: str) -> str:
        return self.run("apply", "-auto-approve", "-no-color", *_given(variables))

    def plan_is_empty(self, **variables: str) -> None:
        self.run("plan", "-detailed-exitcode", "-no-color", *_given(variables))

    def group(self) -> dict[str, Any]:
        name = json.loads(self.run("output", "-json"))["group"]["value"]
        groups = self.clients.autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])
        return groups["AutoScalingGroups"][0]


def _given(variables: dict[str, str]) -> list[str]:
    return [f"-var={name}={value}" for name, value in variables.items()]


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    if not shutil.which("terraform"):
        pytest.skip("needs terraform")
    name = f"others-{os.getpid()}"
    started = script("--world", name, "up", "--api-only")
    assert started.returncode == 0, started.stderr
    try:
        exports = (line.removeprefix("export ") for line in script("--world", name, "env").stdout.splitlines())
        environment = dict(line.split("=", 1) for line in exports if "=" in line and not line.startswith("PATH"))
        own = subprocess.run(
            [str(LOCAL.parent / "tools" / "terraform-mirror")], capture_output=True, text=True, check=True
        ).stdout.strip()
        if own:
            environment["TF_CLI_CONFIG_FILE"] = own
        yield Checkout(name, Path(shutil.copytree(MODULE, tmp_path / "others")), environment)
    finally:
        ended = script("--world", name, "down")
        assert ended.returncode == 0, ended.stderr


def listed(checkout: Checkout) -> set[str]:
    """What is in the account; AWS's own policies and the metrics of requests are nobody's."""
    found = json.loads(script("--world", checkout.name, "inventory", "--json").stdout)
    return {line for line in found if not line.startswith(("iam aws AWSManagedPolicy", "cloudwatch us-east-1 Metric"))}


def test_modules_of_others_are_applied_changed_and_destroyed(checkout: Checkout) -> None:
    # An account comes into being with the first look at it.
    checkout.clients.ec2.describe_vpcs()
    before = listed(checkout)
    checkout.run("init", "-input=false", "-no-color")
    checkout.apply()
    checkout.plan_is_empty()
    group = checkout.group()
    assert [source["Type"] for source in group["TrafficSources"]] == ["elbv2"]
    policies = checkout.clients.autoscaling.describe_policies()["ScalingPolicies"]
    assert {policy["PolicyName"]: policy["Enabled"] for policy in policies} == dict.fromkeys(
        ("cpu", "requests", "step"), True
    )

    checkout.apply(greeting="two")
    until(lambda: _replaced(checkout), "all instances run the second version of the template", 180)
    checkout.plan_is_empty(greeting="two")
    refreshes = checkout.clients.autoscaling.describe_instance_refreshes(
        AutoScalingGroupName=group["AutoScalingGroupName"]
    )["InstanceRefreshes"]
    assert [refresh["Status"] for refresh in refreshes] == ["Successful"]
    first = {instance["InstanceId"] for instance in group["Instances"]}
    assert not first & {instance["InstanceId"] for instance in checkout.group()["Instances"]}

    checkout.run("destroy", "-auto-approve", "-no-color")
    assert listed(checkout) == before


def _replaced(checkout: Checkout) -> bool:
    instances = checkout.group()["Instances"]
    return len(instances) == 2 and all(
        (one["LifecycleState"], one["LaunchTemplate"]["Version"]) == ("InService", "2") for one in instances
    )
