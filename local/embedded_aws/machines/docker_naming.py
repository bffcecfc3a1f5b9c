"""Names and labels of what the world has in Docker, and the few host commands beside Docker's own API."""

from __future__ import annotations

import hashlib
import subprocess

from . import MachineError

#: On every container, network and image of a world; the value is the world's name.
WORLD_LABEL = "ami-deploy.local"
#: On every machine; the value is the instance id.
INSTANCE_LABEL = "ami-deploy.local.instance"
#: In the place of a world's name, on base images, which all worlds share and which outlive them.
BASE = "base"


def container_name(world: str, instance_id: str) -> str:
    return f"ami-deploy-{world}-{instance_id}"


def network_name(world: str, vpc_id: str) -> str:
    return f"ami-deploy-{world}-{vpc_id}"


def bridge_name(world: str, vpc_id: str) -> str:
    """Interface names have 15 characters at most, so this is a digest."""
    return "ad-" + hashlib.sha256(f"{world}/{vpc_id}".encode()).hexdigest()[:10]


def image_repository(world: str) -> str:
    return f"ami-deploy-local/{world}"


def run_host(*command: str, stdin: str | None = None) -> str:
    """Run a command of the host's and return its output; `MachineError` carries what it said."""
    result = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False, timeout=60)
    if result.returncode:
        raise MachineError(f"{' '.join(command)}: {result.stderr.strip() or result.stdout.strip()}")
    return result.stdout


def firewall_comment(world: str) -> str:
    """Marks the world's own rules on the host."""
    return f"ami-deploy-local-{world}"


def remove_host_rules(world: str, interface: str | None = None) -> None:
    """Delete the world's own rules from the host's nat table (all of them, or those of one interface); others are not touched."""
    wanted = f"--comment {firewall_comment(world)} "
    for line in run_host("iptables", "-t", "nat", "-S", "PREROUTING").splitlines():
        rule = line.replace('"', "").split()
        if wanted in line.replace('"', "") + " " and (interface is None or interface in rule):
            run_host("iptables", "-w", "-t", "nat", "-D", *rule[1:])
