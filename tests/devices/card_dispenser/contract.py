"""What every card dispenser must do, simulated or real. Run by test_contract.py over each driver and machine."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

import pytest
import trio

from devices.card_dispenser.judging import Act, Evidence, Verdict
from devices.card_dispenser.seam import CardDispenser
from devices.card_dispenser.words import (
    PLACE_OF_STATION,
    AcceptEnd,
    InitialiseWith,
    Media,
    PathMedia,
    RejectEnd,
    Replenishment,
    Station,
    TakenEnd,
)
from devices.errors import DeviceRefused

PATIENCE_S = 60.0  # for a technician to take a card out, or to put one in
NOT_TAKEN_S = 0.5


class Rig(Protocol):
    """A dispenser under test, empty inside, with some cards in its hopper. `station`: one that it has."""

    dispenser: CardDispenser
    station: Station

    async def take(self) -> None:
        """Somebody takes the card from the gate (a technician may take their time)."""

    async def put(self) -> None:
        """Somebody holds a card to the slot."""


async def it_says_what_it_is_and_that_it_is_empty_inside(rig: Rig) -> None:
    capabilities = await rig.dispenser.capabilities()
    assert capabilities.model and rig.station in capabilities.stations
    status = await rig.dispenser.status(sensors=True)
    assert (status.path, status.gate) == (PathMedia.NOT_PRESENT, Media.NOT_PRESENT)
    assert status.hopper.replenishment in (Replenishment.OK, Replenishment.LOW, Replenishment.FULL)
    assert (status.bin.count is not None) is capabilities.counts_bin
    assert [unit.id for unit in status.units] == ["hopper", "bin"]


async def a_card_is_fed_presented_and_taken(rig: Rig) -> None:
    dispenser = rig.dispenser
    before = await dispenser.evidence()
    await dispenser.feed_to(rig.station)
    inside = await dispenser.evidence()
    assert inside.path in (PLACE_OF_STATION[rig.station], PathMedia.PRESENT)
    assert (await dispenser.probe(Act.FEED, before)).verdict is Verdict.DONE
    await dispenser.present()
    assert (await dispenser.status()).gate is Media.PRESENT
    assert (await dispenser.probe(Act.PRESENT, inside)).verdict is Verdict.DONE
    assert await dispenser.wait_taken(NOT_TAKEN_S) is TakenEnd.STILL_THERE
    async with trio.open_nursery() as nursery:
        nursery.start_soon(rig.take)
        with trio.fail_after(PATIENCE_S):
            assert await dispenser.wait_taken(PATIENCE_S) is TakenEnd.TAKEN
    assert await dispenser.wait_taken(0) is TakenEnd.NEVER_SEEN


async def a_card_that_is_not_taken_is_captured_and_counted(rig: Rig) -> None:
    dispenser = rig.dispenser
    await dispenser.feed_to(rig.station)
    await dispenser.present()
    before = await dispenser.evidence()
    assert (await dispenser.probe(Act.CAPTURE, before)).verdict is Verdict.NOT_DONE
    await dispenser.capture()
    after = await dispenser.evidence()
    assert (after.path, after.gate) == (PathMedia.NOT_PRESENT, Media.NOT_PRESENT)
    if before.retained is not None:
        assert after.fallen_since(before) == 1
        assert (await dispenser.probe(Act.CAPTURE, before)).verdict is Verdict.DONE
    else:
        assert (await dispenser.probe(Act.CAPTURE, before)).verdict is Verdict.UNKNOWN


async def a_spoiled_card_goes_into_the_bin_and_an_empty_path_is_said_to_be_empty(rig: Rig) -> None:
    dispenser = rig.dispenser
    assert await dispenser.reject() is RejectEnd.PATH_WAS_EMPTY
    await dispenser.feed_to(rig.station)
    before = await dispenser.evidence()
    assert await dispenser.reject() is RejectEnd.CARD_REJECTED
    assert (await dispenser.status()).path is PathMedia.NOT_PRESENT
    expected = Verdict.DONE if before.retained is not None else Verdict.UNKNOWN
    assert (await dispenser.probe(Act.REJECT, before)).verdict is expected
    assert await dispenser.reject() is RejectEnd.PATH_WAS_EMPTY


async def an_old_card_is_swallowed_or_given_back(rig: Rig) -> None:
    dispenser = rig.dispenser
    for keep in (True, False):
        before = await dispenser.evidence()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(rig.put)
            assert await dispenser.accept(PATIENCE_S) is AcceptEnd.CARD_INSIDE
        assert (await dispenser.probe(Act.ACCEPT, before)).verdict is Verdict.DONE
        if keep:
            assert await dispenser.reject() is RejectEnd.CARD_REJECTED
        else:
            await dispenser.present()
            async with trio.open_nursery() as nursery:
                nursery.start_soon(rig.take)
                assert await dispenser.wait_taken(PATIENCE_S) is TakenEnd.TAKEN


async def nobody_puts_a_card_in(rig: Rig) -> None:
    assert await rig.dispenser.accept(NOT_TAKEN_S) is AcceptEnd.NOTHING_CAME
    assert (await rig.dispenser.status()).path is PathMedia.NOT_PRESENT


async def what_makes_no_sense_is_refused_before_anything_moves(rig: Rig) -> None:
    dispenser = rig.dispenser
    acts: list[Callable[[], Awaitable[object]]] = [dispenser.present, dispenser.capture, lambda: dispenser.bring(rig.station)]
    for act in acts:
        with pytest.raises(DeviceRefused) as refused:
            await act()
        assert refused.value.code == "NO_MEDIA"
    await dispenser.feed_to(rig.station)
    acts = [lambda: dispenser.feed_to(rig.station), lambda: dispenser.accept(1.0)]
    for act in acts:
        with pytest.raises(DeviceRefused) as refused:
            await act()
        assert refused.value.code == "OCCUPIED"
    await dispenser.bring(rig.station)
    await dispenser.present()
    acts = [lambda: dispenser.feed_to(rig.station), dispenser.reject]
    for act in acts:
        with pytest.raises(DeviceRefused) as refused:
            await act()
        assert refused.value.code == "OCCUPIED"
    await dispenser.capture()


async def an_initialisation_does_with_the_card_what_it_is_told(rig: Rig) -> None:
    dispenser = rig.dispenser
    await dispenser.feed_to(rig.station)
    await dispenser.initialise(InitialiseWith.LEAVE)
    assert (await dispenser.status()).path.inside
    await dispenser.initialise(InitialiseWith.TO_GATE)
    assert (await dispenser.status()).gate is Media.PRESENT
    await dispenser.capture()
    await dispenser.feed_to(rig.station)
    await dispenser.initialise(InitialiseWith.TO_BIN)
    status = await dispenser.status()
    assert (status.path, status.gate) == (PathMedia.NOT_PRESENT, Media.NOT_PRESENT)
    await dispenser.initialise(InitialiseWith.TO_BIN)


async def a_question_given_up_half_way_leaves_the_machine_usable(rig: Rig) -> None:
    for patience_s in (0.0, 0.001, 0.02, 0.05):
        with trio.move_on_after(patience_s):
            await rig.dispenser.status()
        assert (await rig.dispenser.status()).path is PathMedia.NOT_PRESENT


async def a_line_let_go_is_taken_again(rig: Rig) -> None:
    await rig.dispenser.status()
    await rig.dispenser.aclose()
    await rig.dispenser.aclose()
    assert (await rig.dispenser.status()).path is PathMedia.NOT_PRESENT


async def evidence_survives_a_journal(rig: Rig) -> None:
    before = await rig.dispenser.evidence()
    assert Evidence.from_json(before.as_json()) == before


CONTRACT: tuple[Callable[[Rig], Awaitable[None]], ...] = (
    it_says_what_it_is_and_that_it_is_empty_inside,
    a_card_is_fed_presented_and_taken,
    a_card_that_is_not_taken_is_captured_and_counted,
    a_spoiled_card_goes_into_the_bin_and_an_empty_path_is_said_to_be_empty,
    an_old_card_is_swallowed_or_given_back,
    nobody_puts_a_card_in,
    what_makes_no_sense_is_refused_before_anything_moves,
    an_initialisation_does_with_the_card_what_it_is_told,
    a_question_given_up_half_way_leaves_the_machine_usable,
    a_line_let_go_is_taken_again,
    evidence_survives_a_journal,
)
