"""A citizen card through the real pcscd and a vpcd reader: what our sessions cost beside the same commands sent bare by
pyscard, and what the keys cost that permit a load."""
from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from statistics import median

import trio
from smartcard import scard

from card.pcsc import PcscStation
from card.purse import LoadOffer, Purse
from card.transport import CardTransport, ChipStation
from card.virtual import vpcd
from card.virtual.slot import ChipSlot
from tests.bench.figures import Figure
from tests.bench.size import Size
from tests.card.keyholder import MOMENT, PIN, TERMINAL, KeyHolder
from tests.card.private_pcscd import Pair, private_pcscd, why_not
from tests.remote.keys.benches import mac_pair_ms
from tests.tear.purchase import Place, buys

KEYS = KeyHolder()
FEN = 1
SEEN_WITHIN_S = 10.0
NOT_HERE = -1.0
CARD_FIGURES = ("balance_read_ms", "top_up_over_bare", "purchase_ms")
KEY_FIGURES = ("mac_pair_ms", "mac_pair_hsm_ms")
CREDIT = 0x52


def citizen_card(size: Size) -> list[Figure]:
    reason = why_not()
    if reason is not None:
        return [Figure(name, NOT_HERE, unit, reason) for name, unit in zip(CARD_FIGURES, ("ms", "", "ms"), strict=True)]
    with private_pcscd(entries=2) as daemon:
        return trio.run(_measured, daemon.pairs[0], size.readings)


def load_keys(size: Size) -> list[Figure]:
    found = mac_pair_ms()
    how = "check MAC1 and make MAC2 of one load, median of 200; "
    token = "keys in SoftHSM by PKCS#11" if "hsm" in found else "no SoftHSM is installed here"
    return [
        Figure("mac_pair_ms", found["software"], "ms", how + "the embedded key store"),
        Figure("mac_pair_hsm_ms", found.get("hsm", NOT_HERE), "ms", how + token),
    ]


async def _measured(pair: Pair, times: int) -> list[Figure]:
    slot, sam_slot = ChipSlot(KEYS.card(balance=50_000)), ChipSlot(KEYS.psam())
    card, sam = (PcscStation(reader, seen_within_s=SEEN_WITHIN_S) for reader in (pair.reader, pair.sam_reader))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(vpcd.offer, slot, "127.0.0.1", pair.port)
        nursery.start_soon(vpcd.offer, sam_slot, "127.0.0.1", pair.port + 1)
        read = [await _seconds(lambda: balance(card)) for _ in range(times)]
        said = Recorded()
        await tops_up(card, said)
        ours, bare = [], []
        for _ in range(times):
            ours.append(await _seconds(lambda: tops_up(card)))
            bare.append(await _seconds(lambda: trio.to_thread.run_sync(bare_top_up, pair.reader, said.apdus)))
        place = Place(slot, sam_slot, card, sam)
        bought = [await _seconds(lambda: buys(place, card, sam)) for _ in range(times)]
        nursery.cancel_scope.cancel()
    at = f"real pcscd and vpcd, virtual card, median of {times}"
    how = f"{median(ours) * 1e3:.1f} ms by our session, {median(bare) * 1e3:.1f} ms by bare SCardTransmit; {at}"
    return [
        Figure("balance_read_ms", median(read) * 1e3, "ms", f"power up, application, EF 0015, balance; {at}"),
        Figure("top_up_over_bare", median(ours) / median(bare), "", how, most=1.5),
        Figure("purchase_ms", median(bought) * 1e3, "ms", f"card and purchase module powered up, debit, MAC2 checked; {at}"),
    ]


async def _seconds(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


async def balance(station: ChipStation) -> int:
    async with station.power_up() as chip:
        purse = await Purse.select(chip)
        await purse.public()
        return await purse.balance()


@dataclass
class Recorded:
    """What was sent, for those who send it bare."""

    apdus: list[bytes] = field(default_factory=list)

    def around(self, transport: CardTransport) -> CardTransport:
        return _Recording(transport, self)


@dataclass
class _Recording:
    inner: CardTransport
    said: Recorded

    async def transmit(self, apdu: bytes) -> bytes:
        self.said.apdus.append(apdu)
        return await self.inner.transmit(apdu)


async def tops_up(station: ChipStation, said: Recorded | None = None) -> None:
    async with station.power_up() as powered:
        purse = await Purse.select(said.around(powered) if said is not None else powered)
        await purse.public()
        await purse.pin.verify(PIN)
        offer = await purse.initialise_load(FEN, TERMINAL)
        await purse.credit(MOMENT, KEYS.permit(offer, FEN, 2))
        await purse.balance()


def bare_top_up(reader: str, apdus: list[bytes]) -> None:
    """The same commands, in a thread, with nothing around them. MAC2 is made anew for each offer, as it must be."""
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    assert result == scard.SCARD_S_SUCCESS
    result, handle, protocol = scard.SCardConnect(context, reader, scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_T1)
    assert result == scard.SCARD_S_SUCCESS, f"{result & 0xFFFFFFFF:08X}"
    answer = b""
    for apdu in apdus:
        if apdu[1] == CREDIT:
            offer = LoadOffer(
                int.from_bytes(answer[:4], "big"), int.from_bytes(answer[4:6], "big"), answer[6], answer[7], answer[8:12],
                answer[12:16],
            )  # fmt: skip
            apdu = apdu[:5] + MOMENT + KEYS.permit(offer, FEN, 2) + apdu[16:]
        result, said = scard.SCardTransmit(handle, protocol, list(apdu))
        assert result == scard.SCARD_S_SUCCESS, f"{result & 0xFFFFFFFF:08X}"
        answer = bytes(said)
        assert answer[-2:] == b"\x90\x00" or answer[-2] == 0x61, answer[-2:].hex()
    scard.SCardDisconnect(handle, scard.SCARD_UNPOWER_CARD)
    scard.SCardReleaseContext(context)
