"""Signing: codes, PDFs, lists. One object per centre; its methods may be called from several threads."""
from __future__ import annotations

import io
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign import fields, signers
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from print.layouts.documents import claims as codes
from print.layouts.documents import cose, revocation
from print.layouts.documents.draw import Drawn
from print.layouts.documents.frame import SEAL_SIDE
from print.layouts.documents.seal import demo_seal
from remote.central.seal.authority import Authority, made, made_in, read

FIELD = "Seal"
SIGNATURE_ROOM = 6_000
"""Bytes kept for the signature (half of them are used): without it the signature is made twice, once to measure it."""
LIST_DAYS = 7


class Seal:
    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self._code_key = cose.signing_key(authority.code.key, authority.code.certificate)
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register(_asn1(authority.root))
        private = authority.seal.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        self._signer = signers.SimpleSigner(
            signing_cert=_asn1(authority.seal.certificate),
            signing_key=asn1_keys.PrivateKeyInfo.load(private),
            cert_registry=store,
        )
        self._lock = threading.Lock()

    @classmethod
    def in_folder(cls, folder: Path, now: datetime, demo: bool) -> Seal:
        """A demonstration makes what is not there; production only reads. Raises SealFolderError, OSError."""
        return cls(made_in(folder, now) if demo else read(folder))

    @classmethod
    def in_memory(cls, now: datetime) -> Seal:
        return cls(made(now))

    def code(self, claims: codes.Claims) -> str:
        """The text of the QR code."""
        return codes.to_text(cose.signed(codes.pack(claims), self._code_key))

    def sealed(self, drawn: Drawn, at: datetime, reason: str) -> bytes:
        """The PDF with a PAdES-B-B signature under the seal's picture; no change is allowed after it (DocMDP 1)."""
        writer = IncrementalPdfFileWriter(io.BytesIO(drawn.pdf))
        about = signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
            reason=reason,
        )
        left, bottom, right, top = drawn.seal_box
        spec = fields.SigFieldSpec(FIELD, on_page=-1, box=(int(left), int(bottom), int(right), int(top)))
        with self._lock:
            signer = _SignerAt(about, self._signer, stamp_style=self._stamp(), new_field_spec=spec)
            signer.at = at
            return bytes(signer.sign_pdf(writer, bytes_reserved=SIGNATURE_ROOM).getvalue())

    def revoked_documents(self, documents: dict[bytes, revocation.Revoked], issuer: str, now: datetime) -> bytes:
        """Signed and dated; the next one is due in LIST_DAYS."""
        listed = revocation.RevokedDocuments(issuer, now, now + timedelta(days=LIST_DAYS), documents)
        return cose.signed(revocation.pack(listed), self._code_key)

    def _stamp(self) -> StaticStampStyle:
        """One for each signature: pyHanko keeps the document it draws into inside it."""
        look = RawContent(demo_seal(), box=BoxConstraints(width=SEAL_SIDE, height=SEAL_SIDE))
        return StaticStampStyle(background=look, border_width=0, background_opacity=0.82)


class _SignerAt(signers.PdfSigner):
    """Signs with the centre's time, not the machine's."""

    at: datetime

    def init_signing_session(self, *arguments: Any, **named: Any) -> Any:
        session = super().init_signing_session(*arguments, **named)
        session.system_time = self.at
        return session


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
