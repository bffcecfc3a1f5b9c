"""A real bake on the embedded AWS: what stays in the image, and that it boots and answers."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import boto3
import pytest
from conftest import ROOT, TOOLS, VARIABLES, arguments

#: Seconds between two looks at the embedded AWS, which is faster than AWS.
POLL = {"PKR_VAR_poll_seconds": "1"}
#: Seconds that an instance of the image gets to boot and answer.
BOOT_LIMIT = 90


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
def bake(packer, world, ec2, work) -> Bake:
    name = f"web-demo-{packer.name}"
    file = work / f"{packer.name}.json"
    packer.run("init", "packer", env=world)
    result = packer.run(
        "build",
        "-color=false",
        *arguments(work, image_name=name, manifest_path=str(file)),
        env=world | POLL,
        check=False,
    )
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
def instance(bake, world, ec2, packer):
    """An instance of the image with a key pair that the bake did not know."""
    group = ec2.create_security_group(GroupName=f"test-{packer.name}", Description="Tests of the bake")["GroupId"]
    builder = [{"CidrIp": world["PKR_VAR_builder_cidr"]}]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[{"IpProtocol": "tcp", "FromPort": p, "ToPort": p, "IpRanges": builder} for p in (22, 80)],
    )
    key = ec2.create_key_pair(KeyName=f"test-{packer.name}", KeyType="ed25519")["KeyMaterial"]
    [started] = ec2.run_instances(
        ImageId=bake.image["ImageId"],
        InstanceType="t3.small",
        MinCount=1,
        MaxCount=1,
        KeyName=f"test-{packer.name}",
        SecurityGroupIds=[group],
        MetadataOptions={"HttpTokens": "required"},
    )["Instances"]
    yield started["InstanceId"], started["PrivateIpAddress"], key
    ec2.terminate_instances(InstanceIds=[started["InstanceId"]])


def tags(resource: dict) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in resource["Tags"]}


def test_image_saysWhatItIs(bake, ec2):
    [base] = ec2.describe_images(ImageIds=[tags(bake.image)["ami-deploy:base-image"].split()[0]])["Images"]
    expected = {
        "Name": bake.image["Name"],
        "ami-deploy:app": "web",
        "ami-deploy:environment": "demo",
        "ami-deploy:build": VARIABLES["build"],
        "ami-deploy:commit": VARIABLES["commit"],
        "ami-deploy:version": VARIABLES["app_version"],
        "ami-deploy:base-image": f"{base['ImageId']} {base['Name']}",
    }
    assert tags(bake.image) == expected
    disk = bake.image["BlockDeviceMappings"][0]["Ebs"]
    assert disk["Encrypted"]
    [snapshot] = ec2.describe_snapshots(SnapshotIds=[disk["SnapshotId"]])["Snapshots"]
    assert tags(snapshot) == expected


def test_image_currentPacker_demandsImdsV2(bake, packer):
    if packer.name != "current":
        pytest.skip("imds_support is among what is taken out for Packer before 1.7")
    assert bake.image["ImdsSupport"] == "v2.0"


def test_manifest_namesTheImage(bake):
    [build] = bake.manifest["builds"]
    assert build["artifact_id"] == f"us-east-1:{bake.image['ImageId']}"
    assert build["custom_data"] == {
        "image_name": bake.image["Name"],
        "commit": VARIABLES["commit"],
        "base_image": "debian-12",
    }


def test_bake_leavesNothingTemporary(bake, ec2):
    temporary = [{"Name": "tag:ami-deploy:temporary", "Values": ["true"]}]
    instances = [i for r in ec2.describe_instances(Filters=temporary)["Reservations"] for i in r["Instances"]]
    assert instances
    assert {i["State"]["Name"] for i in instances} == {"terminated"}
    assert {tags(i)["ami-deploy:expires-at"] for i in instances} == {VARIABLES["expires_at"]}
    assert ec2.describe_security_groups(Filters=temporary)["SecurityGroups"] == []
    assert ec2.describe_key_pairs(Filters=temporary)["KeyPairs"] == []
    assert ec2.describe_volumes(Filters=temporary)["Volumes"] == []


def test_bake_wasOpenToTheBuilderOnly(bake, world):
    assert "0.0.0.0/0" not in bake.log
    assert f"port 22 from [{world['PKR_VAR_builder_cidr']}]" in bake.log


def test_forgottenBake_endsItself_alsoAfterAReboot(ec2, world):
    """The template's user data with seconds for minutes; nobody but the machine itself ends it."""
    script = (ROOT / "packer" / "dead-man.sh").read_text()
    assert script.count("@MINUTES@min") == 1
    images = ec2.describe_images(Filters=[{"Name": "name", "Values": ["debian-12-amd64-*"]}])["Images"]
    [machine] = ec2.run_instances(
        ImageId=images[0]["ImageId"],
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

    eventually("the timer", armed_and_up_for)
    ec2.reboot_instances(InstanceIds=[instance_id])
    eventually("the timer after the reboot", lambda: 0 < armed_and_up_for() < 15)
    assert state() == "running"
    eventually("its end", lambda: state() == "terminated")


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
    assert [path for path in paths if path.startswith(("/tmp/", "/var/tmp/"))] == []


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
    with urlopen(f"http://{address}/version", timeout=5) as answer:
        assert json.load(answer) == {
            "name": "web",
            "version": VARIABLES["app_version"],
            "commit": VARIABLES["commit"],
            "instance": instance_id,
        }


def test_secondConverge_changesNothing(packer, instance, work):
    if packer.name != "current":
        pytest.skip("the same playbook on the same kind of image")
    _, address, key = instance
    first_answer(f"http://{address}/health")
    secret = work / "key"
    secret.touch(mode=0o600)
    secret.write_text(key)
    inventory = work / "inventory"
    inventory.write_text(f"default ansible_host={address} ansible_user=admin ansible_ssh_private_key_file={secret}\n")
    # The first one fetches the package lists that sealing took away.
    converge(inventory, work)
    assert "changed=0" in converge(inventory, work)


def converge(inventory: Path, work: Path) -> str:
    """Runs the playbook as Packer does, and returns the line of its recap that counts for the machine."""
    values = {
        "app_name": "web",
        "app_version": VARIABLES["app_version"],
        "app_commit": VARIABLES["commit"],
        "webapp_dir": str(ROOT / "webapp"),
        "work_dir": str(work),
    }
    path = os.pathsep.join([*map(str, TOOLS), os.environ["PATH"]])
    result = subprocess.run(
        ["ansible-playbook", "-i", str(inventory), "-e", json.dumps(values), str(ROOT / "ansible" / "site.yml")],
        env=os.environ
        | {"PATH": path, "ANSIBLE_CONFIG": str(ROOT / "ansible" / "ansible.cfg"), "ANSIBLE_NOCOLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert result.returncode == 0, result.stdout[-6000:] + result.stderr
    return next(line for line in result.stdout.splitlines() if line.startswith("default ") and "changed=" in line)


def eventually(what: str, seen) -> None:
    """Polls until `seen` returns something true; what cannot be read at the moment is not yet true."""
    deadline = time.monotonic() + BOOT_LIMIT
    while True:
        try:
            if seen():
                return
        except (ValueError, IndexError):
            pass
        assert time.monotonic() < deadline, f"{what}: not within {BOOT_LIMIT} s"
        time.sleep(0.3)


def first_answer(url: str) -> dict:
    """The first good answer; an instance of the image is up within seconds."""
    deadline = time.monotonic() + BOOT_LIMIT
    while True:
        try:
            with urlopen(url, timeout=2) as answer:
                return json.load(answer)
        except (URLError, OSError) as problem:
            if time.monotonic() > deadline:
                raise AssertionError(f"{url}: no good answer within {BOOT_LIMIT} s, last: {problem}") from problem
            time.sleep(0.5)
