"""The electronic purse of JR/T 0025 on the virtual card (facts/card.md 7.3, 8). ED is P2 01, EP is P2 02."""
from __future__ import annotations

from card import crypto
from card.apdu import SW, Command
from card.crypto import KeyUse, equal
from card.virtual.authentication import AUTHENTICATION_COMMANDS
from card.virtual.keys import find_key
from card.virtual.pin import PIN_COMMANDS, demand_not_blocked
from card.virtual.purse_state import (
    COUNTER_MAX,
    ED,
    EP,
    Pending,
    PurseState,
    check_moment,
    forgotten_proof,
    kept_proof,
    kind_of,
    logged,
    proof,
)
from card.virtual.state import Handlers, Inside, Refused, Reply, Right
from card.virtual.tree import Life, Structure

INITIALIZE = (0x80, 0x50)
CREDIT = (0x80, 0x52)
DEBIT = (0x80, 0x54)
UPDATE_CAPP_CACHE = (0x80, 0xDC)
FINISHING = (CREDIT, DEBIT, UPDATE_CAPP_CACHE)
"""After INITIALIZE only one of these leaves the transaction open; any other command ends it."""

STEPS = {
    0x00: ("load", KeyUse.LOAD),
    0x01: ("purchase", KeyUse.PURCHASE),
    0x03: ("composite", KeyUse.PURCHASE),
    0x05: ("unload", KeyUse.UNLOAD),
}
"""P1 of INITIALIZE."""


def get_balance(inside: Inside, command: Command) -> Reply:
    """80 5C 00 02 04. P1 03 = the same, 02 overdraft used and 01 overdraft allowed (T-Union): this card has neither."""
    if command.p1 not in (0x00, 0x01, 0x02, 0x03) or command.p2 not in (ED, EP):
        raise Refused(SW.WRONG_P1_P2)
    if command.data:
        raise Refused(SW.WRONG_LENGTH)
    demand_not_blocked(inside)
    if command.le not in (None, 4, 256):
        raise Refused(0x6C04)
    balance = PurseState.of(inside, command.p2).balance if command.p1 in (0x00, 0x03) else 0
    return Reply(balance.to_bytes(4, "big"))


def initialize(inside: Inside, command: Command) -> Reply:
    """80 50 P1 P2 0B [key index 1, amount 4, terminal 6]. P1 00 load, 01 purchase, 03 composite purchase, 05 unload."""
    if command.p1 not in STEPS or command.p2 not in (ED, EP):
        raise Refused(SW.WRONG_P1_P2)
    if len(command.data) != 11:
        raise Refused(SW.WRONG_LENGTH)
    demand_not_blocked(inside)
    if inside.directory.life(inside.eeprom) is not Life.USE:
        raise Refused(SW.CONDITIONS_NOT_SATISFIED)
    step, use = STEPS[command.p1]
    amount, terminal = int.from_bytes(command.data[1:5], "big"), command.data[5:]
    state = PurseState.of(inside, command.p2)
    if step in ("load", "unload") and Right.PIN not in inside.volatile.rights:
        raise Refused(SW.SECURITY_STATUS_NOT_SATISFIED)
    _check_amount(inside, step, amount, state)
    key = find_key(inside, use, command.data[0], missing=SW.KEY_INDEX_NOT_SUPPORTED)
    tac_key = find_key(inside, KeyUse.TAC)
    kind = kind_of(step, command.p2)
    pending = Pending(step, kind, command.p2, amount, terminal, inside.random(4), key, tac_key)
    inside.volatile.pending = pending
    return Reply(_offer(pending, state), writes=forgotten_proof(inside, kind))


def _check_amount(inside: Inside, step: str, amount: int, state: PurseState) -> None:
    """9402 where the counter ends, 9401 where the balance does, 6985 where the limit would be passed [own choice], 6A80 for
    nothing at all (a composite purchase of nothing opens a gate)."""
    if max(state.online, state.offline) >= COUNTER_MAX:
        raise Refused(SW.COUNTER_AT_MAXIMUM)
    if not amount and step != "composite":
        raise Refused(SW.WRONG_DATA)
    if step == "load" and state.balance + amount > inside.directory.limit:
        raise Refused(SW.CONDITIONS_NOT_SATISFIED)
    if step != "load" and amount > state.balance:
        raise Refused(SW.AMOUNT_INSUFFICIENT)


def _offer(pending: Pending, state: PurseState) -> bytes:
    """Load and unload: bal4 seq2 keyVer1 algId1 rnd4 MAC1 4. Purchase: bal4 seq2 overdraft3 keyVer1 algId1 rnd4."""
    key, balance = pending.key, state.balance.to_bytes(4, "big")
    about_key = bytes((key.version, key.profile.algorithm)) + pending.random
    if pending.step in ("purchase", "composite"):
        return balance + state.offline.to_bytes(2, "big") + bytes(3) + about_key
    mac1 = crypto.load_mac1(state.balance, pending.amount, pending.kind, pending.terminal)
    return balance + state.online.to_bytes(2, "big") + about_key + key.profile.mac(_online_session(pending, state), mac1)


def _online_session(pending: Pending, state: PurseState) -> bytes:
    return pending.key.profile.session_key(pending.key.key, crypto.load_seed(pending.random, state.online))


def _take_pending(inside: Inside, *steps: str) -> Pending:
    """Whatever comes of it, it is no longer pending."""
    pending, inside.volatile.pending = inside.volatile.pending, None
    if not isinstance(pending, Pending) or pending.step not in steps:
        raise Refused(SW.CONDITIONS_NOT_SATISFIED)
    return pending


def credit(inside: Inside, command: Command) -> Reply:
    """80 52 00 00 0B [date 4, time 3, MAC2 4] -> TAC4."""
    pending = _take_pending(inside, "load")
    if command.p1 or command.p2:
        raise Refused(SW.WRONG_P1_P2)
    if len(command.data) != 11:
        raise Refused(SW.WRONG_LENGTH)
    moment, mac2 = command.data[:7], command.data[7:]
    check_moment(moment)
    before = PurseState.of(inside, pending.purse)
    expected = crypto.load_mac2(pending.amount, pending.kind, pending.terminal, moment)
    if not equal(pending.key.profile.mac(_online_session(pending, before), expected), mac2):
        raise Refused(SW.PURSE_MAC_INVALID, pending.key.failed())
    after = before.after_load(pending.amount)
    tac = _online_tac(pending, before, after, moment)
    return Reply(tac, writes=_booked(inside, pending, before.online, after, moment, mac2, tac))


def _online_tac(pending: Pending, before: PurseState, after: PurseState, moment: bytes) -> bytes:
    message = crypto.load_tac(after.balance, before.online, pending.amount, pending.kind, pending.terminal, moment)
    return pending.tac_key.profile.tac(pending.tac_key.key, message)


def _booked(
    inside: Inside, pending: Pending, sequence: int, after: PurseState, moment: bytes, mac: bytes, tac: bytes
) -> dict[str, bytes]:
    """Everything that one transaction changes: one commit."""
    return {
        **pending.key.succeeded(),
        **after.writes(),
        **logged(inside, sequence, pending.amount, pending.kind, pending.terminal, moment),
        **proof(inside, pending.kind, sequence, mac, tac),
        **pending.cache,
    }


def debit(inside: Inside, command: Command) -> Reply:
    """80 54: P1 01 a purchase of either kind, P1 03 an unload."""
    if command.p1 == 0x03:
        return _debit_unload(inside, command)
    return _debit_purchase(inside, command)


def _debit_purchase(inside: Inside, command: Command) -> Reply:
    """80 54 01 00 0F [terminal seq 4, date 4, time 3, MAC1 4] -> TAC4 MAC2 4."""
    pending = _take_pending(inside, "purchase", "composite")
    if (command.p1, command.p2) != (0x01, 0x00):
        raise Refused(SW.WRONG_P1_P2)
    if len(command.data) != 15:
        raise Refused(SW.WRONG_LENGTH)
    terminal_seq, moment, mac1 = int.from_bytes(command.data[:4], "big"), command.data[4:11], command.data[11:]
    check_moment(moment)
    before, profile = PurseState.of(inside, pending.purse), pending.key.profile
    seed = crypto.purchase_seed(pending.random, before.offline, terminal_seq)
    session = profile.session_key(pending.key.key, seed)
    expected = crypto.purchase_mac1(pending.amount, pending.kind, pending.terminal, moment)
    if not equal(profile.mac(session, expected), mac1):
        raise Refused(SW.PURSE_MAC_INVALID, pending.key.failed())
    mac2 = profile.mac(session, crypto.purchase_mac2(pending.amount))
    message = crypto.purchase_tac(pending.amount, pending.kind, pending.terminal, terminal_seq, moment)
    tac = pending.tac_key.profile.tac(pending.tac_key.key, message)
    after = before.after_purchase(pending.amount)
    return Reply(tac + mac2, writes=_booked(inside, pending, before.offline, after, moment, mac2, tac))


def _debit_unload(inside: Inside, command: Command) -> Reply:
    """80 54 03 00 0B [date 4, time 3, MAC2 4] -> MAC3."""
    pending = _take_pending(inside, "unload")
    if command.p2:
        raise Refused(SW.WRONG_P1_P2)
    if len(command.data) != 11:
        raise Refused(SW.WRONG_LENGTH)
    moment, mac2 = command.data[:7], command.data[7:]
    check_moment(moment)
    before, profile = PurseState.of(inside, pending.purse), pending.key.profile
    session = _online_session(pending, before)
    expected = crypto.load_mac2(pending.amount, pending.kind, pending.terminal, moment)
    if not equal(profile.mac(session, expected), mac2):
        raise Refused(SW.PURSE_MAC_INVALID, pending.key.failed())
    after = before.after_unload(pending.amount)
    mac3_message = crypto.unload_mac3(after.balance, before.online, pending.amount, pending.kind, pending.terminal, moment)
    mac3 = profile.mac(session, mac3_message)
    tac = _online_tac(pending, before, after, moment)
    return Reply(mac3, writes=_booked(inside, pending, before.online, after, moment, mac3, tac))


def get_transaction_prove(inside: Inside, command: Command) -> Reply:
    """80 5A 00 type 02 [seq 2] 08 -> MAC4 TAC4."""
    if command.p1:
        raise Refused(SW.WRONG_P1_P2)
    if len(command.data) != 2:
        raise Refused(SW.WRONG_LENGTH)
    demand_not_blocked(inside)
    return Reply(kept_proof(inside, command.p2, command.data))


def update_capp_cache(inside: Inside, command: Command) -> Reply:
    """80 DC rec (SFI*8+4) [record], between INITIALIZE and DEBIT of a composite purchase: written together with the debit.
    P1 00 puts a new record into a cyclic file (a trip into EF 001E), P1 1.. replaces one of a linear file."""
    pending = inside.volatile.pending
    if not isinstance(pending, Pending) or pending.step != "composite":
        inside.volatile.pending = None
        raise Refused(SW.CONDITIONS_NOT_SATISFIED)
    file = inside.directory.by_sfi(command.p2 >> 3)
    if file is None:
        raise Refused(SW.FILE_NOT_FOUND)
    if file.fid not in (0x0019, 0x001A, 0x001E):
        raise Refused(SW.WRONG_FILE_TYPE)
    if len(command.data) != file.size:
        raise Refused(SW.WRONG_LENGTH)
    content = pending.cache.get(file.cell, inside.eeprom.get(file.cell, file.erased))
    if file.structure is Structure.CYCLIC:
        if command.p1:
            raise Refused(SW.WRONG_P1_P2)
        pending.cache[file.cell] = (command.data + content)[: len(content)]
        return Reply()
    if not 1 <= command.p1 <= file.records:
        raise Refused(SW.RECORD_NOT_FOUND)
    at = (command.p1 - 1) * file.size
    pending.cache[file.cell] = content[:at] + command.data + content[at + file.size :]
    return Reply()


PURSE_COMMANDS: Handlers = {
    **AUTHENTICATION_COMMANDS,
    **PIN_COMMANDS,
    (0x80, 0x5C): get_balance,
    INITIALIZE: initialize,
    CREDIT: credit,
    DEBIT: debit,
    (0x80, 0x5A): get_transaction_prove,
    UPDATE_CAPP_CACHE: update_capp_cache,
}
