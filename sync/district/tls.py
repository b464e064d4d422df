"""The district's own certificate authority, so that an office without any certificate can still speak TLS only."""

from __future__ import annotations

import ipaddress
import os
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sync.enrolment import SERVER_NAME
from sync.outside import Clock

CA_DAYS = 20 * 365
"""The CA outlives the PCs: each enrolled desk pins it."""
SERVER_DAYS = 397
RENEW_DAYS_BEFORE = 60
"""Renewed two months early: a district whose restart is forgotten for weeks still has a valid certificate."""
_SLACK = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Certificates:
    """The three files of a district's TLS folder; the keys are readable by their owner alone."""

    folder: Path

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def ca_key(self) -> Path:
        return self.folder / "ca.key"

    @property
    def server(self) -> Path:
        """The server's key and certificate, in one file so that no crash leaves one beside another's other half."""
        return self.folder / "server.pem"

    def ca_pem(self) -> str:
        return self.ca.read_text("ascii")

    def expires_at(self) -> datetime:
        """When the server's certificate ends."""
        return x509.load_pem_x509_certificate(self.server.read_bytes()).not_valid_after_utc

    def create(self, district: str, hosts: Sequence[str], clock: Clock) -> None:
        """Make the CA and a first server certificate; an existing CA is kept, since desks have pinned it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self.ca.exists():
            key = ec.generate_private_key(ec.SECP256R1())
            _write(self.ca_key, _key_pem(key), 0o600)
            _write(self.ca, _pem(_authority(district, key, _now(clock))), 0o644)
        self.issue(hosts, clock)

    def issue(self, hosts: Sequence[str], clock: Clock) -> None:
        """A new server certificate for these names and addresses, with a new key."""
        ca = x509.load_pem_x509_certificate(self.ca.read_bytes())
        ca_key = serialization.load_pem_private_key(self.ca_key.read_bytes(), None)
        if not isinstance(ca_key, ec.EllipticCurvePrivateKey):
            raise TypeError("the CA's key is not an elliptic-curve key")
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = _server(ca, ca_key, key, hosts, _now(clock))
        _write(self.server, _key_pem(key) + _pem(leaf), 0o600)

    def renew_if_due(self, clock: Clock) -> bool:
        """Issue a new server certificate where the present one ends soon; says whether it did."""
        if self.expires_at() - _now(clock) > timedelta(days=RENEW_DAYS_BEFORE):
            return False
        self.issue(self.hosts(), clock)
        return True

    def hosts(self) -> list[str]:
        """The names and addresses in the server's certificate."""
        leaf = x509.load_pem_x509_certificate(self.server.read_bytes())
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        dns = [n for n in names.get_values_for_type(x509.DNSName) if n != SERVER_NAME]
        return dns + [str(a) for a in names.get_values_for_type(x509.IPAddress)]

    def context(self) -> ssl.SSLContext:
        """What the server serves with: TLS 1.3 alone, since every desk brings its own library."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.num_tickets = 0  # desks keep their connection; two tickets each would cost more than a round
        self.load_into(context)
        return context

    def load_into(self, context: ssl.SSLContext) -> None:
        """Give a context in use the present certificate; connections made from now on see it."""
        context.load_cert_chain(self.server)


def _authority(district: str, key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Baiyun district {district}")])
    public = key.public_key()
    return (
        _blank(name, name, public, now, CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )


def _server(
    ca: x509.Certificate,
    ca_key: ec.EllipticCurvePrivateKey,
    key: ec.EllipticCurvePrivateKey,
    hosts: Sequence[str],
    now: datetime,
) -> x509.Certificate:
    public = key.public_key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SERVER_NAME)])
    names = [_general_name(host) for host in dict.fromkeys([SERVER_NAME, *hosts])]
    return (
        _blank(name, ca.subject, public, now, SERVER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )


def _blank(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder(issuer, subject, public, x509.random_serial_number())
        .not_valid_before(now - _SLACK)
        .not_valid_after(now + timedelta(days=days))
    )


def _usage(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign_certificates,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _now(clock: Clock) -> datetime:
    return datetime.fromtimestamp(clock.now_ms() // 1000, UTC)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, data: bytes, mode: int) -> None:
    """Whole or not at all, and never readable by others even for a moment."""
    part = path.with_suffix(path.suffix + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
