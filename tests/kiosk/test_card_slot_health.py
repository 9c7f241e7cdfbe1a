"""The health look at the reader for citizens' own cards: what each trouble is called, and that no card is touched."""
from __future__ import annotations

import threading

import pytest
import trio

from card import pcsc
from card import pcsc_results as results
from card.pcsc import Manners, PcscStation
from card.transport import CardOutcomeUnknown
from kiosk.health import card_slot
from kiosk.health.found import Light, Looked
from kiosk.health.news import todo_words, trouble_words
from kiosk.texts import LANGUAGES, catalogue
from tests.card.test_pcsc import NAME, READ, ToldScard

ROWS = [
    ({}, NAME, ()),
    ({"connect": results.SHARING_VIOLATION}, NAME, ()),  # in use: she has her card in it
    ({"establish": results.NO_SERVICE}, NAME, ("citizen_card_service_away",)),
    ({"list": results.F_COMM_ERROR}, NAME, ("citizen_card_service_away",)),
    ({"list": results.NO_READERS_AVAILABLE}, NAME, ("citizen_card_reader_away",)),
    ({}, "Another make", ("citizen_card_reader_away",)),
]


@pytest.mark.parametrize(("told", "reader", "troubles"), ROWS)
def test_what_is_found(told: dict[str, int], reader: str, troubles: tuple[str, ...]) -> None:
    api = ToldScard(**told)
    found = trio.run(card_slot.look, PcscStation(reader, api=api))
    assert found == Looked("citizen_card", works=not troubles, troubles=troubles)
    assert found.light is (Light.RED if troubles else Light.GREEN)
    assert (api.open_cards, api.open_contexts, api.asked) == (0, 0, 0)


def test_a_command_that_hangs_in_the_reader() -> None:
    async def main() -> Looked:
        api = ToldScard()
        api.hang = threading.Event()
        station = PcscStation(NAME, manners=Manners(answer_within_s=0.02), api=api)
        async with station.power_up() as chip:
            assert (await card_slot.look(station)).works
            with pytest.raises(CardOutcomeUnknown):
                await chip.transmit(READ)
        found = await card_slot.look(station)
        api.hang.set()
        while station.hanging:
            await trio.sleep(0.01)
        assert (await card_slot.look(station)).works
        return found

    assert trio.run(main).troubles == ("citizen_card_reader_hangs",)


def test_a_service_that_hangs_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcsc, "SERVICE_TIMEOUT_S", 0.02)
    let_go = threading.Event()

    class Hangs(ToldScard):
        def SCardListReaders(self, context: str, groups: list[str]) -> tuple[int, list[str]]:
            let_go.wait()
            return super().SCardListReaders(context, groups)

    async def main() -> None:
        api = Hangs()
        station = PcscStation(NAME, api=api)
        for _ in range(4):
            assert (await card_slot.look(station)).troubles == ("citizen_card_service_away",)
        assert api.open_contexts == 1
        let_go.set()
        while api.open_contexts:
            await trio.sleep(0.01)
        monkeypatch.setattr(pcsc, "SERVICE_TIMEOUT_S", 5.0)
        assert (await card_slot.look(station)).works

    trio.run(main)


@pytest.mark.parametrize("trouble", ["reader_away", "reader_hangs", "service_away"])
def test_every_trouble_has_words_and_something_to_do(trouble: str) -> None:
    kind = f"citizen_card_{trouble}"
    assert trouble_words(kind) and todo_words(kind)
    for language in LANGUAGES:
        assert catalogue().find(language, f"word.troubles.{kind}") and catalogue().find(language, f"todo.{kind}")
