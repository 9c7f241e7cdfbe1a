"""For the coverage-guided fuzzer: any text, and any COSE message in a good wrapping, gets a verdict; VALID only with the very
bytes that were signed."""
from __future__ import annotations

from print.layouts.documents import claims
from print.verify.code import verify_code
from print.verify.trust import Trust
from print.verify.verdict import Verdict
from tests.print.documents.sealing import NOW, office, ready


def fuzz_one(data: bytes) -> None:
    authority = office().authority
    trust = Trust((authority.root,), (authority.code.certificate,))
    for text in (data.decode("latin-1"), claims.to_text(data)):
        if verify_code(text, trust, NOW).verdict is Verdict.VALID:
            assert claims.from_text(text.strip()) == claims.from_text(ready().code)


def seeds() -> list[bytes]:
    code = ready().code
    return [code.encode(), claims.from_text(code), b"BZ1:", b"\xd2\x84\x43\xa1\x01\x26\xa0\x40\x40"]
