"""HTTPS listeners: handshakes with a balancer that listens, and what the API refuses."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import pytest
from apps import App
from botocore.exceptions import ClientError
from conftest import until
from worlds import HttpWorld, Stack, certificate

PORT = 18443
PLAIN = 18081


@pytest.fixture(scope="module")
def w() -> Iterator[HttpWorld]:
    world = HttpWorld(boots=True, manual=False)
    yield world
    world.close()


class Shop:
    """A balancer with an HTTPS listener in front of one small application, and an HTTP listener that redirects to it."""

    def __init__(self, w: HttpWorld) -> None:
        self.w = w
        self.stack = Stack(w)
        self.target_group = self.stack.target_group(TargetType="ip")
        self.pem, key = certificate("shop.example", "www.shop.example")
        self.certificate = w.acm.import_certificate(Certificate=self.pem, PrivateKey=key)["CertificateArn"]
        self.balancer = w.elbv2.create_load_balancer(
            Name="web", Subnets=self.stack.subnet_ids, SecurityGroups=[self.stack.group_id]
        )["LoadBalancers"][0]
        self.address = self.balancer["DNSName"]
        self.app = App("127.0.0.9", name="shop")
        w.elbv2.register_targets(TargetGroupArn=self.target_group, Targets=[{"Id": "127.0.0.9"}])
        self.listener = self.listen("HTTPS", PORT, Certificates=[{"CertificateArn": self.certificate}])["ListenerArn"]
        redirect = {"Protocol": "HTTPS", "Port": str(PORT), "StatusCode": "HTTP_301"}
        self.listen("HTTP", PLAIN, DefaultActions=[{"Type": "redirect", "RedirectConfig": redirect}])
        until(lambda: self.stack.targets(self.target_group)["127.0.0.9"][0] == "healthy", "the target is healthy")

    def listen(self, protocol: str, port: int, **more: object) -> dict:
        forward = [{"Type": "forward", "TargetGroupArn": self.target_group}]
        arguments = {"LoadBalancerArn": self.balancer["LoadBalancerArn"], "Protocol": protocol, "Port": port}
        return self.w.elbv2.create_listener(**(arguments | {"DefaultActions": forward} | more))["Listeners"][0]

    def shown(self, name: str | None, version: ssl.TLSVersion | None = None) -> bytes:
        """The certificate that a client sees which asks for this name, as PEM."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if version:
            context.minimum_version = context.maximum_version = version
        with (
            socket.create_connection((self.address, PORT), timeout=60) as plain,
            context.wrap_socket(plain, server_hostname=name) as secure,
        ):
            return ssl.DER_cert_to_PEM_cert(secure.getpeercert(binary_form=True)).encode()

    def get(self, path: str) -> bytes:
        context = ssl.create_default_context(cadata=self.pem.decode())
        with (
            socket.create_connection((self.address, PORT), timeout=60) as plain,
            context.wrap_socket(plain, server_hostname="www.shop.example") as secure,
        ):
            secure.sendall(f"GET {path} HTTP/1.1\r\nHost: www.shop.example\r\nConnection: close\r\n\r\n".encode())
            return b"".join(iter(lambda: secure.recv(4096), b""))


@pytest.fixture(scope="module")
def shop(w: HttpWorld) -> Iterator[Shop]:
    shop = Shop(w)
    yield shop
    shop.app.close()


def refused(call: object, **arguments: object) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_requests_arrive_with_the_scheme_and_port_that_the_client_used(shop: Shop) -> None:
    assert shop.get("/page").endswith(b"shop:")
    headers = shop.app.requests[-1]
    assert (headers["X-Forwarded-Proto"], headers["X-Forwarded-Port"]) == ("https", str(PORT))


def test_http_listener_redirects_to_it(shop: Shop) -> None:
    with socket.create_connection((shop.address, PLAIN), timeout=60) as client:
        client.sendall(b"GET /a?x=1 HTTP/1.1\r\nHost: www.shop.example\r\n\r\n")
        answer = client.recv(1000)
    assert answer.startswith(b"HTTP/1.1 301 Moved Permanently\r\n")
    assert f"Location: https://www.shop.example:{PORT}/a?x=1\r\n".encode() in answer


def test_certificate_is_chosen_by_name_and_default_is_shown_without_one(shop: Shop) -> None:
    pem, key = certificate("*.other.example")
    other = shop.w.acm.import_certificate(Certificate=pem, PrivateKey=key)["CertificateArn"]
    elb = shop.w.elbv2
    elb.add_listener_certificates(ListenerArn=shop.listener, Certificates=[{"CertificateArn": other}])
    until(lambda: shop.shown("a.other.example") == pem, "the second certificate is shown")
    assert shop.shown("www.shop.example") == shop.shown(None) == shop.shown("a.b.other.example") == shop.pem
    listed = elb.describe_listener_certificates(ListenerArn=shop.listener)["Certificates"]
    assert listed == [
        {"CertificateArn": shop.certificate, "IsDefault": True},
        {"CertificateArn": other, "IsDefault": False},
    ]
    found = elb.describe_listeners(ListenerArns=[shop.listener])["Listeners"][0]
    assert found["Certificates"] == [{"CertificateArn": shop.certificate}]
    balancer = shop.balancer["LoadBalancerArn"]
    assert shop.w.acm.describe_certificate(CertificateArn=other)["Certificate"]["InUseBy"] == [balancer]
    assert refused(shop.w.acm.delete_certificate, CertificateArn=other)[0] == "ResourceInUseException"
    elb.remove_listener_certificates(ListenerArn=shop.listener, Certificates=[{"CertificateArn": other}])
    shop.w.acm.delete_certificate(CertificateArn=other)


def test_policy_decides_the_versions(shop: Shop) -> None:
    policy = "ELBSecurityPolicy-TLS13-1-3-2021-06"
    shop.w.elbv2.modify_listener(ListenerArn=shop.listener, SslPolicy=policy)

    def only_new() -> bool:
        try:
            shop.shown(None, ssl.TLSVersion.TLSv1_2)
        except OSError:
            return bool(shop.shown(None, ssl.TLSVersion.TLSv1_3))
        return False

    until(only_new, "TLS 1.2 is refused")
    shop.w.elbv2.modify_listener(ListenerArn=shop.listener, SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06")
    until(lambda: not only_new(), "TLS 1.2 is taken")


def test_certificate_that_is_imported_anew_is_shown(shop: Shop) -> None:
    shop.pem, key = certificate("www.shop.example")
    shop.w.acm.import_certificate(CertificateArn=shop.certificate, Certificate=shop.pem, PrivateKey=key)
    # Nobody who connects meanwhile is refused.
    until(lambda: shop.shown(None) == shop.pem, "the new one is shown")


def test_listener_without_a_usable_certificate_is_refused(shop: Shop) -> None:
    assert refused(shop.listen, protocol="HTTPS", port=1)[0] == "ValidationError"
    pem, key = certificate("elsewhere.example")
    far = shop.w.client("acm", region="eu-west-1").import_certificate(Certificate=pem, PrivateKey=key)["CertificateArn"]
    for arn in (far, shop.certificate[:-4] + "0000"):
        expected = ("CertificateNotFound", f"Certificate '{arn}' not found")
        assert refused(shop.listen, protocol="HTTPS", port=1, Certificates=[{"CertificateArn": arn}]) == expected
    waiting = shop.w.acm.request_certificate(DomainName="new.example")["CertificateArn"]
    certificates = [{"CertificateArn": waiting}]
    assert refused(shop.listen, protocol="HTTPS", port=1, Certificates=certificates)[0] == "UnsupportedCertificate"
    certificates = [{"CertificateArn": shop.certificate}]
    policy = "ELBSecurityPolicy-1999"
    found = refused(shop.listen, protocol="HTTPS", port=1, Certificates=certificates, SslPolicy=policy)
    assert found == ("SSLPolicyNotFound", f"SSL policy '{policy}' not found")
    assert refused(shop.listen, protocol="HTTPS", port=PORT, Certificates=certificates)[0] == "DuplicateListener"
