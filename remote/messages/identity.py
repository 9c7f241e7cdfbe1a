"""That the person who stands there is the one on the ID card: by her face, or because a member of staff has looked."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from remote.messages.base import Message
from remote.messages.words import IdentityEvidence, Refusal


class FaceNote(Message):
    """What a comparison said, as numbers; never a picture. The centre looks at it again by its own rules.

    `signs`: passive signs of a picture held up (no certified liveness). `face_ref`: the centre's own comparison."""

    score: float = Field(ge=-1, le=1)                      # cosine
    threshold: float = Field(ge=-1, le=1)
    model: str = Field(max_length=80)
    signs: list[str] = Field(default_factory=list, max_length=8)
    reference: Literal["chip", "centre"] = "centre"        # which stored picture it was compared with
    face_ref: str | None = Field(default=None, max_length=80)


class Evidence(Message):
    """Carried by every request that needs to know who stands there. FACE needs `face`, STAFF needs `staff_request`."""

    identity: IdentityEvidence
    face: FaceNote | None = None
    staff_request: str | None = None


LARGEST_PICTURE = 400_000                                  # characters of base64: 300 kB


class CompareFace(Message):
    """Compare at the centre. `reference` None: with the centre's own picture of her."""

    person_ref: str
    live: list[Annotated[str, Field(max_length=LARGEST_PICTURE)]] = Field(min_length=1, max_length=3)  # base64 JPEG
    reference: str | None = Field(default=None, max_length=LARGEST_PICTURE)


class FaceVerdict(StrEnum):
    SAME = "same"
    OTHER = "other"
    NO_REFERENCE = "no_reference"                          # no stored picture, or no face on it
    NOT_SEEN = "not_seen"                                  # no live picture shows exactly one face
    AWAY = "away"                                          # the centre has no matcher, or it does not work


class FaceAnswer(Message):
    verdict: FaceVerdict
    score: float = 0.0
    threshold: float = 0.0
    model: str = ""
    face_ref: str | None = None                            # SAME: to be named in FaceNote; bound to person and terminal


class AskStaff(Message):
    """Somebody at the counter shall come and look at her."""

    person_ref: str
    item: str = Field(max_length=40)                       # of the catalogue: senior_card, certify_80_plus, ...


class StaffAsked(Message):
    request_id: str | None
    expires_at: datetime | None = None
    refusal: Refusal | None = None


class AskStaffSaid(Message):
    request_id: str


class StaffState(StrEnum):
    WAITING = "waiting"
    SAME = "same"                                          # 是本人
    UNSURE = "unsure"                                      # 不能确认
    EXPIRED = "expired"                                    # nobody looked in time, or the answer is too old to be used
    CANCELLED = "cancelled"
    USED = "used"


class StaffSaid(Message):
    state: StaffState


class CancelStaff(Message):
    request_id: str


class PutPhoto(Evidence):
    """A picture taken at the terminal just now, of the person whose identity was proven. Bound to her next application."""

    person_ref: str
    png: str = Field(max_length=LARGEST_PICTURE)           # base64, 300 x 420 px


class PhotoPut(Message):
    photo_ref: str | None
    refusal: Refusal | None = None
