"""Where injections happen: an account, a stack of records whose instances answer from here, an application on machines.

Each is made when the first injection needs it and serves all that follow. An injection leaves what it found; what it
could not put right, :meth:`Stack.stand` does before the next one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import command
from applications import Repository
from cached_images import cached_images
from deployment import ROOT, Deployment, World, eventually
from farm import Farm
from injections import Ended

WORK = ROOT / ".work" / "causes"
APPLICATION = Path(__file__).parent / "application"
#: Checks every five seconds: what the promise of two minutes is given for.
QUICK = {
    "health_check_interval": 5,
    "health_check_timeout": 2,
    "unhealthy_threshold": 2,
    "deregistration_delay": 5,
    "health_check_grace_period": 30,
}
ENVIRONMENT = "try"


def started(name: str, *arguments: str) -> World:
    """The world of that name, up already or from now on."""
    control = [str(ROOT / "local" / "aws"), "--world", name]
    if subprocess.run([*control, "status"], capture_output=True).returncode:
        subprocess.run([*control, "up", *arguments], check=True, timeout=900)
    said = subprocess.run(["bash", "-c", f'eval "$({" ".join(control)} env)"; env -0'], check=True, capture_output=True)
    return World(name, control, dict(entry.split("=", 1) for entry in said.stdout.decode().split("\0") if "=" in entry))


class Account:
    """An account with nothing of ours in it, and a repository with an application that could be deployed."""

    world_name, up, app = "causes-records", ("--api-only",), "shop"

    def __init__(self, cleanup: ExitStack, world: World) -> None:
        self.cleanup = cleanup
        self.world = world
        directory = WORK / self.app
        shutil.rmtree(directory, ignore_errors=True)
        shutil.copytree(APPLICATION, directory)
        subprocess.run(["git", "init", "--quiet", str(directory)], check=True)
        self.repository = Repository(Deployment(ROOT / "ami-deploy", self.world, directory), ENVIRONMENT)
        self.repository.settings.parent.mkdir()
        self.repository.settings.write_text("")
        self.repository.set(app=self.app, environment=ENVIRONMENT, region=self.region)
        self.repository.commit("A shop")

    def stand(self) -> None:
        """Whatever an injection needs to find."""
        self.world.fault("clear")

    @property
    def region(self) -> str:
        return self.world.environment["AWS_REGION"]

    def client(self, service: str):
        return self.world.clients(service)

    @property
    def bucket(self) -> str:
        return self.repository.state_bucket(self.client)

    def with_bucket(self) -> str:
        """The bucket of the state, made where it is not there."""
        s3 = self.client("s3")
        if self.bucket not in {each["Name"] for each in s3.list_buckets()["Buckets"]}:
            s3.create_bucket(Bucket=self.bucket)
            s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"})
        return self.bucket

    @contextmanager
    def command(
        self, *arguments: str, environment: dict[str, str | None] | None = None, terminal: bool = False
    ) -> Iterator[command.Running]:
        """A command on the environment, while the block runs and to its end."""
        given = [arguments[0], "--environment", ENVIRONMENT, *arguments[1:]]
        settings = {"PKR_VAR_builder_cidr": "127.0.0.1/32"} | self.world.environment | (environment or {})
        with command.command(self.repository.path, settings, *given, terminal=terminal) as running:
            yield running

    def run(self, *arguments: str, environment: dict[str, str | None] | None = None) -> Ended:
        """A command whose cause is there before it starts."""
        with self.command(*arguments, environment=environment) as running:
            pass
        return command.end_of(running, "ami-deploy " + " ".join(arguments))

    def meanwhile(
        self,
        happens: Callable[[command.Running], None],
        *arguments: str,
        environment: dict[str, str | None] | None = None,
        terminal: bool = False,
    ) -> Ended:
        """A command during which something happens. ``happens`` says by ``show()`` when AWS shows it."""
        with self.command(*arguments, environment=environment, terminal=terminal) as running:
            happens(running)
        return command.end_of(running, "ami-deploy " + " ".join(arguments))

    @contextmanager
    def files(self, **contents: str | None) -> Iterator[None]:
        """Files of the application with other contents; None takes one away. ``__`` stands for a slash, ``_`` for a dot."""
        path, kept = self.repository.path, {}
        for name, content in contents.items():
            file = path / name.replace("__", "/").replace("_", ".")
            kept[file] = file.read_text() if file.exists() else None
            file.parent.mkdir(parents=True, exist_ok=True)
            _write(file, content)
        try:
            yield
        finally:
            for file, content in kept.items():
                _write(file, content)

    @contextmanager
    def settings(self, **variables: object) -> Iterator[None]:
        """Other variables in the environment's file."""
        before = self.repository.settings.read_text()
        self.repository.set(**variables)
        try:
            yield
        finally:
            self.repository.settings.write_text(before)

    @contextmanager
    def fault(self, *arguments: str) -> Iterator[None]:
        """A fault of the embedded AWS."""
        self.world.fault(*arguments)
        try:
            yield
        finally:
            self.world.fault("clear")


class Stack(Account):
    """A stack of records: everything is there but the machines, in whose place this computer answers."""

    app = "stack"

    def __init__(self, cleanup: ExitStack, world: World) -> None:
        super().__init__(cleanup, world)
        self.repository.set(**QUICK)
        self.applied: dict[str, object] = {}
        self.make()
        self.good = self.group()["LaunchTemplate"]["Version"]

    def make(self) -> None:
        farm = Farm(self.client)
        self.cleanup.callback(farm.close)
        self.must("apply", "--auto-approve", "--create-state-bucket", "--image-id", self.new_image())
        self.until_healthy()

    def new_image(self) -> str:
        """An image that launches, another one each time."""
        ec2 = self.client("ec2")
        [source, *_] = ec2.describe_images(Filters=[{"Name": "name", "Values": ["debian-12-amd64-*"]}])["Images"]
        copy = ec2.copy_image(
            Name=f"{self.app}-{time.time_ns()}", SourceImageId=source["ImageId"], SourceRegion=self.region
        )["ImageId"]
        ec2.get_waiter("image_available").wait(ImageIds=[copy])
        return copy

    def must(self, *arguments: str) -> None:
        ended = self.run(*arguments)
        assert ended.exit_code == 0, "\n".join(ended.lines)

    # --- what is there

    @property
    def name(self) -> str:
        return f"{self.app}-{ENVIRONMENT}"

    def group(self) -> dict:
        found = self.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[self.name])
        return (found["AutoScalingGroups"] or [{}])[0]

    def instances(self) -> list[dict]:
        return self.group().get("Instances", [])

    def balancer(self) -> dict:
        [found] = self.client("elbv2").describe_load_balancers(Names=[self.name])["LoadBalancers"]
        return found

    def target_group(self) -> dict:
        arn = self.balancer()["LoadBalancerArn"]
        return self.client("elbv2").describe_target_groups(LoadBalancerArn=arn)["TargetGroups"][0]

    def targets(self, arn: str) -> list[dict]:
        return self.client("elbv2").describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]

    def refresh(self) -> dict:
        """The newest instance refresh."""
        found = self.client("autoscaling").describe_instance_refreshes(AutoScalingGroupName=self.name)
        return (found["InstanceRefreshes"] or [{}])[0]

    def template(self) -> str:
        return self.group()["LaunchTemplate"]["LaunchTemplateId"]

    # --- what is done

    def new_version(self, image: str | None = None, **settings: object) -> str:
        """Applies the stack with other settings of the application, unless a version of just these waits already; its number."""
        wanted = {"app_environment": settings or {"TRIED": "yes"}, "image": image}
        newest = self.newest()
        if self.applied == wanted and newest != self.group()["LaunchTemplate"]["Version"]:
            return newest
        self.repository.set(app_environment=wanted["app_environment"] | {"AT": str(time.time_ns())})
        self.must("apply", "--auto-approve", *(["--image-id", image] if image else []))
        self.applied = wanted
        return self.newest()

    def newest(self) -> str:
        found = self.client("ec2").describe_launch_templates(LaunchTemplateIds=[self.template()])["LaunchTemplates"]
        return str(found[0]["LatestVersionNumber"])

    def rollout(self, *more: str, happens: Callable[[command.Running], None] = lambda running: None) -> Ended:
        return self.meanwhile(happens, "rollout", *more)

    def during(self, status: str = "InProgress") -> Callable[[], bool]:
        """Whether a refresh that began after now has come so far."""
        before = self.refresh().get("InstanceRefreshId")

        def is_so() -> bool:
            now = self.refresh()
            return now.get("InstanceRefreshId") != before and now.get("Status") == status

        return is_so

    def when_unhealthy(self, running: command.Running) -> None:
        """AWS shows it when a target that is not of the version before is unhealthy or unused."""
        arn, old = self.target_group()["TargetGroupArn"], {each["InstanceId"] for each in self.instances()}

        def seen() -> bool:
            return any(
                each["TargetHealth"]["State"] in ("unhealthy", "unused") and each["Target"]["Id"] not in old
                for each in self.targets(arn)
            )

        running.until(seen, "an unhealthy target", limit=240)
        running.show()

    def when_launch_fails(self, running: command.Running) -> None:
        """AWS shows it by a scaling activity that failed."""
        begun = time.time()

        def seen() -> bool:
            found = self.client("autoscaling").describe_scaling_activities(AutoScalingGroupName=self.name, MaxRecords=5)
            return any(
                each["StatusCode"] == "Failed" and each["StartTime"].timestamp() >= begun - 5
                for each in found["Activities"]
            )

        running.until(seen, "a failed activity", limit=240)
        running.show()

    # --- as it was

    def stand(self) -> None:
        """One healthy instance of the good version, no refresh under way."""
        super().stand()
        autoscaling = self.client("autoscaling")
        if self.refresh().get("Status") in ("Pending", "InProgress", "Cancelling", "RollbackInProgress", "Baking"):
            try:
                autoscaling.cancel_instance_refresh(AutoScalingGroupName=self.name)
            except autoscaling.exceptions.ActiveInstanceRefreshNotFoundFault:
                pass
            ended = ("Successful", "Failed", "Cancelled", "RollbackFailed", "RollbackSuccessful")
            eventually("the end of the refresh", lambda: self.refresh()["Status"] in ended, 180)
        group = self.group()
        template = {"LaunchTemplateId": group["LaunchTemplate"]["LaunchTemplateId"], "Version": self.good}
        if group["LaunchTemplate"]["Version"] != self.good:
            autoscaling.update_auto_scaling_group(AutoScalingGroupName=self.name, LaunchTemplate=template)
        for each in group["Instances"]:
            # Not yet marked as unhealthy by the group, it may be: it is asked for at the balancer.
            if each["LaunchTemplate"]["Version"] != self.good and each["LifecycleState"] == "InService":
                autoscaling.terminate_instance_in_auto_scaling_group(
                    InstanceId=each["InstanceId"], ShouldDecrementDesiredCapacity=False
                )
        self.until_healthy()

    def until_healthy(self) -> None:
        arn = self.target_group()["TargetGroupArn"]

        def healthy() -> bool:
            group = self.group()
            there = {each["InstanceId"] for each in group["Instances"] if each["LifecycleState"] == "InService"}
            well = {each["Target"]["Id"] for each in self.targets(arn) if each["TargetHealth"]["State"] == "healthy"}
            return len(there) == group["DesiredCapacity"] == len(group["Instances"]) and there <= well

        eventually("a healthy group", healthy, 240)


class Application(Stack):
    """The same with machines: an application that boots, from an image that was baked."""

    world_name, up, app = "causes-machines", (), "tryout"

    def make(self) -> None:
        os.environ.pop("BEHAVE", None)
        with cached_images(self.world, "containers") as images:
            self.must("deploy", "--auto-approve", "--create-state-bucket")
            images.keep()

    def new_image(self) -> str:
        ec2 = self.client("ec2")
        source = self.client("ec2").describe_launch_template_versions(
            LaunchTemplateId=self.template(), Versions=[self.good]
        )["LaunchTemplateVersions"][0]["LaunchTemplateData"]["ImageId"]
        copy = ec2.copy_image(
            Name=f"{self.app}-{time.time_ns()}", SourceImageId=source, SourceRegion=self.region, Encrypted=True
        )["ImageId"]
        ec2.get_waiter("image_available").wait(ImageIds=[copy])
        return copy


class Grounds:
    """Makes each ground once, and takes all of it down at the end."""

    KINDS = {"account": Account, "stack": Stack, "application": Application}

    def __init__(self, keep: bool = False) -> None:
        self._cleanup = ExitStack()
        self._keep = keep
        self._made: dict[str, Account] = {}
        self._worlds: dict[str, World] = {}

    def of(self, name: str) -> Account:
        if name not in self._made:
            kind = self.KINDS[name]
            self._made[name] = kind(self._cleanup, self._world(kind))
        self._made[name].stand()
        return self._made[name]

    def _world(self, kind: type[Account]) -> World:
        if kind.world_name not in self._worlds:
            self._worlds[kind.world_name] = world = started(kind.world_name, *kind.up)
            if not self._keep:
                self._cleanup.callback(subprocess.run, [*world.control, "down"], check=True, timeout=300)
        return self._worlds[kind.world_name]

    def close(self) -> None:
        self._cleanup.close()


def _write(file: Path, content: str | None) -> None:
    if content is None:
        file.unlink(missing_ok=True)
    else:
        file.write_text(content)

