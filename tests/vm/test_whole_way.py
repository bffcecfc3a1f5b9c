"""The whole way on machines with a kernel of their own: bake, apply, rollout, and what the kernel of the instance says.

The tests share one stack and one world and stand on each other, in this order. On an emulated processor a boot takes a minute, the base
layer with its labelling and its reboot a quarter of an hour, and every call of Ansible's seconds. So an image that an earlier run baked
is used again where the product would use it, the application's only if what bakes it is the same too, and what can be looked at together is.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cached_images import CachedImages
from deployment import Deployment, Result, copy_of_the_checkout, page, version
from instance import BOOT_LIMIT, QUESTIONS, Instance
from start_lines import BESIDE, compile_static_server, script
from world import ROOT, World, eventually

APP, ENVIRONMENT = "web", "machines"
#: Longest that a deployment may take, in seconds: bake, apply, boot and proof of health in software emulation on a busy computer.
DEPLOY_LIMIT = 3600
RUNNING = {"Name": "instance-state-name", "Values": ["running"]}
REQUESTS, AT_ONCE = 1000, 8
#: What a machine says of itself on its console when all is well.
CLEAN = "image check: SELinux Enforcing, 0 denials since the boot"
#: Code that opens a file which everybody may read and webapp_t may not, asks for a connection, and for a system call that the unit filters;
#: the application goes on without.
DENIED = """
import contextlib
import os
import socket
from pathlib import Path

with contextlib.suppress(OSError):
    Path("/var/lib/dpkg/status").read_bytes()
with contextlib.suppress(OSError):
    socket.create_connection(("127.0.0.1", 5432), timeout=1)
with contextlib.suppress(OSError):
    os.setpriority(os.PRIO_PROCESS, 0, 1)
"""
CODE = "/opt/webapp/app/webapp/__init__.py"
#: How a playbook begins; its further tasks come behind.
PLAY = """
- hosts: all
  become: true
  gather_subset: ["!all", min, virtual, selinux]
  tasks:
    - ansible.builtin.include_role: {name: base, tasks_from: detect}
"""
TRIAL_BEGINS = "What is for machines only is done"
#: The bake's trial start, of an application that runs already.
TRIAL = f"""\
    - name: {TRIAL_BEGINS}
      ansible.builtin.debug:
    - ansible.builtin.include_role: {{name: app, tasks_from: trial}}
      vars: {{app_user: "{{{{ service_user }}}}", app_home: "{{{{ service_home }}}}", app_selinux_domain: "{{{{ service_domain }}}}"}}
"""
#: What a trial start that has failed leaves to the machine, which a bake throws away.
AFTER_TRIAL = f"""
mv /run/code {CODE}
restorecon {CODE}
rm -r /run/systemd/system/webapp.service.d
systemctl daemon-reload
systemctl restart webapp.service
"""
#: What a machine with a kernel of its own has beyond a container: kernel and boot loader, policy, labels, the application's domain.
MACHINE = """\
    - ansible.builtin.include_role: {name: base, tasks_from: "kernel_{{ ansible_facts['os_family'] }}"}
    - ansible.builtin.include_role: {name: base, tasks_from: selinux}
    - ansible.builtin.include_role: {name: runtime, tasks_from: selinux}
      vars: {runtime_home: "{{ service_home }}"}
"""


@pytest.fixture(scope="module")
def key(clients, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("key") / "onlooker.pem"
    file.touch(mode=0o600)
    file.write_text(clients("ec2").create_key_pair(KeyName="onlooker", KeyType="ed25519")["KeyMaterial"])
    return file


@pytest.fixture(scope="module")
def deployment(world: World, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """The checkout, whose application requires gunicorn too, without hashes, and has a program that is no Python."""
    checkout = copy_of_the_checkout(tmp_path_factory.mktemp("checkout"))
    application = checkout / "webapp"
    (application / "requirements.txt").write_text((application / "requirements.in").read_text() + "gunicorn\n")
    if shutil.which("gcc"):
        compile_static_server(application / "static-server")
    return Deployment(ROOT / "ami-deploy", world, checkout)


def deploy(deployment: Deployment, *arguments: str) -> Result:
    """Runs the command line and shows what it says while it runs."""
    began, environment = time.monotonic(), arguments[arguments.index("--environment") + 1]
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
                print(f"{time.strftime('%X')} {environment}: {line}", end="", flush=True)
                lines.append(line)
        finally:
            limit.cancel()
    print(f"{time.strftime('%X')} {environment}: {arguments[0]} took {time.monotonic() - began:.0f} s", flush=True)
    return Result(process.returncode, "".join(lines), "")


@pytest.fixture(scope="module")
def url(deployment: Deployment, key: Path, base_layers: CachedImages, clients) -> str:
    """The URL of the deployment; every test of this module needs it."""
    base_layers.load_application(APP)
    deployment.environment_file(ENVIRONMENT, key_name="onlooker", health_check_grace_period=1800)
    result = deploy(
        deployment, "deploy", "--environment", ENVIRONMENT, "--auto-approve", "--create-state-bucket",
        "--app-version", "1.0.0", "--commit", "100c0ffee",
    )  # fmt: skip
    assert result.code == 0, result.text[-6000:]
    print(*base_layers.origins(), sep="\n", flush=True)
    base_layers.keep()
    image_id = application_image(clients)
    print(f"application {image_id}: {'from the cache' if image_id in base_layers.imported else 'baked'}", flush=True)
    base_layers.keep_application(APP, image_id)
    assert result.last_line.startswith("http://")
    return result.last_line


def application_image(clients) -> str:
    filters = [{"Name": "tag:ami-deploy:environment", "Values": [ENVIRONMENT]}, RUNNING]
    [reservation] = clients("ec2").describe_instances(Filters=filters)["Reservations"]
    return reservation["Instances"][0]["ImageId"]


@pytest.fixture(scope="module")
def instance(url: str, clients, world: World, key: Path) -> Instance:
    """The instance, opened to this computer's ssh, and kept although it will not answer while it reboots."""
    ec2 = clients("ec2")
    filters = [
        {"Name": "tag:ami-deploy:environment", "Values": [ENVIRONMENT]},
        RUNNING,
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


def test_deploy_pageAnswersThroughTheBalancer(url: str):
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
        "/run/webapp/environment": "webapp_runtime_t",
        "/var/lib/webapp": "webapp_state_t",
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


@pytest.mark.parametrize("name", BESIDE)
def test_anotherStartLine_runsConfined_inTheSameUnit(name: str, instance: Instance):
    """The unit as it is in the image, with another line; its user may not be told from the application's by anything else."""
    if name == "static" and not shutil.which("gcc"):
        pytest.skip("gcc is not installed, so there is no static binary to run")
    said = instance.ask(script(name))
    answer, *processes, status = said.strip().splitlines()
    assert "ready" in answer if name == "gunicorn" else answer == "static", said
    assert len(processes) == (3 if name == "gunicorn" else 1)
    assert {process.split()[1] for process in processes} == {"system_u:system_r:webapp_t:s0"}, said
    assert status.split() == ["NoNewPrivs:", "1", "Seccomp:", "2"]


@pytest.fixture(scope="module")
def converged(instance: Instance, deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """What Ansible says where it does again what is for machines only, and then of a trial start of code that is denied something.

    One run, since each would gather facts and open its connections.
    """
    instance.ask(f"cp -p {CODE} /run/code\ncat >>{CODE} <<'END'\n{DENIED}END\n")
    try:
        result = converge(MACHINE + TRIAL, instance, deployment, tmp_path_factory.mktemp("converge"))
    finally:
        instance.ask(AFTER_TRIAL)
    said, begins, trial = result.stdout.partition(f"TASK [{TRIAL_BEGINS}]")
    assert begins and result.returncode != 0, result.stdout[-6000:] + result.stderr
    return said, trial


def test_secondConverge_ofWhatIsForMachinesOnly_changesNothing(converged: tuple[str, str]):
    """Of both playbooks as they are packer/tests/test_bake.py sees it, in a container."""
    said, _ = converged
    assert said.count("\nok: [default]") > 10, said
    assert "\nchanged: " not in said, said


def test_applicationThatIsDeniedSomething_endsItsTrialStartWithTheDenial_andTheSettingThatAllowsIt(
    converged: tuple[str, str],
):
    """As a bake does it, which make causes has whole: file_is_denied."""
    _, trial = converged
    said = re.sub(r"\s+", " ", trial)
    assert re.search(r"SELinux denied \d+ times: .*webapp_t.*dpkg_var_lib_t", said), trial[-6000:]
    assert "(image.yml allows it: outgoing_ports: [5432])" in said
    assert re.search(r"setpriority of \S+ \(image.yml allows it: system_calls: \[setpriority\]\)", said)


def converge(
    tasks: str, instance: Instance, deployment: Deployment, directory: Path
) -> subprocess.CompletedProcess[str]:
    playbook = deployment.checkout / "ansible" / "machine.yml"
    playbook.write_text(PLAY + tasks)
    inventory = directory / "inventory"
    inventory.write_text(
        f"default ansible_host={instance.address} ansible_user=admin ansible_ssh_private_key_file={instance.key}\n"
    )
    tools = [ROOT / ".tools" / "bin", ROOT / ".tools" / "venv" / "bin"]
    return subprocess.run(
        ["ansible-playbook", "-i", str(inventory), str(playbook)],
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
