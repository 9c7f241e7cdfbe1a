"""The card's end of the vpcd protocol: a slot offered to a reader over TCP (facts/card.md 3.2-3.5).

`offer` connects to a vpcd that listens (DEVICENAME /dev/null:port); `listen` waits for card.link, or for a vpcd that
connects out (DEVICENAME host:port). Presence is the connection: an empty slot has none.

Debian's vpcd 3.3 connects out once only: when that connection is refused or closed, the whole pcscd aborts (seen:
FD_SET on a listening socket it does not have). With that version a card that comes and goes needs `offer`.
"""
from __future__ import annotations

import trio

from card import frames
from card.virtual.card import VirtualCard
from card.virtual.slot import ChipSlot, Insertion
from card.virtual.tear import Mute, PowerLost

RECONNECT_S = 0.4  # pcscd's own polling period, facts/card.md 3.2
CHANGE_S = 0.6
"""No card is offered so soon after another. One that comes within a polling period of the last is never seen: when its
disconnect met the gap, pcscd 1.9.9 goes on saying "absent" while its event thread never saw a card go (seen). A machine
that feeds cards takes longer anyway."""


async def offer(slot: ChipSlot, host: str, port: int) -> None:
    """Connect whenever a card is in, for ever. Where nobody listens (pcscd restarts), try again every 0.4 s."""
    while True:
        insertion = await slot.inserted()
        try:
            stream = await trio.open_tcp_stream(host, port)
        except OSError:
            await trio.sleep(RECONNECT_S)
            continue
        await _present(stream, slot, insertion)
        await trio.sleep(CHANGE_S)


async def listen(
    slot: ChipSlot,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    task_status: trio.TaskStatus[int] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Serve for ever; reports its port through `nursery.start`. A reader that finds the slot empty is let in and shown
    out at once; a second one waits until the first has gone."""
    (listener,) = await trio.open_tcp_listeners(port, host=host)
    contacts = trio.Lock()

    async def serve(stream: trio.SocketStream) -> None:
        async with stream, contacts:
            if slot.insertion is not None:
                await _present(stream, slot, slot.insertion)

    await trio.serve_listeners(
        serve, [listener], task_status=_PortStatus(task_status, listener.socket.getsockname()[1])
    )


class _PortStatus:
    """Reports the port number where trio reports its listeners."""

    def __init__(self, outer: trio.TaskStatus[int], port: int) -> None:
        self._outer = outer
        self._port = port

    def started(self, _listeners: object = None) -> None:
        self._outer.started(self._port)


async def _present(stream: trio.SocketStream, slot: ChipSlot, insertion: Insertion) -> None:
    """Talk for this card until it goes or the reader does; power is off afterwards."""
    try:
        async with stream, trio.open_nursery() as nursery:
            nursery.start_soon(_until_removed, insertion, nursery.cancel_scope)
            lost_power = await _talk(stream, insertion.card)
            nursery.cancel_scope.cancel()
            if lost_power and slot.insertion is insertion:
                slot.remove()
    finally:
        if slot.insertion is insertion:
            insertion.card.power_off()


async def _until_removed(insertion: Insertion, scope: trio.CancelScope) -> None:
    await insertion.gone.wait()
    scope.cancel()


async def _talk(stream: trio.SocketStream, card: VirtualCard) -> bool:
    """True: the card lost contact in mid-command, it is out. False: the reader closed."""
    try:
        while True:
            body = await frames.receive_frame(stream)
            answer = _answer(card, body)
            if answer is not None:
                await frames.send_frame(stream, answer)
    except frames.LineClosed:
        return False
    except Mute:
        await _wait_for_the_reader_to_give_up(stream)
        return False
    except PowerLost as lost:
        if lost.begun:
            await frames.send_torn(stream, lost.begun, lost.size)
        return True


def _answer(card: VirtualCard, body: bytes) -> bytes | None:
    """None where the protocol has no answer. The ATR is answered even while powered off: pcscd polls with it."""
    if body == frames.POWER_ON:
        card.power_on()
    elif body == frames.RESET:
        card.reset()
    elif body == frames.POWER_OFF:
        card.power_off()
    elif body == frames.GET_ATR:
        return card.atr
    else:
        return card.handle(body)
    return None


async def _wait_for_the_reader_to_give_up(stream: trio.SocketStream) -> None:
    try:
        while True:
            await frames.receive_frame(stream)
    except frames.LineClosed:
        return
