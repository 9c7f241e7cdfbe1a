"""The journal's file: tampering is found, what was erased stays counted, a full disk stops everything and damages nothing."""
from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.stock import LOAD, Stock, books
from kiosk.transaction.journal import PLAN, TERMINAL, Event, Journal, JournalBroken, JournalCorrupt, JournalInUse
from kiosk.transaction.migrations import STEPS
from kiosk.transaction.plan import Mark
from tests.kiosk.transaction.acts import NOON

NAME, NUMBER = "孙秀英", "341602195403070021"
SECRETS = (NAME.encode(), NAME.encode("utf-16-le"), NAME.encode("gb18030"), NUMBER.encode(), b"LN2026")
A, B, C = "a1" * 16, "b2" * 16, "c3" * 16


def opened(folder: Path) -> Journal:
    return Journal(folder, lambda: NOON)


def lived_in(folder: Path) -> Path:
    """Two cards: one taken and closed, one still on its way; and a count of blanks."""
    journal = opened(folder)
    Stock(journal).load(50)
    for plan, closed in ((A, True), (B, False)):
        journal.write(plan, PLAN, 0, Mark.OPENED, {"kind": "production", "name": NAME, "number": NUMBER})
        journal.write(plan, "reserve", 1, Mark.DONE, {"reservation": {"name": NAME, "card": "LN2026"}})
        journal.write(plan, "feed", 1, Mark.INTENT, {"fed": 3})
        journal.write(plan, "feed", 1, Mark.DONE)
        if closed:
            journal.write(plan, "hand_over", 1, Mark.DONE, {"end": "taken"})
            journal.write(plan, PLAN, 0, Mark.CLOSED)
    journal.close()
    return folder


def sql(folder: Path, *statements: str) -> None:
    """What somebody with the file and no software of ours can do to it."""
    with sqlite3.connect(folder / "journal.sqlite") as db:
        for statement in statements:
            db.execute(statement)
    db.close()


TAMPERED = {
    "a row altered": ["UPDATE rows SET body = zeroblob(40) WHERE seq = 4"],
    "a bit of the ciphertext": ["UPDATE rows SET body = CAST(body || 'x' AS BLOB) WHERE seq = 3"],
    "a mark altered": ["UPDATE rows SET mark = 'not_done' WHERE seq = 7"],
    "a time altered": ["UPDATE rows SET at = '2020-01-01T00:00:00+00:00' WHERE seq = 7"],
    "a row removed": ["DELETE FROM rows WHERE seq = 5"],
    "the first row removed": ["DELETE FROM rows WHERE seq = 1"],
    "the last row removed": ["DELETE FROM rows WHERE seq = (SELECT max(seq) FROM rows)"],
    "all rows removed": ["DELETE FROM rows"],
    "two rows changed places": [
        "UPDATE rows SET seq = 99 WHERE seq = 4", "UPDATE rows SET seq = 4 WHERE seq = 5",
        "UPDATE rows SET seq = 5 WHERE seq = 99",
    ],
    "the rest renumbered over a gap": ["DELETE FROM rows WHERE seq = 5", "UPDATE rows SET seq = seq - 1 WHERE seq > 5"],
    "numbers moved to make room": [
        "UPDATE rows SET seq = seq + 100 WHERE seq > 5", "UPDATE sqlite_sequence SET seq = seq + 100 WHERE name = 'rows'",
    ],
    "a row given to another plan": [f"UPDATE rows SET plan = '{C}' WHERE seq = 11"],
    "the table gone": ["DROP TABLE rows"],
}  # fmt: skip


@pytest.mark.parametrize("how", TAMPERED)
def test_tampering_is_found_and_the_file_is_left_alone(tmp_path: Path, how: str) -> None:
    sql(lived_in(tmp_path), *TAMPERED[how])
    before = (tmp_path / "journal.sqlite").read_bytes()
    with pytest.raises(JournalCorrupt):
        opened(tmp_path)
    assert (tmp_path / "journal.sqlite").read_bytes() == before
    with pytest.raises(JournalCorrupt):                                 # and the file is free for whoever looks next
        opened(tmp_path)


@pytest.mark.parametrize("damage", [b"", b"this is no database at all, not in the least", None])
def test_a_file_that_is_no_journal(tmp_path: Path, damage: bytes | None) -> None:
    path = lived_in(tmp_path) / "journal.sqlite"
    if damage is None:
        data = bytearray(path.read_bytes())
        data[4096:4296] = b"\xA5" * 200           # the head of the second page
        path.write_bytes(data)
    elif damage:
        path.write_bytes(damage)
    else:
        path.unlink()                                                   # an empty new file would be a lie: the keys are there
    with pytest.raises(JournalCorrupt):
        opened(tmp_path)


def test_what_was_written_is_there_again_in_order(tmp_path: Path) -> None:
    journal = opened(lived_in(tmp_path))
    rows = list(journal.rows())
    assert [row.seq for row in rows] == list(range(1, 12))
    assert rows[2].facts["reservation"]["name"] == NAME
    assert journal.open_plans() == [B] and [row.plan for row in journal.rows(B)] == [B] * 4
    assert Stock(journal).books == books(journal.rows())
    assert Stock(journal).books.left == 48


def test_nothing_readable_names_anybody(tmp_path: Path) -> None:
    lived_in(tmp_path)
    everything = b"".join(path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file())
    assert not [secret for secret in SECRETS if secret in everything]


def test_erased_facts_are_gone_the_chain_holds_and_the_books_still_count(tmp_path: Path) -> None:
    journal = opened(lived_in(tmp_path))
    stock = Stock(journal)
    before = stock.books
    stock.erase(A)
    stock.erase(A)
    assert all(row.facts == {} for row in journal.rows(A)) and journal.erased(A)
    assert stock.books == before
    assert sum(row.act.startswith("tally:") for row in journal.rows(TERMINAL)) == 1
    journal.close()
    again = opened(tmp_path)
    assert books(again.rows()) == Stock(again).books == before and before.issued == 1


def test_power_cut_between_overwriting_a_key_and_removing_it(tmp_path: Path) -> None:
    lived_in(tmp_path)
    (tmp_path / "keys" / A).write_bytes(bytes(32))
    journal = opened(tmp_path)
    assert journal.erased(A) and all(row.facts == {} for row in journal.rows(A))


def test_the_key_of_an_open_plan_is_gone(tmp_path: Path) -> None:
    (lived_in(tmp_path) / "keys" / B).unlink()
    with pytest.raises(JournalCorrupt, match=B):
        opened(tmp_path)


def test_the_terminals_own_key_is_gone(tmp_path: Path) -> None:
    (lived_in(tmp_path) / "keys" / TERMINAL).unlink()
    with pytest.raises(JournalCorrupt, match=TERMINAL):
        opened(tmp_path)


def test_a_row_moved_to_another_plan_does_not_open_under_its_key(tmp_path: Path) -> None:
    journal = opened(lived_in(tmp_path))
    journal._db.execute("UPDATE rows SET body = (SELECT body FROM rows WHERE seq = 2) WHERE seq = 8")
    with pytest.raises(JournalCorrupt):
        list(journal.rows(B))


# -- versions --------------------------------------------------------------------------------------------------------

def test_a_file_of_the_first_version_is_brought_forward_with_its_rows(tmp_path: Path) -> None:
    lived_in(tmp_path)
    sql(tmp_path, "DROP INDEX rows_by_mark", "DROP TABLE facts", "DROP TABLE facts_origin", "PRAGMA user_version = 1")
    journal = opened(tmp_path)
    assert len(list(journal.rows())) == 11 and journal.open_plans() == [B]
    assert journal._db.execute("PRAGMA user_version").fetchone()[0] == len(STEPS)
    journal.write(B, "feed", 1, Mark.UNDONE, {"spoiled": 1, "in_doubt": 0})


def test_a_step_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lived_in(tmp_path)
    from kiosk.transaction import migrations

    monkeypatch.setattr(migrations, "STEPS", (*STEPS, ("ALTER TABLE rows ADD COLUMN more TEXT", "SELECT nonsense FROM nowhere")))
    with pytest.raises(JournalCorrupt):
        opened(tmp_path)
    monkeypatch.undo()
    assert len(list(opened(tmp_path).rows())) == 11


def test_a_file_of_a_newer_software_is_refused_and_left_alone(tmp_path: Path) -> None:
    sql(lived_in(tmp_path), f"PRAGMA user_version = {len(STEPS) + 1}")
    before = (tmp_path / "journal.sqlite").read_bytes()
    with pytest.raises(JournalCorrupt, match="version"):
        opened(tmp_path)
    assert (tmp_path / "journal.sqlite").read_bytes() == before


# -- processes -------------------------------------------------------------------------------------------------------

def test_a_second_process_is_turned_away(tmp_path: Path) -> None:
    first = opened(tmp_path)
    with pytest.raises(JournalInUse):
        opened(tmp_path)
    code = (
        "import sys; from pathlib import Path; from datetime import datetime\n"
        "from kiosk.transaction.journal import Journal, JournalInUse\n"
        "try: Journal(Path(sys.argv[1]), datetime.now)\n"
        "except JournalInUse: sys.exit(7)\n"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 7
    first.write(A, PLAN, 0, Mark.OPENED)
    first.close()
    assert opened(tmp_path).open_plans() == [A]


def test_killed_in_the_middle_of_writing_every_row_that_was_promised_is_there(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from datetime import datetime\n"
        "from kiosk.transaction.journal import Journal; from kiosk.transaction.plan import Mark\n"
        "journal = Journal(Path(sys.argv[1]), datetime.now)\n"
        "for n in range(10_000):\n"
        "    journal.write('terminal', 'row', n, Mark.OWED, {'n': n}); print(n, flush=True)\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    for line in writer.stdout:
        if int(line) >= 30:
            break
    writer.send_signal(signal.SIGKILL)
    promised = 30 + len(writer.stdout.read().split())
    writer.wait()
    assert (tmp_path / "journal.sqlite-wal").stat().st_size > 0          # what SQLite has to bring home
    rows = list(opened(tmp_path).rows())
    assert promised + 1 <= len(rows) <= promised + 2 and [row.facts["n"] for row in rows] == list(range(len(rows)))


# -- disks -----------------------------------------------------------------------------------------------------------

@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting is not permitted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path) -> Callable[[], None]:
    """Not a byte is left; the answer makes room again."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65_536, 4_096, 512, 1):
            while True:
                try:
                    if file.write(bytes(size)) < size:
                        break
                except OSError:
                    break
    return filler.unlink


def write_until_it_breaks(journal: Journal) -> int:
    for number in range(1, 5_000):
        try:
            journal.write(TERMINAL, "row", number, Mark.OWED, {"n": number, "text": "x" * 400})
        except JournalBroken:
            return number
    raise AssertionError("the disk never was full")


def test_a_full_disk_stops_every_further_write_and_the_file_stays_sound(tiny_disk: Path) -> None:
    journal = opened(tiny_disk / "journal")
    Stock(journal).load(5)
    make_room = fill(tiny_disk)
    failed = write_until_it_breaks(journal)
    assert journal.broken and journal.free_mb() < 64
    make_room()
    for further in (
        lambda: journal.write(TERMINAL, "row", failed + 1, Mark.OWED), lambda: journal.queue(Event("e", "help_call", {})),
        lambda: journal.sent(["e"]), lambda: journal.write(A, PLAN, 0, Mark.OPENED), lambda: journal.erase(A),
    ):  # fmt: skip
        with pytest.raises(JournalBroken):                               # room or not: a person has to look first
            further()
    assert Stock(journal).books.loaded == 5                              # it can still be read
    journal.close()
    again = opened(tiny_disk / "journal")
    kept = [row.attempt for row in again.rows(TERMINAL) if row.act == "row"]
    assert kept in (list(range(1, failed)), list(range(1, failed + 1)))  # the failed one may stand, nothing after it
    again.write(TERMINAL, "row", 9_999, Mark.OWED)


def test_no_room_for_the_key_of_a_new_plan(tiny_disk: Path) -> None:
    journal = opened(tiny_disk / "journal")
    fill(tiny_disk)
    with pytest.raises(JournalBroken):
        journal.write(A, PLAN, 0, Mark.OPENED, {"name": NAME})
        journal.write(B, PLAN, 0, Mark.OPENED, {"name": "x" * 100_000})
    assert journal.broken


def test_a_disk_that_is_full_at_the_start_is_no_damaged_journal(tiny_disk: Path) -> None:
    fill(tiny_disk)
    with pytest.raises(JournalBroken):
        opened(tiny_disk / "journal")


def test_a_folder_that_cannot_be_made_is_the_disks_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(JournalBroken):
        opened(tmp_path / "file" / "journal")


# -- news ------------------------------------------------------------------------------------------------------------

def test_news_stand_or_fall_with_their_row(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    journal.write(TERMINAL, LOAD, 1, Mark.DONE, {"count": 1}, [Event("e1", "stock", {"count": 1})])
    with pytest.raises(sqlite3.IntegrityError):
        journal.write(TERMINAL, LOAD, 1, Mark.DONE, {"count": 1}, [Event("e2", "stock", {"count": 1})])
    assert [row.event_id for row in journal.waiting(10)] == ["e1"] and not journal.broken
    journal.queue(Event("e1", "stock", {"count": 1}))
    assert journal.count_waiting() == 1
    journal.sent(["e1", "never heard of"])
    assert journal.count_waiting() == 0
