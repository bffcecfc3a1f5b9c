"""A running embedded AWS as every test suite has it: started, asked, looked through; and how long to wait for what it shows."""

from __future__ import annotations

import functools
import http.client
import json
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

ROOT = Path(__file__).resolve().parents[2]
#: Access key of the tests, which is not the deployer's: so the log of calls tells theirs from the deployment's.
ONLOOKER = "onlooker"
#: Held while a client is made.
MAKING = threading.Lock()
#: What a look ends in that may succeed the next time.
NOT_YET = (OSError, ValueError, LookupError, http.client.HTTPException, BotoCoreError, ClientError)


def eventually(what: str, seen: Callable[[], object], timeout: float, every: float = 1.0):
    """Polls until ``seen`` returns something true; a look that fails counts as not yet. Gives up after ``timeout`` s."""
    deadline = time.monotonic() + timeout
    last: object = None
    while time.monotonic() < deadline:
        try:
            last = seen()
            if last:
                return last
        except NOT_YET as error:
            last = error
        time.sleep(every)
    raise AssertionError(f"{what}: not within {timeout:.0f} s; last seen: {last!r}")


@functools.cache
def session() -> boto3.Session:
    """One for all worlds and services: each would read all that is common to them anew."""
    return boto3.Session()


@dataclass(frozen=True)
class World:
    """A running embedded AWS: its control command and the environment that makes a client use it."""

    name: str
    control: list[str]
    environment: dict[str, str]
    _clients: dict = field(default_factory=dict, repr=False, compare=False)

    @staticmethod
    def named(name: str) -> World:
        """One that is up."""
        control = [str(ROOT / "local" / "aws"), "--world", name]
        script = f'eval "$({" ".join(control)} env)"; env -0'
        exports = subprocess.run(["bash", "-c", script], check=True, capture_output=True).stdout.decode()
        return World(name, control, dict(entry.split("=", 1) for entry in exports.split("\0") if "=" in entry))

    def asked(self, what: str, order: dict | None = None) -> str:
        """What the world itself answers, as its command gets it: for what is asked often, a process less each time."""
        body = None if order is None else json.dumps(order).encode()
        with urllib.request.urlopen(
            f"{self.environment['AWS_ENDPOINT_URL']}/_world/{what}", body, timeout=60
        ) as answer:
            return answer.read().decode()

    def fault(self, *arguments: str) -> str:
        result = subprocess.run([*self.control, "fault", *arguments], capture_output=True, text=True, timeout=60)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def client(self, service: str):
        """The onlooker's boto3 client of a service."""
        # A session must not make two clients at once.
        with MAKING:
            if service not in self._clients:
                self._clients[service] = session().client(
                    service,
                    endpoint_url=self.environment["AWS_ENDPOINT_URL"],
                    aws_access_key_id=ONLOOKER,
                    aws_secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"],
                    region_name=self.environment["AWS_REGION"],
                )
            return self._clients[service]

    def calls(self) -> list[dict]:
        """Every call that it has had, oldest first."""
        output = subprocess.run([*self.control, "calls", "--json"], capture_output=True, text=True, check=True).stdout
        return [json.loads(line) for line in output.splitlines()]

    def calls_of(self, action: str) -> list[dict]:
        """The calls of one action that succeeded, the tests' own left out."""
        return [
            call
            for call in self.calls()
            if call["action"] == action and call["key"] != ONLOOKER and call["error"] is None
        ]

    def containers(self) -> list[str]:
        """All that the world has started in the Docker engine; nothing where the last world has ended the engine."""
        if subprocess.run(["docker", "info"], capture_output=True).returncode:
            return []
        command = ["docker", "ps", "-aq", "--filter", f"label=ami-deploy.local={self.name}"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()

    def baking(self, environment: str) -> list[str]:
        """Machines that a bake has running at the moment, by id."""
        filters = [
            {"Name": "tag:ami-deploy:temporary", "Values": ["true"]},
            {"Name": "tag:ami-deploy:environment", "Values": [environment]},
            {"Name": "instance-state-name", "Values": ["pending", "running", "shutting-down", "stopping"]},
        ]
        found = self.client("ec2").describe_instances(Filters=filters)["Reservations"]
        return [instance["InstanceId"] for entry in found for instance in entry["Instances"]]

    def temporary(self) -> list[str]:
        """Key pairs and security groups that a bake makes for itself."""
        ec2 = self.client("ec2")
        groups = ec2.describe_security_groups()["SecurityGroups"]
        return [key["KeyName"] for key in ec2.describe_key_pairs()["KeyPairs"]] + [
            group["GroupId"]
            for group in groups
            if any(tag["Key"] == "ami-deploy:temporary" for tag in group.get("Tags", []))
        ]

    def security_groups(self) -> set[str]:
        return {group["GroupId"] for group in self.client("ec2").describe_security_groups()["SecurityGroups"]}

    def security_groups_of(self, *stacks: tuple[str, str]) -> list[str]:
        """Security groups that are tagged with one of these applications and environments."""
        tags = {
            group["GroupId"]: {tag["Key"]: tag["Value"] for tag in group.get("Tags", [])}
            for group in self.client("ec2").describe_security_groups()["SecurityGroups"]
        }
        return [
            group
            for group, its in tags.items()
            if (its.get("ami-deploy:app"), its.get("ami-deploy:environment")) in stacks
        ]

    def objects(self) -> list[tuple[str, str]]:
        """Bucket and key of everything in S3."""
        s3 = self.client("s3")
        return [
            (bucket["Name"], entry["Key"])
            for bucket in s3.list_buckets()["Buckets"]
            for entry in s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", [])
        ]

    def locks(self) -> list[str]:
        """Keys of the locks that are held on a Terraform state."""
        return [key for _, key in self.objects() if key.endswith(".tflock")]

    def security_groups_in_state(self, key: str) -> set[str]:
        """Ids of the security groups that a Terraform state knows."""
        [bucket] = [bucket for bucket, found in self.objects() if found == key]
        state = json.load(self.client("s3").get_object(Bucket=bucket, Key=key)["Body"])
        return {
            instance["attributes"]["id"]
            for resource in state["resources"]
            if resource["mode"] == "managed" and resource["type"] == "aws_security_group"
            for instance in resource["instances"]
        }

    def balancers(self) -> list[str]:
        return [entry["LoadBalancerName"] for entry in self.client("elbv2").describe_load_balancers()["LoadBalancers"]]

    def refreshing(self, asg: str) -> bool:
        refreshes = self.client("autoscaling").describe_instance_refreshes(AutoScalingGroupName=asg)
        return any(entry["Status"] in ("Pending", "InProgress") for entry in refreshes["InstanceRefreshes"])


@contextmanager
def running_world(name: str, *arguments: str, limit: float) -> Iterator[World]:
    """A world that is up while the block runs. ``limit`` s for its start, which may have to make a base image or disk."""
    control = [str(ROOT / "local" / "aws"), "--world", name]
    subprocess.run([*control, "up", *arguments], check=True, timeout=limit)
    try:
        yield World.named(name)
    finally:
        subprocess.run([*control, "down"], check=True, timeout=300)
