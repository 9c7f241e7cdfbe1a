"""The CA that terminals' certificates come from: P-256, ten years, path length 0, in a folder of its own.

    ca.pem ca.key           made at the first start where there is none; back both up together, in a safe
    server.pem              the centre's own TLS certificate, signed by this CA (`serve --tls-name`), made anew at each start
"""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from remote.central.settings import SettingsError

CA_DAYS, SERVER_DAYS = 3650, 397
LIFE = timedelta(days=30)
BACKDATED = timedelta(minutes=10)  # the terminal's clock may be a little behind
CA_NAME = "Bozhou terminals CA"
CONSUMER_NAME = "@centre"  # terminals' names begin with a letter or a digit (remote/messages/enrolment.py)


class RequestWrong(Exception):
    """The certificate request cannot be granted."""


@dataclass(frozen=True)
class Authority:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def issue(self, terminal: str, request_pem: str, now: datetime) -> x509.Certificate:
        """Only the public key is taken from the request. Raises RequestWrong."""
        builder = _builder(terminal, requested_key(request_pem), now - BACKDATED, now + LIFE)
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
        return self._signed(builder.add_extension(usage, critical=True))

    def server_pem(self, names: tuple[str, ...], now: datetime) -> bytes:
        """Key and certificate for the centre's own TLS; names or addresses it is reached by."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(names[0], key.public_key(), now - BACKDATED, now + timedelta(days=SERVER_DAYS))
        builder = builder.add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        made = self._signed(builder.add_extension(usage, critical=False))
        return _key_pem(key) + made.public_bytes(Encoding.PEM)

    def consumer_pem(self, now: datetime) -> bytes:
        """Key and certificate of the centre as a client of a broker, under a name that no terminal can have."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(CONSUMER_NAME, key.public_key(), now - BACKDATED, now + timedelta(days=SERVER_DAYS))
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
        return _key_pem(key) + self._signed(builder.add_extension(usage, critical=True)).public_bytes(Encoding.PEM)

    def _signed(self, builder: x509.CertificateBuilder) -> x509.Certificate:
        theirs = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = builder.issuer_name(self.certificate.subject).add_extension(theirs, critical=False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        return builder.sign(self.key, hashes.SHA256())


def requested_key(request_pem: str) -> ec.EllipticCurvePublicKey:
    """Raises RequestWrong: not PKCS #10, not signed by its own key, or no P-256 key."""
    try:
        request = x509.load_pem_x509_csr(request_pem.encode())
        signed, key = request.is_signature_valid, request.public_key()
    except (ValueError, TypeError, InvalidSignature) as error:
        raise RequestWrong("expected a PKCS #10 request in PEM") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1) or not signed:
        raise RequestWrong("expected a P-256 key that signed the request")
    return key


def made(now: datetime) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(CA_NAME, key.public_key(), now - BACKDATED, now + timedelta(days=CA_DAYS))
    builder = builder.issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, CA_NAME)]))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    may_sign = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    return Authority(builder.add_extension(may_sign, critical=True).sign(key, hashes.SHA256()), key)


def in_folder(folder: Path, now: datetime) -> Authority:
    """Read, or made where the folder has neither file. Raises SettingsError."""
    certificate, key = folder / "ca.pem", folder / "ca.key"
    try:
        if not certificate.exists() and not key.exists():
            _write(folder, made(now))
        if key.stat().st_mode & 0o077:
            raise SettingsError(f"{key}: expected mode 0600, others can read the CA's key")
        private = load_pem_private_key(key.read_bytes(), None)
        authority = x509.load_pem_x509_certificate(certificate.read_bytes())
    except (OSError, ValueError, TypeError) as error:
        raise SettingsError(f"{folder}: expected ca.pem and ca.key: {error}") from error
    if not isinstance(private, ec.EllipticCurvePrivateKey) or authority.public_key() != private.public_key():
        raise SettingsError(f"{folder}: expected ca.key to belong to ca.pem")
    return Authority(authority, private)


@cache
def in_memory() -> Authority:
    """For centres that live in this process only: made once."""
    return made(datetime(2020, 1, 1, tzinfo=UTC))


def _builder(name: str, key: ec.EllipticCurvePublicKey, begins: datetime, ends: datetime) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder().subject_name(subject).public_key(key).serial_number(x509.random_serial_number())
    return builder.not_valid_before(begins.astimezone(UTC)).not_valid_after(ends.astimezone(UTC))


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _write(folder: Path, authority: Authority) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, data in (("ca.key", _key_pem(authority.key)), ("ca.pem", authority.pem.encode())):
        with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
