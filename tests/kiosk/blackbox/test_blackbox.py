"""The spool outlives the program, keeps only the last minutes, and the exported file can be made again and names nobody."""
from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trio

from devices.blackbox import run as replaying
from devices.blackbox.file import read, traffic_line, write
from devices.blackbox.recorder import Entry, Happened, Recorder
from kiosk.audit.log import Audit, Deed
from kiosk.blackbox import run as exporting
from kiosk.blackbox.rows import rows
from kiosk.blackbox.spool import EVERY_S, SEGMENT_S, SEGMENTS, Spool, lines, segments
from kiosk.transaction.journal import Journal
from kiosk.transaction.plan import Mark
from tests.devices.blackbox.test_replay import at_the_reader, she_lays_her_card
from tests.devices.id_reader.people import OLD_LADY
from tests.virtual_time import run_in_virtual_time

CONFIG = Path(__file__).resolve().parents[3] / "kiosk.toml"


def an_hour_of_questions(folder: Path) -> None:
    async def main() -> None:
        recorder = Recorder(trio.current_time)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(Spool(folder, recorder, trio.current_time).run)
            for number in range(3600):
                recorder.sent("cabinet", b"?")
                recorder.received("cabinet", str(number).encode())
                await trio.sleep(1.0)
            nursery.cancel_scope.cancel()

    run_in_virtual_time(main)


def test_only_the_last_minutes_are_on_the_disk(tmp_path: Path) -> None:
    an_hour_of_questions(tmp_path / "box")
    assert len(segments(tmp_path / "box")) == SEGMENTS
    kept = [float(str(line["at"])) for line in lines(tmp_path / "box")]
    assert 3 * SEGMENT_S - EVERY_S <= 3600 - kept[0] <= 4 * SEGMENT_S + EVERY_S
    assert kept == sorted(kept) and kept[-1] == pytest.approx(3599, abs=0.1)     # the rest too, when it ended


def test_a_line_that_a_power_cut_left_half_is_left_out(tmp_path: Path) -> None:
    whole = json.dumps(traffic_line(Entry(1.0, "cabinet", Happened.SENT, b"?")))
    (tmp_path / "traffic-00000001.jsonl").write_text(f"{whole}\n{whole[:20]}")
    assert len(list(lines(tmp_path))) == 1


def test_a_disk_that_takes_nothing_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "box").write_text("a file where the folder should be")
    spool = Spool(tmp_path / "box", Recorder(lambda: 0.0), lambda: 0.0)
    spool.write([Entry(0.0, "cabinet", Happened.SENT, b"?")])
    assert (tmp_path / "box").read_text().startswith("a file")


def test_rows_of_a_plan_go_out_without_what_is_sealed_in_them(tmp_path: Path) -> None:
    journal = Journal(tmp_path, lambda: datetime(2026, 11, 20, tzinfo=UTC))
    journal.write("a" * 32, "plan", 1, Mark.OPENED, {"request": {"name": OLD_LADY.name}})
    Audit(journal).note(Deed.DOOR_OPENED, door="front", menu=False)
    found = list(rows(tmp_path))                   # beside the running terminal
    journal.close()
    assert [row["kind"] for row in found] == ["journal", "audit"]
    assert OLD_LADY.name not in json.dumps(found, ensure_ascii=False)


def test_an_exported_file_is_made_again_on_a_laptop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "journal"
    config = tmp_path / "kiosk.toml"
    config.write_text(CONFIG.read_text().replace('folder = "', f'folder = "{folder}" # "', 1))
    Journal(folder, lambda: datetime(2026, 11, 20, tzinfo=UTC)).close()
    recorder = Recorder(lambda: 0.0)
    Spool(exporting.folder_of(exporting.load(config)), recorder, lambda: 0.0).write(at_the_reader(she_lays_her_card))
    file = tmp_path / "bz-01.blackbox"
    assert exporting.main(["export", str(file), "--config", str(config)]) == 0
    assert OLD_LADY.name not in str(read(file))
    capsys.readouterr()
    assert replaying.main([str(file)]) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[-1] == "4 calls, 4 as then, 0 otherwise, 0 left out"
    assert "id_reader.read()" in said


def test_a_call_that_ends_otherwise_today_is_shown_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entries = at_the_reader(she_lays_her_card)
    for entry in entries:
        if entry.words[:1] == ("sam_status",) and entry.happened is Happened.ENDED:
            entry.words = ("sam_status", "ReaderSilent: the ID card reader does not answer")
    write(tmp_path / "a", {"machines": {"id_reader": "sam_v"}}, map(traffic_line, entries))
    assert replaying.main([str(tmp_path / "a"), "--only-otherwise"]) == 1
    said = capsys.readouterr().out
    assert "OTHERWISE  id_reader.sam_status()" in said and "today: None" in said
    assert said.splitlines()[-1] == "4 calls, 3 as then, 1 otherwise, 0 left out"


def test_a_file_that_is_no_black_box_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("hello")
    assert replaying.main([str(tmp_path / "a")]) == 2
