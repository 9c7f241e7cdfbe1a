"""X.509 certificates with SM2, ECDSA or RSA keys: who signed whom, up to the roots of the configuration.

pyca/cryptography reads the structures; names are shown only, and one that cannot be decoded (facts/print.md 6.4) does not
keep a certificate from being verified: issuers are matched by their bytes.
"""
from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtensionOID, NameOID

from print.ofd.seals import der, sm2

_RSA: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "1.2.840.113549.1.1.11": hashes.SHA256, "1.2.840.113549.1.1.12": hashes.SHA384,
    "1.2.840.113549.1.1.13": hashes.SHA512,
}
_ECDSA: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "1.2.840.10045.4.3.2": hashes.SHA256, "1.2.840.10045.4.3.3": hashes.SHA384,
    "1.2.840.10045.4.3.4": hashes.SHA512,
}
_UNDERSTOOD = frozenset({ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE, ExtensionOID.EXTENDED_KEY_USAGE,
                         ExtensionOID.SUBJECT_ALTERNATIVE_NAME, ExtensionOID.CERTIFICATE_POLICIES})  # fmt: skip
LONGEST_CHAIN = 6


class UnknownAlgorithm(Exception):
    """A key or signature algorithm that is not verified here, by its object identifier."""


class Unreadable(Exception):
    """These bytes are no certificate."""


def load(data: bytes) -> x509.Certificate:
    """Raises Unreadable."""
    try:
        certificate = x509.load_der_x509_certificate(data)
        issuer_bytes(certificate)
        _ = certificate.extensions, certificate.not_valid_after_utc, certificate.not_valid_before_utc
    except (ValueError, IndexError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.UnsupportedGeneralNameType,
            x509.InvalidVersion) as error:  # fmt: skip
        raise Unreadable(str(error)[:100]) from error
    return certificate


def name_of(certificate: x509.Certificate) -> str:
    """Common name or the whole subject, for showing; `?` where it cannot be decoded."""
    return _shown(certificate, of_issuer=False)


def issuer_of(certificate: x509.Certificate) -> str:
    return _shown(certificate, of_issuer=True)


def _shown(certificate: x509.Certificate, *, of_issuer: bool) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # names longer than X.520 allows are usual
            name = certificate.issuer if of_issuer else certificate.subject
        common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(common[0].value) if common else name.rfc4514_string()
    except ValueError:
        return "?"


def issuer_bytes(certificate: x509.Certificate) -> bytes:
    return _field(certificate, 2).whole


def subject_bytes(certificate: x509.Certificate) -> bytes:
    return _field(certificate, 4).whole


def _field(certificate: x509.Certificate, index: int) -> der.Element:
    """serial 0, algorithm 1, issuer 2, validity 3, subject 4, public key 5 of TBSCertificate."""
    parts = der.inside(certificate.tbs_certificate_bytes)
    return parts[index + (1 if parts[0].tag == 0xA0 else 0)]


def verify(certificate: x509.Certificate, algorithm: str, message: bytes, signature: bytes) -> bool:
    """Whether the key in `certificate` signed `message`. Raises UnknownAlgorithm."""
    try:
        point = _sm2_key(certificate)
    except (ValueError, IndexError):
        return False
    if point is not None:
        if algorithm not in (sm2.SM2_WITH_SM3, sm2.CURVE, sm2.CURVE + ".1"):
            raise UnknownAlgorithm(algorithm)
        return sm2.verify(point, message, signature)
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnknownAlgorithm(certificate.public_key_algorithm_oid.dotted_string) from error
    try:
        if isinstance(key, rsa.RSAPublicKey) and algorithm in _RSA:
            key.verify(signature, message, padding.PKCS1v15(), _RSA[algorithm]())
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm in _ECDSA:
            key.verify(signature, message, ec.ECDSA(_ECDSA[algorithm]()))
        else:
            raise UnknownAlgorithm(algorithm)
    except InvalidSignature:
        return False
    return True


def _sm2_key(certificate: x509.Certificate) -> sm2.Point | None:
    """The SM2 key out of SubjectPublicKeyInfo; None where it is a key of another kind. Raises ValueError, IndexError."""
    info = der.elements(_field(certificate, 5).content)
    kind = der.inside(info[0].whole)
    if len(kind) != 2 or kind[1].whole != _CURVE_DER:
        return None
    return sm2.point_of(info[1].content[1:])


_CURVE_DER = bytes.fromhex("06082a811ccf5501822d")
"""DER of the object identifier 1.2.156.10197.1.301."""


def signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Raises UnknownAlgorithm."""
    return issuer_bytes(certificate) == subject_bytes(issuer) and verify(
        issuer, certificate.signature_algorithm_oid.dotted_string, certificate.tbs_certificate_bytes, certificate.signature
    )


def may_certify(certificate: x509.Certificate, below: int) -> bool:
    """A CA by its own extensions, with `below` CAs between it and the signer's certificate."""
    constraints, usage = _extension(certificate, x509.BasicConstraints), _extension(certificate, x509.KeyUsage)
    if constraints is None or not constraints.ca or (constraints.path_length is not None and constraints.path_length < below):
        return False
    return usage is None or usage.key_cert_sign


def may_sign(certificate: x509.Certificate) -> bool:
    usage = _extension(certificate, x509.KeyUsage)
    return usage is None or usage.digital_signature or usage.content_commitment


def not_understood(certificate: x509.Certificate) -> str | None:
    """A critical extension that is not enforced here: the certificate must then not be relied on (RFC 5280, 4.2)."""
    critical = (extension.oid for extension in certificate.extensions if extension.critical)
    return next((oid.dotted_string for oid in critical if oid not in _UNDERSTOOD), None)


_E = TypeVar("_E", bound=x509.ExtensionType)


def _extension(certificate: x509.Certificate, kind: type[_E]) -> _E | None:
    return next((found.value for found in certificate.extensions if isinstance(found.value, kind)), None)


def chain(certificate: x509.Certificate, roots: tuple[x509.Certificate, ...],
          between: tuple[x509.Certificate, ...]) -> tuple[x509.Certificate, ...] | None:  # fmt: skip
    """From `certificate` to one of the roots, both included; None where no root stands behind it."""
    path = [certificate]
    while len(path) <= LONGEST_CHAIN:
        if path[-1] in roots:
            return tuple(path)
        issuer = _issuer(path[-1], roots, between, len(path) - 1)
        if issuer is None or issuer in path:
            return None
        path.append(issuer)
    return None


def _issuer(certificate: x509.Certificate, roots: tuple[x509.Certificate, ...], between: tuple[x509.Certificate, ...],
            below: int) -> x509.Certificate | None:  # fmt: skip
    for candidate in (*roots, *between):
        try:
            if signed_by(certificate, candidate) and may_certify(candidate, below):
                return candidate
        except UnknownAlgorithm:
            continue
    return None
