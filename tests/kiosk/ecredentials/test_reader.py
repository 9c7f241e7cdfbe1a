"""A file opened in a process of its own: the same as on the spot, and nothing of a bad one reaches the terminal."""
from __future__ import annotations

import sys
from pathlib import Path

import pytest
import trio
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.ecredentials.on_the_spot import OnTheSpot
from kiosk.ecredentials.opened import Unreadable, Verdict, Why
from kiosk.ecredentials.reader import LARGEST_FILE, ReaderProcess
from tests.print.ofd import maker
from tests.virtual_time import run_in_virtual_time

NAMES = ("李秀英", "341602195302020021")
WORDS = "李秀英 341602195302020021"


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trust")
    world = maker.world().trust()
    for name, items in (("roots", world.roots), ("intermediates", world.intermediates), ("revocation", world.revocation_lists)):
        (folder / name).mkdir()
        for at, item in enumerate(items):
            (folder / name / f"{at}.pem").write_bytes(item.public_bytes(Encoding.PEM))
    return folder


def test_a_process_says_what_is_said_on_the_spot(trust: Path) -> None:
    file = maker.pack(maker.sealed(WORDS))

    async def both() -> None:
        here = await OnTheSpot(trust).open(file, NAMES, maker.NOW)
        there = await ReaderProcess(trust).open(file, NAMES, maker.NOW)
        assert there == here and here.verdict is Verdict.GENUINE and here.asked and here.otherwise == ("song_type",)
        assert here.pdf.startswith(b"%PDF") and len(here.pages) == 1

    trio.run(both)


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("import time; time.sleep(3600)", Why.TOO_SLOW),
        ("raise SystemExit(1)", Why.DAMAGED),
        ("import os; os.kill(os.getpid(), 9)", Why.DAMAGED),
        ("import sys; sys.stdout.write('x' * 40)", Why.DAMAGED),
        ("import sys; sys.stdout.write('')", Why.DAMAGED),
    ],
    ids=["hangs", "fails", "is killed", "babbles", "says nothing"],
)
def test_a_process_that_a_file_brings_down(command: str, why: Why) -> None:
    reader = ReaderProcess(None, (sys.executable, "-S", "-c", command))

    async def opens() -> None:
        with pytest.raises(Unreadable) as told:
            await reader.open(b"PK", (), maker.NOW)
        assert told.value.why is why

    if why is Why.TOO_SLOW:
        run_in_virtual_time(opens)
    else:
        trio.run(opens)


def on_the_spot(file: bytes, trust: Path | None, names: tuple[str, ...] = NAMES):  # type: ignore[no-untyped-def]
    return trio.run(OnTheSpot(trust).open, file, names, maker.NOW)


def test_each_bad_seal_has_its_own_verdict_and_no_page_for_the_printer(trust: Path) -> None:
    changed = maker.sealed(WORDS)
    changed["Doc_0/Pages/Page_0/Content.xml"] = changed["Doc_0/Pages/Page_0/Content.xml"].replace("李".encode(), "王".encode())
    added = maker.sealed(WORDS) | {"Doc_0/Pages/Page_7/Content.xml": b"<x/>"}
    ended = maker.sealed(WORDS, valid_until=maker.NOW - maker.YEAR / 365, signed_at=maker.NOW - maker.YEAR / 4)
    cases = {
        Verdict.ALTERED: changed, Verdict.FORGED: maker.sealed(WORDS, signers=()), Verdict.EXPIRED: ended,
        Verdict.UNSIGNED: maker.certificate(WORDS), Verdict.UNREADABLE: maker.sealed(WORDS, signature_algorithm="1.2.3.4"),
    }  # fmt: skip
    for verdict, entries in cases.items():
        opened = on_the_spot(maker.pack(entries), trust)
        assert (opened.verdict, opened.pdf) == (verdict, b"") and opened.pages
    assert on_the_spot(maker.pack(added), trust).verdict is Verdict.ALTERED
    assert on_the_spot(maker.pack(maker.sealed(WORDS)), None).verdict is Verdict.UNKNOWN_ISSUER


def test_one_bad_seal_of_two_makes_the_file_bad(trust: Path) -> None:
    entries = maker.seal(maker.sealed(WORDS), maker.SealPlan(number=1, signing_key_of=maker.world().maker))
    assert on_the_spot(maker.pack(entries), trust).verdict in (Verdict.FORGED, Verdict.ALTERED)


def test_what_is_no_ofd_or_damaged_or_too_much(trust: Path, tmp_path: Path) -> None:
    pages = maker.document(*[maker.page(maker.text("页"))] * 31)
    (tmp_path / "roots").mkdir()
    (tmp_path / "roots" / "root.pem").write_text("nothing")
    for file, folder, why in (
        (b"%PDF-1.7", trust, Why.NOT_OFD), (maker.pack({"OFD.xml": b"<x"}), trust, Why.DAMAGED),
        (maker.pack(pages), trust, Why.TOO_BIG), (maker.pack(maker.sealed()), tmp_path, Why.TRUST),
    ):  # fmt: skip
        with pytest.raises(Unreadable) as told:
            on_the_spot(file, folder)
        assert told.value.why is why
    with pytest.raises(Unreadable):
        trio.run(ReaderProcess(trust).open, bytes(LARGEST_FILE + 1), (), maker.NOW)


def test_where_her_name_is_not_found_no_letter_can_be_read(trust: Path) -> None:
    file = maker.pack(maker.sealed(WORDS))
    hidden, mosaic = on_the_spot(file, trust).pages[0], on_the_spot(file, trust, ("王",)).pages[0]
    assert hidden != mosaic and len(mosaic) < len(hidden)
