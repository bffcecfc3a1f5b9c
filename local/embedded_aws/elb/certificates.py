"""Certificates of HTTPS listeners: those that the region's ACM has, and nothing else.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html and API_AddListenerCertificates.html.
moto would take any certificate, keeps additional ones among the default ones, and lets ACM delete one that is in use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from cryptography import x509
from moto.acm import acm_backends
from moto.acm.exceptions import AWSError
from moto.acm.models import AWS_ROOT_CA, AWSCertificateManagerBackend, CertBundle
from moto.elbv2 import elbv2_backends
from moto.elbv2.exceptions import ELBClientError, LoadBalancerNotFoundError, TooManyCertificatesError
from moto.elbv2.models import ELBv2Backend
from moto.elbv2.ssl_policies import SSL_POLICIES

from ..world import World
from .tls import Certificate, Tls

#: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html, without the default one.
MOST_CERTIFICATES = 25


class InUse(AWSError):
    """https://docs.aws.amazon.com/acm/latest/APIReference/API_DeleteCertificate.html"""

    TYPE = "ResourceInUseException"


def install(world: World, then_reconcile: Callable[..., Any]) -> None:
    """`then_reconcile` wraps what listeners have to follow."""
    patches = world.patches
    patches.wrap(ELBv2Backend, "create_listener", _creating)
    patches.wrap(ELBv2Backend, "modify_listener", _modifying)
    patches.set(ELBv2Backend, "add_listener_certificates", then_reconcile(_add))
    patches.set(ELBv2Backend, "remove_listener_certificates", then_reconcile(_remove))
    patches.set(ELBv2Backend, "describe_listener_certificates", lambda self, arn: _all(_listener(self, arn)))
    patches.wrap(AWSCertificateManagerBackend, "import_certificate", then_reconcile)
    patches.wrap(AWSCertificateManagerBackend, "delete_certificate", lambda original: _deleting(world, original))
    patches.wrap(CertBundle, "describe", lambda original: _describing(world, original))


def tls_of(listener: Any) -> Tls | None:
    """What the listener's handshakes need; None when a certificate is gone. Needs the world's lock."""
    _, _, _, region, account, _ = listener.arn.split(":", 5)
    known = acm_backends[account][region]._certificates
    found = [known[arn] for arn in _all(listener) if arn in known]
    if not found or found[0].arn != listener.certificate:
        return None
    policy = SSL_POLICIES[listener.ssl_policy]
    return Tls(
        tuple(Certificate(_names(one._cert), _chain(one), one.key) for one in found),
        tuple(policy["ssl_protocols"]),
        tuple(policy["ciphers"]),
    )


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    """The alternative names; the common name only where there are none (RFC 6125, 6.4.4)."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        found = names.get_values_for_type(x509.DNSName)
    except x509.ExtensionNotFound:
        found = [name.value for name in certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)]
    return tuple(str(name).lower() for name in found)


def _chain(bundle: CertBundle) -> bytes:
    """The certificate and what was imported with it; moto adds a root of Amazon's to every chain."""
    return bundle.cert.strip() + b"\n" + bundle.chain.replace(AWS_ROOT_CA, b"").strip() + b"\n"


def _all(listener: Any) -> list[str]:
    return [*listener.certificates, *getattr(listener, "more_certificates", [])]


def _listener(elb: ELBv2Backend, arn: str) -> Any:
    return elb.describe_listeners(None, [arn])[0]


def _require(elb: ELBv2Backend, arn: str) -> None:
    """A certificate that a listener may have: known in this region, and issued."""
    bundle = acm_backends[elb.account_id][elb.region_name]._certificates.get(arn)
    if bundle is None:
        raise ELBClientError("CertificateNotFound", f"Certificate '{arn}' not found")
    bundle.check()
    if bundle.status != "ISSUED":
        raise ELBClientError(
            "UnsupportedCertificate",
            f"The certificate '{arn}' must have a fully-qualified domain name, a supported signature, and a supported key size.",
        )


def _require_policy(name: str | None) -> None:
    if name is not None and name not in SSL_POLICIES:
        raise ELBClientError("SSLPolicyNotFound", f"SSL policy '{name}' not found")


def _require_one(protocol: str, certificates: list[str]) -> None:
    if protocol == "HTTPS" and len(certificates) != 1:
        raise ELBClientError("ValidationError", "A certificate must be specified for HTTPS listeners")


def _creating(original: Callable[..., Any]) -> Callable[..., Any]:
    def create_listener(self: ELBv2Backend, **arguments: Any) -> Any:
        balancer = self.load_balancers.get(arguments["load_balancer_arn"])
        if balancer is None:
            raise LoadBalancerNotFoundError()
        port = arguments["port"]
        if any(str(one.port) == str(port) for one in balancer.listeners.values()):
            raise ELBClientError(
                "DuplicateListener", f"A listener already exists on this port for this load balancer '{balancer.arn}'"
            )
        secure = arguments["protocol"] == "HTTPS"
        certificate = arguments["certificate"]
        _require_one(arguments["protocol"], [certificate] if certificate else [])
        if secure:
            _require(self, certificate)
            _require_policy(arguments["ssl_policy"])
        else:
            arguments |= {"ssl_policy": None, "certificate": None}
        return original(self, **arguments)

    return create_listener


def _modifying(original: Callable[..., Any]) -> Callable[..., Any]:
    """Another default certificate leaves the additional ones as they are."""

    def modify_listener(
        self: ELBv2Backend,
        arn: str,
        port: Any = None,
        protocol: str | None = None,
        ssl_policy: str | None = None,
        certificates: list[dict[str, Any]] | None = None,
        actions: list[dict[str, Any]] | None = None,
    ) -> Any:
        listener = _listener(self, arn)
        wanted = [one["CertificateArn"] for one in certificates or []] or list(listener.certificates)
        secure = (protocol or listener.protocol) == "HTTPS"
        if secure:
            _require_one("HTTPS", wanted)
            _require(self, wanted[0])
            _require_policy(ssl_policy)
        listener = original(self, arn, port, protocol, ssl_policy, certificates or [], actions)
        listener.certificates = wanted if secure else []
        listener.certificate = wanted[0] if secure else None
        listener.ssl_policy = (listener.ssl_policy or "ELBSecurityPolicy-2016-08") if secure else None
        return listener

    return modify_listener


def _add(self: ELBv2Backend, arn: str, certificates: list[dict[str, Any]]) -> list[str]:
    listener = _listener(self, arn)
    wanted = [one["CertificateArn"] for one in certificates]
    for one in wanted:
        _require(self, one)
    known = [*getattr(listener, "more_certificates", []), *wanted]
    more = [one for one in dict.fromkeys(known) if one not in listener.certificates]
    if len(more) > MOST_CERTIFICATES:
        raise TooManyCertificatesError()
    listener.more_certificates = more
    return wanted


def _remove(self: ELBv2Backend, arn: str, certificates: list[dict[str, Any]]) -> None:
    listener = _listener(self, arn)
    gone = [one["CertificateArn"] for one in certificates]
    if any(one in listener.certificates for one in gone):
        raise ELBClientError("OperationNotPermitted", "Default certificate cannot be removed")
    listener.more_certificates = [one for one in getattr(listener, "more_certificates", []) if one not in gone]


def _users(world: World, arn: str) -> Iterator[str]:
    """The balancers that show this certificate."""
    for backend in list(elbv2_backends[world.account_id].values()):
        for balancer in backend.load_balancers.values():
            if any(arn in _all(listener) for listener in balancer.listeners.values()):
                yield balancer.arn


def _deleting(world: World, original: Callable[..., Any]) -> Callable[..., Any]:
    def delete_certificate(self: AWSCertificateManagerBackend, arn: str) -> None:
        if any(_users(world, arn)):
            raise InUse(f"Certificate {arn} in account {self.account_id} is in use.")
        original(self, arn)

    return delete_certificate


def _describing(world: World, original: Callable[..., Any]) -> Callable[..., Any]:
    def describe(self: CertBundle) -> dict[str, Any]:
        described = original(self)
        described["Certificate"]["InUseBy"] = list(_users(world, self.arn))
        return described

    return describe
