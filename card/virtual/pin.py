"""The PIN commands (facts/card.md 7.3). The card compares bytes: issuer and terminal agree how digits become bytes."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from card.apdu import SW, Command
from card.crypto import MAC_SIZE, KeyUse, equal
from card.virtual.keys import PIN_SIZES, UNBLOCK_TRIES, find_key, open_sealed, pin_cell
from card.virtual.state import Handlers, Inside, Refused, Reply, Right

SEPARATOR = b"\xff"


@dataclass(frozen=True)
class _Pin:
    owner: int
    tries: int
    most: int
    unblocks: int
    value: bytes = field(repr=False)

    def changed(self, *, tries: int | None = None, unblocks: int | None = None, value: bytes | None = None) -> dict[str, bytes]:
        head = bytes((self.tries if tries is None else tries, self.most, self.unblocks if unblocks is None else unblocks))
        return {pin_cell(self.owner): head + (self.value if value is None else value)}


def _pin(inside: Inside) -> _Pin:
    owner = inside.directory.holder_of_keys
    cell = inside.eeprom.get(pin_cell(owner), b"")
    if not cell:
        raise Refused(SW.REFERENCED_DATA_NOT_FOUND)
    pin = _Pin(owner, cell[0], cell[1], cell[2], cell[3:])
    if not pin.unblocks:
        raise Refused(SW.APPLICATION_BLOCKED_FOR_EVER)
    return pin


def demand_not_blocked(inside: Inside) -> None:
    """Refuses with 9303 where the application was blocked for ever."""
    cell = inside.eeprom.get(pin_cell(inside.directory.holder_of_keys), b"\x01\x01\x01")
    if not cell[2]:
        raise Refused(SW.APPLICATION_BLOCKED_FOR_EVER)


def _compared(inside: Inside, pin: _Pin, presented: bytes) -> None:
    """Refuses with 6983 or 63Cx; what a wrong one costs is committed before the answer leaves."""
    if not pin.tries:
        raise Refused(SW.BLOCKED)
    if not equal(pin.value, presented):
        inside.volatile.rights.discard(Right.PIN)
        left = pin.tries - 1
        raise Refused(0x63C0 | left if left else SW.BLOCKED, pin.changed(tries=left))


def verify(inside: Inside, command: Command) -> Reply:
    """00 20 00 00 Lc PIN. Without data it costs nothing and tells the tries left (ISO 7816-4 11.5.6)."""
    if command.p1 or command.p2:
        raise Refused(SW.WRONG_P1_P2)
    pin = _pin(inside)
    if not command.data:
        raise Refused((0x63C0 | pin.tries) if pin.tries else SW.BLOCKED)
    if len(command.data) not in PIN_SIZES:
        raise Refused(SW.WRONG_LENGTH)
    _compared(inside, pin, command.data)
    inside.volatile.rights.add(Right.PIN)
    return Reply(writes=pin.changed(tries=pin.most) if pin.tries != pin.most else {})


def reload_or_change(inside: Inside, command: Command) -> Reply:
    """80 5E 01 00 [old FF new]: change. 80 5E 00 00 [new MAC4]: reload, under the folded reload key."""
    if command.p2 or command.p1 not in (0x00, 0x01):
        raise Refused(SW.WRONG_P1_P2)
    pin = _pin(inside)
    given_back: Mapping[str, bytes] = {}
    if command.p1 == 0x01:
        old, separator, new = command.data.partition(SEPARATOR)
        if not separator or len(new) not in PIN_SIZES or SEPARATOR in new:
            raise Refused(SW.WRONG_DATA)
        _compared(inside, pin, old)
    else:
        new, mac = command.data[:-MAC_SIZE], command.data[-MAC_SIZE:]
        if len(new) not in PIN_SIZES:
            raise Refused(SW.WRONG_LENGTH)
        key = find_key(inside, KeyUse.PIN_RELOAD)
        if not equal(key.profile.tac(key.key, new), mac):
            raise Refused(SW.PURSE_MAC_INVALID, key.failed())
        given_back = key.succeeded()
    inside.volatile.rights.discard(Right.PIN)
    return Reply(writes={**pin.changed(tries=pin.most, value=new), **given_back})


def unblock(inside: Inside, command: Command) -> Reply:
    """84 24 00 01 [E(len PIN 80..) MAC4] under the unblock key: the PIN that comes with it is the PIN. Three wrong ones block the
    application for ever."""
    if (command.p1, command.p2) != (0x00, 0x01):
        raise Refused(SW.WRONG_P1_P2)
    pin = _pin(inside)
    key = find_key(inside, KeyUse.PIN_UNBLOCK)
    try:
        new = open_sealed(inside, key, command, encrypted=True)
    except Refused as refused:
        if refused.sw != SW.SECURE_MESSAGING_MAC_WRONG:
            raise
        left = pin.unblocks - 1
        sw = SW.SECURE_MESSAGING_MAC_WRONG if left else SW.APPLICATION_BLOCKED_FOR_EVER
        raise Refused(sw, pin.changed(unblocks=left)) from None
    if len(new) not in PIN_SIZES or SEPARATOR in new:
        raise Refused(SW.WRONG_DATA)
    inside.volatile.rights.discard(Right.PIN)
    return Reply(writes=pin.changed(tries=pin.most, unblocks=UNBLOCK_TRIES, value=new))


PIN_COMMANDS: Handlers = {
    (0x00, 0x20): verify,
    (0x80, 0x5E): reload_or_change,
    (0x84, 0x24): unblock,
}
