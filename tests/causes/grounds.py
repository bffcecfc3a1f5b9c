"""Where injections happen: an account, a stack of records, machines that bake, an application on machines.

Each is made when the first injection needs it and serves all that follow. An injection leaves what it found; what it
could not put right, :meth:`Stack.stand` does before the next one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import command
from applications import Repository
from cached_images import cached_images
from deployment import Deployment
from injections import Ended
from world import ROOT, World, eventually

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


#: Seconds without progress after which AWS ends a refresh, in place of its hour: longer than any other cause takes.
REFRESH_PATIENCE = "240"


def started(name: str, *arguments: str) -> World:
    """The world of that name, up already or from now on."""
    control = [str(ROOT / "local" / "aws"), "--world", name]
    if subprocess.run([*control, "status"], capture_output=True).returncode:
        environment = os.environ | {"AMI_DEPLOY_LOCAL_REFRESH_PATIENCE": REFRESH_PATIENCE}
        subprocess.run([*control, "up", *arguments], check=True, timeout=1800, env=environment)
    return World.named(name)


class Account:
    """An account with nothing of ours in it, and a repository with an application that could be deployed."""

    world_name, up, app = "causes-account", ("--api-only",), "shop"

    def __init__(self, world: World, program: Path) -> None:
        self.world = world
        directory = WORK / world.name / self.app
        shutil.rmtree(directory, ignore_errors=True)
        shutil.copytree(APPLICATION, directory)
        subprocess.run(["git", "init", "--quiet", str(directory)], check=True)
        self.repository = Repository(Deployment(program, self.world, directory), ENVIRONMENT)
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
        return self.world.client(service)

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
        program = self.repository.deployment.command
        with command.command(program, self.repository.path, settings, *given, terminal=terminal) as running:
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
    """A stack of records: everything is there but the machines. Targets that a request could reach are healthy."""

    world_name, up, app = "causes-stack", ("--api-only",), "stack"

    def __init__(self, world: World, program: Path) -> None:
        super().__init__(world, program)
        self.repository.set(**QUICK)
        #: What the newest version was applied with.
        self.applied: dict[str, object] = {}
        self.prepare()
        self.make()

    def prepare(self) -> None:
        """Whatever a stack needs that is not made by the product."""
        self.image = self.new_image()

    def make(self) -> None:
        """The stack, as it was or anew; its version is the one that is known to be good."""
        self.applied = {}
        self.must("apply", "--auto-approve", "--create-state-bucket", "--image-id", self.image)
        self.until_healthy()
        self.good = self.group()["LaunchTemplate"]["Version"]

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
        """A command that has to succeed, however long it takes."""
        with self.command(*arguments) as running:
            running.patience = command.LONGEST
        assert running.process.returncode == 0, "\n".join(running.last_lines())

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
        if not self.group():
            self.make()
        autoscaling = self.client("autoscaling")
        if self.refresh().get("Status") in ("Pending", "InProgress", "Cancelling", "RollbackInProgress", "Baking"):
            with suppress(autoscaling.exceptions.ActiveInstanceRefreshNotFoundFault):
                autoscaling.cancel_instance_refresh(AutoScalingGroupName=self.name)
            ended = ("Successful", "Failed", "Cancelled", "RollbackFailed", "RollbackSuccessful")
            eventually("the end of the refresh", lambda: self.refresh()["Status"] in ended, 180)
        group = self.group()
        template = {"LaunchTemplateId": group["LaunchTemplate"]["LaunchTemplateId"], "Version": self.good}
        if group["LaunchTemplate"]["Version"] != self.good:
            autoscaling.update_auto_scaling_group(AutoScalingGroupName=self.name, LaunchTemplate=template)
        for each in group["Instances"]:
            if each["LaunchTemplate"]["Version"] != self.good and not each["LifecycleState"].startswith("Termin"):
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

    def prepare(self) -> None:
        pass

    def make(self) -> None:
        """Bakes it, on a base layer of an earlier run where there is one."""
        self.applied = {}
        with cached_images(self.world, "containers") as images:
            images.lend_to(self.app)
            self.must("deploy", "--auto-approve", "--create-state-bucket")
            images.keep()
        self.good = self.group()["LaunchTemplate"]["Version"]


class Bakery(Account):
    """A world with machines in which images are baked, on a base layer of an earlier run where there is one."""

    world_name, up, app = "causes-machines", (), "bakery"
    machines = "containers"

    def __init__(self, world: World, program: Path) -> None:
        super().__init__(world, program)
        with cached_images(world, self.machines) as images:
            images.lend_to(self.app)

    def until_it_fails(self, task: str) -> Ended:
        """A bake that fails in the task of these words, which is when AWS and everybody else can see it."""

        def begins(running: command.Running) -> None:
            running.wait_for(task, limit=600)
            running.show()

        return self.meanwhile(begins, "bake")

    def machines_of_bakes(self) -> list[str]:
        """Ids of the machines that are there for a bake."""
        filters = [
            {"Name": "tag:ami-deploy:app", "Values": [self.app]},
            {"Name": "instance-state-name", "Values": ["running"]},
        ]
        found = self.client("ec2").describe_instances(Filters=filters)["Reservations"]
        return [each["InstanceId"] for reservation in found for each in reservation["Instances"]]

    def remove_machines(self) -> None:
        """Where a bake could not: its credentials had expired."""
        ids = self.machines_of_bakes()
        if ids:
            self.client("ec2").terminate_instances(InstanceIds=ids)


class Confined(Bakery):
    """The same with virtual machines, whose kernel confines an application."""

    world_name, up, app, machines = "causes-vm", ("--machines", "vm"), "confined", "vm"


#: By the name of an injection's parameter.
KINDS = {"account": Account, "stack": Stack, "bakery": Bakery, "application": Application, "confined": Confined}


class Grounds:
    """Makes each ground once, and takes all of it down at the end."""

    def __init__(self, program: Path = ROOT / "ami-deploy", keep: bool = False, apart: str = "") -> None:
        """``keep`` leaves the worlds up; ``apart`` is added to their names, so that nobody else has them."""
        self._cleanup = ExitStack()
        self._program = program
        self._keep = keep
        self._apart = apart
        self._made: dict[str, Account] = {}
        self._worlds: dict[str, World] = {}

    def of(self, name: str) -> Account:
        if name not in self._made:
            kind = KINDS[name]
            self._made[name] = kind(self._world(kind), self._program)
        self._made[name].stand()
        return self._made[name]

    def _world(self, kind: type[Account]) -> World:
        name = kind.world_name + self._apart
        if name not in self._worlds:
            self._worlds[name] = world = started(name, *kind.up)
            if not self._keep:
                self._cleanup.callback(subprocess.run, [*world.control, "down"], check=True, timeout=300)
        return self._worlds[name]

    def close(self) -> None:
        self._cleanup.close()


def _write(file: Path, content: str | None) -> None:
    if content is None:
        file.unlink(missing_ok=True)
    else:
        file.write_text(content)
