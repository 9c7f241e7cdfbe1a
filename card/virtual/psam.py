"""The purchase module in the second slot (facts/card.md 12.1): it holds the purchase master and answers for it."""
from __future__ import annotations

from dataclasses import dataclass, field

from card import crypto
from card.apdu import SW, Command
from card.crypto import FACTOR_SIZE, MAC_SIZE, KeyUse, equal
from card.virtual.authentication import AUTHENTICATION_COMMANDS
from card.virtual.keys import StoredKey, find_key
from card.virtual.state import Handlers, Inside, Refused, Reply

TERMINAL_CELL = "file/0016"
SEQUENCE_CELL = "psam/sequence"
PURCHASE_SIZE = 28  # bytes of 80 70 without further levels of diversification
LEVELS_MAX = 3  # high three bits of P1, but nobody has more levels than master, city, card
ENCRYPT, MAC, MAC_WITH_IV = 0x00, 0x01, 0x05  # P1 of 80 FA


@dataclass(frozen=True)
class _Purchase:
    """Begun by 80 70, ended by 80 72."""

    key: StoredKey
    session: bytes = field(repr=False)
    amount: int


@dataclass(frozen=True)
class _Delivered:
    """The key that 80 1A made for 80 FA."""

    profile: crypto.Profile
    key: bytes = field(repr=False)


def initialize(inside: Inside, command: Command) -> Reply:
    """80 70 00 00 (1C + 8L) [rnd 4, offline seq 2, amount 4, type 1, date 4, time 3, key version 1, algorithm 1, serial 8,
    factor 8 ...] 08 -> terminal seq 4, MAC1 4. The number is used up whatever becomes of the purchase."""
    data = command.data
    if command.p1 or command.p2:
        raise Refused(SW.WRONG_P1_P2)
    if len(data) not in range(PURCHASE_SIZE, PURCHASE_SIZE + LEVELS_MAX * FACTOR_SIZE, FACTOR_SIZE):
        raise Refused(SW.WRONG_LENGTH)
    key = find_key(inside, KeyUse.PURCHASE, missing=SW.KEY_INDEX_NOT_SUPPORTED)
    if data[19] != key.profile.algorithm or data[18] != key.version:
        raise Refused(SW.KEY_INDEX_NOT_SUPPORTED)
    sequence = int.from_bytes(inside.eeprom.get(SEQUENCE_CELL, bytes(4)), "big") + 1
    if sequence > 0xFFFFFFFF:
        raise Refused(SW.COUNTER_AT_MAXIMUM)
    amount, kind, moment = int.from_bytes(data[6:10], "big"), data[10], data[11:18]
    factors = [data[at : at + FACTOR_SIZE] for at in range(20, len(data), FACTOR_SIZE)]
    card_key = key.profile.diversify(key.key, *factors[1:], factors[0])
    seed = crypto.purchase_seed(data[:4], int.from_bytes(data[4:6], "big"), sequence)
    session = key.profile.session_key(card_key, seed)
    inside.volatile.pending = _Purchase(key, session, amount)
    terminal = inside.eeprom.get(TERMINAL_CELL, bytes(6))
    mac1 = key.profile.mac(session, crypto.purchase_mac1(amount, kind, terminal, moment))
    number = sequence.to_bytes(4, "big")
    return Reply(number + mac1, writes={SEQUENCE_CELL: number})


def credit(inside: Inside, command: Command) -> Reply:
    """80 72 00 00 04 [MAC2]. A wrong one is 63Cx (x at most F) and may be asked again; after the last the module is locked."""
    pending = inside.volatile.pending
    if not isinstance(pending, _Purchase):
        raise Refused(SW.CONDITIONS_NOT_SATISFIED)
    if command.p1 or command.p2:
        raise Refused(SW.WRONG_P1_P2)
    if len(command.data) != MAC_SIZE:
        raise Refused(SW.WRONG_LENGTH)
    key = find_key(inside, KeyUse.PURCHASE)
    expected = key.profile.mac(pending.session, crypto.purchase_mac2(pending.amount))
    if not equal(expected, command.data):
        left = key.tries - 1
        if not left:
            inside.volatile.pending = None
        raise Refused(0x63C0 | min(left, 0xF) if left else SW.BLOCKED, key.failed())
    inside.volatile.pending = None
    return Reply(writes=key.succeeded())


def deliver_key(inside: Inside, command: Command) -> Reply:
    """80 1A usage id Lc factors: usage = key type in the low five bits, levels of diversification in the high three."""
    levels, use = command.p1 >> 5, command.p1 & 0x1F
    if levels > LEVELS_MAX or len(command.data) != levels * FACTOR_SIZE:
        raise Refused(SW.WRONG_LENGTH)
    if use not in DELIVERABLE:
        raise Refused(SW.CONDITIONS_NOT_SATISFIED)
    key = find_key(inside, DELIVERABLE[use], command.p2)
    factors = [command.data[at : at + FACTOR_SIZE] for at in range(0, len(command.data), FACTOR_SIZE)]
    inside.volatile.applications["delivered"] = _Delivered(key.profile, key.profile.diversify(key.key, *factors))
    return Reply()


DELIVERABLE = {
    1: KeyUse.MAINTENANCE,
    3: KeyUse.PIN_UNBLOCK,
    4: KeyUse.PIN_RELOAD,
    5: KeyUse.MAINTENANCE,
    6: KeyUse.TAC,
    7: KeyUse.INTERNAL_AUTHENTICATION,
    8: KeyUse.EXTERNAL_AUTHENTICATION,
}
"""Key types of facts/card.md 12.1 and which key of this module serves them. Type 2 (purchase) answers to 80 70 only."""


def cipher_data(inside: Inside, command: Command) -> Reply:
    """80 FA P1 00 Lc data with the delivered key: P1 00 encrypts whole blocks; 01 gives a MAC; 05 the same after an IV of 8."""
    delivered = inside.volatile.applications.get("delivered")
    if not isinstance(delivered, _Delivered):
        raise Refused(SW.CONDITIONS_NOT_SATISFIED)
    profile, data = delivered.profile, command.data
    if command.p1 == ENCRYPT:
        if not data or len(data) % profile.block_size:
            raise Refused(SW.WRONG_LENGTH)
        return Reply(profile.encrypt(delivered.key, data))
    if command.p1 == MAC:
        return Reply(profile.file_mac(delivered.key, bytes(4), data))
    if command.p1 == MAC_WITH_IV:
        if len(data) <= 8 or any(data[4:8]):
            raise Refused(SW.WRONG_DATA)
        return Reply(profile.file_mac(delivered.key, data[:4], data[8:]))
    raise Refused(SW.WRONG_P1_P2)


PSAM_COMMANDS: Handlers = {
    **AUTHENTICATION_COMMANDS,
    (0x80, 0x70): initialize,
    (0x80, 0x72): credit,
    (0x80, 0x1A): deliver_key,
    (0x80, 0xFA): cipher_data,
}
FINISHING = ((0x80, 0x72),)
