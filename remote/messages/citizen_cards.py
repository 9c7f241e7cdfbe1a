"""The citizen card's life (J20): what she has, ordering, making, handing over, switching on, loss, scripts for a card in a slot.

An application is a case like that of the senior card (`apply_citizen_card` -> CaseAnswer; `withdraw_case` undoes it), its fee an
order with Purpose.CARD and the case's id. Making one: `reserve_citizen_card` -> `personalise_citizen_card`, step after step ->
`register_citizen_card`; undo is `release_citizen_card`. What is written onto a card in the slot (`begin_card_script`) comes from
the centre as whole command APDUs under the issuer's keys; no key ever leaves. Bytes are hexadecimal digits, amounts fen.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from remote.messages.base import Message
from remote.messages.identity import Evidence
from remote.messages.persons import LiveCard
from remote.messages.words import CaseState, PhotoSource, Refusal, Service

HEX = "^([0-9A-F]{2})*$"


class CitizenCardState(StrEnum):
    """"None at all" is no card and no case; "ordered" is a case and no card yet.

    INACTIVE: made and handed over, not switched on. LOST: reported by its owner, nothing can be done with it ever again. EXPIRED:
    past its date. VOID: a number that never became a card."""

    RESERVED = "reserved"                                  # being made at this moment
    KEPT = "kept"                                          # made, lies in a terminal for its owner
    IN_DOUBT = "in_doubt"                                  # nobody knows where it is; the counter settles it
    INACTIVE = "inactive"
    ACTIVE = "active"
    LOST = "lost"
    REPLACED = "replaced"
    EXPIRED = "expired"
    VOID = "void"


class LossOwner(StrEnum):
    """Who stops what, each for itself (J20)."""

    PURSE = "purse"                                        # the city's card company: purse, transit, identity
    INSURANCE = "insurance"                                # the medical insurance office


class LossConfirmed(Message):
    """`confirmed_at` None: reported, and its owner has not answered yet. Never shown as done before."""

    owner: LossOwner
    reported_at: datetime
    confirmed_at: datetime | None = None


class CitizenCardView(Message):
    number: str                                            # printed on it, 16 digits
    tail: str
    serial: str = Field(pattern="^[0-9]{20}$")             # EF 0015
    state: CitizenCardState
    issued_on: date
    valid_to: date
    concession: bool = False                               # the senior concession is set on the chip
    insurance: bool = False                                # the medical insurance account is linked to it
    losses: list[LossConfirmed] = Field(default_factory=list)
    place: str = ""                                        # where a kept one lies


class CitizenCase(Message):
    """What is ordered and not in her hand yet."""

    case_id: str
    case_no: str
    service: Service
    state: CaseState
    submitted_on: date
    fee_fen: int
    can_produce_here: bool                                 # approved and nobody is making it
    can_withdraw: bool
    place: str = ""
    claim_code: str


class CitizenOffer(Message):
    """NEW, LOST, DAMAGED, RENEW: what can be applied for now, and what it costs; or why not."""

    service: Service
    refusal: Refusal | None = None
    fee_fen: int = 0
    old_card: LiveCard | None = None                       # the card that dies when the new one is registered


class MoveState(StrEnum):
    """WAITING: the settlement day has not come. READY: an order is paid for, the next terminal that has the new card in its slot
    loads it (`begin_load` with `order_id`). DONE: on the new card. NOTHING: nothing was left on the old one."""

    WAITING = "waiting"
    READY = "ready"
    DONE = "done"
    NOTHING = "nothing"


class BalanceMove(Message):
    """What was on a dead card's purse, on its way to the card that took its place."""

    old_tail: str
    new_serial: str
    state: MoveState
    due: date                                              # from this day on; the slip says it
    fen: int = 0                                           # known from READY on
    order_id: str = ""
    order_no: str = ""


class FindCitizenCards(Message):
    """By person; or, where nobody has said who she is, by the serial of the card in the slot: then that card alone."""

    person_ref: str = ""
    serial: str = ""


class FoundCitizenCards(Message):
    """`cards` newest first, without void ones. `offers` and `case` only for a person. A serial that is not on record: no card."""

    cards: list[CitizenCardView] = Field(default_factory=list)
    case: CitizenCase | None = None
    offers: list[CitizenOffer] = Field(default_factory=list)
    moves: list[BalanceMove] = Field(default_factory=list)
    concession: Refusal | None = None                      # why the senior concession cannot be set; None: it can (a person's)


class ApplyCitizenCard(Evidence):
    """The application, decided at once. Answered with a CaseAnswer."""

    person_ref: str
    service: Service
    photo: PhotoSource
    photo_ref: str | None = None
    loss_stated: bool = False
    claim_code: str


class ReserveCitizenCard(Message):
    """Takes a card number for the person of this case: one open reservation and one live card each. A fee must be paid."""

    case_id: str


class CitizenReservation(Message):
    """What stands on the card and in its chip."""

    number: str
    name: str
    sex: str
    birth: date
    id_masked: str
    id_number: str = Field(repr=False)                     # for comparing EF 0016 only; never shown
    issued_on: date
    valid_to: date
    issuer: str                                            # "亳州市市民卡有限公司"
    photo_png: str | None
    chip_issuer: str = Field(pattern="^[0-9A-F]{16}$")
    chip_serial: str = Field(pattern="^[0-9]{20}$")
    in_use: int = 1                                        # EF 0015 byte 8: 1 switched on, 0 not yet
    first_pin: str = ""                                    # the same for every new card; she changes it
    old_tail: str = ""                                     # the card that dies with it
    money_moves_on: date | None = None                     # what is left on that one comes from this day on


class CitizenReserveAnswer(Message):
    reservation: CitizenReservation | None
    refusal: Refusal | None = None


class CardCommand(Message):
    """One whole command for the chip. `expected`: the good status words, 4 hex digits each."""

    purpose: str                                           # "write the load key", for logs
    apdu: str = Field(pattern=HEX, repr=False)
    expected: list[str] = Field(default_factory=lambda: ["9000"])


class PersonaliseCitizenCard(Message):
    """The next piece of the script for the blank at the chip station. `position` 0 and no answers begins it; then `position` as
    it came back, with the response data (without status words) to each command of the piece before. Keeps nothing: may be asked
    again, and a blank that was lost half way is spoiled."""

    reserve_key: str
    chip: str = Field(default="", pattern="^([0-9A-F]{20})?$")     # the chip's own identity from its CPLC; "" does not tell
    position: int = Field(default=0, ge=0)
    answers: list[str] = Field(default_factory=list, repr=False)


class CardCommands(Message):
    """`done`: nothing is left to send, and the chip has proven that it has this card's keys."""

    commands: list[CardCommand] = Field(default_factory=list)
    position: int = 0
    done: bool = False
    refusal: Refusal | None = None


class CardScript(StrEnum):
    """What can be written onto a citizen card in the slot."""

    ACTIVATE = "activate"                                  # "in use" flag of EF 0015; ACTIVE at the centre when confirmed
    UNBLOCK_PIN = "unblock_pin"                            # needs `new_pin`
    SET_CONCESSION = "set_concession"                      # card kind of EF 0017, for people of the age


class BeginCardScript(Evidence):
    """Permits one script for her own card. `challenge`: GET CHALLENGE's 4 bytes, asked for just now; every later command to the
    chip before the script's uses it up. `new_pin`: as VERIFY presents it (2..6 bytes)."""

    person_ref: str
    serial: str = Field(pattern="^[0-9]{20}$")
    script: CardScript
    challenge: str = Field(pattern="^[0-9A-F]{8}$", repr=False)
    new_pin: str = Field(default="", pattern="^([0-9A-F]{2}){0,6}$", repr=False)


class CardScriptBegun(Message):
    commands: list[CardCommand] = Field(default_factory=list)
    refusal: Refusal | None = None


class ConfirmCardScript(Message):
    """What became of it, by the key it was begun with: the card has it (its own 9000, or read back from it afterwards), or has
    not. Safe to repeat; done is final."""

    script_key: str
    done: bool


class CitizenCardAnswer(Message):
    card: CitizenCardView | None
    refusal: Refusal | None = None


class ReportCitizenLoss(Evidence):
    """Effective at once for the purse, for good: a card that was reported lost never works again, also when it is found. The
    medical insurance office confirms for itself (`FindCitizenCards` shows when)."""

    person_ref: str
    number: str
    claim_code: str = ""
