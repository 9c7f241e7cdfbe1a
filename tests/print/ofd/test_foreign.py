"""Documents that this project did not make, where the folder named by TERMINAL_OFD_SAMPLES has them: public test files of
ofdrw/ofdrw (SESV4SignDoc.ofd and others). None of them is part of the project."""
from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from print.ofd import Expired, OfdDocument, Trust, UnknownIssuer, Unsigned, open_ofd, render_page, text_of, verify_seals
from print.ofd.seals import certificates, ses

FOLDER = os.environ.get("TERMINAL_OFD_SAMPLES", "")
NOW = datetime(2026, 11, 20, tzinfo=UTC)
WORDS = {
    "helloworld": "你好呀，OFD Reader&Writer！", "page1": "1", "multiKeywordInTextCode": "打发打发打发", "AddAttachment": "附件",
    "hello_watermark": "你好呀", "DigitalSign": "你好呀", "SESV4SignDoc": "你好呀",
}  # fmt: skip


def sample(name: str) -> OfdDocument:
    path = Path(FOLDER) / f"{name}.ofd"
    if not FOLDER or not path.is_file():
        pytest.skip(f"{name}.ofd is not in the folder TERMINAL_OFD_SAMPLES={FOLDER!r}")
    return open_ofd(path.read_bytes())


@pytest.mark.parametrize("name", WORDS)
def test_text_is_there_and_nothing_is_missing(name: str) -> None:
    doc = sample(name)
    assert WORDS[name] in text_of(doc)[0]
    seen = render_page(doc, 0, 60)
    assert all(item.drawn for item in seen.unsupported)
    assert min(seen.image.convert("L").tobytes()) < 100


def test_what_is_signed_and_what_is_not() -> None:
    assert [type(one.outcome) for one in verify_seals(sample("helloworld"), Trust(), NOW)] == [Unsigned]
    assert [type(one.outcome) for one in verify_seals(sample("DigitalSign"), Trust(), NOW)] == [UnknownIssuer]


def test_sound_seal_that_had_ended_before_it_was_used() -> None:
    doc = sample("SESV4SignDoc")
    assert isinstance(verify_seals(doc, Trust(), NOW)[0].outcome, UnknownIssuer)
    value = ses.read_signature(doc.package.read("Doc_0/Signs/Sign_0/SignedValue.dat"))
    trust = Trust((certificates.load(value.cert), certificates.load(value.seal.maker_cert)))
    outcome = verify_seals(doc, trust, NOW)[0].outcome
    assert isinstance(outcome, Expired) and outcome.what == "the seal" and outcome.when_signed
    assert outcome.ended.date().isoformat() == "2022-04-22"
