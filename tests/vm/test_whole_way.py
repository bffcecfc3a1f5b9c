"""The whole way on machines with a kernel of their own: bake with its reboot, apply, rollout, and what the kernel of the instance says.

The tests share one stack and one world and stand on each other, in this order. On an emulated processor a boot takes a minute and
the first bake ten, so what can be looked at together is.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from deployment import ROOT, Deployment, Result, World, copy_of_the_checkout, eventually, page, version

APP, ENVIRONMENT = "web", "machines"
#: Longest that a deployment may take, in seconds: bake, apply, boot and proof of health in software emulation on a busy computer.
DEPLOY_LIMIT = 3000
#: Longest that a boot may take until the page answers, in seconds.
BOOT_LIMIT = 600
REQUESTS, AT_ONCE = 1000, 8
#: What a machine says of itself on its console when all is well.
CLEAN = "image check: SELinux Enforcing, 0 denials since the boot"
SSH = (
    *("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"),
    *("-o", "ConnectTimeout=10", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes"),
    *("-o", "ServerAliveInterval=10", "-o", "ServerAliveCountMax=6"),
)
#: What the machine is asked, a shell command each; the answers are compared below.
QUESTIONS = {
    "mode": "getenforce",
    "denials": "/usr/local/sbin/selinux-denials",
    "failed": "systemctl list-units --failed --plain --no-legend --full",
    "inet6": "cat /proc/net/if_inet6 /proc/net/tcp6 /proc/net/udp6 /proc/net/raw6 2>/dev/null | grep -v local_address",
    "inet6_sockets": "ss -H -6 -a -n",
    "command_line": "cat /proc/cmdline",
    "listeners": "ss -H -4 -l -t -n",
    "process": "p=$(systemctl show --value -p MainPID webapp.service); ps -o user=,label= -p $p; grep -E '^(Cap|NoNewPrivs)' /proc/$p/status",
    "contexts": "stat -c '%C %n' /opt/webapp /opt/webapp/release.json /opt/webapp/app/webapp/__init__.py"
    " /etc/systemd/system/webapp.service /etc/shadow",
    "wrong_contexts": "restorecon -R -n -v /opt /etc /usr/local /home",
    "boot": "cat /proc/sys/kernel/random/boot_id",
    "booted": "sed -n 's/^btime //p' /proc/stat",
    "first_record": "sed -n '1s/.*msg=audit(\\([0-9]*\\).*/\\1/p' /var/log/audit/audit.log",
}


@dataclass
class Instance:
    """The one instance of the group, asked by its login user."""

    instance_id: str
    address: str
    key: Path

    def ask(self, command: str, limit: float = BOOT_LIMIT) -> str:
        """The output of a command run as root, once ssh answers (255 is ssh's own failure, tried again)."""

        def run() -> subprocess.CompletedProcess | None:
            call = ["ssh", *SSH, "-i", str(self.key), f"admin@{self.address}", "sudo", "sh", "-s"]
            result = subprocess.run(call, input=command, capture_output=True, text=True, timeout=limit)
            return result if result.returncode != 255 else None

        result = eventually(f"ssh to {self.instance_id}", run, timeout=limit)
        assert result.returncode == 0, f"{command}: exit {result.returncode}: {result.stdout}{result.stderr}"
        return result.stdout

    def facts(self) -> dict[str, str]:
        """The answers to all questions; the mode and the count of denials are said on the machine's console too."""
        script = "".join(f"echo '### {name}'\n{{ {command}; }} 2>&1\n" for name, command in QUESTIONS.items())
        script += "/usr/local/sbin/selinux-denials >/run/denials || exit\n"
        script += (
            'echo "image check: SELinux $(getenforce), $(wc -l </run/denials) denials since the boot" >/dev/console\n'
        )
        answers = re.split(r"(?m)^### (.*)\n", self.ask(script))[1:]
        return {name: answer.strip() for name, answer in zip(answers[::2], answers[1::2], strict=True)}


@pytest.fixture(scope="module")
def key(clients, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("key") / "onlooker.pem"
    file.touch(mode=0o600)
    file.write_text(clients("ec2").create_key_pair(KeyName="onlooker", KeyType="ed25519")["KeyMaterial"])
    return file


@pytest.fixture(scope="module")
def deployment(world: World, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    return Deployment(ROOT / "ami-deploy", world, copy_of_the_checkout(tmp_path_factory.mktemp("checkout")))


def deploy(deployment: Deployment, *arguments: str) -> Result:
    """Runs the command line and shows what it says while it runs."""
    command = [str(deployment.command), *arguments, "--directory", str(deployment.checkout)]
    with subprocess.Popen(
        command,
        env=os.environ | deployment.world.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        limit = threading.Timer(DEPLOY_LIMIT, process.terminate)
        limit.daemon = True
        limit.start()
        lines = []
        try:
            for line in process.stdout:
                print(time.strftime("%X"), line, end="", flush=True)
                lines.append(line)
        finally:
            limit.cancel()
    return Result(process.returncode, "".join(lines), "")


@pytest.fixture(scope="module")
def url(deployment: Deployment, key: Path) -> str:
    """The URL of the deployment; every test of this module needs it."""
    deployment.environment_file(ENVIRONMENT, key_name="onlooker", health_check_grace_period=1800)
    result = deploy(
        deployment, "deploy", "--environment", ENVIRONMENT, "--auto-approve", "--create-state-bucket",
        "--app-version", "1.0.0", "--commit", "100c0ffee",
    )  # fmt: skip
    assert result.code == 0, result.text[-6000:]
    assert result.last_line.startswith("http://")
    return result.last_line


@pytest.fixture(scope="module")
def instance(url: str, clients, world: World, key: Path) -> Instance:
    """The instance, opened to this computer's ssh, and kept although it will not answer while it reboots."""
    ec2 = clients("ec2")
    filters = [
        {"Name": "tag:ami-deploy:environment", "Values": [ENVIRONMENT]},
        {"Name": "instance-state-name", "Values": ["running"]},
        {"Name": "tag-key", "Values": ["aws:autoscaling:groupName"]},
    ]
    [found] = [one for each in ec2.describe_instances(Filters=filters)["Reservations"] for one in each["Instances"]]
    clients("autoscaling").suspend_processes(
        AutoScalingGroupName=f"{APP}-{ENVIRONMENT}", ScalingProcesses=["ReplaceUnhealthy"]
    )
    ec2.authorize_security_group_ingress(
        GroupId=found["SecurityGroups"][0]["GroupId"],
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 22,
                "ToPort": 22,
                "IpRanges": [{"CidrIp": world.environment["PKR_VAR_builder_cidr"]}],
            }
        ],
    )
    return Instance(found["InstanceId"], found["PrivateIpAddress"], key)


@pytest.fixture(scope="module")
def broken_bake(url: str, deployment: Deployment, clients, tmp_path_factory: pytest.TempPathFactory):
    """A bake whose policy labels a file that the application needs as one that it may not read; it runs beside the other tests.

    It starts from the image that has just been baked, so that it need not install and label the operating system once more.
    """
    checkout = copy_of_the_checkout(tmp_path_factory.mktemp("broken"))
    template = checkout / "packer" / "webapp.pkr.hcl"
    [image] = clients("ec2").describe_images(Owners=["self"])["Images"]
    text = template.read_text()
    assert text.count('owner = "136693071363"') == 1 and text.count('name  = "debian-12-amd64-*"') == 1
    text = text.replace('owner = "136693071363"', 'owner = "self"')
    template.write_text(text.replace('name  = "debian-12-amd64-*"', f'name  = "{image["Name"]}"'))
    policy = checkout / "ansible" / "roles" / "app" / "files" / "webapp.cil"
    label = '(filecon "/opt/webapp/release\\.json" file (system_u object_r shadow_t ((s0) (s0))))\n'
    policy.write_text(policy.read_text() + label)
    broken = Deployment(deployment.command, deployment.world, checkout)
    broken.environment_file("broken")
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(
            deploy, broken, "bake", "--environment", "broken", "--app-version", "2.0.0", "--commit", "200c0ffee"
        )


def check(facts: dict[str, str]) -> None:
    """What must hold after every boot."""
    assert facts["mode"] == "Enforcing"
    assert facts["denials"] == ""
    assert facts["failed"] == ""
    assert "ipv6.disable=1" in facts["command_line"] and "security=selinux" in facts["command_line"]
    assert facts["inet6"] == "" and facts["inet6_sockets"] == ""


def console(clients, instance: Instance) -> list[str]:
    """What the machine said on its own console about its checks; printed into the tier's log."""
    output = clients("ec2").get_console_output(InstanceId=instance.instance_id)["Output"]
    lines = [line for line in output.splitlines() if "image check:" in line]
    for line in lines:
        print(f"console of {instance.instance_id}: {line}", flush=True)
    return lines


def test_deploy_pageAnswersThroughTheBalancer(url: str, broken_bake):
    assert "1.0.0" in page(url)
    assert version(url)["version"] == "1.0.0"


def test_instance_afterFreshBoot_enforcesAndHasNoIpv6(instance: Instance, url: str, clients):
    assert version(url)["instance"] == instance.instance_id
    facts = instance.facts()
    print(json.dumps(facts, indent=2))
    check(facts)
    # Nothing of the bake is in the log that came with the image.
    assert int(facts["first_record"]) >= int(facts["booted"]) - 5
    assert console(clients, instance) == [CLEAN]


def test_service_userCapabilitiesAndContexts_areAsMeant(instance: Instance):
    facts = instance.facts()
    process, *status = facts["process"].splitlines()
    assert process.split() == ["webapp", "system_u:system_r:webapp_t:s0"]
    # Bit 10 is CAP_NET_BIND_SERVICE: all that it has, and all that it could ever get.
    only = f"{1 << 10:016x}"
    values = dict(line.split() for line in status)
    assert values == {
        "CapInh:": only,
        "CapPrm:": only,
        "CapEff:": only,
        "CapBnd:": only,
        "CapAmb:": only,
        "NoNewPrivs:": "1",
    }
    contexts = {line.split()[1]: line.split()[0].split(":")[2] for line in facts["contexts"].splitlines()}
    assert contexts == {
        "/opt/webapp": "webapp_content_t",
        "/opt/webapp/release.json": "webapp_content_t",
        "/opt/webapp/app/webapp/__init__.py": "webapp_content_t",
        "/etc/systemd/system/webapp.service": "systemd_unit_t",
        "/etc/shadow": "shadow_t",
    }
    assert facts["wrong_contexts"] == ""
    ports = {line.split()[3].rsplit(":", 1)[1] for line in facts["listeners"].splitlines()}
    assert {"22", "80"} <= ports


def test_thousandRequests_noneDenied(url: str, instance: Instance, clients):
    def ask(number: int) -> int:
        with urllib.request.urlopen(f"{url}/{('', 'version', 'health')[number % 3]}", timeout=60) as answer:
            return answer.status

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(ask, range(REQUESTS)))
    assert answers == [200] * REQUESTS
    assert instance.ask("/usr/local/sbin/selinux-denials 2>&1") == ""


def test_secondConverge_changesNothing(
    instance: Instance, deployment: Deployment, clients, world: World, tmp_path: Path
):
    """The instance reaches no package source, so what stands in its place is that it needs none: only the lists are left out."""
    inventory = tmp_path / "inventory"
    inventory.write_text(
        f"default ansible_host={instance.address} ansible_user=admin ansible_ssh_private_key_file={instance.key}\n"
    )
    values = {
        "app_name": APP,
        "app_version": "1.0.0",
        "app_commit": "100c0ffee",
        "webapp_dir": str(deployment.checkout / "webapp"),
        "work_dir": str(tmp_path),
    }
    tools = [ROOT / ".tools" / "bin", ROOT / ".tools" / "venv" / "bin"]
    result = subprocess.run(
        [
            *("ansible-playbook", "-i", str(inventory), "-e", json.dumps(values), "--skip-tags", "package-lists"),
            str(deployment.checkout / "ansible" / "site.yml"),
        ],
        env=os.environ
        | {
            "PATH": os.pathsep.join([*map(str, tools), os.environ["PATH"]]),
            "ANSIBLE_CONFIG": str(ROOT / "ansible" / "ansible.cfg"),
            "ANSIBLE_NOCOLOR": "1",
        },
        capture_output=True,
        text=True,
        timeout=1800,
    )
    assert result.returncode == 0, result.stdout[-6000:] + result.stderr
    recap = next(line for line in result.stdout.splitlines() if line.startswith("default ") and "changed=" in line)
    assert "changed=0" in recap, "\n".join(
        line for line in result.stdout.splitlines() if "changed" in line or "TASK" in line
    )


def test_brokenPolicy_endsTheBakeWithItsDenial(broken_bake):
    result = broken_bake.result(timeout=DEPLOY_LIMIT)
    assert result.code not in (0, None)
    assert re.search(
        r"SELinux denied \d+ times?: .*release\.json.*webapp_t.*shadow_t", result.text.replace("\n", " ")
    ), result.text[-6000:]


def test_instance_afterReboot_enforcesAndHasNoIpv6(instance: Instance, url: str, clients):
    before, said = instance.ask(QUESTIONS["boot"]), len(console(clients, instance))
    clients("ec2").reboot_instances(InstanceIds=[instance.instance_id])
    eventually("another boot", lambda: instance.ask(QUESTIONS["boot"]) not in ("", before), timeout=BOOT_LIMIT)
    eventually("the page", lambda: version(url)["instance"] == instance.instance_id, timeout=BOOT_LIMIT)
    facts = instance.facts()
    check(facts)
    assert facts["boot"].strip() != before.strip()
    lines = console(clients, instance)
    assert len(lines) == said + 1 and lines[-1] == CLEAN
