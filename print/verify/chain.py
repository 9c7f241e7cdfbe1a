"""From a certificate to a root: signatures, validity, what each may be used for. What is not understood is not believed.

Small on purpose: `cryptography` checks each signature; whatever is marked critical and not checked here refuses the chain.
For PDFs pyHanko walks the same chain once more (document.py)."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

LONGEST = 4
"""Certificates between a seal and its root, both counted."""
UNDERSTOOD = {x509.BasicConstraints.oid, x509.KeyUsage.oid}


def leads_to_a_root(certificate: x509.Certificate, roots: Sequence[x509.Certificate], others: Sequence[x509.Certificate],
                    now: datetime) -> bool:  # fmt: skip
    usage = _usage(certificate)
    return usage is not None and usage.digital_signature and _leads(certificate, roots, others, now, 0)


def _leads(certificate: x509.Certificate, roots: Sequence[x509.Certificate], others: Sequence[x509.Certificate], now: datetime,
           below: int) -> bool:  # fmt: skip
    """`below`: certificates between this one and the first; the first is no authority, so this many authorities are below
    its issuer."""
    if not _holds(certificate, now):
        return False
    if certificate in roots:
        return True
    if below + 1 >= LONGEST:
        return False
    return any(
        _may_issue(issuer, below, certificate)
        and _leads(issuer, roots, others, now, below + 1)
        for issuer in (*roots, *others)
        if issuer.subject == certificate.issuer and issuer != certificate
    )


def _may_issue(issuer: x509.Certificate, below: int, issued: x509.Certificate) -> bool:
    usage = _usage(issuer)
    if not _is_authority(issuer) or usage is None or not usage.key_cert_sign:
        return False
    limit = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length
    if limit is not None and below > limit:
        return False
    try:
        issued.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _holds(certificate: x509.Certificate, now: datetime) -> bool:
    try:
        critical = {extension.oid for extension in certificate.extensions if extension.critical}
    except ValueError:
        return False
    return critical <= UNDERSTOOD and certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except (x509.ExtensionNotFound, ValueError):
        return False


def _usage(certificate: x509.Certificate) -> x509.KeyUsage | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return None
