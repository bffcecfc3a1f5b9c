"""Where runs are ended: an account with one application, looked through from outside of the product."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import time
import uuid
from collections import Counter
from pathlib import Path

from cached_images import BASE, CachedImages
from endings import ENDINGS, MARK, of_run
from grounds import ENVIRONMENT, QUICK, Stack
from kinds import Kind
from world import World

#: Longest that a command may take, in seconds; on records the longest waits are the provider's own, for a balancer.
LIMIT = 1500
#: A command that the last lines of a run print, to be pasted.
PRINTED = re.compile(r"(?m)^ {4,}(ami-deploy \S.*)$")
#: Exit code of a destroy that finds neither a state nor resources: the run was ended before it had made anything.
NOTHING_FOUND = 6
#: Where bakes are let in from, unless the world says so; and tools that collect garbage less often, which spares a fifth of their processor time.
SURROUNDINGS = {"PKR_VAR_builder_cidr": "127.0.0.1/32", "GOGC": "300"}
#: What the marks of all runs begin with that this process starts.
RUNNER = f"{os.getpid()}-"
#: How many printed commands are followed before a cure counts as none.
FOLLOWED = 3


class CureFailed(AssertionError):
    """What the documentation, or the product itself, says to do did not do it."""


class Site(Stack):
    """One environment of an application, in an account that nobody else has."""

    app = "shop"
    #: Arguments of ``local/aws up``.
    up = ("--api-only",)

    def __init__(self, world: World, program: Path) -> None:
        # Not the stack's own start: an account with nothing in it is what the first case is about.
        super(Stack, self).__init__(world, program)
        self.repository.set(**QUICK)
        self.images = self._images()
        self.turn = 0
        self._make_bucket()
        self.baseline = self.inventory()
        #: What the last run that was to succeed said.
        self.said = ""

    def _make_bucket(self) -> None:
        """The state's bucket as the command line wants it; it is there before the first run, and stays."""
        s3, bucket = self.client("s3"), self.with_bucket()
        closed = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(closed, True))
        encryption = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=encryption)

    def _images(self) -> list[str]:
        """Those that are deployed in turn."""
        return [self.new_image(), self.new_image()]

    # --- what is there, by the embedded AWS's own records

    def inventory(self) -> set[str]:
        return set(json.loads(self.world.asked("inventory")))

    def made(self) -> set[str]:
        """What is there and was not before the first run, but for records in the state bucket and AWS's own keys."""
        return {each for each in self.inventory() - self.baseline if not self._stays(each)}

    def _stays(self, line: str) -> bool:
        service, _, kind, name = line.split(" ", 3)
        if service == "kms":
            return True
        return (
            service == "s3"
            and kind == "Key"
            and re.search(r"/releases/|\.tfstate$|/run\.json$|/claims/|/terraform-runs/|/requirements\.lock$", name)
            is not None
        )

    def shape(self) -> Counter[str]:
        """How many there are of each kind: the same whoever was ended on the way."""
        return Counter(each.rsplit(" ", 1)[0] for each in self.made())

    def objects(self) -> list[str]:
        listed = self.client("s3").list_objects_v2(Bucket=self.bucket)
        return [each["Key"] for each in listed.get("Contents", [])]

    def locks(self) -> list[str]:
        return [key for key in self.objects() if key.endswith(".tflock")]

    def state(self) -> dict:
        """The state, which every reader can parse."""
        keys = [key for key in self.objects() if key.endswith(".tfstate")]
        if not keys:
            return {"resources": []}
        return json.load(self.client("s3").get_object(Bucket=self.bucket, Key=keys[0])["Body"])

    def managed(self) -> int:
        """Resources in the state."""
        return sum(len(each["instances"]) for each in self.state()["resources"] if each["mode"] == "managed")

    def releases(self) -> list[dict]:
        """Those that are recorded, ended, oldest first: number, result, image."""
        found = []
        for key in sorted(self.objects()):
            number = re.fullmatch(rf"{self.app}/try/releases/(\d+)/end\.json", key)
            if number:
                end = json.load(self.client("s3").get_object(Bucket=self.bucket, Key=key)["Body"])
                found.append({"number": int(number[1]), "result": end["result"], "image_id": end.get("image_id", "")})
        return found

    def record_release(self, environment: str, image: str, number: int) -> None:
        """Another environment is proven healthy on an image, as docs/releases.md says that records look."""
        begin = {"app": self.app, "environment": environment, "kind": "deployment", "build": f"cli-ann-{number}"}
        begin |= {"format": 1, "number": number, "started_at": _now(), "build_url": "", "run_commit": ""}
        end = {"format": 1, "result": "healthy", "ended_at": _now(), "image_id": image, "region": self.region}
        for half, document in {"begin": begin, "end": end}.items():
            key = f"{self.app}/{environment}/releases/{number:06}/{half}.json"
            self.client("s3").put_object(Bucket=self.bucket, Key=key, Body=json.dumps(document).encode())

    # --- what is done

    def fair_weather(self) -> None:
        """No fault is set any more."""
        self.world.asked("fault", {"do": "clear"})

    def start(self, *arguments: str, mark: str = RUNNER) -> subprocess.Popen:
        return subprocess.Popen(
            [str(self.repository.deployment.command), *arguments, "--directory", str(self.repository.path)],
            env=os.environ | SURROUNDINGS | self.world.environment | {MARK: mark},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        process = self.start(*arguments)
        try:
            said, _ = process.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGTERM)
            said, _ = process.communicate(timeout=600)
            said += f"\nnot over after {LIMIT} s"
        return process.returncode, said

    def succeed(self, *arguments: str) -> list[str]:
        """A command that has to succeed. Commands that it prints as its cure are run first; they are returned."""
        followed: list[str] = []
        for _ in range(FOLLOWED + 1):
            code, self.said = self.run(*arguments)
            if code == 0 or (code == NOTHING_FOUND and arguments[0] == "destroy"):
                return followed
            printed = PRINTED.findall(self.said.rpartition("\nerror: ")[2])
            if not printed or printed[0] in followed:
                break
            followed.append(printed[0])
            code, said = self.run(*shlex.split(printed[0])[1:])
            if code:
                raise CureFailed(f"`{printed[0]}` ended with {code}: {last_lines(said)}")
        after = f" after {', '.join(followed)}" if followed else ""
        raise CureFailed(f"`ami-deploy {arguments[0]}` ended with {code}{after}: {last_lines(self.said)}")

    def ended(self, ending: str, kind: Kind, *arguments: str) -> tuple[int, str]:
        """A run that is ended while the first call of that kind is held; its exit code and what it said.

        AssertionError where it never came so far.
        """
        self.fair_weather()
        self.world.fault("hold", *kind.fault())
        mark = RUNNER + uuid.uuid4().hex
        process = self.start(*arguments, mark=mark)
        try:
            self._until_held(process)
            ENDINGS[ending](process, mark, self.fair_weather)
            return process.returncode, process.communicate(timeout=60)[0]
        finally:
            self.fair_weather()
            for each in of_run(mark):
                os.kill(each, signal.SIGKILL)
            process.stdout.close()

    def _until_held(self, process: subprocess.Popen) -> None:
        deadline = time.monotonic() + LIMIT
        while '"holding"' not in self.world.asked("fault", {"do": "list"}):
            assert process.poll() is None, f"the run ended without such a call: {last_lines(process.stdout.read())}"
            assert time.monotonic() < deadline, f"no such call within {LIMIT} s"
            time.sleep(0.3)

    # --- what a flow begins with

    @property
    def image_now(self) -> str:
        return self.images[self.turn % len(self.images)]

    def deploy_arguments(self) -> list[str]:
        return ["deploy", "-e", "try", "--auto-approve", "--image-id", self.image_now]

    def stand(self) -> None:
        """The stack stands, healthy."""
        self.fair_weather()
        if not self.group():
            self.succeed(*self.deploy_arguments())

    def stand_unproven(self) -> None:
        """The stack stands, and an earlier release on its image is known: what a rollback can go back to."""
        self.record_release(ENVIRONMENT, self.image_now, 1)
        self.succeed("apply", "-e", ENVIRONMENT, "--auto-approve", "--image-id", self.image_now)

    def clear(self) -> None:
        """Nothing stands."""
        self.fair_weather()
        if self.made():
            self.succeed("destroy", "-e", "try", "--auto-approve")
            assert not self.made(), f"an undisturbed destroy leaves {sorted(self.made())}"


class BakingSite(Site):
    """An account with machines, in which images are baked, on a base layer of an earlier run where there is one."""

    up = ()

    def _images(self) -> list[str]:
        return []

    def lend_base_layer(self) -> None:
        """The cache's is copied for the application; where there is none, one is baked for the cache."""
        images = CachedImages(self.world, "containers")
        if not self._base_layers():
            self._import(images)
        if not self._base_layers():
            self.succeed("bake", "-e", ENVIRONMENT)
            images.keep()
            self.clear()
            self._import(images)
        images.lend_to(self.app)

    def _base_layers(self) -> list[dict]:
        return self.client("ec2").describe_images(Owners=["self"], Filters=BASE)["Images"]

    def _import(self, images: CachedImages) -> None:
        """What comes from the cache was there before, and may stay."""
        before = self.inventory()
        images.load()
        self.baseline |= self.inventory() - before


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def last_lines(said: str) -> str:
    """From the error on, on one line."""
    text = said.rpartition("\nerror: ")[2] if "\nerror: " in said else "\n".join(said.splitlines()[-3:])
    return re.sub(r"\s+", " ", text).strip()[:600]
