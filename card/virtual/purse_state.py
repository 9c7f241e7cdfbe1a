"""The purse in the card's memory: balance and counters, the log, the proof of the last transaction of each kind."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from card.apdu import SW
from card.crypto import MAC_SIZE, Kind
from card.fields import MalformedField, decode_digits
from card.log_file import LogFile
from card.virtual.keys import StoredKey
from card.virtual.state import Inside, Refused
from card.virtual.tree import LOG_FILE

ED, EP = 0x01, 0x02
COUNTER_MAX = 0xFFFF
STATE_SIZE = 8


@dataclass(frozen=True)
class PurseState:
    """`balance` in fen; both counters are those of the next transaction."""

    cell: str
    balance: int
    online: int
    offline: int

    @classmethod
    def of(cls, inside: Inside, purse: int) -> PurseState:
        cell = purse_cell(inside.directory.holder_of_keys, purse)
        content = inside.eeprom.get(cell, bytes(STATE_SIZE))
        numbers = (int.from_bytes(content[a:b], "big") for a, b in ((0, 4), (4, 6), (6, 8)))
        return cls(cell, *numbers)

    def after_load(self, amount: int) -> PurseState:
        return replace(self, balance=self.balance + amount, online=self.online + 1)

    def after_purchase(self, amount: int) -> PurseState:
        return replace(self, balance=self.balance - amount, offline=self.offline + 1)

    def after_unload(self, amount: int) -> PurseState:
        return replace(self, balance=self.balance - amount, online=self.online + 1)

    def writes(self) -> dict[str, bytes]:
        numbers = ((self.balance, 4), (self.online, 2), (self.offline, 2))
        return {self.cell: b"".join(number.to_bytes(size, "big") for number, size in numbers)}


@dataclass
class Pending:
    """What INITIALIZE has begun. `cache`: files that a composite purchase will write with its debit."""

    step: str
    kind: int
    purse: int
    amount: int
    terminal: bytes
    random: bytes = field(repr=False)
    key: StoredKey
    tac_key: StoredKey
    cache: dict[str, bytes] = field(default_factory=dict)


def purse_cell(owner: int, purse: int) -> str:
    return f"purse/{owner:04x}/{purse:02x}"


def proof_cell(inside: Inside, kind: int) -> str:
    return f"proof/{inside.directory.holder_of_keys:04x}/{kind:02x}"


def forgotten_proof(inside: Inside, kind: int) -> dict[str, bytes]:
    """A new INITIALIZE takes the place of the last transaction of its kind: who has not asked by now never learns."""
    cell = proof_cell(inside, kind)
    return {cell: b""} if inside.eeprom.get(cell, b"") else {}


def proof(inside: Inside, kind: int, sequence: int, mac: bytes, tac: bytes) -> dict[str, bytes]:
    counted = sequence + inside.profile.prove_counts_after
    return {proof_cell(inside, kind): counted.to_bytes(2, "big") + mac + tac}


def kept_proof(inside: Inside, kind: int, asked: bytes) -> bytes:
    """MAC4 TAC4. Refuses with 9406."""
    kept = inside.eeprom.get(proof_cell(inside, kind), b"")
    if len(kept) != 2 + 2 * MAC_SIZE or kept[:2] != asked:
        raise Refused(SW.PROVE_NOT_AVAILABLE)
    return kept[2:]


def logged(inside: Inside, sequence: int, amount: int, kind: int, terminal: bytes, moment: bytes) -> dict[str, bytes]:
    """EF 0018 with this transaction as record 1, the oldest gone."""
    record = b"".join((sequence.to_bytes(2, "big"), bytes(3), amount.to_bytes(4, "big"), bytes((kind,)), terminal, moment))
    content = inside.eeprom.get(LOG_FILE.cell, LOG_FILE.erased)
    return {LOG_FILE.cell: (record + content)[: LogFile.SIZE * LogFile.RECORDS]}


def check_moment(moment: bytes) -> None:
    try:
        decode_digits(moment)
    except MalformedField:
        raise Refused(SW.WRONG_DATA) from None


def kind_of(step: str, purse: int) -> int:
    """The transaction type of a step on ED (01) or EP (02)."""
    kinds: Mapping[str, tuple[int, int]] = {
        "load": (Kind.LOAD_ED, Kind.LOAD_EP),
        "purchase": (Kind.PURCHASE_ED, Kind.PURCHASE_EP),
        "composite": (Kind.COMPOSITE, Kind.COMPOSITE),
        "unload": (Kind.UNLOAD, Kind.UNLOAD),
    }
    return int(kinds[step][purse - ED])
