"""What became of a transaction that was cut off: written down before, looked up afterwards, decided by a pure function.

The order matters (facts/card.md 10): the same card, GET TRANSACTION PROVE, balance and log, and no new INITIALIZE before that.
The card's word is not the proof: the TAC is, and only the centre can check it. So the centre hears of every decision, with
the TAC where there is one; and "not credited" is believed for good only after a fresh INITIALIZE whose MAC1 the centre has
checked (`what_a_fresh_offer_proves`), because a card in between could say 9406 and an old balance to any terminal.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from card.log_file import LogFile, LogRecord
from card.purse import LoadOffer, Proof, Purse


class LoadFate(Enum):
    CREDITED = "credited"
    NOT_CREDITED = "not credited"
    UNKNOWN = "unknown"


class PurchaseFate(Enum):
    DEBITED = "debited"
    NOT_DEBITED = "not debited"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class LoadBegun:
    """Everything to be on disk before CREDIT FOR LOAD is sent. `balance` (fen) and `sequence` as INITIALIZE gave them;
    `serial` 20 digits; `moment` 7 bytes and `mac2` 4 bytes as the centre gave them."""

    serial: str
    kind: int
    balance: int
    sequence: int
    amount: int
    terminal: bytes
    moment: bytes
    mac2: bytes = field(repr=False)

    @property
    def balance_after(self) -> int:
        return self.balance + self.amount


@dataclass(frozen=True)
class PurchaseBegun:
    """Everything to be on disk before DEBIT FOR PURCHASE is sent. `sequence` is the card's offline number."""

    serial: str
    kind: int
    balance: int
    sequence: int
    amount: int
    terminal: bytes
    terminal_seq: int
    moment: bytes

    @property
    def balance_after(self) -> int:
        return self.balance - self.amount


@dataclass(frozen=True)
class CardNow:
    """The card afterwards. `log` newest first; None in it = a record that cannot be read."""

    serial: str
    balance: int
    log: Sequence[LogRecord | None] = ()


@dataclass(frozen=True)
class Proofs:
    """GET TRANSACTION PROVE for the sequence number and for the one after it: which of them a card wants differs.

    `genuine`: whoever has the keys has checked the TAC (or the purchase module the MAC2) of the one there is. None = not asked.
    """

    at: Proof | None = None
    after: Proof | None = None
    genuine: bool | None = None

    @property
    def all(self) -> tuple[Proof, ...]:
        return tuple(proof for proof in (self.at, self.after) if proof is not None)


async def look(purse: Purse, begun: LoadBegun | PurchaseBegun) -> tuple[CardNow, Proofs]:
    """Ask the card in the right order; nothing on it changes. Raises what the session raises. A card of another serial
    is asked nothing more than that."""
    public = await purse.public()
    if public.serial != begun.serial:
        return CardNow(public.serial, await purse.balance()), Proofs()
    at = await purse.prove(begun.kind, begun.sequence)
    after = await purse.prove(begun.kind, begun.sequence + 1) if begun.sequence < 0xFFFF else None
    balance = await purse.balance()
    return CardNow(public.serial, balance, await purse.transactions()), Proofs(at, after)


def what_became_of_load(before: LoadBegun, after: CardNow, proof: Proofs) -> LoadFate:
    """Pure. UNKNOWN also for another card."""
    shown_mac = any(found.mac == before.mac2 for found in proof.all)
    return {True: LoadFate.CREDITED, False: LoadFate.NOT_CREDITED, None: LoadFate.UNKNOWN}[
        _booked(before, after, proof, shown_mac=shown_mac)
    ]


def what_became_of_purchase(before: PurchaseBegun, after: CardNow, proof: Proofs) -> PurchaseFate:
    """Pure. UNKNOWN also for another card."""
    return {True: PurchaseFate.DEBITED, False: PurchaseFate.NOT_DEBITED, None: PurchaseFate.UNKNOWN}[
        _booked(before, after, proof, shown_mac=False)
    ]


def what_a_fresh_offer_proves(before: LoadBegun, serial: str, offer: LoadOffer) -> LoadFate:
    """After `look`, a new INITIALIZE FOR LOAD whose MAC1 the centre has checked: the online number counts loads and unloads
    alone, and only the centre lets any happen. The same number: not credited, whatever else was done with the card meanwhile.
    One more: credited, if the centre has permitted nothing else on this card since (the caller knows)."""
    if serial != before.serial:
        return LoadFate.UNKNOWN
    return {before.sequence: LoadFate.NOT_CREDITED, before.sequence + 1: LoadFate.CREDITED}.get(
        offer.sequence, LoadFate.UNKNOWN
    )


def _booked(before: LoadBegun | PurchaseBegun, after: CardNow, proof: Proofs, *, shown_mac: bool) -> bool | None:
    """None = unknown. `shown_mac`: the card repeated the very MAC that was sent to it."""
    if after.serial != before.serial:
        return None
    shown = proof.all and proof.genuine is not False
    if (shown and proof.genuine) or (shown and shown_mac) or _in_log(before, after.log):
        return True
    if _number_taken(before, after.log):
        return False
    if shown and after.balance == before.balance_after:
        return True
    if after.balance == before.balance_after:
        return None  # the right balance, and no trace of how it came about
    if proof.all and proof.genuine is None and not (proof.after is None and after.balance == before.balance):
        return None
    if after.balance == before.balance and not proof.all:
        return None if _log_full_of_later(before, after.log) else False
    # Another balance; or a proof for the number before the increment with the old balance: a card that counts after the
    # increment shows its transaction before this one there. The log decides, where it would show this one.
    return False if _log_shows_an_earlier_one(before, after.log) else None


def _in_log(before: LoadBegun | PurchaseBegun, log: Sequence[LogRecord | None]) -> bool:
    return any(record is not None and _same(before, record) for record in log)


def _same(before: LoadBegun | PurchaseBegun, record: LogRecord) -> bool:
    what = (record.amount, record.kind, record.terminal, _moment(record))
    return record.sequence in (before.sequence, before.sequence + 1) and what == (
        before.amount,
        before.kind,
        before.terminal,
        before.moment,
    )


def _number_taken(before: LoadBegun | PurchaseBegun, log: Sequence[LogRecord | None]) -> bool:
    """A later transaction has this one's number: at another terminal, before this card came back. Cards that log the number
    after the increment have one more, as has the very next transaction of the others: there this one would stand below it."""
    readable = [record for record in log if record is not None]
    later = {record.sequence for record in readable if record.kind == before.kind and _moment(record) > before.moment}
    whole = len(log) < LogFile.RECORDS or any(_moment(record) < before.moment for record in readable)
    return before.sequence in later or (before.sequence + 1 in later and whole and len(readable) == len(log))


def _moment(record: LogRecord) -> bytes:
    return bytes.fromhex(f"{record.day.year:04d}{record.day:%m%d}{record.at:%H%M%S}")


def _log_shows_an_earlier_one(before: LoadBegun | PurchaseBegun, log: Sequence[LogRecord | None]) -> bool:
    """This card logs transactions of this kind, and its log reaches back to one before: this one would be in it."""
    readable = [record for record in log if record is not None]
    earlier = any(record.kind == before.kind and record.sequence < before.sequence for record in readable)
    return earlier and len(readable) == len(log)


def _log_full_of_later(before: LoadBegun | PurchaseBegun, log: Sequence[LogRecord | None]) -> bool:
    """So much was done with the card since that the old balance may be chance."""
    return len(log) >= LogFile.RECORDS and all(record is None or _moment(record) > before.moment for record in log)
