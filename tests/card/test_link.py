"""The TCP station against readers' everyday trouble: nobody there, an empty slot, two owners, a line cut in between."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

import pytest
import trio

from card import frames, link
from card.conditions import ChipMute, ReaderBusy
from card.link import LinkStation
from card.transport import CardOutcomeUnknown, CardRemoved, ReaderGone
from card.virtual.card import Manner, VirtualCard
from card.virtual.tear import Moment, Tear
from tests.card.benches import Bench, in_process, over_tcp

READ = bytes.fromhex("00B095001E")


def test_nobody_listens() -> None:
    async def main() -> None:
        (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
        port = listener.socket.getsockname()[1]
        await listener.aclose()
        with pytest.raises(ReaderGone):
            async with LinkStation("127.0.0.1", port).power_up():
                pass

    trio.run(main)


@pytest.mark.parametrize("opened", [in_process, over_tcp])
def test_a_second_owner_is_refused_and_the_first_goes_on(opened: Callable[[], AbstractAsyncContextManager[Bench]]) -> None:
    async def main() -> None:
        async with opened() as bench:
            bench.slot.insert(VirtualCard.blank())
            async with bench.station.power_up() as chip:
                with pytest.raises(ReaderBusy):
                    async with bench.station.power_up():
                        pass
                assert await chip.transmit(READ) == b"\x6a\x82"
            async with bench.station.power_up() as chip:
                assert await chip.transmit(READ) == b"\x6a\x82"

    trio.run(main)


def test_a_chip_that_never_answers_to_reset_is_mute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "ATR_TIMEOUT_S", 0.05)

    async def silent(stream: trio.SocketStream) -> None:
        async for _ in stream:
            pass

    with pytest.raises(ChipMute):
        trio.run(_against, silent, READ)


@pytest.mark.parametrize("answer", [b"", b"\x00", b"\x00\x00", b"\x00\x02\x90"])
def test_a_line_cut_after_the_command_leaves_the_outcome_unknown(answer: bytes) -> None:
    async def torn(stream: trio.SocketStream) -> None:
        await _start(stream)
        await frames.receive_frame(stream)
        await stream.send_all(answer)

    with pytest.raises(CardOutcomeUnknown):
        trio.run(_against, torn, READ)


def test_a_line_cut_before_the_command_means_that_nothing_happened() -> None:
    async def goes(stream: trio.SocketStream) -> None:
        await _start(stream)

    with pytest.raises(CardRemoved):
        trio.run(_against, goes, READ)


def test_an_answer_that_came_unasked_is_never_taken_for_the_next() -> None:
    async def chatters(stream: trio.SocketStream) -> None:
        await _start(stream)
        await frames.send_frame(stream, b"\x90\x00")
        await trio.sleep_forever()

    with pytest.raises(CardRemoved):
        trio.run(_against, chatters, READ)


def test_the_chip_is_powered_off_also_when_the_visit_is_cancelled() -> None:
    async def main() -> list[bytes]:
        seen: list[bytes] = []

        async def records(stream: trio.SocketStream) -> None:
            await _start(stream)
            while True:
                try:
                    seen.append(await frames.receive_frame(stream))
                except frames.LineClosed:
                    nursery.cancel_scope.cancel()
                    return

        async with trio.open_nursery() as nursery:
            listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
            nursery.start_soon(trio.serve_listeners, records, listeners)
            with trio.CancelScope() as visit:
                async with LinkStation("127.0.0.1", listeners[0].socket.getsockname()[1]).power_up():
                    visit.cancel()
                    await trio.lowlevel.checkpoint()
            await trio.sleep_forever()
        return seen

    assert trio.run(main) == [frames.POWER_OFF]


def test_a_card_that_lost_contact_is_out_of_the_slot_until_it_is_put_back() -> None:
    async def main() -> None:
        card = VirtualCard.blank()
        async with over_tcp() as bench:
            bench.slot.insert(card)
            card.tear = Tear(Moment.AFTER_COMMIT)
            async with bench.station.power_up() as chip:
                with pytest.raises(CardOutcomeUnknown):
                    await chip.transmit(READ)
            with pytest.raises(CardRemoved):
                async with bench.station.power_up():
                    pass
            bench.slot.insert(card)
            async with bench.station.power_up() as chip:
                assert await chip.transmit(READ) == b"\x6a\x82"

    trio.run(main)


async def _start(stream: trio.SocketStream) -> None:
    assert await frames.receive_frame(stream) == frames.POWER_ON
    assert await frames.receive_frame(stream) == frames.GET_ATR
    await frames.send_frame(stream, Manner.T1.value)


async def _against(card: Callable[[trio.SocketStream], Awaitable[None]], apdu: bytes) -> None:
    """Power up at a card's end that does what `card` does with its connection, and send one command once it is idle."""

    async def serve(stream: trio.SocketStream) -> None:
        async with stream:
            await card(stream)

    errors: list[Exception] = []
    async with trio.open_nursery() as nursery:
        listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
        nursery.start_soon(trio.serve_listeners, serve, listeners)
        try:
            async with LinkStation("127.0.0.1", listeners[0].socket.getsockname()[1]).power_up() as chip:
                await trio.testing.wait_all_tasks_blocked()
                await chip.transmit(apdu)
        except (CardRemoved, CardOutcomeUnknown) as error:
            errors.append(error)
        nursery.cancel_scope.cancel()
    if errors:
        raise errors[0]
