"""Whom to believe: certificates and lists as they were shipped or named, and whether a certificate leads to one of the roots.

Lists are X.509 lists of revoked certificates, and our own lists of revoked documents (layouts/documents/revocation.py).
"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from print.layouts.documents import cose, revocation
from print.layouts.documents.claims import NotOurs
from print.layouts.documents.cose import WrongSignature
from print.verify.chain import leads_to_a_root
from print.verify.verdict import Verdict

SHIPPED = Path(__file__).with_name("trust")


class TrustFileError(Exception):
    """A file of certificates or a list cannot be used. The text names it and what is expected."""


@dataclass(frozen=True)
class Trust:
    roots: tuple[x509.Certificate, ...] = ()
    others: tuple[x509.Certificate, ...] = ()
    certificate_lists: tuple[x509.CertificateRevocationList, ...] = ()
    document_lists: tuple[bytes, ...] = field(default=(), repr=False)
    """Signed lists of revoked documents as they came; judged when they are used."""

    def by_kid(self, kid: bytes) -> x509.Certificate | None:
        return next((one for one in (*self.others, *self.roots) if cose.key_id(one) == kid), None)

    def objection(self, certificate: x509.Certificate, now: datetime) -> tuple[Verdict, str] | None:
        """Why this certificate is not to be believed at `now`; None where it is."""
        name = name_of(certificate)
        if not self.roots:
            return Verdict.UNKNOWN_ISSUER, "no root certificate is known here"
        if now > certificate.not_valid_after_utc:
            return Verdict.EXPIRED, f"the certificate “{name}” ended on {certificate.not_valid_after_utc:%Y-%m-%d}"
        if now < certificate.not_valid_before_utc:
            return Verdict.UNKNOWN_ISSUER, f"the certificate “{name}” holds only from {certificate.not_valid_before_utc:%Y-%m-%d}"
        revoked = self._revoked(certificate)
        if revoked is not None:
            return Verdict.REVOKED, f"the certificate “{name}” was revoked on {revoked:%Y-%m-%d %H:%M} UTC"
        if not leads_to_a_root(certificate, self.roots, self.others, now):
            return Verdict.UNKNOWN_ISSUER, f"the certificate “{name}” does not lead to a root known here"
        return None

    def _revoked(self, certificate: x509.Certificate) -> datetime | None:
        """When, by a list of its issuer that is signed by it. An old list still knows what it knew."""
        for listed in self.certificate_lists:
            entry = listed.get_revoked_certificate_by_serial_number(certificate.serial_number)
            if entry is not None and listed.issuer == certificate.issuer and self._signed_by_issuer(listed):
                return entry.revocation_date_utc
        return None

    def _signed_by_issuer(self, listed: x509.CertificateRevocationList) -> bool:
        for issuer in (*self.roots, *self.others):
            if issuer.subject == listed.issuer:
                try:
                    if listed.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]  # other kinds raise TypeError
                        return True
                except (TypeError, InvalidSignature, UnsupportedAlgorithm):
                    continue
        return False

    def revoked_document(self, document_id: bytes, now: datetime) -> tuple[revocation.Revoked | None, tuple[str, ...]]:
        """The entry of a list that can be believed, and what has to be said about the lists."""
        notes: list[str] = []
        asked = False
        for token in self.document_lists:
            listed = self._believed(token, now, notes)
            if listed is None:
                continue
            asked = True
            if document_id in listed.documents:
                return listed.documents[document_id], ()
            if now > listed.next_due:
                notes.append(f"the list of revoked documents is of {listed.made_at:%Y-%m-%d %H:%M}; a newer one was due")
        if not asked:
            notes.append("whether it was revoked was not asked: no list of revoked documents (--crl)")
        return None, tuple(notes)

    def _believed(self, token: bytes, now: datetime, notes: list[str]) -> revocation.RevokedDocuments | None:
        try:
            certificate = self.by_kid(cose.kid_of(token))
            if certificate is None:
                raise NotOurs("its key is not known here")
            objection = self.objection(certificate, now)
            if objection is not None:
                raise NotOurs(objection[1])
            return revocation.unpack(cose.verified(token, certificate))
        except (NotOurs, WrongSignature) as error:
            notes.append(f"a list of revoked documents was not used: {error}")
            return None


def load(trust: Iterable[Path] = (), lists: Iterable[Path] = (), shipped: Path = SHIPPED) -> Trust:
    """Everything shipped and named. Raises TrustFileError."""
    certificates: list[x509.Certificate] = []
    for path in (*sorted(shipped.glob("*.pem")), *trust):
        certificates += _certificates(path)
    roots = tuple(one for one in certificates if one.subject == one.issuer and _is_authority(one))
    others = tuple(one for one in certificates if one not in roots)
    certificate_lists: list[x509.CertificateRevocationList] = []
    document_lists: list[bytes] = []
    for path in lists:
        data = _read(path)
        listed = _certificate_list(data)
        if listed is not None:
            certificate_lists.append(listed)
            continue
        try:
            cose.kid_of(data)
        except NotOurs as error:
            raise TrustFileError(f"{path}: expected a list of revoked certificates or of revoked documents") from error
        document_lists.append(data)
    return Trust(roots, others, tuple(certificate_lists), tuple(document_lists))


def name_of(certificate: x509.Certificate) -> str:
    """The common name; the serial number where there is none that can be read."""
    try:
        names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    except ValueError:
        names = []
    return str(names[0].value) if names else f"{certificate.serial_number:x}"


def asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except (x509.ExtensionNotFound, ValueError):
        return False


def _certificates(path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(_read(path))
    except ValueError as error:
        raise TrustFileError(f"{path}: expected certificates in PEM, but {error}") from error


def _certificate_list(data: bytes) -> x509.CertificateRevocationList | None:
    loader = x509.load_pem_x509_crl if data.lstrip().startswith(b"-----BEGIN") else x509.load_der_x509_crl
    try:
        return loader(data)
    except ValueError:
        return None


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > revocation.LARGEST_LIST:
            raise TrustFileError(f"{path}: expected at most {revocation.LARGEST_LIST} bytes")
        return path.read_bytes()
    except OSError as error:
        raise TrustFileError(f"{path}: expected a readable file, but {error.strerror}") from error
