"""`local/aws` as a person calls it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import RealWorld, left_over, script
from machines import describe, run, terminate


@pytest.fixture
def name() -> Iterator[str]:
    name = f"script-{os.getpid()}"
    yield name
    script("--world", name, "down")


def test_world_of_records_comes_and_goes(name: str) -> None:
    up = script("--world", name, "up", "--api-only")
    assert up.returncode == 0, up.stderr
    assert "no instance boots" in up.stdout
    assert "is up already" in script("--world", name, "up", "--api-only").stdout
    assert "machines: RecordsBackend" in script("--world", name, "status").stdout
    environment = script("--world", name, "env").stdout
    assert "export AWS_ENDPOINT_URL=http://127.0.0.1:" in environment
    assert subprocess.run(["bash", "-euc", environment], check=False).returncode == 0
    assert script("--world", name, "down").returncode == 0
    assert script("--world", name, "status").returncode == 3


def test_logs_stay_where_it_is_said(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logs = tmp_path / "kept" / "logs"
    monkeypatch.setenv("AMI_DEPLOY_LOCAL_LOGS", str(logs))
    script("--world", name, "up", "--api-only")
    environment = script("--world", name, "env").stdout
    call = f"{environment}\n{sys.executable} -c 'import boto3; boto3.client(\"ec2\").describe_vpcs()'"
    subprocess.run(["bash", "-euc", call], check=True)
    assert script("--world", name, "down").returncode == 0
    assert "answers on port" in (logs / f"{name}-world.log").read_text()
    assert "DescribeVpcs" in (logs / f"{name}-calls.jsonl").read_text()


def test_down_of_nothing_is_no_error(name: str) -> None:
    down = script("--world", name, "down")
    assert (down.returncode, down.stdout) == (0, f"world {name} was not up\n")


def test_env_of_nothing_says_what_to_do(name: str) -> None:
    env = script("--world", name, "env")
    assert env.returncode == 1
    assert env.stderr == f"local/aws: world {name} is not up; start it with: local/aws --world {name} up\n"


@pytest.mark.docker
def test_two_worlds_run_side_by_side(real_world: RealWorld, name: str) -> None:
    second = RealWorld(name)
    here, there = run(real_world.clients.ec2), run(second.clients.ec2)
    first_address = describe(real_world.clients.ec2, here)["PrivateIpAddress"]
    second_address = describe(second.clients.ec2, there)["PrivateIpAddress"]
    assert first_address.split(".")[:2] != second_address.split(".")[:2]
    assert script("--world", name, "down").returncode == 0
    assert left_over(name) == []
    assert describe(real_world.clients.ec2, here)["State"]["Name"] == "running"
    terminate(real_world.clients.ec2, here)


@pytest.mark.docker
def test_down_removes_what_a_killed_server_left(real_world: RealWorld, name: str) -> None:
    second = RealWorld(name)
    run(second.clients.ec2)
    pid = next(line for line in script("--world", name, "status").stdout.splitlines() if line.startswith("pid: "))
    subprocess.run(["kill", "-KILL", pid.removeprefix("pid: ")], check=True)
    assert left_over(name)
    assert script("--world", name, "down").returncode == 0
    assert left_over(name) == []
