"""One citizen's visit: her conversation, what was read of her, and that nothing of her is left afterwards."""
from __future__ import annotations

from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from devices.id_reader.records import ResidentCard
from kiosk.conversation import Conversation
from kiosk.estimates import Durations
from kiosk.health import Health
from kiosk.parts import Parts
from kiosk.prompts import Answer, Prompt
from kiosk.race import race
from kiosk.stage import StageBoard
from kiosk.stock import Stock
from kiosk.transaction.heart import Heart
from remote.messages import IdentityEvidence, PersonAnswer, PhotoSource, Refusal

T = TypeVar("T")


class Refused(Exception):
    """The rules say no; the screen says why and what helps."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class Left(Exception):
    """She went back to the beginning; nothing is owed."""


@dataclass
class Person:
    """Who stands there, as the card and the centre say."""

    card: ResidentCard
    said: PersonAnswer
    chip_photo: bytes | None = field(default=None, repr=False)     # PNG, where a decoder is configured

    @property
    def photo_png(self) -> str | None:
        """What is printed: the centre's photo or, where the centre says so, the chip's. Base64."""
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
    identity: IdentityEvidence | None              # what this terminal can offer; None: no card is made here
    trust_note: str = ""                           # the demo's "trusts the card alone", on every screen that matters
    nearest: str = ""                              # another terminal's place, where one is configured
    person: Person | None = None

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
        self.board.clear()
        self.talk.wipe()
        self.heart.journal.forget_keys()
