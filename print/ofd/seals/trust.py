"""Whom this terminal believes: root certificates, intermediates, revocation lists, all given offline by configuration."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from print.ofd.seals import certificates, der
from print.ofd.seals.certificates import UnknownAlgorithm, Unreadable

_ENDINGS = (".pem", ".cer", ".crt", ".der", ".crl")


class TrustUnreadable(Exception):
    """A file of the trust folder is no certificate or revocation list: the configuration is wrong, so nothing is believed."""


@dataclass(frozen=True)
class Trust:
    """Without roots nothing is Valid. `signers` are believed for signatures that carry no certificate of their own."""

    roots: tuple[x509.Certificate, ...] = ()
    intermediates: tuple[x509.Certificate, ...] = ()
    revocation_lists: tuple[x509.CertificateRevocationList, ...] = ()
    signers: tuple[x509.Certificate, ...] = ()

    @classmethod
    def load(cls, folder: Path) -> Trust:
        """From `roots/`, `intermediates/`, `revocation/` and `signers/` in `folder`, PEM or DER, each of which may be
        missing. Raises TrustUnreadable."""
        return cls(_certificates(folder / "roots"), _certificates(folder / "intermediates"), _lists(folder / "revocation"),
                   _certificates(folder / "signers"))  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """What the revocation lists say of one certificate."""

    listed: bool
    """False: no usable list of its issuer is there."""
    current: bool = True
    revoked: datetime | None = None


def standing(certificate: x509.Certificate, issuer: x509.Certificate, trust: Trust, now: datetime) -> Standing:
    """A list counts when the issuer itself signed it and it has no critical extension (parts of lists are not done)."""
    listed = current = False
    for revoked in trust.revocation_lists:
        if not _usable(revoked, issuer):
            continue
        listed = True
        current = current or revoked.next_update_utc is None or revoked.next_update_utc >= now
        entry = revoked.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry is not None:
            return Standing(True, True, entry.revocation_date_utc)
    return Standing(listed, current)


def _usable(revoked: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    try:
        if any(extension.critical for extension in revoked.extensions):
            return False
        parts = der.inside(revoked.tbs_certlist_bytes)
        name = parts[2 if parts[0].tag == der.INTEGER else 1].whole
        algorithm = revoked.signature_algorithm_oid.dotted_string
        return name == certificates.subject_bytes(issuer) and certificates.verify(
            issuer, algorithm, revoked.tbs_certlist_bytes, revoked.signature
        )
    except (ValueError, IndexError, UnknownAlgorithm):
        return False


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.suffix.lower() in _ENDINGS) if folder.is_dir() else []


def _certificates(folder: Path) -> tuple[x509.Certificate, ...]:
    found: list[x509.Certificate] = []
    for path in _files(folder):
        data = path.read_bytes()
        try:
            blocks = x509.load_pem_x509_certificates(data) if b"-----BEGIN" in data else [x509.load_der_x509_certificate(data)]
            found += [certificates.load(block.public_bytes(Encoding.DER)) for block in blocks]
        except (ValueError, Unreadable) as error:
            raise TrustUnreadable(f"{path}: {error}") from error
    return tuple(found)


def _lists(folder: Path) -> tuple[x509.CertificateRevocationList, ...]:
    found = []
    for path in _files(folder):
        data = path.read_bytes()
        try:
            found.append(x509.load_pem_x509_crl(data) if b"-----BEGIN" in data else x509.load_der_x509_crl(data))
        except ValueError as error:
            raise TrustUnreadable(f"{path}: {error}") from error
    return tuple(found)
