"""What the citizen carries home, as typed data and as lines: every outcome in words, on 80 mm paper.

`lines(slip)` is what the receipt printer is given; `print.layouts.slip_paper` draws the same lines for the screen and
for characters the printer does not know. A slip promises only what its data says is configured.
"""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from print.layouts import slip_allowance, slip_citizen_card, slip_top_up
from print.layouts.formats import day, mask_number, moment, yuan
from print.layouts.slip_allowance import Certified, HomeVisitAsked
from print.layouts.slip_base import RULE, SlipHead, SlipLine, pair, text
from print.layouts.slip_citizen_card import CardLost, CardOutcome
from print.layouts.slip_own import OwnShown, VoucherUsed, own_shown, voucher_used
from print.layouts.slip_payment import BillPaid, PaidLine, bill_paid
from print.layouts.slip_texts import say, spell
from print.layouts.slip_top_up import ToppedUp

Card = Literal["senior", "citizen"]


@dataclass(frozen=True)
class ClaimCode:
    """Settles what is open, together with the ID card. `words` as issued; empty: the characters are spelled out."""

    characters: str
    words: tuple[str, ...] = ()
    qr: str = ""


@dataclass(frozen=True)
class CardHandedOver:
    """The card was taken. `registered` False: the centre has not answered yet (X15)."""

    head: SlipHead
    card_number: str
    registered: bool
    valid_to: date | None = None
    power_cut: bool = False
    card: Card = "senior"
    money_moves_on: date | None = None
    """From this day on the old citizen card's balance can be had on the new one."""
    first_pin: str = ""
    """The one every new citizen card has, to be changed by its owner."""


@dataclass(frozen=True)
class CardKept:
    """The card is in the machine, for its owner (X16, X17)."""

    head: SlipHead
    claim: ClaimCode
    where: str
    collect_until: date | None = None
    power_cut: bool = False
    card: Card = "senior"


__all__ = [
    "BillPaid", "CardHandedOver", "CardKept", "CardLost", "CardOutcome", "Certified", "ClaimCode", "HomeVisitAsked",
    "MailOrdered", "NotMade", "OutcomeUnknown",
    "PaidLine", "Refused", "Slip", "SlipHead", "SlipLine", "ToppedUp", "lines",
]

Choice = Literal["counter", "terminal", "mail", "refund"]


@dataclass(frozen=True)
class NotMade:
    """Production failed (X14). `spoiled`: a card was begun and the machine took it back. `choices` are those
    configured here, in the order to be offered."""

    head: SlipHead
    claim: ClaimCode
    where: str
    spoiled: bool
    choices: tuple[Choice, ...] = ("counter",)
    paid_fen: int = 0
    power_cut: bool = False
    card: Card = "senior"


@dataclass(frozen=True)
class MailOrdered:
    """The card comes by mail. `address` as it may be shown: masked by whoever knows it."""

    head: SlipHead
    promised_hours: int
    address: str = ""
    tracking: str = ""
    free: bool = True


@dataclass(frozen=True)
class OutcomeUnknown:
    """Nobody knows yet (X9, X11, hand-over unknown); it is being found out."""

    head: SlipHead
    claim: ClaimCode
    where: str
    matter: Literal["application", "payment", "handover", "document", "top_up"] = "application"
    amount_fen: int = 0
    card: Card = "senior"


@dataclass(frozen=True)
class Refused:
    """A no that helps: the reason as a sentence, the day from which it will be a yes, the place to go."""

    head: SlipHead
    reason: str
    possible_from: date | None = None
    where: str = ""


Slip = (
    CardHandedOver | CardKept | NotMade | MailOrdered
    | OutcomeUnknown | BillPaid | Refused | Certified | HomeVisitAsked | ToppedUp | CardOutcome | CardLost
    | OwnShown | VoucherUsed
)


def lines(slip: Slip) -> list[SlipLine]:
    """The whole slip, from hall to hotline."""
    head = slip.head
    match slip:
        case CardHandedOver():
            title, body = _handed_over(slip)
        case CardKept():
            title, body = _kept(slip)
        case NotMade():
            title, body = _not_made(slip)
        case MailOrdered():
            title, body = _mail(slip)
        case OutcomeUnknown():
            title, body = _unknown(slip)
        case Refused():
            title, body = _refused(slip)
        case Certified():
            title, body = slip_allowance.certified(slip)
        case HomeVisitAsked():
            title, body = slip_allowance.home_visit(slip)
        case OwnShown():
            title, body = own_shown(slip)
        case VoucherUsed():
            title, body = voucher_used(slip)
        case ToppedUp():
            title, body = slip_top_up.topped_up(slip)
        case BillPaid():
            title, body = bill_paid(slip)
        case CardOutcome():
            title, body = slip_citizen_card.outcome(slip)
        case CardLost():
            title, body = slip_citizen_card.lost(slip)
    top = [SlipLine("small", f"{head.hall} {head.terminal}"), SlipLine("small", moment(head.at, head.language)),
           SlipLine("title", title)]  # fmt: skip
    if head.copy:
        top.append(SlipLine("small", say("copy", head.language)))
    who = [*_person(head), RULE] if head.name or head.card_tail else []
    return [*top, RULE, *who, *body, RULE, *_bottom(head)]


def _person(head: SlipHead) -> list[SlipLine]:
    if head.card_tail:
        return [pair(head, "citizen_card", f"****{head.card_tail}")]
    named = [pair(head, "name", head.name), pair(head, "id_number", mask_number(head.id_number))]
    if head.companion:
        named.append(pair(head, "companion", head.companion))
    return named


def _bottom(head: SlipHead) -> list[SlipLine]:
    return [text(head, "keep_slip"), SlipLine("text", say("hotline", head.language, number=head.hotline))]


def _handed_over(slip: CardHandedOver) -> tuple[str, list[SlipLine]]:
    head, language = slip.head, slip.head.language
    body = [text(head, _own(slip.card, "done"), power_cut=slip.power_cut), text(head, _own(slip.card, "full_name")),
            pair(head, _own(slip.card, "card_number"), slip.card_number)]  # fmt: skip
    if slip.valid_to:
        body.append(pair(head, "valid_to", day(slip.valid_to, language)))
    if slip.first_pin:
        body += [pair(head, "first_pin", slip.first_pin), text(head, "first_pin_how")]
    if slip.money_moves_on is not None:
        body += [text(head, "money_moves"), SlipLine("big", day(slip.money_moves_on, language))]
    if slip.registered:
        return say(_own(slip.card, "done_title"), language), [*body, pair(head, "status", say("registered", language))]
    waiting = [pair(head, "status", say("registering", language)), text(head, "registering_how")]
    return say("registering_title", language), [*body, *waiting]


def _kept(slip: CardKept) -> tuple[str, list[SlipLine]]:
    head = slip.head
    kept = text(head, _own(slip.card, "kept"), power_cut=slip.power_cut)
    body = [kept, text(head, "kept_how"), pair(head, "where", slip.where)]
    if slip.collect_until:
        body.append(SlipLine("text", say("kept_until", head.language, day=day(slip.collect_until, head.language))))
    return say(_own(slip.card, "kept_title"), head.language), [*body, text(head, "kept_inactive"), *_claim(head, slip.claim)]


def _not_made(slip: NotMade) -> tuple[str, list[SlipLine]]:
    head, language = slip.head, slip.head.language
    body = [text(head, _own(slip.card, "not_made") if slip.spoiled else "not_finished", power_cut=slip.power_cut)]
    if slip.paid_fen:
        body.append(SlipLine("text", say("paid", language, amount=yuan(slip.paid_fen))))
    steps = [
        SlipLine("text", f"{number}. " + say(f"next_{choice}", language, where=slip.where))
        for number, choice in enumerate(slip.choices, 1)
    ]
    return say("not_made_title", language), [*body, *_claim(head, slip.claim), RULE, text(head, "next"), *steps]


def _mail(slip: MailOrdered) -> tuple[str, list[SlipLine]]:
    head, language = slip.head, slip.head.language
    body = [SlipLine("text", say("mail", language, hours=slip.promised_hours))]
    if slip.free:
        body.append(text(head, "mail_free"))
    latest = slip.head.at + timedelta(hours=slip.promised_hours)
    body.append(pair(head, "mail_latest", moment(latest, language)))
    if slip.address:
        body.append(pair(head, "mail_to", slip.address))
    if slip.tracking:
        body.append(pair(head, "mail_tracking", slip.tracking))
    body.append(SlipLine("text", say("mail_late", language, number=head.hotline)))
    return say("mail_title", language), body


def _unknown(slip: OutcomeUnknown) -> tuple[str, list[SlipLine]]:
    head = slip.head
    body = [text(head, _own(slip.card, f"unknown_{slip.matter}"))]
    if slip.amount_fen:
        amount = yuan(slip.amount_fen) + ("元" if head.language == "zh_CN" else " yuan")
        body.append(pair(head, "unknown_amount", amount))
    body.append(SlipLine("text", say("unknown_how", head.language, where=slip.where)))
    return say("unknown_title", head.language), [*body, *_claim(head, slip.claim)]


def _refused(slip: Refused) -> tuple[str, list[SlipLine]]:
    head, language = slip.head, slip.head.language
    body = [SlipLine("text", slip.reason)]
    if slip.possible_from:
        body += [SlipLine("big", day(slip.possible_from, language)), text(head, "refused_from")]
    if slip.where:
        body.append(SlipLine("text", say("refused_where", language, where=slip.where)))
    return say("refused_title", language), body


OWN = frozenset({"full_name", "card_number", "done", "done_title", "kept_title", "kept", "not_made", "unknown_handover"})


def _own(card: Card, key: str) -> str:
    """The text for this card: a citizen card has its own where the senior card's speaks of 证."""
    return f"citizen_{key}" if card == "citizen" and key in OWN else key


def _claim(head: SlipHead, claim: ClaimCode) -> list[SlipLine]:
    language = head.language
    words = " ".join(claim.words) or spell(claim.characters, language)
    return [
        RULE,
        text(head, "code"),
        SlipLine("big", claim.characters),
        SlipLine("text", say("code_words", language, words=words)),
        SlipLine("qr", claim.qr or claim.characters),
        text(head, "code_how"),
    ]
