"""A PDF: its seal (PAdES through pyHanko), nothing added after it, and its code, which has to be this document's own."""
from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime
from typing import Any

import pypdfium2
import zxingcpp
from cryptography import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError, ValidationInfoReadingError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from print.layouts.documents.claims import PREFIX, Claims, code_in
from print.layouts.documents.essential import FILE_NAME, digest
from print.raster import page_image
from print.verify.code import authentic, in_force
from print.verify.trust import Trust, asn1, name_of
from print.verify.verdict import Finding, Verdict

CODE_DPI = (150, 250)
"""Tried one after the other on each page."""
MOST_PAGES = 200
BROKEN = (PdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OverflowError, OSError,
          AssertionError, NotImplementedError, pypdfium2.PdfiumError)  # fmt: skip
"""What reading somebody's broken file may raise in pyHanko, asn1crypto and pdfium."""


def verify_pdf(pdf: bytes, trust: Trust, now: datetime) -> Finding:
    """Judge a file. Never raises for any bytes."""
    if b"%PDF-" not in pdf[:1024]:
        return Finding(Verdict.UNREADABLE, "not a PDF")
    try:
        return _judged(pdf, trust, now)
    except BROKEN as error:
        return Finding(Verdict.ALTERED, f"the file is damaged: it cannot be read to its end ({type(error).__name__})")


def _judged(pdf: bytes, trust: Trust, now: datetime) -> Finding:
    signatures = list(PdfFileReader(io.BytesIO(pdf)).embedded_signatures)
    codes = codes_in(pdf)
    if not signatures:
        return _without_seal(codes, trust, now)
    broken, trusted = _seal_broken(pdf, signatures, trust, now)
    if broken is not None:
        return Finding(Verdict.ALTERED, broken)
    signer = x509.load_der_x509_certificate(signatures[0].signer_cert.dump())
    objection = trust.objection(signer, now)
    if objection is not None:
        return Finding(objection[0], f"the seal is whole, but {objection[1]}")
    if not trusted:
        return Finding(Verdict.UNKNOWN_ISSUER, f"the seal is whole, but “{name_of(signer)}” may not seal documents")
    return _with_its_code(pdf, codes, trust, now, f"sealed by “{name_of(signer)}”, all {len(pdf)} bytes")


def _seal_broken(pdf: bytes, signatures: list[EmbeddedPdfSignature], trust: Trust, now: datetime) -> tuple[str | None, bool]:
    """What was done to the file since it was sealed, None where nothing was; and whether pyHanko too believes the signer."""
    first = signatures[0]
    ranges = [int(number) for number in first.byte_range]
    covered = ranges[-2] + ranges[-1]
    if len(signatures) > 1 or covered != len(pdf):
        return f"bytes {covered} to {len(pdf)} were added after it was sealed", False
    context = ValidationContext(trust_roots=[asn1(root) for root in trust.roots], other_certs=[asn1(one) for one in trust.others],
                                moment=now, allow_fetching=False)  # fmt: skip
    try:
        status = validate_pdf_signature(first, context)
    except (SignatureValidationError, ValidationInfoReadingError) as error:
        return f"the seal cannot be read: {error}", False
    if not status.intact:
        words = " and ".join(f"{start} to {start + length}" for start, length in zip(ranges[::2], ranges[1::2], strict=True))
        return f"bytes {words} are not those that were sealed (SHA-256 differs)", False
    if not status.valid:
        return "the seal's signature does not belong to its certificate", False
    if status.coverage is not SignatureCoverageLevel.ENTIRE_FILE or not status.docmdp_ok:
        return "the seal does not cover the whole file", False
    return None, bool(status.trusted)


def _without_seal(codes: list[str], trust: Trust, now: datetime) -> Finding:
    for code in codes:
        claims = authentic(code, trust, now)
        if isinstance(claims, Claims):
            why = f"the file carries no seal; the code on it belongs to {claims.number} of {claims.issuer}, a sealed document"
            return Finding(Verdict.ALTERED, why, claims)
    return Finding(Verdict.UNKNOWN_ISSUER, "nobody sealed this file")


def _with_its_code(pdf: bytes, codes: list[str], trust: Trust, now: datetime, seal: str) -> Finding:
    embedded = embedded_content(pdf)
    if not codes or embedded is None:
        return Finding(Verdict.VALID, seal, notes=("no code or no content inside: the seal alone was judged",))
    finding: Finding | None = None
    for code in codes:
        claims = authentic(code, trust, now)
        if isinstance(claims, Finding):
            return replace(claims, why=f"{seal}; but {claims.why}")
        if claims.digest != digest(embedded):
            return Finding(Verdict.ALTERED, f"{seal}; but the code on it belongs to another document, {claims.number}", claims)
        finding = in_force(claims, trust, now)
    assert finding is not None
    return replace(finding, why=f"{finding.why}; {seal}")


def codes_in(pdf: bytes) -> list[str]:
    """The codes of ours on its pages, read from the pixels as a scanner would, last page first; each once."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        count = min(len(document), MOST_PAGES)
    finally:
        document.close()
    found: list[str] = []
    for page in reversed(range(count)):
        for dots in CODE_DPI:
            seen = [code_in(code.text) for code in zxingcpp.read_barcodes(page_image(pdf, dots, page).convert("L"))]
            read = [text for text in seen if text.startswith(PREFIX)]
            found += [text for text in read if text not in found]
            if read:
                break
    return found


def embedded_content(pdf: bytes) -> bytes | None:
    document: Any = pypdfium2.PdfDocument(pdf)
    try:
        for index in range(document.count_attachments()):
            attachment = document.get_attachment(index)
            if attachment.get_name() == FILE_NAME:
                return bytes(attachment.get_data())
        return None
    finally:
        document.close()
