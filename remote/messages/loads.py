"""Money onto a citizen card: the card's offer goes to the centre, its permission comes back, and what became of it is proven.

INITIALIZE FOR LOAD -> `begin_load` (MAC1 is checked, MAC2 given, the load is written down) -> CREDIT FOR LOAD ->
`confirm_load` with the card's TAC. Where that was cut off: GET TRANSACTION PROVE first, and its TAC goes to `confirm_load`; if
the card has none, a new offer goes to `begin_load` with the same order (it is loaded now, or was all the time), or, where the
money shall go back, one made with the load's own challenge as terminal number goes to `prove_load`.

Only a card settles a load, at whichever terminal reads it next (`find_loads`); the centre knows by its online number, which
MAC1 proves: it counts loads, and nobody but the centre lets any happen. Bytes are hexadecimal digits, amounts fen.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from remote.messages.base import Message
from remote.messages.words import Refusal


class LoadState(StrEnum):
    """PERMITTED: the card may have been credited or not, only the card can tell. NOT_CREDITED: proven, for ever; the money is
    free again. IN_DOUBT: the card said what cannot be; two people settle it."""

    PERMITTED = "permitted"
    CREDITED = "credited"
    NOT_CREDITED = "not_credited"
    IN_DOUBT = "in_doubt"


class CardOffer(Message):
    """EF 0015 and the answer of INITIALIZE FOR LOAD."""

    issuer: str = Field(pattern="^[0-9A-F]{16}$")
    serial: str = Field(pattern="^[0-9]{20}$")
    balance: int = Field(ge=0)
    sequence: int = Field(ge=0, le=0xFFFF)                 # online number, before the increment
    key_version: int = Field(ge=0, le=0xFF)
    algorithm: int = Field(ge=0, le=0xFF)
    random: str = Field(pattern="^[0-9A-F]{8}$", repr=False)
    mac1: str = Field(pattern="^[0-9A-F]{8}$", repr=False)
    terminal_number: str = Field(pattern="^[0-9A-F]{12}$")


class BeginLoad(Message):
    """Permit the card to be credited with what was paid for. The order must be of this card and this amount."""

    order_id: str
    fen: int = Field(gt=0)
    offer: CardOffer


class LoadView(Message):
    load_id: str
    order_id: str
    order_no: str                                          # for people
    serial: str
    fen: int
    state: LoadState
    kind: int                                              # transaction type on the card
    sequence: int                                          # online number of the credit that is or was permitted
    balance: int                                           # before it
    terminal_number: str                                   # of the newest permission, as the card's log has it
    moment: str                                            # YYYYMMDDhhmmss, of the newest permission
    challenge: str                                         # 12 hex digits: the terminal number of `prove_load`'s offer
    since: datetime
    place: str                                             # where it was begun
    credited_by: str = ""                                  # the key of the begin_load that the card was credited under


class LoadBegun(Message):
    """`mac2` "" where it is refused. LOADED_ALREADY: the offer itself proves that the card has been credited; `load` says so."""

    load: LoadView | None
    mac2: str = Field(default="", repr=False)
    refusal: Refusal | None = None


class ConfirmLoad(Message):
    """The card's own word that it was credited, from CREDIT FOR LOAD or GET TRANSACTION PROVE. Safe to repeat, from anywhere."""

    load_id: str
    tac: str = Field(pattern="^[0-9A-F]{8}$", repr=False)


class ProveLoad(Message):
    """A new offer, made with `challenge` as terminal number and the load's amount: what it proves is final."""

    load_id: str
    offer: CardOffer


class LoadAnswer(Message):
    load: LoadView | None
    refusal: Refusal | None = None


class FindLoads(Message):
    """What is open on the card in the slot; or, by the order, what became of its loads."""

    serial: str = ""
    order_id: str = ""


class FoundLoads(Message):
    """`loads`: of a card, those that are open; of an order, all, oldest first. Limits of one load, and of the purse, in
    fen; zero where nothing is loaded."""

    loads: list[LoadView]
    least_fen: int
    most_fen: int
    purse_fen: int
