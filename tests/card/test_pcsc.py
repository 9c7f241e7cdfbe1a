"""What PC/SC results become, with SCard functions that are told what to say; the same against the real service is in
test_pcsc_table.py and test_pcsc_service.py."""
from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import trio
from smartcard import scard

from card import pcsc, powered_chip
from card import pcsc_results as results
from card.conditions import ChipMute, ReaderBusy
from card.pcsc import Manners, PcscStation, Transmission
from card.reader_choice import Reader, choose_pair
from card.transport import CardError, CardOutcomeUnknown, CardRemoved, ReaderGone, ServiceDown, atr_of
from tests.virtual_time import run_in_virtual_time

READ = bytes.fromhex("00B095001E")
NAME = "Kiosk Contact 00 00"


class ToldScard:
    """The SCard functions with results to order; counts what is open."""

    SCARD_SCOPE_SYSTEM = scard.SCARD_SCOPE_SYSTEM
    SCARD_SHARE_EXCLUSIVE = scard.SCARD_SHARE_EXCLUSIVE
    SCARD_PROTOCOL_T0 = scard.SCARD_PROTOCOL_T0
    SCARD_PROTOCOL_T1 = scard.SCARD_PROTOCOL_T1
    SCARD_PCI_T0 = scard.SCARD_PCI_T0
    SCARD_PCI_T1 = scard.SCARD_PCI_T1
    SCARD_UNPOWER_CARD = scard.SCARD_UNPOWER_CARD

    def __init__(self, **told: int) -> None:
        self.told = told
        self.offered = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        self.readers = [NAME, "Kiosk Contact 00 01"]
        self.answers: Iterator[list[int]] = iter(lambda: [0x90, 0x00], None)
        self.open_contexts = 0
        self.open_cards = 0
        self.sent = 0
        self.asked = 0
        self.dispositions: list[int] = []
        self.hang: threading.Event | None = None

    def SCardEstablishContext(self, scope: int) -> tuple[int, str]:
        result = self.told.get("establish", 0)
        self.open_contexts += result == 0
        return result, "context"

    def SCardListReaders(self, context: str, groups: list[str]) -> tuple[int, list[str]]:
        return self.told.get("list", 0), self.readers

    def SCardConnect(self, context: str, reader: str, share: int, protocols: int) -> tuple[int, str, int]:
        assert (share, protocols) == (scard.SCARD_SHARE_EXCLUSIVE, self.offered)
        result = self.told.get("connect", results.SHARING_VIOLATION if self.open_cards else 0)
        self.open_cards += result == 0
        return result, "card", scard.SCARD_PROTOCOL_T1

    def SCardStatus(self, card: str) -> tuple[int, str, int, int, list[int]]:
        self.asked += 1
        return self.told.get("status", 0), NAME, 0, scard.SCARD_PROTOCOL_T1, [0x3B, -128]

    def SCardTransmit(self, card: str, pci: int, apdu: list[int]) -> tuple[int, list[int]]:
        assert bytes(apdu) == READ and pci == scard.SCARD_PCI_T1
        self.sent += 1
        if self.hang is not None:
            self.hang.wait()
        return self.told.get("transmit", 0), next(self.answers)

    def SCardDisconnect(self, card: str, disposition: int) -> int:
        self.open_cards -= 1
        self.dispositions.append(disposition)
        return 0

    def SCardReleaseContext(self, context: str) -> int:
        self.open_contexts -= 1
        return 0


class AtOnce:
    """A chip's thread that is none."""

    def __init__(self, clean_up: Callable[[], None]) -> None:
        self._clean_up = clean_up
        self.given_up = False

    async def call(self, work: Callable[[], Any], within_s: float) -> Any:
        await trio.lowlevel.checkpoint()
        return work()

    async def close(self, within_s: float) -> None:
        self._clean_up()


async def _transmit_once(api: ToldScard, name: str = NAME) -> bytes:
    async with PcscStation(name, seen_within_s=0, api=api).power_up() as chip:
        return await chip.transmit(READ)


ROWS: list[tuple[dict[str, int], type[CardError], int]] = [
    # what PC/SC says, what it means, how many commands went out
    ({"connect": results.NO_SMARTCARD}, CardRemoved, 0),
    ({"connect": results.SHARING_VIOLATION}, ReaderBusy, 0),
    ({"connect": results.PROTO_MISMATCH}, ChipMute, 0),
    ({"connect": results.UNRESPONSIVE_CARD}, ChipMute, 0),
    ({"connect": results.UNKNOWN_READER}, ReaderGone, 0),
    ({"connect": results.READER_UNAVAILABLE}, ReaderGone, 0),
    ({"list": results.NO_READERS_AVAILABLE}, ReaderGone, 0),
    ({"list": results.NO_SERVICE}, ServiceDown, 0),
    ({"establish": results.NO_SERVICE}, ServiceDown, 0),
    ({"establish": results.F_COMM_ERROR}, ServiceDown, 0),
    ({"connect": 0x80100099}, ReaderGone, 0),
    ({"status": results.REMOVED_CARD}, CardRemoved, 0),
    ({"status": results.RESET_CARD}, CardRemoved, 0),
    ({"status": results.NO_SERVICE}, ServiceDown, 0),
    ({"status": results.SERVICE_STOPPED}, ServiceDown, 0),
    ({"status": results.INVALID_HANDLE}, ServiceDown, 0),
    ({"status": results.READER_UNAVAILABLE}, ReaderGone, 0),
    ({"transmit": results.REMOVED_CARD}, CardRemoved, 1),
    ({"transmit": results.RESET_CARD}, CardRemoved, 1),
    ({"transmit": results.NOT_TRANSACTED}, CardOutcomeUnknown, 1),
    ({"transmit": results.NO_SERVICE}, CardOutcomeUnknown, 1),
    ({"transmit": results.F_COMM_ERROR}, CardOutcomeUnknown, 1),
    ({"transmit": results.READER_UNAVAILABLE}, CardOutcomeUnknown, 1),
    ({"transmit": 0x80100099}, CardOutcomeUnknown, 1),
    ({"transmit": results.NOT_TRANSACTED - (1 << 32)}, CardOutcomeUnknown, 1),
]


@pytest.mark.parametrize(("told", "error", "sent"), ROWS, ids=lambda value: str(value))
def test_what_a_result_means(told: dict[str, int], error: type[CardError], sent: int) -> None:
    api = ToldScard(**told)
    with pytest.raises(CardError) as raised:
        trio.run(_transmit_once, api)
    assert type(raised.value) is error
    assert (api.sent, api.open_cards, api.open_contexts) == (sent, 0, 0)
    assert set(api.dispositions) <= {scard.SCARD_UNPOWER_CARD}


@pytest.mark.parametrize("nothing", [[], [0x90]])
def test_success_without_an_answer_is_a_lost_card(nothing: list[int]) -> None:
    api = ToldScard()
    api.answers = iter([nothing])

    async def main() -> None:
        async with PcscStation(NAME, api=api).power_up() as chip:
            with pytest.raises(CardOutcomeUnknown):
                await chip.transmit(READ)
            with pytest.raises(CardRemoved):
                await chip.transmit(READ)

    trio.run(main)
    assert api.sent == 1


def test_signed_bytes_are_bytes() -> None:
    api = ToldScard()
    api.answers = iter([[-1, -112, 0]])
    assert trio.run(_transmit_once, api) == b"\xff\x90\x00"


@pytest.mark.parametrize("name", ["Kiosk", "Kiosk Contact 00 0", "x"])
def test_only_one_reader_may_be_meant(name: str) -> None:
    with pytest.raises(ReaderGone):
        trio.run(_transmit_once, ToldScard(), name)


def test_the_name_without_its_numbers_is_enough_where_it_is_unique() -> None:
    api = ToldScard()
    api.readers = [NAME]
    assert trio.run(_transmit_once, api, "Kiosk Contact") == b"\x90\x00"


def test_a_fed_card_is_waited_for_and_no_longer_than_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcsc, "ChipThread", AtOnce)  # a jumping clock does not wait for threads

    class SeenLate(ToldScard):
        looks = 0

        def SCardConnect(self, context: str, reader: str, share: int, protocols: int) -> tuple[int, str, int]:
            self.looks += 1
            self.told["connect"] = results.NO_SMARTCARD if self.looks < 9 else 0
            return super().SCardConnect(context, reader, share, protocols)

    async def main(api: ToldScard, patience: float) -> float:
        begun = trio.current_time()
        try:
            async with PcscStation(NAME, seen_within_s=patience, api=api).power_up():
                pass
        except CardRemoved:
            return begun - trio.current_time()
        return trio.current_time() - begun

    assert run_in_virtual_time(main, SeenLate(), 2.0) == pytest.approx(8 * pcsc.LOOK_AGAIN_S)
    never = ToldScard(connect=results.NO_SMARTCARD)
    assert run_in_virtual_time(main, never, 2.0) == pytest.approx(-2.0, abs=2 * pcsc.LOOK_AGAIN_S)


def test_a_reader_that_needs_rest_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcsc, "ChipThread", AtOnce)

    async def main(pace_s: float) -> list[float]:
        begun, sent_at = trio.current_time(), []
        async with PcscStation(NAME, manners=Manners(pace_s=pace_s), api=ToldScard()).power_up() as chip:
            for pause in (0.0, 0.0, 1.0):
                await trio.sleep(pause)
                await chip.transmit(READ)
                sent_at.append(trio.current_time() - begun)
        return sent_at

    assert run_in_virtual_time(main, 0.25) == pytest.approx([0.0, 0.25, 1.25])
    assert run_in_virtual_time(main, 0.0) == pytest.approx([0.0, 0.0, 1.0])


@pytest.mark.parametrize("transmission", Transmission)
def test_the_card_is_offered_the_protocols_that_were_chosen(transmission: Transmission) -> None:
    api = ToldScard()
    api.offered = transmission.value

    async def main() -> None:
        async with PcscStation(NAME, manners=Manners(transmission=transmission), api=api).power_up() as chip:
            assert await chip.transmit(READ) == b"\x90\x00"
            assert atr_of(chip) == b"\x3b\x80"

    trio.run(main)


def test_the_service_is_not_asked_again_right_after_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    api, now = ToldScard(), 100.0
    monkeypatch.setattr(powered_chip.time, "monotonic", lambda: now)
    chip = powered_chip.PoweredChip(api, api.offered)
    chip.open(lambda names: names[0])
    asked = []
    for pause in (0.0, 0.0, powered_chip.PROVEN_FOR_S / 2, 2 * powered_chip.PROVEN_FOR_S):
        now += pause
        chip.transmit(READ)
        asked.append(api.asked - 1)
    assert asked == [1, 1, 1, 2]


def test_a_command_given_up_ends_that_chip_and_the_reader_stays_taken_until_it_comes_back() -> None:
    async def main() -> None:
        api = ToldScard()
        api.hang = threading.Event()
        station = PcscStation(NAME, seen_within_s=0.1, api=api)
        async with station.power_up() as chip:
            with trio.move_on_after(0.05):
                await chip.transmit(READ)
            with pytest.raises(CardRemoved):
                await chip.transmit(READ)
        assert (api.sent, api.open_cards, station.hanging, station.given_up) == (1, 1, 1, 1)
        with pytest.raises(ReaderBusy):
            async with station.power_up():
                pass
        api.hang.set()
        station._seen_within_s = 5.0
        async with station.power_up() as chip:
            assert await chip.transmit(READ) == b"\x90\x00"
        assert (api.sent, api.open_cards, api.open_contexts) == (2, 0, 0)
        assert (station.hanging, station.given_up) == (0, 1)

    trio.run(main)


def test_the_one_that_holds_the_reader_comes_back_while_the_next_is_refused() -> None:
    class LetsGo(ToldScard):
        def SCardConnect(self, context: str, reader: str, share: int, protocols: int) -> tuple[int, str, int]:
            found = super().SCardConnect(context, reader, share, protocols)
            if found[0] != results.SUCCESS:
                hung.hang.set()
                while station.hanging:
                    pass
            return found

    async def main() -> None:
        async with station.power_up() as chip:
            with trio.move_on_after(0.02):
                await chip.transmit(READ)
        async with station.power_up() as chip:
            assert await chip.transmit(READ) == b"\x90\x00"

    hung = LetsGo()
    hung.hang = threading.Event()
    station = PcscStation(NAME, api=hung)
    trio.run(main)


def test_a_command_that_hangs_beyond_its_limit_is_an_unknown_outcome() -> None:
    async def main() -> None:
        api = ToldScard()
        api.hang = threading.Event()
        station = PcscStation(NAME, manners=Manners(seen_within_s=0.0, answer_within_s=0.05), api=api)
        async with station.power_up() as chip:
            with pytest.raises(CardOutcomeUnknown):
                await chip.transmit(READ)
            with pytest.raises(CardRemoved):
                await chip.transmit(READ)
        assert (api.sent, station.hanging) == (1, 1)
        api.hang.set()

    trio.run(main)


def test_a_reader_that_swallows_threads_is_not_given_more_than_a_few() -> None:
    class Careless(ToldScard):
        def SCardConnect(self, context: str, reader: str, share: int, protocols: int) -> tuple[int, str, int]:
            self.open_cards += 1  # lets everybody in, and hangs for all of them
            return 0, "card", scard.SCARD_PROTOCOL_T1

    async def main() -> None:
        api = Careless()
        api.hang = threading.Event()
        station = PcscStation(NAME, manners=Manners(seen_within_s=0.0, answer_within_s=0.02), api=api)
        for _ in range(pcsc.HANGING_MAX):
            async with station.power_up() as chip:
                with pytest.raises(CardOutcomeUnknown):
                    await chip.transmit(READ)
        before = threading.active_count()
        for _ in range(3):
            with pytest.raises(ReaderBusy):
                async with station.power_up():
                    pass
        assert (station.hanging, api.sent) == (pcsc.HANGING_MAX, pcsc.HANGING_MAX)
        assert threading.active_count() == before
        api.hang.set()
        station._seen_within_s = 5.0
        async with station.power_up() as chip:
            assert await chip.transmit(READ) == b"\x90\x00"

    trio.run(main)


def test_two_owners_of_one_station() -> None:
    async def main() -> None:
        station = PcscStation(NAME, seen_within_s=0, api=ToldScard())
        async with station.power_up() as chip:
            with pytest.raises(ReaderBusy):
                async with station.power_up():
                    pass
            assert await chip.transmit(READ) == b"\x90\x00"

    trio.run(main)


PAIRS: list[tuple[Reader, Reader, list[str], tuple[str, str] | None]] = [
    # the citizen's slot, the module's, what is there, what is meant
    ("U 00", "S 00", ["S 00", "U 00"], ("U 00", "S 00")),
    ("U", "S", ["S 00", "U 00"], ("U 00", "S 00")),
    (0, 1, ["B", "A"], ("A", "B")),
    (1, 0, ["B", "A"], ("B", "A")),
    ("U", 0, ["U", "A"], ("U", "A")),
    (0, 1, ["A"], None),  # one is gone: what is left may be the module's
    (0, 1, [], None),
    (0, "S", ["S"], None),
    (0, -1, ["A", "B"], None),
    ("U", "U", ["U"], None),
    ("U", "S", ["U 00", "U 01", "S"], None),
]


@pytest.mark.parametrize(("user", "sam", "names", "meant"), PAIRS)
def test_two_readers_of_one_terminal(
    user: Reader, sam: Reader, names: list[str], meant: tuple[str, str] | None
) -> None:
    if meant is None:
        with pytest.raises(ReaderGone):
            choose_pair(user, sam, names)
    else:
        assert choose_pair(user, sam, names) == meant
