"""What PC/SC results become: every row of the measured table with SCard functions that are told what to say, and the
service's own trouble with the real one."""
from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import trio
from smartcard import scard

from card import pcsc
from card import pcsc_results as results
from card.conditions import ChipMute, ReaderBusy
from card.pcsc import PcscStation
from card.personalise import is_blank
from card.transport import CardError, CardOutcomeUnknown, CardRemoved, ReaderGone, ServiceDown
from card.virtual.card import VirtualCard
from card.virtual.tear import Moment, Tear
from tests.card.benches import over_pcscd
from tests.card.private_pcscd import READER, PrivatePcscd
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
        assert share == scard.SCARD_SHARE_EXCLUSIVE
        result = self.told.get("connect", 0)
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
    async def at_once(work: Callable[..., object], *args: object, **_: object) -> object:
        await trio.lowlevel.checkpoint()
        return work(*args)

    monkeypatch.setattr(trio.to_thread, "run_sync", at_once)  # a jumping clock does not wait for threads

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


def test_a_given_up_command_keeps_the_station_until_the_reader_lets_go() -> None:
    async def main() -> None:
        api = ToldScard()
        api.hang = threading.Event()
        station = PcscStation(NAME, seen_within_s=0.1, api=api)
        async with station.power_up() as chip:
            with trio.move_on_after(0.05):
                await chip.transmit(READ)
            with pytest.raises(CardRemoved):
                await chip.transmit(READ)
        assert api.open_cards == 1
        with pytest.raises(ReaderBusy):
            async with station.power_up():
                pass
        api.hang.set()
        patient = station
        patient._seen_within_s = 5.0
        async with patient.power_up() as chip:
            assert await chip.transmit(READ) == b"\x90\x00"
        assert (api.sent, api.open_cards, api.open_contexts) == (2, 0, 0)

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


def test_the_real_service_stops_and_starts_again(pcscd: PrivatePcscd) -> None:
    async def main() -> None:
        async with over_pcscd(pcscd) as bench:
            bench.slot.insert(VirtualCard.blank())
            async with bench.station.power_up() as chip:
                with pytest.raises(ReaderBusy):
                    async with PcscStation(READER).power_up():
                        pass
                pcscd.stop()
                try:
                    with pytest.raises(ServiceDown):
                        await is_blank(chip)
                finally:
                    pcscd.start()
            await _until_served(bench.station)

    trio.run(main)


def test_the_real_service_dies_in_the_middle_of_a_command(pcscd: PrivatePcscd) -> None:
    async def kill_when_hung(card: VirtualCard) -> None:
        while card.tear is not None:  # noqa: ASYNC110  (the chip has no event to tell that it hangs)
            await trio.sleep(0.01)
        pcscd.kill()

    async def main() -> None:
        card = VirtualCard.blank()
        async with over_pcscd(pcscd) as bench:
            bench.slot.insert(card)
            async with bench.station.power_up() as chip, trio.open_nursery() as nursery:
                card.tear = Tear(Moment.HANG)
                nursery.start_soon(kill_when_hung, card)
                try:
                    with pytest.raises(CardOutcomeUnknown):
                        await is_blank(chip)
                finally:
                    pcscd.start()
            await _until_served(bench.station)

    trio.run(main)


def test_the_real_service_hangs(pcscd: PrivatePcscd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcsc, "SERVICE_TIMEOUT_S", 0.3)

    async def main() -> None:
        async with over_pcscd(pcscd) as bench:
            bench.slot.insert(VirtualCard.blank())
            pcscd.freeze()
            try:
                with pytest.raises(ServiceDown):
                    async with bench.station.power_up():
                        pass
            finally:
                pcscd.thaw()
            await _until_served(bench.station)

    trio.run(main)


async def _until_served(station: Any) -> None:
    """A service that has just started may not know its reader yet."""
    with trio.fail_after(10):
        while True:
            try:
                async with station.power_up() as chip:
                    assert await is_blank(chip)
                return
            except (ServiceDown, ReaderGone):
                await trio.sleep(0.05)
