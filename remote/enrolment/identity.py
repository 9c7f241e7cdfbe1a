"""Key, certificate and the centre's CA of one terminal, in one folder that only the terminal's user may read.

    identity.pem   key, certificate, CA: written whole or not at all
    ca.pem         the CA alone, for TLS
    pinned.pem     the CA that a pairing code named, before the centre has answered
    next.key       the key of a certificate that was asked for; becomes identity.pem with the answer

The private key is made here and never leaves.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import NameOID

from remote.enrolment.signing import Signer

FILE, CA_FILE, NEXT_KEY, PINNED = "identity.pem", "ca.pem", "next.key", "pinned.pem"
RENEW_BEFORE = timedelta(days=10)  # of the 30 that a certificate lives


class NotEnrolled(Exception):
    """This terminal has no certificate: it wants a pairing code."""


class IdentityError(Exception):
    """The folder or what the centre sent cannot be used. The text says why."""


@dataclass(frozen=True)
class Identity:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    authority: x509.Certificate

    @property
    def terminal(self) -> str:
        return str(self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)

    @property
    def ends(self) -> datetime:
        return self.certificate.not_valid_after_utc

    def signer(self, now: Callable[[], datetime]) -> Signer:
        return Signer(self.terminal, serial_bytes(self.certificate), self.key, now)

    def pem(self) -> bytes:
        certificates = b"".join(one.public_bytes(Encoding.PEM) for one in (self.certificate, self.authority))
        return _key_pem(self.key) + certificates

    def check(self, terminal: str) -> None:
        """Our key, our name, and signed by the CA that the code named. Raises IdentityError."""
        if self.certificate.public_key() != self.key.public_key():
            raise IdentityError("the certificate is for another key")
        if self.terminal != terminal:
            raise IdentityError(f"the certificate is for {self.terminal}, this terminal is {terminal}")
        try:
            self.certificate.verify_directly_issued_by(self.authority)
        except (InvalidSignature, ValueError, TypeError) as error:
            raise IdentityError("the certificate was not issued by the centre's CA") from error


class IdentityFolder:
    """Read once and kept in memory; read anew when the file was replaced, by whatever process. Any thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._identity: Identity | None = None
        self._seen: tuple[int, int] | None = None  # inode and time of the file it was read from
        self._lock = threading.Lock()

    @property
    def file(self) -> Path:
        """PEM of key and certificates: what TLS presents."""
        return self.folder / FILE

    @property
    def authority_file(self) -> Path:
        return self.folder / CA_FILE

    @property
    def pinned_file(self) -> Path:
        return self.folder / PINNED

    def pin(self, authority: x509.Certificate) -> None:
        with self._lock:
            self._write(PINNED, authority.public_bytes(Encoding.PEM))

    def load(self) -> Identity:
        """Raises NotEnrolled, IdentityError."""
        with self._lock:
            seen = self._stamp()
            if self._identity is None or seen != self._seen:
                self._identity, self._seen = self._read(), seen
            return self._identity

    def keep(self, identity: Identity) -> None:
        """Durable before it is used. Raises OSError."""
        with self._lock:
            self._write(CA_FILE, identity.authority.public_bytes(Encoding.PEM))
            self._write(FILE, identity.pem())
            (self.folder / NEXT_KEY).unlink(missing_ok=True)

    def next_key(self) -> ec.EllipticCurvePrivateKey:
        """The key to ask a certificate for; the same one until it was answered, also across a restart."""
        path = self.folder / NEXT_KEY
        if path.exists():
            return _private(path.read_bytes())
        key = ec.generate_private_key(ec.SECP256R1())
        self._write(NEXT_KEY, _key_pem(key))
        return key

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = self.file.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def _read(self) -> Identity:
        try:
            mode = self.file.stat().st_mode
            data = self.file.read_bytes()
        except FileNotFoundError as error:
            raise NotEnrolled(f"{self.file}: this terminal is not enrolled yet") from error
        except OSError as error:
            raise IdentityError(f"{self.file}: {error}") from error
        if mode & 0o077:
            raise IdentityError(f"{self.file}: expected mode 0600, others can read the key")
        try:
            own, authority = x509.load_pem_x509_certificates(data)
        except ValueError as error:
            raise IdentityError(f"{self.file}: expected a key and two certificates") from error
        return Identity(_private(data), own, authority)

    def _write(self, name: str, data: bytes) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        target, fresh = self.folder / name, self.folder / f"{name}.new"
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)
        directory = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def request_for(terminal: str, key: ec.EllipticCurvePrivateKey) -> str:
    """PKCS #10 as PEM."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, terminal)])
    made = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return made.public_bytes(Encoding.PEM).decode()


def serial_bytes(certificate: x509.Certificate) -> bytes:
    """20 bytes."""
    return certificate.serial_number.to_bytes(20)


def due(identity: Identity, now: datetime) -> bool:
    return now.astimezone(UTC) >= identity.ends - RENEW_BEFORE


def _private(pem: bytes) -> ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError) as error:
        raise IdentityError("expected a private key in PEM") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise IdentityError("expected a P-256 key")
    return key


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
