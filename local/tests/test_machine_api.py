"""The API as machines see it: by TLS, with the world's own certificate, for callers that the account knows."""

from __future__ import annotations

import socket
import ssl
import stat
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from embedded_aws.ec2 import lookup
from embedded_aws.ec2.metadata import TOKEN_HEADER, TTL_HEADER, Metadata
from embedded_aws.machine_api import MachineApi
from embedded_aws.machines import ApiAccess, Network
from embedded_aws.machines.docker_api import binds
from embedded_aws.world import World
from machines import debian, run
from werkzeug import Request
from werkzeug.test import EnvironBuilder

NETWORK = Network("vpc-1", "127.0.0.0/8", "127.0.0.1")


@pytest.fixture
def api(world: World, tmp_path: Path) -> Iterator[Any]:
    """Address of a listener, and a file with the certificate to trust."""
    found = MachineApi(world)
    service = found.listen(NETWORK)
    assert (service.address, service.port) == ("127.0.0.1", 443)
    file = tmp_path / "ca.pem"
    file.write_text(found.access(NETWORK).certificate)
    yield f"https://127.0.0.1:{service.listens_on}", file
    found.close()


def client(api: Any, service: str, key: str, secret: str) -> Any:
    url, certificate = api
    return boto3.client(
        service,
        endpoint_url=url,
        verify=str(certificate),
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(retries={"total_max_attempts": 1}),
    )


def test_a_user_of_the_account_is_answered_and_test_keys_are_not(world: World, api: Any) -> None:
    iam = world.clients.iam
    iam.create_user(UserName="somebody")
    key = iam.create_access_key(UserName="somebody")["AccessKey"]
    known = client(api, "sts", key["AccessKeyId"], key["SecretAccessKey"])
    assert known.get_caller_identity()["Arn"].endswith("user/somebody")
    world.clients.ssm.put_parameter(Name="/x", Value="hidden", Type="String")
    with pytest.raises(ClientError, match="UnrecognizedClientException"):
        client(api, "ssm", "test", "test").get_parameter(Name="/x")


def test_the_certificate_is_trusted_through_the_worlds_only(api: Any) -> None:
    url, certificate = api
    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        urllib.request.urlopen(url, timeout=60)
    context = ssl.create_default_context(cafile=str(certificate))
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(url, timeout=60, context=context)
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"{url}/_world/health", timeout=60, context=context)


def test_a_client_that_says_nothing_holds_nobody_up(api: Any) -> None:
    url, certificate = api
    port = int(url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)), pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(url, timeout=60, context=ssl.create_default_context(cafile=str(certificate)))


def test_a_containers_systemd_is_told_by_files_that_everybody_may_read(tmp_path: Path) -> None:
    mounts = binds(tmp_path, "vpc-1", ApiAccess("https://10.0.0.1", "a certificate"))
    (settings, where, mode), (certificates, *_) = (mount.split(":") for mount in mounts)
    assert (where, mode) == ("/run/systemd/system.conf.d", "ro")
    (file,) = Path(settings).iterdir()
    expected = "AWS_ENDPOINT_URL=https://10.0.0.1 AWS_CA_BUNDLE=/run/embedded-aws/ca.pem"
    assert file.read_text() == f"[Manager]\nDefaultEnvironment={expected}\n"
    for path in (file, Path(certificates), Path(certificates, "ca.pem")):
        assert path.stat().st_mode & stat.S_IROTH


def test_a_virtual_machine_is_told_by_instance_metadata(world: World) -> None:
    ec2, service = world.clients.ec2, Metadata(world)
    instance_id = run(ec2, ImageId=debian(ec2), InstanceType="t3.small")
    world.machines.api_access = lambda network: ApiAccess(f"https://{network.gateway}", "a certificate")
    with world.lock:
        instance = lookup.instance(world, instance_id)
        network = Network(instance.vpc_id, "10.0.0.0/16", "10.0.0.1")
        address = lookup.addresses(instance)[0]

    def ask(method: str, path: str, headers: dict[str, str]) -> tuple[int, str]:
        builder = EnvironBuilder(path, method=method, headers=headers, environ_base={"REMOTE_ADDR": address})
        found = service.answer(network, Request(builder.get_environ()))
        return found.status_code, found.get_data(as_text=True)

    assert ask("GET", "/latest/embedded-aws/variables", {TOKEN_HEADER: "wrong"})[0] == 401
    token = {TOKEN_HEADER: ask("PUT", "/latest/api/token", {TTL_HEADER: "60"})[1]}
    variables = "AWS_ENDPOINT_URL=https://10.0.0.1\nAWS_CA_BUNDLE=/run/embedded-aws/ca.pem\n"
    assert ask("GET", "/latest/embedded-aws/variables", token) == (200, variables)
    assert ask("GET", "/latest/embedded-aws/certificate", token) == (200, "a certificate")
    assert ask("GET", "/latest/embedded-aws/", token)[0] == 404
