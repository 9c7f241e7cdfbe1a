"""The table of faults, walked: for every row the machine gets the fault while a citizen goes through her visit, and exactly the
screens, the sentence and the incidents of the row come about."""
from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from devices.cabinet.simulator import FAULTS as CABINET
from devices.camera.simulator import FAULTS as CAMERA
from devices.card_dispenser.mechanics import FAULTS as CARD_DISPENSER
from devices.card_printer.mechanics import FAULTS as CARD_PRINTER
from devices.id_reader.simulator import FAULTS as ID_READER
from devices.receipt_printer.model import FAULTS as RECEIPT_PRINTER
from devices.scanner.simulator import FAULTS as SCANNER
from devices.ups.simulator import FAULTS as UPS
from kiosk.faults_table import Row, table
from kiosk.faults_table.page import rewritten
from kiosk.health.news import todo_words, trouble_words
from kiosk.texts import LANGUAGES, catalogue
from print.ipp.simulator.faults import FAULTS as A4_PRINTER
from tests.card.reader_faults import FAULTS as CITIZEN_CARD
from tests.kiosk.faults.walk import faults_of, walk
from tests.kiosk.rig import Post

MACHINES: Mapping[str, Mapping[str, str]] = {
    "a4_printer": A4_PRINTER, "cabinet": CABINET, "camera": CAMERA, "card_dispenser": CARD_DISPENSER,
    "card_printer": CARD_PRINTER, "citizen_card": CITIZEN_CARD, "id_reader": ID_READER, "receipt_printer": RECEIPT_PRINTER,
    "scanner": SCANNER, "ups": UPS,
}  # fmt: skip
WALKED = ("a4_printer", "cabinet", "camera", "card_printer", "id_reader", "receipt_printer")
USUAL_WAY = {
    "home", "privacy", "lay_id", "take_id_back", "checking", "confirm_person", "choose_delivery", "submitting", "progress",
    "take_card", "registering", "recovering", "goodbye", "choose_address", "confirm_address", "done",
    "choose_document", "choose_purpose", "making_preview", "preview_document", "printing_pages",
    "certify_who", "face_or_staff", "face_look", "face_checking", "face_checked",
}  # fmt: skip
PROJECT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("device", MACHINES)
def test_every_fault_of_every_machine_has_a_row_in_the_machines_own_words(device: str) -> None:
    rows = [row for row in table() if row.device == device]
    assert {row.fault: row.what for row in rows} == dict(MACHINES[device])
    if device in WALKED:
        assert {row.fault for row in rows if row.walked} == set(MACHINES[device])


def test_no_machine_is_left_out() -> None:
    assert {row.device for row in table()} == set(MACHINES)


def test_every_sentence_and_every_incident_of_the_table_is_in_the_catalogue() -> None:
    for row in table():
        for language in LANGUAGES:
            if row.says:
                assert catalogue().text(language, row.says)
            if row.reason:
                assert catalogue().text(language, f"word.reason.{row.reason}")
        assert row.walked or not (row.screen or row.says or row.incidents), row


def test_the_page_is_what_the_table_says() -> None:
    page = (PROJECT / "docs/failures.md").read_text("utf-8")
    assert page == rewritten(page), "run python -m kiosk.faults_table docs/failures.md"


@pytest.mark.parametrize("row", [row for row in table() if row.walked], ids=str)
def test_a_fault_as_she_and_the_technicians_see_it(tmp_path: Path, row: Row) -> None:
    until = row.screen

    def breaks(post: Post) -> None:
        faults_of(post, row.device).set(row.fault, row.times or None)

    seen = walk(tmp_path, breaks, row.when, until, row.citizens, row.device)
    way = seen.screens[seen.screens.index("home") + 1 :]
    assert until in way
    unusual = list(dict.fromkeys(name for name in way[: way.index(until)] if name not in USUAL_WAY))
    assert tuple(unusual) == row.via
    assert row.says in seen.heard.keys
    if row.reason:
        assert catalogue().text("zh_CN", f"word.reason.{row.reason}") in seen.heard.text
    assert set(seen.incidents) == set(row.incidents)
    for kind, words in seen.incidents.items():
        if catalogue().find("zh_CN", f"word.troubles.{kind}") is not None:
            assert words == f"{trouble_words(kind)}。{todo_words(kind)}"
    told = {word for health in seen.healths for word in health["words"]}
    assert {kind for kind in row.incidents if catalogue().find("zh_CN", f"word.troubles.{kind}")} == told
