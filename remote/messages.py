"""What the terminal and the central platform say to each other. One file, read by both ends.

Every operation is one POST with a JSON body. Those that change something carry an `Idempotency-Key` header: the same
key with the same body gets the first answer again, the same key with another body is refused (`KeyReused`).
A key is `<plan>:<act>:<attempt>`; plan ids are 128 random bits in hex.
"""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# -- words of the domain -------------------------------------------------------------------------------------------

class Service(StrEnum):
    """What is asked for. facts/domain.md 3.3."""

    NEW = "new"
    LOST = "lost"
    RENEW = "renew"
    DAMAGED = "damaged"


class Delivery(StrEnum):
    INSTANT = "instant"
    MAIL = "mail"


class CaseState(StrEnum):
    """APPROVED = decided, nothing produced: open to every terminal. PRODUCING = one terminal holds the reservation.
    KEPT = produced, card held inside a terminal for its owner. IN_DOUBT = nobody knows, settled at the counter by two."""

    APPROVED = "approved"
    PRODUCING = "producing"
    KEPT = "kept"
    IN_DOUBT = "in_doubt"
    MAIL_ORDERED = "mail_ordered"
    MAILED = "mailed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class RefusalCode(StrEnum):
    """Why not. The terminal's catalogue holds the sentence; `params` of the refusal fill it."""

    NOT_MATCHED = "not_matched"                    # number, name or validity do not agree with the database -> window
    ID_EXPIRED = "id_expired"                      # params: date
    TOO_YOUNG = "too_young"                        # params: date (the birthday from which it can be done), months
    WRONG_HOUSEHOLD = "wrong_household"            # params: place
    NEEDS_STAFF = "needs_staff"                    # deceased, moved away, fraud hold: never says which
    ALREADY_HAS_CARD = "already_has_card"          # params: tail
    NO_LIVE_CARD = "no_live_card"                  # lost/renew/damaged without a card on record -> new
    TOO_EARLY = "too_early"                        # params: valid_to, from
    OPEN_CASE = "open_case"                        # params: days, delivery
    TOO_MANY_LOSSES = "too_many_losses"            # -> window
    NO_PHOTO = "no_photo"                          # -> window or mail after a photo at the window
    BEING_SERVED = "being_served"                  # an open reservation elsewhere in this moment
    CARD_KEPT = "card_kept"                        # her card lies in a terminal: params: place
    CASE_CLOSED = "case_closed"
    IDENTITY_CHECK_MISSING = "identity_check_missing"  # production terminal without face or staff check
    PAST_PRODUCTION = "past_production"            # cannot be withdrawn or changed any more
    FENCED = "fenced"                              # the counter has shut this terminal out of this case
    CLAIM_WRONG = "claim_wrong"                    # no such open obligation for this person and code: params: tries_left
    SETTLED_ALREADY = "settled_already"            # somebody else settled it first: params: place


class IdentityEvidence(StrEnum):
    CARD_ALONE = "card_alone"                      # demo only; the case is marked
    FACE = "face"
    STAFF = "staff"


class PhotoSource(StrEnum):
    POPULATION = "population"
    PREVIOUS_CARD = "previous_card"
    CHIP = "chip"
    NONE = "none"


class Refusal(Message):
    code: RefusalCode
    params: dict[str, str] = Field(default_factory=dict)   # dates as YYYY-MM-DD, everything already masked
    reason: str                                            # plain Chinese, for counters and logs; no personal data


# -- looking someone up --------------------------------------------------------------------------------------------

class CheckPerson(Message):
    """Sent when the ID card was read. The centre compares, decides, and says what can be done now."""

    id_number: str
    name: str
    birth: date
    id_valid_to: date | None                               # None = 长期
    chip_photo_usable: bool = False                        # the terminal could decode the chip's photo


class AgeClass(Message):
    code: str
    label: str                                             # "70周岁及以上"
    colour: str                                            # "green" | "red"


class LiveCard(Message):
    tail: str                                              # last four characters of the number
    issued_on: date
    valid_to: date | None


class KnownAddress(Message):
    address_id: str
    masked: str                                            # "亳州市谯城区薛阁街道****"


class OpenCase(Message):
    case_id: str
    service: Service
    delivery: Delivery
    state: CaseState
    submitted_on: date
    can_withdraw: bool
    can_convert: bool                                      # mail that is not produced yet -> instant
    can_produce_here: bool                                 # approved, instant, nobody holds it: the claim is settled here
    place: str | None = None                               # where a kept card lies
    claim_code: str                                        # of the application; shown again where the case goes on


class Offer(Message):
    service: Service
    refusal: Refusal | None                                # None = can be done now
    deliveries: list[Delivery] = Field(default_factory=list)
    highlighted: bool = False                              # offered first (renewal due, class changed, first card)
    reason: str | None = None                              # renew: "expiry" | "expired" | "class"


class OwedView(Message):
    """An obligation the ID card alone finds, at any terminal."""

    obligation_id: str
    kind: str
    since: datetime
    place: str
    claim_tail: str


class PersonAnswer(Message):
    person_ref: str                                        # opaque, for later calls; not the ID number
    age: int
    age_class: AgeClass | None
    photo_png: str | None                                  # base64, 300x420 px portrait
    photo_source: PhotoSource
    region: str                                            # "亳州市谯城区"
    addresses: list[KnownAddress]
    phone_masked: str | None
    live_card: LiveCard | None
    open_case: OpenCase | None
    owed: list[OwedView]
    offers: list[Offer]
    refusal: Refusal | None                                # stands for every service (expired ID, needs staff, not matched)
    identity_needed: list[IdentityEvidence]                # any one of these will do; never empty
    rules_version: str
    valid_to_if_issued: date | None = None                 # what a card made today would bear; None = for life


# -- application ---------------------------------------------------------------------------------------------------

class Address(Message):
    """Where to mail. Either a known one by id, or picked region codes and the house number by digits."""

    address_id: str | None = None
    county: str | None = None                              # 6 digits
    township: str | None = None                            # 9 digits
    village: str | None = None                             # 12 digits
    house: str | None = None                               # digits only


class SubmitCase(Message):
    person_ref: str
    service: Service
    delivery: Delivery
    photo: PhotoSource
    identity: IdentityEvidence
    loss_stated: bool = False
    address: Address | None = None
    claim_code: str                                        # 8 Crockford base32 characters, made from the plan id


class CaseView(Message):
    case_id: str
    case_no: str                                           # for people: printed on slips
    state: CaseState
    fee_fen: int
    mail_hours: int | None = None
    mail_order: str | None = None


class CaseAnswer(Message):
    case: CaseView | None
    refusal: Refusal | None


class WithdrawCase(Message):
    case_id: str


class ConvertCase(Message):
    """Mail -> instant, in one transaction, only while nothing was produced."""

    case_id: str
    claim_code: str


class MailCase(Message):
    """Instant -> mail, in one transaction, only while nothing was produced: the way out when no machine can make it now."""

    person_ref: str
    case_id: str
    address: Address


class ReportLoss(Message):
    """A loss report of its own: effective at once, the live card is dead from now on."""

    person_ref: str


class LossAnswer(Message):
    reported: bool
    refusal: Refusal | None


# -- production ----------------------------------------------------------------------------------------------------

class Reserve(Message):
    """Takes a card number for the person of this case: one open reservation and one live card each."""

    case_id: str


class Reservation(Message):
    number: str
    name: str
    sex: str                                               # "男" / "女"
    birth: date
    id_masked: str
    id_number: str                                         # for EF 0016 only; never shown
    age_class: AgeClass
    issued_on: date
    valid_to: date | None
    issuer: str
    photo_png: str | None
    chip_issuer: str                                       # 16 hex digits, EF 0015 issuer identifier
    chip_serial: str                                       # 20 digits, EF 0015 application serial


class ReserveAnswer(Message):
    reservation: Reservation | None
    refusal: Refusal | None


class OfReservation(Message):
    """Names a reservation by the key it was made with, so that it can be named even if its answer was lost."""

    reserve_key: str


class Release(OfReservation):
    """Undo of Reserve. Safe to repeat, safe when the reserve never arrived: then it bars the key for ever."""

    blanks_spoiled: int = 0


class CardEnd(StrEnum):
    TAKEN = "taken"                                        # left the slot in somebody's hand
    KEPT = "kept"                                          # captured, held for its owner, inactive
    IN_DOUBT = "in_doubt"                                  # nobody knows; number frozen


class Register(OfReservation):
    """Tells the end of the handing over. TAKEN makes the number the live card and the old one dead, in one transaction;
    it cannot be refused for a reserved number unless the counter fenced the terminal (then it becomes an incident)."""

    end: CardEnd
    place: str = ""
    blank_serial: str = ""
    reason: str = ""                                       # IN_DOUBT: what is contradictory, in words


class Registered(Message):
    number: str
    state: CaseState
    old_tail: str | None
    incident: str | None = None                            # set when the terminal was fenced


class Bar(Message):
    """Ask what became of a key, and forbid it if nothing did: after `happened` False the key can never take effect."""

    key: str


class Barred(Message):
    happened: bool
    operation: str | None = None
    answer: dict[str, Any] | None = None


class Done(Message):
    done: bool = True


# -- news from the terminal ----------------------------------------------------------------------------------------

class EventKind(StrEnum):
    OBLIGATION_OPENED = "obligation_opened"
    OBLIGATION_SETTLED = "obligation_settled"
    INCIDENT = "incident"
    HELP_CALL = "help_call"
    STOCK = "stock"                                        # blanks loaded, spoiled, kept, issued, in doubt
    DOOR = "door"
    HEALTH = "health"


class Event(Message):
    event_id: str                                          # 128 random bits: stored once however often it is sent
    kind: EventKind
    at: datetime
    body: dict[str, Any]


class News(BaseModel):
    """Bodies of events. Further fields are kept as they are; a body that lacks one is stored all the same, never refused."""

    model_config = ConfigDict(frozen=True, extra="allow")


class ObligationNews(News):
    """OBLIGATION_OPENED; OBLIGATION_SETTLED needs the id alone."""

    obligation_id: str
    kind: str = ""                                         # "card" (settles itself once the case has a live card), "refund"
    person_ref: str = ""                                   # without it the ID card cannot find the obligation
    case_id: str = ""
    place: str = ""
    claim_code: str = ""
    amount_fen: int = 0
    words: str = ""                                        # for the counter, in Chinese, no personal data


class StockNews(News):
    kind: str                                              # loaded issued kept spoiled in_doubt removed
    count: int


class HelpNews(News):
    place: str = ""
    words: str = ""
    answered: bool = False                                 # True: the citizen took the call back


class IncidentNews(News):
    kind: str = ""
    words: str = ""
    number: str | None = None


class Report(Message):
    events: list[Event]


class Reported(Message):
    stored: list[str]
    settled_elsewhere: list[str] = Field(default_factory=list)
    """Obligations this terminal opened and others settled; repeated until it reports OBLIGATION_SETTLED for them."""


class SettleObligation(Message):
    """Settle what is owed, here and now, for the person whose ID card lies on the reader. The first one to ask gets it.

    The claim code is not needed (the ID card finds the obligation); if one was typed it has to be right.
    Ask before handing anything over; an answer that was lost is asked again with the same key.
    """

    obligation_id: str
    person_ref: str
    identity: IdentityEvidence
    claim_code: str | None = None
    how: str = ""                                          # in words, for the books


class ObligationAnswer(Message):
    settled: bool
    amount_fen: int = 0
    refusal: Refusal | None = None


class AskClock(Message):
    pass


class Clock(Message):
    now: datetime                                          # aware, Asia/Shanghai
    rules_version: str


class Problem(Message):
    """Body of every answer that is not 200."""

    error: str                                             # "unknown_terminal" | "key_reused" | "malformed" | "busy" | ...
    detail: str = ""


@dataclass(frozen=True)
class Operation:
    name: str
    path: str
    asks: type[Message]
    answers: type[Message]
    changes: bool                                          # carries an Idempotency-Key


OPERATIONS: tuple[Operation, ...] = (
    Operation("clock", "/v1/clock", AskClock, Clock, changes=False),
    Operation("check_person", "/v1/persons/check", CheckPerson, PersonAnswer, changes=False),
    Operation("submit_case", "/v1/cases/submit", SubmitCase, CaseAnswer, changes=True),
    Operation("withdraw_case", "/v1/cases/withdraw", WithdrawCase, CaseAnswer, changes=True),
    Operation("convert_case", "/v1/cases/convert", ConvertCase, CaseAnswer, changes=True),
    Operation("mail_case", "/v1/cases/mail", MailCase, CaseAnswer, changes=True),
    Operation("report_loss", "/v1/losses/report", ReportLoss, LossAnswer, changes=True),
    Operation("reserve", "/v1/reservations/reserve", Reserve, ReserveAnswer, changes=True),
    Operation("release", "/v1/reservations/release", Release, Done, changes=True),
    Operation("register", "/v1/reservations/register", Register, Registered, changes=True),
    Operation("bar", "/v1/keys/bar", Bar, Barred, changes=True),
    Operation("settle_obligation", "/v1/obligations/settle", SettleObligation, ObligationAnswer, changes=True),
    Operation("report", "/v1/events/report", Report, Reported, changes=True),
)
BY_NAME = {operation.name: operation for operation in OPERATIONS}
