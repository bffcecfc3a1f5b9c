"""Applications in repositories of their own, deployed with the distribution: the examples, one after the other, in one environment.

The tests share that stack and stand on each other. A second stack, in a network of its own, comes up beside them and is looked at in
the end, since most of a deployment is waiting. Flask's and Django's are always baked; the other two images may be an earlier run's.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from applications import (
    QUICK,
    Network,
    Repository,
    Site,
    constant_load,
    new_repository,
    own_certificate,
    own_network,
)
from cached_images import CachedImages
from canary import Canary, new_value
from deployment import Deployment, Result, page
from world import World, eventually

APP, ENVIRONMENT, DOMAIN = "guests", "try", "guests.example.test"
SECRET_NAME = "/guests/try/database-url"
TOKEN_NAME = "/greet/own/token"
SECRET = new_value()
MINE = [{"Name": "tag:ami-deploy:app", "Values": [APP]}]


@pytest.fixture(scope="module")
def guests(tool: Path, world: World, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """An application's repository with what `init` writes."""
    repository = Repository(Deployment(tool, world, new_repository(tmp_path_factory.mktemp("guests"))), ENVIRONMENT)
    repository.take("flask")
    result = repository.init("--app", APP, "--region", repository.region)
    assert result.code == 0, result.text
    repository.commit("Deploy to AWS")
    return repository


@pytest.fixture(scope="module")
def name(world: World, clients, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of a domain's name with its certificate, and where that one lies."""
    key, certificate = own_certificate(tmp_path_factory.mktemp("certificate"), DOMAIN)
    imported = clients("acm").import_certificate(Certificate=certificate.read_bytes(), PrivateKey=key.read_bytes())
    zone = clients("route53").create_hosted_zone(Name="example.test", CallerReference="applications")
    return {
        "certificate_arn": imported["CertificateArn"],
        "domain_name": DOMAIN,
        "hosted_zone_id": zone["HostedZone"]["Id"].split("/")[-1],
        "authority": str(certificate),
    }


@pytest.fixture(scope="module")
def said() -> dict[str, str]:
    """What commands printed."""
    return {}


@pytest.fixture(scope="module")
def site(guests: Repository, name: dict[str, str], said: dict[str, str], base_layers: CachedImages, clients) -> Site:
    """The Flask application with its secret, over HTTPS; every test from here on needs it. It is baked, as Django's is."""
    base_layers.load_application(APP)
    base_layers.lend_to(APP)
    guests.set(
        **QUICK,
        app_environment={"GREETING": "hello, you"},
        app_secrets={"DATABASE_URL": SECRET_NAME},
        **{key: value for key, value in name.items() if key != "authority"},
    )
    clients("ssm").put_parameter(Name=SECRET_NAME, Value=SECRET, Type="SecureString")
    result = guests.deploy("--create-state-bucket")
    assert result.code == 0, result.text
    assert result.last_line == f"https://{DOMAIN}"
    said["deploy"] = result.text
    base_layers.keep()
    (balancer,) = clients("elbv2").describe_load_balancers(Names=[f"{APP}-{ENVIRONMENT}"])["LoadBalancers"]
    return Site(balancer["DNSName"], DOMAIN, Path(name["authority"]))


def test_init_writesSettingsAJenkinsfileAndIgnoredLines_once(guests: Repository):
    settings = guests.settings.read_text()
    assert f'"{APP}"' in settings and f'"{ENVIRONMENT}"' in settings
    jenkinsfile = guests.path / "Jenkinsfile"
    lines = [line for line in jenkinsfile.read_text().splitlines() if line and not line.startswith("//")]
    assert len(lines) <= 5 and "deployWebApp(" in lines[0] and "@Library" not in jenkinsfile.read_text()
    assert ".work/" in (guests.path / ".gitignore").read_text().splitlines()
    again = guests.init("--app", APP, "--region", "eu-central-1")
    assert again.code == 2 and guests.settings.read_text() == settings, again.text


def test_flask_hasItsSecretItsSettingsAndAPlaceToWrite(site: Site):
    assert site.post("/guests", "name=Ada").status == 302
    facts = site.get("/facts").json()
    assert facts == {
        "application": "flask",
        "environment": ENVIRONMENT,
        "greeting": "hello, you",
        "database": True,
        "database_digest": hashlib.sha256(SECRET.encode()).hexdigest()[:8],
        "guests": ["Ada"],
    }


def test_port80_redirects(site: Site):
    answer = site.get("/facts?a=b", scheme="http")
    assert answer.status == 301
    assert answer.headers["location"] in (f"https://{DOMAIN}:443/facts?a=b", f"https://{DOMAIN}/facts?a=b")


def test_secret_isInTheProcessAndNowhereElse(
    site: Site, guests: Repository, said: dict[str, str], world: World, base_layers: CachedImages, clients
):
    (instance,) = instances(clients, APP)
    canary = Canary(world, SECRET)
    assert canary.environment_of(instance["InstanceId"], "DATABASE_URL") == {SECRET}
    for command in ("releases", "status"):
        said[command] = guests.deployment.run(command, "--environment", ENVIRONMENT).text
    images = {image["ImageId"] for image in clients("ec2").describe_images(Owners=["self"], Filters=MINE)["Images"]}
    # An earlier run's are older than the secret.
    images -= base_layers.imported
    assert instance["ImageId"] in images
    traces = canary.traces(said, [guests.path], [guests.state_bucket(clients)], images, [instance["InstanceId"]])
    assert traces == []


@pytest.fixture(scope="module")
def greet(tool: Path, world: World, base_layers: CachedImages, site: Site, clients, tmp_path_factory):
    """The static binary in a VPC of its own, deployed twice in the background: the second time its instances may not read the secret."""
    base_layers.load_application("greet")
    base_layers.lend_to("greet")
    clients("ssm").put_parameter(Name=TOKEN_NAME, Value="greet-token-51d07c9a", Type="SecureString")
    clients("ec2").create_key_pair(KeyName="greet-team")
    repository = Repository(Deployment(tool, world, new_repository(tmp_path_factory.mktemp("greet"))), "own")
    with own_network(clients("ec2")) as network, ThreadPoolExecutor(1) as pool:
        work = pool.submit(deploy_greet, repository, network, base_layers, clients)
        yield work
        work.exception()
    clients("ec2").delete_key_pair(KeyName="greet-team")


@dataclass(frozen=True)
class Greet:
    """How the two deployments ended, what answered after each, the machines after the first, and how all went away."""

    first: Result
    second: Result
    gone: Result
    answers: list[str]
    machines: list[dict]


def deploy_greet(repository: Repository, network: Network, base_layers: CachedImages, clients) -> Greet:
    repository.take("static-binary")
    subprocess.run(["make", "-s"], cwd=repository.path, check=True)
    image = repository.path / "image.yml"
    image.write_text(image.read_text() + f"vpc_id: {network.vpc}\nsubnet_id: {network.subnets[0]}\n")
    where = ("--region", repository.region, "--vpc-id", network.vpc, "--subnet-ids", ",".join(network.subnets))
    assert repository.init("--app", "greet", *where).code == 0
    repository.set(
        **QUICK,
        key_name="greet-team", extra_tags={"owner": "team-greet"}, app_secrets={"TOKEN": TOKEN_NAME},
        min_size=2, max_size=2, desired_capacity=2,
    )  # fmt: skip
    repository.commit("Deploy to AWS")
    first = second = repository.deploy()
    answers, machines = [], []
    if first.code == 0:
        answers.append(page(first.last_line))
        machines = instances(clients, "greet")
        base_layers.keep_application("greet", machines[0]["ImageId"])
        role = {"RoleName": "greet-own-us-east-1", "PolicyName": "no-secrets"}
        denied = {"Effect": "Deny", "Action": ["ssm:GetParameter*"], "Resource": "*"}
        policy = {"Version": "2012-10-17", "Statement": [denied]}
        clients("iam").put_role_policy(**role, PolicyDocument=json.dumps(policy))
        repository.set(app_environment={"TONE": "loud"})
        second = repository.deploy()
        answers.append(page(first.last_line))
        clients("iam").delete_role_policy(**role)
    return Greet(first, second, repository.destroy(), answers, machines)


def test_django_isTheNextVersion_withStaticFilesAndItsVersionsLocked(
    site: Site, greet: Future, guests: Repository, clients
):
    made = clients("secretsmanager").create_secret(Name="guests/try", SecretString=json.dumps({"key": "django-7f3a"}))
    guests.take("django")
    guests.set(app_environment={"ALLOWED_HOSTS": DOMAIN}, app_secrets={"SECRET_KEY": f"{made['ARN']}:key::"})
    result = guests.deploy()
    assert result.code == 0, result.text
    assert site.get("/facts").json() == {"application": "django", "https": True, "wares": 3}
    style = site.get("/static/shop.css")
    assert style.status == 200 and style.headers["content-type"].startswith("text/css")
    (instance,) = instances(clients, APP)
    lock = (
        clients("s3")
        .get_object(Bucket=guests.state_bucket(clients), Key=f"{APP}/images/{instance['ImageId']}/requirements.lock")[
            "Body"
        ]
        .read()
        .decode()
        .lower()
    )
    assert "django==5.2" in lock and "--hash=sha256:" in lock


def test_asgi_streamsAndGrowsWithItsLoadAndShrinksAgain(
    site: Site, guests: Repository, base_layers: CachedImages, clients
):
    guests.take("asgi")
    guests.set(
        app_environment={"LOG_LEVEL": "debug"}, app_secrets=None,
        min_size=1, max_size=2, desired_capacity=None, scaling={"requests_per_target": 60}, instance_warmup=1,
    )  # fmt: skip
    result = guests.deploy()
    assert result.code == 0, result.text
    (instance,) = instances(clients, APP)
    base_layers.keep_application(APP, instance["ImageId"])
    assert site.get("/").json()["log_level"] == "debug"
    assert site.get("/stream").body.count("data: ") == 3
    with constant_load(site):
        eventually("a second instance", lambda: in_service(clients, APP, ENVIRONMENT) == 2, timeout=240)
    eventually("one instance again", lambda: in_service(clients, APP, ENVIRONMENT) == 1, timeout=400)


def test_networkOfItsOwn_hasTwoInstancesWithKeyAndTags(greet: Future):
    outcome = greet.result(timeout=600)
    assert outcome.first.code == 0, outcome.first.text
    assert outcome.answers[0].startswith("hello from greet ") and outcome.answers[0].endswith(" in own\n")
    assert len({machine["SubnetId"] for machine in outcome.machines}) == 2
    for machine in outcome.machines:
        assert machine["KeyName"] == "greet-team"
        assert {"Key": "owner", "Value": "team-greet"} in machine["Tags"]
    assert outcome.gone.code == 0, outcome.gone.text


def test_secretThatAnInstanceMayNotRead_isNamedAndRolledBack(greet: Future):
    outcome = greet.result(timeout=600)
    assert outcome.second.code == 3, outcome.second.text
    (line,) = [line for line in outcome.second.err.splitlines() if line.startswith("error")]
    assert line.startswith("error: SETTING_MISSING: ") and f"TOKEN: parameter {TOKEN_NAME}" in line
    assert "AccessDenied" in outcome.second.err
    assert outcome.answers[0] == outcome.answers[1]


def test_destroy_namesAProtectionAndLeavesNothing(site: Site, guests: Repository, name: dict[str, str], clients):
    elb, balancer = clients("elbv2"), f"{APP}-{ENVIRONMENT}"
    (found,) = elb.describe_load_balancers(Names=[balancer])["LoadBalancers"]
    protect(elb, found["LoadBalancerArn"], "true")
    refused = guests.destroy()
    assert refused.code != 0 and "deletion_protection" in refused.err
    assert site.get("/health").status == 200
    protect(elb, found["LoadBalancerArn"], "false")
    result = guests.destroy()
    assert result.code == 0, result.text
    records = clients("route53").list_resource_record_sets(HostedZoneId=name["hosted_zone_id"])["ResourceRecordSets"]
    assert [each["Type"] for each in records if each["Name"].startswith("guests.")] == []
    assert [each["RoleName"] for each in clients("iam").list_roles(PathPrefix=f"/ami-deploy/{APP}/")["Roles"]] == []
    assert clients("ec2").describe_images(Owners=["self"], Filters=MINE)["Images"] == []
    assert instances(clients, APP) == []


def protect(elb, arn: str, value: str) -> None:
    attributes = [{"Key": "deletion_protection.enabled", "Value": value}]
    elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=attributes)


def instances(clients, app: str) -> list[dict]:
    filters = [
        {"Name": "tag:ami-deploy:app", "Values": [app]},
        {"Name": "instance-state-name", "Values": ["running"]},
    ]
    found = clients("ec2").describe_instances(Filters=filters)["Reservations"]
    return [instance for reservation in found for instance in reservation["Instances"]]


def in_service(clients, app: str, environment: str) -> int:
    """How many instances of the group serve."""
    described = clients("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[f"{app}-{environment}"])
    members = described["AutoScalingGroups"][0]["Instances"]
    return sum(member["LifecycleState"] == "InService" for member in members)
