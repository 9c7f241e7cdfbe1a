"""One citizen's visit: her conversation, what was read of her, and that nothing of her is left afterwards."""
from __future__ import annotations

from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from devices.id_reader.records import ResidentCard
from kiosk.conversation import Conversation
from kiosk.estimates import Durations
from kiosk.health.health import Health
from kiosk.parts import Parts
from kiosk.prompts import Answer, Prompt
from kiosk.race import race
from kiosk.stage import StageBoard
from kiosk.stock import Stock
from kiosk.transaction.heart import Heart
from remote.messages import FaceNote, IdentityEvidence, PersonAnswer, PhotoSource, Refusal, RefusalCode, SignedIn

T = TypeVar("T")


class Refused(Exception):
    """The rules say no; the screen says why and what helps."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class Left(Exception):
    """She went back to the beginning; nothing is owed."""


@dataclass(frozen=True)
class Proof:
    """Why it is believed that she is the one on the card; numbers and names, no picture."""

    evidence: IdentityEvidence
    face: FaceNote | None = None
    staff_request: str | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """As the requests of remote/messages/identity.py (Evidence) want it."""
        return {"identity": self.evidence, "face": self.face, "staff_request": self.staff_request}


@dataclass(frozen=True)
class Named:
    """Somebody who has no ID card on the reader, as the centre lets her be shown: the name may be masked, the number is."""

    name: str = field(repr=False)
    id_number: str


@dataclass
class Person:
    """Who stands there, as the card and the centre say."""

    shown: ResidentCard | Named
    said: PersonAnswer
    chip_photo: bytes | None = field(default=None, repr=False)     # PNG, where a decoder is configured
    proof: Proof | None = None
    live_photo: bytes | None = field(default=None, repr=False)     # PNG, taken in this visit and kept by her choice
    photo_ref: str | None = None                                   # what the centre calls it
    signed: SignedIn | None = None                                 # otherwise than with the ID card, or made strong

    @property
    def card(self) -> ResidentCard:
        """Raises Refused: what she came for wants the ID card itself."""
        if isinstance(self.shown, ResidentCard):
            return self.shown
        raise Refused(Refusal(code=RefusalCode.EVIDENCE_TOO_WEAK, reason="这件事要用身份证办"))

    @property
    def ref(self) -> str:
        """What requests call her."""
        return (self.signed.sign_in if self.signed is not None else None) or self.said.person_ref

    @property
    def photo_source(self) -> PhotoSource:
        return PhotoSource.LIVE if self.photo_ref is not None else self.said.photo_source

    @property
    def photo_png(self) -> str | None:
        """What is printed: the one just taken; else the centre's or, where the centre says so, the chip's. Base64."""
        if self.live_photo is not None:
            return b64encode(self.live_photo).decode()
        if self.said.photo_png is None and self.said.photo_source is PhotoSource.CHIP and self.chip_photo is not None:
            return b64encode(self.chip_photo).decode()
        return self.said.photo_png

    @property
    def elder(self) -> bool:
        return self.said.age_class is not None


@dataclass
class Visit:
    talk: Conversation
    parts: Parts
    heart: Heart
    stock: Stock
    health: Health
    board: StageBoard
    durations: Durations
    identity: IdentityEvidence | None              # trusted without asking anybody (demo: the card alone)
    trust_note: str = ""                           # the demo's "trusts the card alone", on every screen that matters
    nearest: str = ""                              # another terminal's place, where one is configured
    evidence: tuple[IdentityEvidence, ...] = ()    # what this terminal can really check now: FACE, STAFF
    own_tiles: tuple[str, ...] = ()                # what home offers here: a menu need not offer it again
    person: Person | None = None

    @property
    def can_prove(self) -> bool:
        """Somebody or something here can say who she is."""
        return bool(self.evidence) or self.identity is not None

    @property
    def can_take_photo(self) -> bool:
        return self.parts.eyes is not None and self.health.found.works("camera")

    @property
    def now(self) -> datetime:
        return self.parts.now()

    async def ask(self, prompt: Prompt) -> Answer:
        """Raises WalkedAway, and Left where she goes back to the beginning."""
        answer = await self.talk.ask(prompt)
        if answer.choice in ("home", "not_now", "stop_here"):
            raise Left
        return answer

    async def last_look(self, prompt: Prompt) -> None:
        """The last screen: goes by itself, nothing can be lost any more."""
        await self.ask(replace(prompt, seconds=self.parts.limits.last_look_s))

    async def until(self, prompt: Prompt, work: Callable[[], Awaitable[T]]) -> T | Answer:
        """Show a question while something is waited for (a card on the reader); whichever comes first ends both."""
        return await race(lambda: self.ask(prompt), work)

    def wipe(self) -> None:
        """After this no reachable object of the visit holds personal data."""
        self.person = None
        if self.parts.citizen_card is not None:
            self.parts.citizen_card.forget()
        if self.parts.codes is not None:
            self.parts.codes.forget()
        self.board.clear()
        self.talk.wipe()
        self.heart.journal.forget_keys()
