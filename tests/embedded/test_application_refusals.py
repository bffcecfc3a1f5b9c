"""What a team's deployment is refused for: one clear line each, before anything is made that costs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from applications import Repository, new_repository
from deployment import Deployment
from world import World

COSTLY = {"RunInstances", "CreateImage", "CreateLoadBalancer", "CreateAutoScalingGroup", "CreateSecurityGroup"}
CERTIFICATE = "arn:aws:acm:eu-north-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"


@dataclass(frozen=True)
class Case:
    """What is changed of a repository that could be deployed, and words of the one line about it and of what to do."""

    words: list[str]
    #: Content by name; None removes the file.
    files: dict[str, str | None] = field(default_factory=dict)
    settings: dict[str, object] = field(default_factory=dict)
    link: str = ""


CASES = {
    "no entry point": Case(["no entry point", "Procfile"], {"webapp.py": None, "shop.py": "app = 1\n"}),
    "no requirements": Case(["no requirements", "requirements.txt"], {"requirements.txt": None}),
    "a package that nobody has": Case(
        ["no-such-package-of-anybody"], {"requirements.txt": "no-such-package-of-anybody==1.0\n"}
    ),
    "a link that leads outside": Case(["data", "/etc/hostname", "outside"], link="/etc/hostname"),
    "a secret that is not there": Case(
        ["DATABASE_URL", "/nobody/has/this"], settings={"app_secrets": {"DATABASE_URL": "/nobody/has/this"}}
    ),
    "a certificate of another region": Case(
        ["certificate_arn", "eu-north-1"], settings={"certificate_arn": CERTIFICATE}
    ),
    "a name outside of its zone": Case(
        ["domain_name", "shop.example.com", "example.org"], settings={"domain_name": "shop.example.com"}
    ),
    "a bake of another architecture": Case(
        ["instance_type", "t4g.small", "t3.small"],
        {"image.yml": "instance_type: t3.small\n"},
        {"instance_type": "t4g.small"},
    ),
    "a port that the image does not open": Case(
        ["5432", "outgoing_ports", "image.yml"],
        settings={
            "instance_egress": [{"description": "db", "protocol": "tcp", "port": 5432, "cidr_ipv4": "10.0.0.0/8"}]
        },
    ),
}


@pytest.fixture(scope="module")
def zone(clients) -> Iterator[str]:
    made = clients("route53").create_hosted_zone(Name="example.org", CallerReference="refusals")["HostedZone"]["Id"]
    yield made.split("/")[-1]
    clients("route53").delete_hosted_zone(Id=made)


@pytest.fixture(scope="module")
def good(tool: Path, world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An application's repository with what `init` writes."""
    repository = Repository(Deployment(tool, world, new_repository(tmp_path_factory.mktemp("good"))), "try")
    repository.take("flask")
    assert repository.init("--app", "refused", "--region", repository.region).code == 0
    return repository.path


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_deploy_isRefusedInOneLineBeforeAnythingCosts(
    case: Case, tool: Path, world: World, good: Path, zone: str, tmp_path: Path
):
    shutil.copytree(good, tmp_path, dirs_exist_ok=True)
    repository = Repository(Deployment(tool, world, tmp_path), "try")
    for name, content in case.files.items():
        if content is None:
            (tmp_path / name).unlink()
        else:
            (tmp_path / name).write_text(content)
    if case.link:
        (tmp_path / "data").symlink_to(case.link)
    settings = dict(case.settings)
    if "domain_name" in settings:
        settings |= {"hosted_zone_id": zone, "certificate_arn": CERTIFICATE.replace("eu-north-1", repository.region)}
    repository.set(**settings)
    repository.commit("Something that cannot be deployed")
    before = len(world.calls())
    # No index has the package either.
    result = repository.deploy("--create-state-bucket", PIP_NO_INDEX="1")
    assert result.code in (1, 2), result.text
    lines = result.err.splitlines()
    [at] = [at for at, line in enumerate(lines) if line.startswith("error")]
    said = "\n".join(lines[at:])
    assert all(word in said for word in case.words), result.text
    assert not {call["action"] for call in world.calls()[before:]} & COSTLY
