"""Real bakes on the embedded AWS: what stays in an image, and that it boots and answers.

The base layer is the one that an earlier run baked by the same recipes, else it is baked here; the application's is baked on it once with each
kind of Packer.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import applications
import boto3
import pytest
from applications import Application
from cached_images import CachedImages
from conftest import ROOT, TOOLS, VARIABLES, arguments
from world import eventually

#: Seconds between two looks at the embedded AWS, which is faster than AWS.
POLL = {"PKR_VAR_poll_seconds": "1"}
#: Seconds that an instance of the image gets to boot and answer.
BOOT_LIMIT = 90


#: Packages that each kind of Packer is asked to add to the application's layer.
PACKAGES = {"current": [], "before-1.7": ["tree"]}
#: What an instance is told at its launch, as terraform/launch_template.tf writes it.
RELEASE = {"name": "shop", "version": '2.0.0 "beta"', "commit": "4c0ffee"}
TOLD = RELEASE | {"environment": "demo", "settings": {"DATABASE_URL": "sqlite://"}}
USER_DATA = f"#cloud-config\n# ami-deploy: {json.dumps(TOLD)}\n{{}}\n"
#: What the trial start is given and no image has.
PLACEHOLDER = 'no "real" $secret, 100 %, c:\\temp'


@dataclass(frozen=True)
class Bake:
    image: dict
    manifest: dict
    log: str


@pytest.fixture(scope="session")
def ec2(world):
    return boto3.client(
        "ec2",
        endpoint_url=world["AWS_ENDPOINT_URL"],
        region_name=world["AWS_REGION"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


@pytest.fixture(scope="session")
def work(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="session")
def upstream(ec2) -> dict:
    """The distribution's image."""
    images = ec2.describe_images(Filters=[{"Name": "name", "Values": ["debian-12-amd64-*"]}])["Images"]
    return max(images, key=lambda image: image["CreationDate"])


@pytest.fixture(scope="session")
def base(any_packer, account, world, ec2, work, upstream) -> Bake:
    kept = CachedImages(account, "containers").of_these_recipes()
    if kept:
        print(f"base layer {kept['ImageId']} from the cache", flush=True)
        return Bake(kept, {}, "")
    any_packer.run("init", "packer", env=world)
    changes = {"layer": "base", "base_baked_at": "", "source_ami": upstream["ImageId"], "image_name": "web-base"}
    return build(any_packer, world, ec2, work, **changes)


@pytest.fixture(scope="session")
def application(work) -> Application:
    return applications.make(work, len(PLACEHOLDER))


@pytest.fixture(scope="session")
def bake(packer, world, ec2, work, base, application) -> Bake:
    packer.run("init", "packer", env=world)
    changes = {"source_ami": base.image["ImageId"], "image_name": f"web-{packer.name}"}
    changes |= {
        name: value if isinstance(value, str) else json.dumps(value) for name, value in settings(application).items()
    }
    more = application.environment
    return build(packer, world, ec2, work, more=more, packages=json.dumps(PACKAGES[packer.name]), **changes)


def settings(application: Application) -> dict:
    """What image.yml and an environment's file would say, by Packer's names."""
    return {
        "application_dir": str(application.directory),
        "exclude": ["tests", "*.in", "pyproject.toml"],
        "build_packages": ["bc"],
        "tasks_file": str(application.tasks),
        "outgoing_ports": [6379, 443, 6379],
        "bake_environment": {"DATABASE_URL": PLACEHOLDER},
        "health_check_path": "/placeholder",
        "health_check_matcher": "201-299,418",
    }


def build(packer, world, ec2, work, more: dict[str, str] | None = None, **changes: str) -> Bake:
    name = changes["image_name"]
    file = work / f"{name}.json"
    words = arguments(work, manifest_path=str(file), **changes)
    result = packer.run("build", "-color=false", *words, env=world | POLL | (more or {}), check=False)
    assert result.returncode == 0, result.stdout[-6000:] + result.stderr
    [image] = ec2.describe_images(Owners=["self"], Filters=[{"Name": "name", "Values": [name]}])["Images"]
    return Bake(image, json.loads(file.read_text()), result.stdout)


@pytest.fixture(scope="session")
def files(bake) -> list[str]:
    """Every regular file of the image that is never booted, with its size: `<bytes> <path>`."""
    return image_shell(
        bake, "find / -xdev -path /proc -prune -o -path /sys -prune -o -type f -printf '%s %p\\n'"
    ).splitlines()


def image_shell(bake: Bake, script: str) -> str:
    snapshot = bake.image["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    listing = ["docker", "images", "--format", "{{.Repository}}:{{.Tag}}", "--filter", f"reference=*/*:{snapshot}"]
    [reference] = subprocess.run(listing, check=True, capture_output=True, text=True).stdout.split()
    command = ["docker", "run", "--rm", "--network=none", "--entrypoint=/bin/sh", reference, "-c", script]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="session")
def launch(world, ec2):
    """Starts an instance with a key pair that no bake knew, open to this computer; returns its id, address and key."""
    group = ec2.create_security_group(GroupName="test", Description="Tests of the bake")["GroupId"]
    builder = [{"CidrIp": world["PKR_VAR_builder_cidr"]}]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[{"IpProtocol": "tcp", "FromPort": p, "ToPort": p, "IpRanges": builder} for p in (22, 80)],
    )
    key = ec2.create_key_pair(KeyName="test", KeyType="ed25519")["KeyMaterial"]
    started = []

    def run(bake: Bake, **more) -> tuple[str, str, str]:
        [machine] = ec2.run_instances(
            ImageId=bake.image["ImageId"],
            InstanceType="t3.small",
            MinCount=1,
            MaxCount=1,
            KeyName="test",
            SecurityGroupIds=[group],
            MetadataOptions={"HttpTokens": "required"},
            **more,
        )["Instances"]
        started.append(machine["InstanceId"])
        return machine["InstanceId"], machine["PrivateIpAddress"], key

    yield run
    if started:
        ec2.terminate_instances(InstanceIds=started)


@pytest.fixture(scope="session")
def instance(bake, launch):
    return launch(bake, UserData=USER_DATA)


def tags(resource: dict) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in resource["Tags"]}


#: Tags of every image here.
COMMON = {
    "ami-deploy:app": "web",
    "ami-deploy:build": VARIABLES["build"],
    "ami-deploy:commit": VARIABLES["commit"],
    "ami-deploy:version": VARIABLES["app_version"],
    "ami-deploy:fingerprint": VARIABLES["fingerprint"],
    "owner": 'team "web"',
    "cost:centre": "4711",
}


def check_tags(ec2, bake: Bake, expected: dict[str, str]) -> None:
    assert tags(bake.image) == expected
    disk = bake.image["BlockDeviceMappings"][0]["Ebs"]
    assert disk["Encrypted"]
    [snapshot] = ec2.describe_snapshots(SnapshotIds=[disk["SnapshotId"]])["Snapshots"]
    assert tags(snapshot) == expected


def test_baseLayer_saysWhatItIs(base, ec2, upstream):
    source = f"{upstream['ImageId']} {upstream['Name']}"
    own = {"Name": base.image["Name"], "ami-deploy:layer": "base", "ami-deploy:base-image": source}
    if base.log:
        check_tags(ec2, base, COMMON | own)
    else:
        its = tags(base.image)
        assert its["ami-deploy:app"], "of whichever application was the first to bake it"
        check_tags(ec2, base, its | own)
        assert {key for key in its if key.startswith("ami-deploy:")} == {
            key for key in COMMON | own if key.startswith("ami-deploy:")
        }


def test_applicationLayer_saysWhatItIs(bake, base, ec2):
    own = {
        "Name": bake.image["Name"],
        "ami-deploy:layer": "application",
        "ami-deploy:base-image": f"{base.image['ImageId']} {base.image['Name']}",
        "ami-deploy:base-baked-at": VARIABLES["base_baked_at"],
        "ami-deploy:outgoing-ports": "443,6379",
    }
    check_tags(ec2, bake, COMMON | own)


def test_image_currentPacker_demandsImdsV2(bake, packer):
    if packer.name != "current":
        pytest.skip("imds_support is among what is taken out for Packer before 1.7")
    assert bake.image["ImdsSupport"] == "v2.0"


def test_manifest_namesTheImage(bake, base):
    [build] = bake.manifest["builds"]
    assert build["artifact_id"] == f"us-east-1:{bake.image['ImageId']}"
    assert build["custom_data"] == {
        "image_name": bake.image["Name"],
        "layer": "application",
        "fingerprint": VARIABLES["fingerprint"],
        "source_ami": base.image["ImageId"],
    }


def test_bake_leavesNothingTemporary(bake, ec2):
    temporary = [{"Name": "tag:ami-deploy:temporary", "Values": ["true"]}]
    instances = [i for r in ec2.describe_instances(Filters=temporary)["Reservations"] for i in r["Instances"]]
    assert instances
    assert {i["State"]["Name"] for i in instances} == {"terminated"}
    assert {tags(i)["ami-deploy:expires-at"] for i in instances} == {VARIABLES["expires_at"]}
    assert {tags(i)["ami-deploy:environment"] for i in instances} == {"demo"}
    assert ec2.describe_security_groups(Filters=temporary)["SecurityGroups"] == []
    assert ec2.describe_key_pairs(Filters=temporary)["KeyPairs"] == []
    assert ec2.describe_volumes(Filters=temporary)["Volumes"] == []


def test_bake_wasOpenToTheBuilderOnly(bake, world):
    assert "0.0.0.0/0" not in bake.log
    assert f"port 22 from [{world['PKR_VAR_builder_cidr']}]" in bake.log


def test_applicationLayer_asksForPackageLists_whereItHasPackagesOnly(bake, packer):
    installed = PACKAGES[packer.name]
    # Of the application, and of what builds its package without a wheel.
    task = r"Install packages \(Debian\)\].*\n.*?(\w+): \[default\]"
    assert re.findall(task, bake.log).count("changed") == len(installed) + 1
    for package in installed:
        assert image_shell(bake, f"dpkg-query -W -f '${{Status}}' {package}") == "install ok installed"


def test_packageWithoutAWheel_isBuilt_andWhatBuiltItIsGone(bake, work):
    script = "dpkg-query -W -f '${Status}' bc 2>/dev/null || true; /opt/webapp/venv/bin/python -c 'import probe; print(probe.BUILT_BY)'"
    assert image_shell(bake, script).startswith("bc ")
    lock = image_shell(bake, "cat /opt/webapp/requirements.lock")
    assert lock == (work / f"requirements-{bake.image['Name']}.lock").read_text()
    assert "probe==1.0" in lock and "flask==" in lock


def test_ownTasks_haveRun_withWhatLiesBesideThem(bake):
    assert image_shell(bake, "cat /etc/shop.conf") == "made of web\n"
    assert image_shell(bake, "find / -xdev -name 'shop.conf.j2'") == ""


def test_trialStart_leavesNothing(bake):
    """It was asked for a path that is good only with the placeholder, and wrote into its directory."""
    assert image_shell(bake, "ls -A /var/lib/webapp /run/systemd/system 2>/dev/null || true") == ""
    search = "grep -rlF 'no \"real\"' /etc /opt /var /root /home /run /srv /tmp /usr/local 2>/dev/null || true"
    assert image_shell(bake, search) == ""


def test_forgottenBake_endsItself_alsoAfterAReboot(ec2, upstream):
    """The template's user data with seconds for minutes; nobody but the machine itself ends it."""
    script = (ROOT / "packer" / "dead-man.sh").read_text()
    assert script.count("@MINUTES@min") == 1
    [machine] = ec2.run_instances(
        ImageId=upstream["ImageId"],
        InstanceType="t3.small",
        MinCount=1,
        MaxCount=1,
        UserData=script.replace("@MINUTES@min", "30s"),
        InstanceInitiatedShutdownBehavior="terminate",
    )["Instances"]
    instance_id = machine["InstanceId"]
    label = ["--filter", f"label=ami-deploy.local.instance={instance_id}"]

    def armed_and_up_for() -> float:
        """Seconds since the machine's own start, once its timer runs; 0 before."""
        [container] = subprocess.run(["docker", "ps", "-q", *label], capture_output=True, text=True).stdout.split()
        ask = "systemctl is-active dead-man.timer && ps -o etimes= -p 1"
        result = subprocess.run(["docker", "exec", container, "sh", "-c", ask], capture_output=True, text=True)
        return float(result.stdout.split()[-1]) + 0.1 if result.returncode == 0 else 0

    def state() -> str:
        return ec2.describe_instances(InstanceIds=[instance_id])["Reservations"][0]["Instances"][0]["State"]["Name"]

    eventually("the timer", armed_and_up_for, BOOT_LIMIT, every=0.3)
    ec2.reboot_instances(InstanceIds=[instance_id])
    eventually("the timer after the reboot", lambda: 0 < armed_and_up_for() < 15, BOOT_LIMIT, every=0.3)
    assert state() == "running"
    eventually("its end", lambda: state() == "terminated", BOOT_LIMIT, every=0.3)


def test_image_holdsNoKeyAndNoTraceOfTheBake(files):
    paths = [line.split(" ", 1)[1] for line in files]
    assert [path for path in paths if "dead-man" in path] == []
    traces = (
        "/.ansible/",
        "/.aws/",
        "/.cache/",
        "/authorized_keys",
        "/ssh_host_",
        "_history",
        "/id_ed25519",
        "/id_rsa",
    )
    assert [path for path in paths if any(trace in path for trace in traces)] == []
    assert [path for path in paths if path.startswith(("/tmp/", "/var/tmp/", "/var/lib/apt/lists/"))] == []


def test_image_holdsNoLogAndNoIdentity(files):
    sizes = {line.split(" ", 1)[1]: int(line.split(" ", 1)[0]) for line in files}
    assert sizes["/etc/machine-id"] == 0
    # Written while the machine shuts down, after the sealing; they name no key.
    shutdown = ("/var/log/wtmp", "/var/log/lastlog", "/var/log/btmp")
    logs = {path: size for path, size in sizes.items() if path.startswith("/var/log/") and size}
    assert set(logs) <= set(shutdown)


def test_image_holdsNoPublicKeyOfAnybody(bake):
    # Ed25519 is the type of the bake's key; sshd's own files and programs only mention its name.
    found = image_shell(bake, "grep -rIlE 'ssh-ed25519 AAAA' /etc /home /root /var /opt /srv 2>/dev/null || true")
    assert found == ""


def test_image_boots_andAnswersAsItself(instance):
    instance_id, address, _ = instance
    assert first_answer(f"http://{address}/health")["status"] == "ready"
    assert answer(f"http://{address}/version") == RELEASE | {"instance": instance_id}
    assert answer(f"http://{address}/told") == {"DATABASE_URL": "sqlite://", "APP_ENVIRONMENT": "demo", "PORT": "80"}


def test_instanceThatIsToldNothing_startsAllTheSame(bake, packer, launch, any_packer):
    if packer.name != any_packer.name:
        pytest.skip("the same unit in the same kind of image")
    instance_id, address, _ = launch(bake)
    assert first_answer(f"http://{address}/health")["status"] == "ready"
    defaults = {"name": "webapp", "version": "unknown", "commit": "unknown"}
    assert answer(f"http://{address}/version") == defaults | {"instance": instance_id}


def test_secondConverge_ofBothPlaybooks_changesNothing(packer, any_packer, instance, work, application):
    if packer.name != any_packer.name:
        pytest.skip("the same playbooks on the same kind of image")
    _, address, key = instance
    first_answer(f"http://{address}/health")
    secret = work / "key"
    secret.touch(mode=0o600)
    secret.write_text(key)
    inventory = work / "inventory"
    inventory.write_text(f"default ansible_host={address} ansible_user=admin ansible_ssh_private_key_file={secret}\n")
    # Sealing took the package lists away; without them nothing can be newer.
    assert "changed=0" in converge("base", inventory, work, application, "--skip-tags", "package-lists")
    assert "changed=0" in converge("application", inventory, work, application)
    # It had been running, and runs again as the unit says.
    assert first_answer(f"http://{address}/told")["DATABASE_URL"] == "sqlite://"


def converge(layer: str, inventory: Path, work: Path, application: Application, *more: str) -> str:
    """Runs a playbook as Packer does, and returns the line of its recap that counts for the machine."""
    said = settings(application)
    values = {
        "work_dir": str(work),
        "application_tasks": said.pop("tasks_file"),
        "application_dir": said.pop("application_dir"),
    }
    values |= {f"application_{name}": value for name, value in said.items() if not name.startswith("health_")}
    path = os.pathsep.join([*map(str, TOOLS), os.environ["PATH"]])
    playbook = str(ROOT / "ansible" / f"{layer}.yml")
    result = subprocess.run(
        ["ansible-playbook", "-i", str(inventory), "-e", json.dumps(values), *more, playbook],
        env=os.environ
        | application.environment
        | {"PATH": path, "ANSIBLE_CONFIG": str(ROOT / "ansible" / "ansible.cfg"), "ANSIBLE_NOCOLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert result.returncode == 0, result.stdout[-6000:] + result.stderr
    return next(line for line in result.stdout.splitlines() if line.startswith("default ") and "changed=" in line)


def answer(url: str) -> dict:
    with urlopen(url, timeout=5) as found:
        return json.load(found)


def first_answer(url: str) -> dict:
    """The first good answer; an instance of the image is up within seconds."""
    return eventually(f"a good answer of {url}", lambda: answer(url), BOOT_LIMIT, every=0.5)
