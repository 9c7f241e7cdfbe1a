"""Killed before and after every row of a command, on a line that loses, doubles, re-orders: done once, or told why not."""
from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import trio

from kiosk.commands.book import PREFIX, TOLD
from kiosk.transaction.journal import Journal, JournalBroken
from kiosk.transaction.plan import Mark
from remote.messages.commands import Commands
from tests.kiosk.commands.desk import Desk, at_the_desk

KINDS: dict[str, dict[str, str]] = {
    "out_of_service": {}, "test_slip": {}, "sync_clock": {},
}  # fmt: skip
AFTER_A_CUT = {  # once begun, and the power goes before its end is written
    "out_of_service": ("failed", "cut_off"), "test_slip": ("unknown", "may_be_on_paper"), "sync_clock": ("unknown", "cut_off"),
}  # fmt: skip


def cut_at(desk: Desk, monkeypatch: pytest.MonkeyPatch, act: str, mark: Mark, before: bool) -> None:
    """The process dies before or after this row is on the disk, once."""
    write, struck = Journal.write, [False]

    def cutting(journal: Journal, plan: str, row: str, attempt: int, is_mark: Mark, *more: Any) -> None:
        hit = not struck[0] and row.startswith(act) and is_mark is mark
        if not (hit and before):
            write(journal, plan, row, attempt, is_mark, *more)
        if hit:
            struck[0] = True
            desk.post.cut_off()
            journal._broken = "the power is gone"          # nothing more is written by this process, and nothing done
            raise JournalBroken(journal._broken)

    monkeypatch.setattr(Journal, "write", cutting)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("act", "mark", "before"),
    [
        ("audit:command", Mark.DONE, True), (PREFIX, Mark.INTENT, True), (PREFIX, Mark.INTENT, False), (PREFIX, Mark.DONE, True),
        (PREFIX, Mark.DONE, False), (TOLD, Mark.DONE, True), (TOLD, Mark.DONE, False),
    ],
)  # fmt: skip
def test_cut_off_at_every_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, act: str, mark: Mark, before: bool
) -> None:
    async def story(desk: Desk) -> None:
        cut_at(desk, monkeypatch, act, mark, before)
        command = desk.asks(kind, **KINDS[kind])
        await desk.post.over.wait()
        await desk.start()
        await desk.post.until(lambda: desk.row(command).result is not None)
        again = (act, mark, before) in ((PREFIX, Mark.INTENT, True), ("audit:command", Mark.DONE, True))
        ended_before = act == TOLD or (mark is Mark.DONE and not before)
        state, word = desk.ended(command)
        if again or ended_before:
            assert state == "done", word
        else:
            done_already = kind == "out_of_service" and act == PREFIX and mark is Mark.DONE
            assert (state, word) == (("done", "") if done_already else AFTER_A_CUT[kind])
        await trio.sleep(60)
        assert len(desk.post.slips_out) <= 1 and desk.synced <= 1
        marks = [row.mark for row in desk.runner._terminal.heart.journal.rows_beginning(PREFIX)]
        assert sorted(marks) == sorted([Mark.INTENT, Mark.DONE])

    at_the_desk(tmp_path, story)


@pytest.mark.parametrize("where", ["take", "tell"])
@pytest.mark.parametrize("fate", ["lost_there", "lost_back", "not_sent", "slow"])
def test_a_line_that_loses_and_delays(tmp_path: Path, where: str, fate: str) -> None:
    async def story(desk: Desk) -> None:
        desk.post.network.fates[f"/commands/{where}"] = fate
        command = desk.asks("test_slip")
        await trio.sleep(70)
        desk.post.network.fates.clear()
        await desk.sees(command, "done")
        await trio.sleep(60)
        assert len(desk.post.slips_out) == 1 and desk.runner.book.untold() == [] and desk.runner.held == {}

    at_the_desk(tmp_path, story)


def test_an_old_answer_that_comes_late_begins_nothing_again(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        command = desk.asks("test_slip")
        kept: list[Commands] = []
        take = desk.runner._platform.take_commands

        async def doubled(ask: Any) -> Commands:
            answer = await take(ask)
            kept.append(answer)
            return kept[0] if any(kept[0].orders) else answer              # the first answer again and again

        desk.runner._platform.take_commands = doubled                      # type: ignore[method-assign]
        await desk.sees(command, "done")
        for _ in range(3):
            desk.runner._poll.set()
            await trio.sleep(20)
        assert len(desk.post.slips_out) == 1

    at_the_desk(tmp_path, story)


def test_expired_while_it_waited_for_the_visit_to_end(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        desk.post.terminal.health.door_open = True                         # somebody works at the machine
        command = desk.asks("test_slip", lasts_s=300)
        await desk.sees(command, "delivered")
        await desk.sees(command, "expired")
        assert desk.row(command).result is not None and desk.post.slips_out == []

    at_the_desk(tmp_path, story)


def test_withdrawn_while_it_waited(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        desk.post.terminal.health.door_open = True
        command = desk.asks("test_slip")
        await desk.sees(command, "delivered")
        desk.withdraws(command)
        await desk.sees(command, "withdrawn")
        desk.post.terminal.health.door_open = False
        await trio.sleep(60)
        assert desk.post.slips_out == []

    at_the_desk(tmp_path, story)


@pytest.mark.parametrize("off", [timedelta(days=-2), timedelta(days=2)])
def test_a_wrong_clock_neither_runs_an_old_one_nor_drops_a_good_one(tmp_path: Path, off: timedelta) -> None:
    async def story(desk: Desk) -> None:
        desk.post.terminal.parts.now = lambda: desk.hall.now() + off
        await desk.sees(desk.asks("test_slip"), "done")
        desk.post.terminal.health.door_open = True
        late = desk.asks("test_slip", lasts_s=300)
        await desk.sees(late, "expired")
        assert len(desk.post.slips_out) == 1

    at_the_desk(tmp_path, story)


def test_the_centre_is_away_for_the_whole_life_of_a_command(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        desk.post.network.away = True
        command = desk.asks("test_slip", lasts_s=300)
        await trio.sleep(310)
        desk.post.network.away = False
        await trio.sleep(60)
        desk.clears_up()
        assert desk.ended(command) == ("expired", "not_delivered") and desk.post.slips_out == []

    at_the_desk(tmp_path, story)
