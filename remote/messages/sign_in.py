"""Signing in otherwise than with the ID card (facts/journeys.md J2, X2), and proving besides who stands there.

What a way of signing in opens, the centre decides (remote/central/sign_in/levels.yaml). `sign_in` of the answer is carried
wherever a request names a `person_ref`; it holds at this terminal alone, and for minutes.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from remote.messages.base import Message
from remote.messages.identity import Evidence
from remote.messages.persons import PersonAnswer
from remote.messages.words import Refusal

BYTES_8 = r"^[0-9A-F]{16}$"


class SignInWay(StrEnum):
    ID_CARD = "id_card"                                    # check_person; here only to be made stronger
    CITIZEN_CARD = "citizen_card"
    IDENTITY_CODE = "identity_code"                        # of the city's app, shown on a telephone
    SMS_CODE = "sms_code"                                  # ID number, and a code sent to the telephone on record


class AskWays(Message):
    """Which other ways may lead to this item, before anybody is sent along one in vain."""

    item: str = Field(max_length=40)


class WaysOpen(Message):
    ways: list[SignInWay]


class AskChallenge(Message):
    """8 random bytes for INTERNAL AUTHENTICATE; used once, within a minute, at this terminal."""


class Challenge(Message):
    challenge_id: str
    challenge: str = Field(pattern=BYTES_8)


class SignInByCard(Message):
    """What the card says of itself (EF 0015, EF 0016) and its cryptogram. `pin`: the card has verified her PIN in the same
    session, as this terminal says."""

    issuer: str = Field(pattern=BYTES_8)
    serial: str = Field(pattern=r"^[0-9]{20}$")
    id_number: str = Field(max_length=32)
    challenge_id: str = Field(max_length=32)
    cryptogram: str = Field(pattern=BYTES_8)
    pin: bool = False


class SignInByCode(Message):
    """The app's identity code as it was scanned; `ends` is Unix seconds."""

    token: str = Field(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$")
    ends: int = Field(ge=0)


class AskSmsCode(Message):
    id_number: str = Field(pattern=r"^[0-9]{17}[0-9X]$")


class SmsAsked(Message):
    """The same whether there is such a person or not, and whether she has a telephone."""

    ask_id: str | None
    again_after_s: int = 0
    lives_s: int = 0
    refusal: Refusal | None = None                         # too_many_codes


class SignInBySms(Message):
    ask_id: str = Field(max_length=32)
    code: str = Field(pattern=r"^[0-9]{6}$")


class Strengthen(Evidence):
    """She has shown besides who she is: a stronger sign-in in place of this one. `person_ref`: of check_person or a sign-in."""

    person_ref: str = Field(max_length=40)


class SignedIn(Message):
    """`opens`: operations it may be used for. Says nothing of the person: answers under a key are kept for ever."""

    sign_in: str | None
    way: SignInWay | None = None
    strong: bool = False                                   # nothing further needs to be proven
    opens: list[str] = Field(default_factory=list)
    refusal: Refusal | None = None


class AskSignedIn(Message):
    sign_in: str = Field(max_length=40)


class WhoSignedIn(Message):
    """`name` and `id_masked` as they may be shown and printed; `person.person_ref` is the sign-in."""

    person: PersonAnswer
    name: str = Field(repr=False)
    id_masked: str
