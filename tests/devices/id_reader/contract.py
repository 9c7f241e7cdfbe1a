"""What every ID card reader must do, simulated or real. Run by test_contract.py over each of them."""
from __future__ import annotations

import contextlib
import re
from collections.abc import Awaitable, Callable
from typing import Protocol

import pytest
import trio

from devices.id_reader.answers import PHOTO_BYTES
from devices.id_reader.cards import IdCard
from devices.id_reader.driver import IdReader
from devices.id_reader.errors import NoCard

PATIENCE_S = 30.0  # for a technician to lay a card down


class Rig(Protocol):
    """A reader under test. `person` is whose card `lay` lays down; None where that is the technician's own."""

    reader: IdReader
    person: IdCard | None

    async def lay(self) -> None: ...

    async def lift(self) -> None: ...


async def the_module_is_ready_and_says_who_it_is(rig: Rig) -> None:
    await rig.reader.sam_status()
    number = await rig.reader.sam_number()
    assert re.fullmatch(r"\d\d\.\d\d-\d+-\d{10}-\d{10}", number)
    assert await rig.reader.sam_number() == number


async def without_a_card_there_is_none(rig: Rig) -> None:
    for _ in range(2):
        with pytest.raises(NoCard):
            await rig.reader.read()


async def a_card_is_read_and_answers_once_per_placement(rig: Rig) -> None:
    await rig.lay()
    with trio.fail_after(PATIENCE_S):
        reading = await rig.reader.wait_for_card(fingerprint=True, address=True)
    assert rig.person is None or reading.card == rig.person
    assert len(reading.photo) in (0, PHOTO_BYTES)
    with pytest.raises(NoCard):
        await rig.reader.read()
    await rig.lift()
    await rig.lay()
    with trio.fail_after(PATIENCE_S):
        again = await rig.reader.wait_for_card()
    assert (again.card, again.photo) == (reading.card, reading.photo)
    await rig.lift()


async def a_call_given_up_half_way_leaves_the_reader_usable(rig: Rig) -> None:
    number = await rig.reader.sam_number()
    await rig.lay()
    for patience_s in (0.0, 0.001, 0.01, 0.05):
        with trio.move_on_after(patience_s), contextlib.suppress(NoCard):  # it has answered, so it keeps quiet now
            await rig.reader.read()
        assert await rig.reader.sam_number() == number
    await rig.lift()
    await rig.lay()
    with trio.fail_after(PATIENCE_S):
        reading = await rig.reader.wait_for_card()
    assert rig.person is None or reading.card == rig.person
    await rig.lift()


async def a_line_let_go_is_taken_again(rig: Rig) -> None:
    number = await rig.reader.sam_number()
    await rig.reader.aclose()
    await rig.reader.aclose()
    assert await rig.reader.sam_number() == number


CONTRACT: tuple[Callable[[Rig], Awaitable[None]], ...] = (
    the_module_is_ready_and_says_who_it_is,
    without_a_card_there_is_none,
    a_card_is_read_and_answers_once_per_placement,
    a_call_given_up_half_way_leaves_the_reader_usable,
    a_line_let_go_is_taken_again,
)
