"""An application's own repository outside of the checkout, deployed with the unpacked distribution as a user would."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deployment import Deployment, Result
from world import ROOT

EXAMPLES = ROOT / "examples"
#: Where make tools puts what a distribution does not bring.
CHECKOUT_TOOLS = (ROOT / ".tools" / "bin", ROOT / ".tools" / "venv" / "bin")
#: What an application's repository keeps when other code takes its place.
KEPT = (".git", ".gitignore", ".work", "environments", "Jenkinsfile")
#: Checks in a row that a test need not wait for.
QUICK = {"health_check_interval": 5, "health_check_timeout": 2, "deregistration_delay": 5}


@contextmanager
def distribution(directory: Path) -> Iterator[Path]:
    """The command of what `make dist` builds, unpacked and read-only; nothing in it is changed by what is done with it.

    Tools that are only in the checkout are found from now on, too: else the command would run in the tooling image.
    """
    os.environ["PATH"] = os.pathsep.join((*map(str, CHECKOUT_TOOLS), os.environ["PATH"]))
    made = subprocess.run(["make", "-s", "dist"], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert made.returncode == 0, made.stdout + made.stderr
    archive = ROOT / made.stdout.strip().splitlines()[-1]
    subprocess.run(["tar", "-xzf", str(archive), "-C", str(directory)], check=True)
    (unpacked,) = directory.iterdir()
    subprocess.run(["chmod", "-R", "a-w", str(unpacked)], check=True)
    before = _contents(unpacked)
    yield unpacked / "ami-deploy"
    # Root may write what is read-only.
    assert _contents(unpacked) == before


def _contents(directory: Path) -> dict[str, str]:
    files = [file for file in sorted(directory.rglob("*")) if file.is_file()]
    return {str(file.relative_to(directory)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def new_repository(directory: Path) -> Path:
    subprocess.run(["git", "init", "--quiet", str(directory)], check=True)
    return directory


@dataclass
class Repository:
    """A Git repository with an application in it, and one environment."""

    deployment: Deployment
    environment: str

    @property
    def path(self) -> Path:
        return self.deployment.checkout

    @property
    def settings(self) -> Path:
        return self.path / "environments" / f"{self.environment}.pkrvars.hcl"

    @property
    def region(self) -> str:
        return self.deployment.world.environment["AWS_REGION"]

    def state_bucket(self, clients) -> str:
        return f"ami-deploy-state-{clients('sts').get_caller_identity()['Account']}-{self.region}"

    def init(self, *arguments: str) -> Result:
        return self.deployment.run("init", "--environment", self.environment, *arguments)

    def deploy(self, *more: str, **settings: str) -> Result:
        arguments = ("deploy", "--environment", self.environment, "--auto-approve", *more)
        return self.deployment.run(*arguments, environment=settings)

    def destroy(self) -> Result:
        return self.deployment.run("destroy", "--environment", self.environment, "--auto-approve")

    def take(self, example: str) -> None:
        """Has the example's code instead of what was there, and commits."""
        for old in self.path.iterdir():
            if old.name not in KEPT:
                shutil.rmtree(old) if old.is_dir() else old.unlink()
        ignored = shutil.ignore_patterns("environments", "Jenkinsfile", "__pycache__", "greet")
        shutil.copytree(EXAMPLES / example, self.path, ignore=ignored, dirs_exist_ok=True)
        self.commit(f"Take {example}")

    def commit(self, message: str) -> None:
        who = ["-c", "user.name=A team", "-c", "user.email=team@example.com"]
        subprocess.run(["git", "add", "--all"], cwd=self.path, check=True)
        subprocess.run(["git", *who, "commit", "--quiet", "--allow-empty", "-m", message], cwd=self.path, check=True)

    def set(self, **variables: object) -> None:
        """Writes variables into the environment's file, in place of what stands there; None takes one away."""
        text = self.settings.read_text()
        for name, value in variables.items():
            text = re.sub(rf"(?m)^{name}\s*=.*\n", "", text)
            if value is not None:
                text += f"{name} = {hcl(value)}\n"
        self.settings.write_text(text)


def hcl(value: object) -> str:
    """A value on one line, as in a variables file."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {hcl(each)}" for name, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(hcl(each) for each in value) + "]"
    return json.dumps(value)


@dataclass(frozen=True)
class Answer:
    status: int
    #: By lower-case name.
    headers: dict[str, str]
    body: str

    def json(self) -> dict:
        return json.loads(self.body)


@dataclass(frozen=True)
class Site:
    """A site as a browser sees it, where no resolver knows its name: the balancer's address is given."""

    address: str
    domain: str
    authority: Path

    def get(self, path: str, scheme: str = "https") -> Answer:
        return self._ask("GET", path, scheme)

    def post(self, path: str, form: str) -> Answer:
        return self._ask("POST", path, "https", form, {"Content-Type": "application/x-www-form-urlencoded"})

    def _ask(
        self, method: str, path: str, scheme: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        port = {"https": 443, "http": 80}[scheme]
        connection = http.client.HTTPConnection(self.domain, port, timeout=60)
        connection.sock = socket.create_connection((self.address, port), timeout=60)
        try:
            if scheme == "https":
                context = ssl.create_default_context(cafile=str(self.authority))
                connection.sock = context.wrap_socket(connection.sock, server_hostname=self.domain)
            connection.request(method, path, body=body, headers={"Host": self.domain, **(headers or {})})
            response = connection.getresponse()
            named = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, named, response.read().decode())
        finally:
            connection.close()


@contextmanager
def constant_load(site: Site, threads: int = 2, every: float = 0.05) -> Iterator[None]:
    """About so many requests a second as threads and pause make, while the block runs."""
    stop = threading.Event()

    def loop() -> None:
        while not stop.wait(every):
            site.get("/health")

    with ThreadPoolExecutor(threads) as pool:
        running = [pool.submit(loop) for _ in range(threads)]
        try:
            yield
        finally:
            stop.set()
    for each in running:
        each.result()


def own_certificate(directory: Path, domain: str) -> tuple[Path, Path]:
    """Files with a key and with a certificate for the domain, which is its own authority."""
    key, certificate = directory / "key.pem", directory / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "7", "-subj", f"/CN={domain}",
         "-addext", f"subjectAltName=DNS:{domain}", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    return key, certificate


@dataclass(frozen=True)
class Network:
    vpc: str
    subnets: list[str]


@contextmanager
def own_network(ec2) -> Iterator[Network]:
    """A VPC 10.77.0.0/16, or the next one that nobody on this computer has, with public subnets in two zones."""
    cidr = _free_range()
    vpc = ec2.create_vpc(CidrBlock=f"{cidr}.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
    ec2.create_route(RouteTableId=tables[0]["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]]
    subnets = []
    for number in (0, 1):
        made = ec2.create_subnet(VpcId=vpc, CidrBlock=f"{cidr}.{number}.0/24", AvailabilityZone=zones[number])
        subnets.append(made["Subnet"]["SubnetId"])
        ec2.modify_subnet_attribute(SubnetId=subnets[-1], MapPublicIpOnLaunch={"Value": True})
    try:
        yield Network(vpc, subnets)
    finally:
        ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        ec2.delete_internet_gateway(InternetGatewayId=gateway)
        for subnet in subnets:
            ec2.delete_subnet(SubnetId=subnet)
        ec2.delete_vpc(VpcId=vpc)


def _free_range() -> str:
    listed = subprocess.run(
        ["docker", "network", "ls", "-q"], capture_output=True, text=True, check=True
    ).stdout.split()
    taken = subprocess.run(["docker", "network", "inspect", *listed], capture_output=True, text=True).stdout
    return next(f"10.{number}" for number in range(77, 100) if f'"10.{number}.' not in taken)
