"""The terminal's chain against somebody who has the whole disk: what he alters, removes, re-orders or cuts off is found."""
from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
import trio

from kiosk.audit.log import Audit, Deed
from kiosk.audit.run import main
from kiosk.audit.verify import NoJournal, judge
from kiosk.audit.witness import EVERY_S, Witnessing
from kiosk.transaction.journal import Event, Journal
from kiosk.transaction.journal_file import GENESIS, link
from remote.messages.audit import AskWitnessed, Contradiction, Head, WitnessedHeads
from remote.platform import Platform
from tests.remote.hall import Hall
from tests.remote.test_platform_client import Network
from tests.virtual_time import run_in_virtual_time

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
Attack = Callable[[sqlite3.Connection], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A journal with twelve doors opened, closed."""
    journal = Journal(tmp_path / "journal", lambda: NOW)
    audit = Audit(journal)
    for number in range(12):
        audit.note(Deed.DOOR_OPENED, door=f"door {number}", menu=False)
    journal.close()
    return tmp_path / "journal"


def heads(folder: Path, *rows: int) -> list[Head]:
    with sqlite3.connect(folder / "journal.sqlite") as db:
        chain = dict(db.execute("SELECT seq, chain FROM rows"))
    return [Head(seq=row, head=bytes(chain[row]).hex(), at=NOW) for row in rows]


def attack(folder: Path, how: Attack, *, chain_again: bool) -> None:
    """`chain_again`: he knows how the chain is made and makes it anew, and the counter of rows too."""
    with sqlite3.connect(folder / "journal.sqlite") as db:
        how(db)
        if chain_again:
            before = GENESIS
            rows = db.execute("SELECT rowid, plan, act, attempt, mark, at, body FROM rows ORDER BY seq").fetchall()
            for number, (rowid, *said) in enumerate(rows, 1):
                before = link(before, *said)
                db.execute("UPDATE rows SET seq = ?, chain = ? WHERE rowid = ?", (number, before, rowid))
            db.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'rows'", (len(rows),))


def alter(db: sqlite3.Connection) -> None:
    db.execute("UPDATE rows SET at = '2026-11-20T03:00:00+00:00' WHERE seq = 5")


def remove(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM rows WHERE seq = 5")


def swap(db: sqlite3.Connection) -> None:
    for old, new in ((5, 1005), (6, 5), (1005, 6)):
        db.execute("UPDATE rows SET seq = ? WHERE seq = ?", (new, old))


def cut_off(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM rows WHERE seq > 8")


ATTACKS = [alter, remove, swap, cut_off]


def test_a_chain_that_nobody_touched_is_whole_to_the_last_witnessed_row(folder: Path) -> None:
    verdict = judge(folder, heads(folder, 3, 10))
    assert (verdict.rows, verdict.wrong, verdict.checked_to) == (12, "", 10)


@pytest.mark.parametrize("how", ATTACKS)
def test_a_clumsy_hand_is_found_by_the_chain_alone(folder: Path, how: Attack) -> None:
    attack(folder, how, chain_again=False)
    assert judge(folder, ()).wrong


@pytest.mark.parametrize("how", ATTACKS)
def test_a_clever_hand_that_makes_the_chain_anew_is_found_by_the_witness(folder: Path, how: Attack) -> None:
    witnessed = heads(folder, 3, 7, 11)
    attack(folder, how, chain_again=True)
    assert not judge(folder, ()).wrong                     # without a witness nobody could tell
    wrong = judge(folder, witnessed).wrong
    assert ("missing" in wrong) if how is cut_off else ("4 to 7" in wrong)


def test_rows_cut_off_behind_the_last_head_are_found_by_the_next_one(folder: Path) -> None:
    """At most one minute is not witnessed yet."""
    witnessed = heads(folder, 3)
    attack(folder, cut_off, chain_again=True)
    assert not judge(folder, witnessed).wrong


def test_the_command_says_what_was_checked_and_what_was_not(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "heads.json"
    file.write_text(WitnessedHeads(heads=heads(folder, 3, 10), others=0).model_dump_json())
    assert main(["verify", str(folder), "--witness", str(file)]) == 0
    assert "12 rows, chain whole, witnessed by the centre to row 10" in capsys.readouterr().out
    assert main(["verify", str(folder)]) == 0
    assert "its end was not checked" in capsys.readouterr().out
    attack(folder, cut_off, chain_again=True)
    assert main(["verify", str(folder), "--witness", str(file)]) == 1
    assert "rows after 8 are missing" in capsys.readouterr().out
    file.write_text("{}")
    assert main(["verify", str(folder), "--witness", str(file)]) == 2


def test_an_audit_is_verified_while_the_terminal_runs(folder: Path) -> None:
    running = Journal(folder, lambda: NOW)
    Audit(running).note(Deed.MENU_OPENED, who="7")
    assert judge(folder, ()).rows == 13
    running.close()


def test_a_folder_without_a_journal_is_not_called_whole(tmp_path: Path) -> None:
    with pytest.raises(NoJournal):
        judge(tmp_path, ())
    assert main(["verify", str(tmp_path)]) == 2


def test_the_list_says_who_did_what_in_order(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 12 and "door_opened" in lines[0] and '"door": "door 11"' in lines[-1]


# -- the witness -----------------------------------------------------------------------------------------------------


def witnessing(folder: Path, network: Network) -> tuple[Journal, Witnessing, list[Contradiction]]:
    journal = Journal(folder, lambda: NOW)
    found: list[Contradiction] = []
    return journal, Witnessing(journal, Platform(network, "T1", random=Random(1)), found.append), found


def test_every_minute_the_centre_hears_how_far_the_chain_has_come(folder: Path) -> None:
    hall = Hall()
    journal, witness, found = witnessing(folder, Network(hall))

    async def three_minutes() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(witness.run)
            for _ in range(3):
                await trio.sleep(EVERY_S + 1)
                Audit(journal).note(Deed.DOOR_CLOSED, door="front")
            await trio.sleep(EVERY_S + 1)
            nursery.cancel_scope.cancel()

    run_in_virtual_time(three_minutes)
    answer = hall.centre.handle("T1", "witnessed", AskWitnessed(chain=journal.chain_at(1)))
    assert isinstance(answer, WitnessedHeads)
    assert [head.seq for head in answer.heads] == [12, 13, 14, 15]
    assert not judge(folder, answer.heads).wrong and not found


def test_a_minute_without_the_centre_is_made_good_by_the_next_one(folder: Path) -> None:
    hall = Hall()
    journal, witness, _ = witnessing(folder, Network(hall, *["not sent"] * 8))

    async def told() -> list[bool]:
        return [await witness.once() for _ in range(3)]

    first, *later = run_in_virtual_time(told)
    assert first is False and True in later
    answer = hall.centre.handle("T1", "witnessed", AskWitnessed(chain=journal.chain_at(1)))
    assert isinstance(answer, WitnessedHeads) and [head.seq for head in answer.heads] == [12]


def test_a_disk_put_back_from_yesterday_is_told_to_those_who_look_after_it(folder: Path) -> None:
    hall = Hall()
    journal, witness, _ = witnessing(folder, Network(hall))
    run_in_virtual_time(witness.once)
    journal.close()
    attack(folder, cut_off, chain_again=True)
    _, again, found = witnessing(folder, Network(hall))
    run_in_virtual_time(again.once)
    assert found == [Contradiction.SHORTENED]


def test_an_opened_door_is_in_the_audit_together_with_the_news_of_it(folder: Path) -> None:
    journal = Journal(folder, lambda: NOW)
    Audit(journal).note(Deed.DOOR_OPENED, [Event("e1", "door", {"door": "front"})], door="front", menu=True)
    assert journal.count_waiting() == 1
    assert list(Audit(journal).entries())[-1].facts == {"door": "front", "menu": True}
