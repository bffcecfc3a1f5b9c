"""The metadata service and the API, asked from inside machines."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import RealWorld, until
from machines import debian, describe, group, key_pair, log_in, port, run, terminate

pytestmark = pytest.mark.docker

ADDRESS = "http://169.254.169.254/latest"
#: Asks with a token, as a client of version 2 does.
ASK = (
    f"T=$(curl -sf -m 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' {ADDRESS}/api/token); "
    f'get() {{ curl -sf -m 5 -H "X-aws-ec2-metadata-token: $T" {ADDRESS}/$1; echo; }}; '
)

SETTINGS = Path(__file__).resolve().parents[2] / "ansible" / "roles" / "app" / "files" / "settings.py"
AWKWARD = "two\nlines, a \"quote\", an 'apostrophe', $HOME, `id`, a back\\slash\\\n # é "
USER_DATA = "# ami-deploy: " + json.dumps(
    {"name": "shop", "settings": {"GREETING": AWKWARD}, "secrets": {"URL": "/web/url"}, "region": "us-east-1"}
)


@pytest.fixture(scope="module")
def role(real_world: RealWorld) -> Iterator[Any]:
    """May read the parameter /web/url, a secret with AWS's own key."""
    iam, ssm = real_world.clients.iam, real_world.clients.ssm
    ssm.put_parameter(Name="/web/url", Value="postgres://hidden", Type="SecureString")
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    iam.create_role(RoleName="shop", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
    iam.create_instance_profile(InstanceProfileName="shop")
    iam.add_role_to_instance_profile(InstanceProfileName="shop", RoleName="shop")

    def may_read(name: str) -> None:
        arn = f"arn:aws:ssm:us-east-1:123456789012:parameter{name}"
        statement = {"Effect": "Allow", "Action": "ssm:GetParameter", "Resource": arn}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_role_policy(RoleName="shop", PolicyName="read", PolicyDocument=document)

    may_read("/web/url")
    yield may_read


@pytest.fixture(scope="module")
def machine(real_world: RealWorld, role: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    ec2 = real_world.clients.ec2
    key = key_pair(ec2, tmp_path_factory.mktemp("metadata"), "metadata")
    instance_id = run(
        ec2,
        KeyName="metadata",
        SecurityGroupIds=[group(ec2, "metadata", port(22))],
        UserData=USER_DATA,
        IamInstanceProfile={"Name": "shop"},
        MetadataOptions={"HttpTokens": "required", "InstanceMetadataTags": "enabled"},
        TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "role", "Value": "web"}]}],
    )
    yield lambda command: log_in(ec2, instance_id, key, command), describe(ec2, instance_id), ec2
    terminate(ec2, instance_id)


def test_without_a_token_nothing_is_told(machine: Any) -> None:
    ask, _, _ = machine
    assert ask(f"curl -s -o /dev/null -w '%{{http_code}}' {ADDRESS}/meta-data/instance-id") == "401"
    assert ask(f"curl -s -o /dev/null -w '%{{http_code}}' -X PUT {ADDRESS}/api/token") == "400"


def test_a_machine_learns_who_it_is(machine: Any) -> None:
    ask, found, ec2 = machine
    lines = ask(
        ASK
        + "for p in instance-id ami-id local-ipv4 placement/availability-zone tags/instance/role; do get meta-data/$p; done"
    )
    assert lines.split() == [
        *(found["InstanceId"], debian(ec2), found["PrivateIpAddress"]),
        *(found["Placement"]["AvailabilityZone"], "web"),
    ]
    assert ask(ASK + "get user-data").strip() == USER_DATA
    assert ask(ASK + "get meta-data/iam/security-credentials/").strip() == "shop"
    document = json.loads(ask(ASK + "get dynamic/instance-identity/document"))
    assert (document["instanceId"], document["accountId"]) == (found["InstanceId"], "123456789012")


def test_status_is_ok_once_the_system_is_up(machine: Any) -> None:
    _, found, ec2 = machine
    (status,) = ec2.describe_instance_status(InstanceIds=[found["InstanceId"]])["InstanceStatuses"]
    assert (status["InstanceStatus"]["Status"], status["SystemStatus"]["Status"]) == ("ok", "ok")


def test_version_one_answers_where_tokens_are_optional(real_world: RealWorld, tmp_path: Path) -> None:
    ec2 = real_world.clients.ec2
    key = key_pair(ec2, tmp_path, "version-one")
    instance_id = run(ec2, KeyName="version-one", SecurityGroupIds=[group(ec2, "version-one", port(22))])
    assert log_in(ec2, instance_id, key, f"curl -sf {ADDRESS}/meta-data/instance-id") == instance_id
    terminate(ec2, instance_id)


def start(ask: Any, *properties: str, command: str) -> subprocess.CompletedProcess[str]:
    """A service of the machine's systemd, from its start to its end; what it says is on standard output, then its exit code."""
    options = "".join(f"-p {each} " for each in properties)
    text = ask(f"sudo systemd-run --quiet --pipe --wait --collect {options}{command} 2>&1; code=$?; echo; echo $code")
    said, _, code = text.rstrip("\n").rpartition("\n")
    return subprocess.CompletedProcess(command, int(code), said)


def test_a_service_reads_secrets_with_the_machines_role_and_no_others(machine: Any, role: Any) -> None:
    """The product's own program, on a machine that was told nothing but its user data."""
    ask, found, ec2 = machine
    program = SETTINGS.read_text(encoding="utf-8").replace("DENIED_LIMIT = 10.0", "DENIED_LIMIT = 1.0")
    ask(f"cat >/tmp/settings.py <<'END-OF-PROGRAM'\n{program}\nEND-OF-PROGRAM\n")
    run_it = "/usr/bin/python3 -I -S /tmp/settings.py /run/webapp/environment"

    role("/web/other")
    refused = start(ask, command=run_it)
    line = refused.stdout.rstrip().splitlines()[-1]
    assert refused.returncode == 1
    assert line.startswith("settings: URL: parameter /web/url: AccessDeniedException User: arn:aws:sts::123456789012:")
    assert line.endswith(
        f"assumed-role/shop/{found['InstanceId']} is not authorized to perform: ssm:GetParameter on resource: "
        "arn:aws:ssm:us-east-1:123456789012:parameter/web/url because no identity-based policy allows the ssm:GetParameter action"
    )
    console = ec2.get_console_output(InstanceId=found["InstanceId"])["Output"]
    assert line in console

    role("/web/url")
    read = start(ask, command=run_it)
    assert read.returncode == 0, read.stdout
    assert "postgres" not in read.stdout and "URL" in read.stdout
    loaded = start(ask, "EnvironmentFile=/run/webapp/environment", command="/usr/bin/env -0").stdout.split("\0")
    assert f"GREETING={AWKWARD}" in loaded
    assert "URL=postgres://hidden" in loaded
    assert ask("sudo stat -c '%a %U' /run/webapp/environment") == "400 root\n"
    assert "postgres" not in ec2.get_console_output(InstanceId=found["InstanceId"])["Output"]


def test_the_way_to_the_api_is_a_way_out_on_port_443_and_test_keys_do_not_count(machine: Any) -> None:
    ask, found, ec2 = machine
    curl = "'curl -sS -m 1 -H \"Authorization: AWS4-HMAC-SHA256 Credential=test/x\" --cacert $AWS_CA_BUNDLE $AWS_ENDPOINT_URL/'"
    group_id = found["SecurityGroups"][0]["GroupId"]

    def answer() -> str:
        return start(ask, command=f"/bin/sh -c {curl.replace('$', '$$')}").stdout

    assert "The security token included in the request is invalid" in answer()
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ec2.revoke_security_group_egress(GroupId=group_id, IpPermissions=everything)
    until(lambda: "timed out" in answer(), "the API is still reached")
    ec2.authorize_security_group_egress(GroupId=group_id, IpPermissions=[port(443)])
    until(lambda: "The security token" in answer(), "the API is not reached")
