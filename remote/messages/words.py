"""Words of the domain that several messages share."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from remote.messages.base import Message


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
    AT_THE_WINDOW = "at_the_window"                # a person decides about this one: apply at the window
    NOTHING_ON_RECORD = "nothing_on_record"        # the department has no record of this kind
    TOO_MANY_COPIES = "too_many_copies"            # params: copies (a day)
    CASE_CLOSED = "case_closed"
    IDENTITY_CHECK_MISSING = "identity_check_missing"  # production terminal without face or staff check
    PAST_PRODUCTION = "past_production"            # cannot be withdrawn or changed any more
    FENCED = "fenced"                              # the counter has shut this terminal out of this case
    CLAIM_WRONG = "claim_wrong"                    # no such open obligation for this person and code: params: tries_left
    SETTLED_ALREADY = "settled_already"            # somebody else settled it first: params: place
    PRICE_CHANGED = "price_changed"                # not what was shown: params: fen
    FEE_DUE = "fee_due"                            # the card costs something and is not paid for: params: fen
    NOTHING_TO_PAY = "nothing_to_pay"              # no such bill or case, or paid by somebody else meanwhile
    METHOD_AWAY = "method_away"                    # this way of paying is not to be had now
    ALREADY_CERTIFIED = "already_certified"        # for this period: params: from (when the next one can be made)
    TOO_YOUNG_FOR_ALLOWANCE = "too_young_for_allowance"  # params: date (the birthday from which)
    NOT_REFUNDABLE = "not_refundable"              # delivered, or being delivered in this moment
    AMOUNT_NOT_ALLOWED = "amount_not_allowed"      # params: least, most (yuan)
    CARD_NOT_OURS = "card_not_ours"                # its MAC or TAC is not one of this city's cards
    OTHER_CARD = "other_card"                      # the money was paid for another card
    LOAD_PENDING = "load_pending"                  # an earlier load of this card has to be settled first
    LOADED_ALREADY = "loaded_already"              # the money is on the card
    EVIDENCE_TOO_WEAK = "evidence_too_weak"        # this way of signing in does not open it: the ID card does
    SIGN_IN_EXPIRED = "sign_in_expired"            # the code or the challenge is over: once more from the start
    CODE_NOT_GOOD = "code_not_good"                # forged, used, or tried too often: a new one helps
    CODE_WRONG = "code_wrong"                      # params: tries_left
    TOO_MANY_CODES = "too_many_codes"              # asked for too often: later
    NO_SUCH_VOUCHER = "no_such_voucher"
    VOUCHER_USED = "voucher_used"                  # params: date, number
    VOUCHER_NOT_NOW = "voucher_not_now"            # params: since, until
    CARD_LOST = "card_lost"                        # this citizen card was reported lost: params: tail
    CARD_EXPIRED = "card_expired"                  # its time is over, another one can be had: params: tail
    CARD_DEAD = "card_dead"                        # another card took this one's place: params: tail
    CARD_NOT_ACTIVE = "card_not_active"            # handed over and not switched on yet
    CARD_ACTIVE_ALREADY = "card_active_already"
    NOT_HER_CARD = "not_her_card"                  # the card in the slot is not this person's
    HAS_CITIZEN_CARD = "has_citizen_card"          # params: tail
    NO_CITIZEN_CARD = "no_citizen_card"            # nothing on record to replace, report or switch on
    CITIZEN_CARD_ORDERED = "citizen_card_ordered"  # an application is open
    CITIZEN_CARD_KEPT = "citizen_card_kept"        # lies in a terminal: params: place
    NO_CONCESSION = "no_concession"                # not of the age, or no senior card: params: date (the birthday from which)
    BLANK_NOT_OURS = "blank_not_ours"              # the chip of this blank does not take the issuer's keys


class IdentityEvidence(StrEnum):
    CARD_ALONE = "card_alone"                      # demo only; the case is marked
    FACE = "face"
    STAFF = "staff"


class PhotoSource(StrEnum):
    POPULATION = "population"
    PREVIOUS_CARD = "previous_card"
    CHIP = "chip"
    LIVE = "live"                                  # taken at the terminal just now (PutPhoto)
    NONE = "none"


class Refusal(Message):
    code: RefusalCode
    params: dict[str, str] = Field(default_factory=dict)   # dates as YYYY-MM-DD, everything already masked
    reason: str                                            # plain Chinese, for counters and logs; no personal data
