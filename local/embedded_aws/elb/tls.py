"""TLS of an HTTPS listener: one context per certificate, chosen by the name that the client asks for.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html: without a name, or without a certificate
for it, the default one is shown.
"""

from __future__ import annotations

import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path

#: What a security policy calls a protocol version, oldest first. OpenSSL no longer speaks the ones before.
VERSIONS = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}


@dataclass(frozen=True)
class Certificate:
    """One certificate with its chain and key, both PEM; `names` as in it, such as `*.example.com`."""

    names: tuple[str, ...]
    chain: bytes
    key: bytes

    def covers(self, name: str) -> bool:
        """A wildcard stands for exactly one label (RFC 6125, 6.4.3)."""
        parent = name.partition(".")[2]
        return any(one == name or (one.startswith("*.") and one[2:] == parent) for one in self.names)


@dataclass(frozen=True)
class Tls:
    """Everything that a listener's handshakes depend on; another one is for handshakes to come."""

    #: The default one first.
    certificates: tuple[Certificate, ...]
    #: Protocol versions and ciphers of the security policy, by the names that AWS gives them.
    protocols: tuple[str, ...]
    ciphers: tuple[str, ...]

    def context(self) -> ssl.SSLContext:
        """A server's context; `ssl.SSLError` when a certificate and its key do not fit."""
        contexts = [(one, self._context(one)) for one in self.certificates]

        def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
            if name:
                wanted = name.lower()
                connection.context = next((made for one, made in contexts if one.covers(wanted)), contexts[0][1])

        default = contexts[0][1]
        default.sni_callback = choose
        return default

    def _context(self, certificate: Certificate) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        offered = [version for name, version in VERSIONS.items() if name in self.protocols]
        context.minimum_version, context.maximum_version = offered[0], offered[-1]
        older = [name for name in self.ciphers if not name.startswith("TLS_")]
        if older:
            context.set_ciphers(":".join(older))
        context.set_alpn_protocols(["http/1.1"])
        # The module takes files only.
        with tempfile.TemporaryDirectory() as directory:
            chain, key = Path(directory) / "chain.pem", Path(directory) / "key.pem"
            key.touch(mode=0o600)
            chain.write_bytes(certificate.chain)
            key.write_bytes(certificate.key)
            context.load_cert_chain(chain, key)
        return context
