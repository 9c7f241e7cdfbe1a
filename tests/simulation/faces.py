"""The city's matcher, at the seams of kiosk/face: it knows who stands there, and is wrong as often as the seed says. The camera
and its wire are the real ones; what OpenCV sees in a face is proven elsewhere (tests/kiosk/face)."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import trio

from kiosk.face.seam import Box, Hint, Look, Match, Outcome, Reference
from remote.face_model import MODEL, THRESHOLD

WHOLE = Box(0.3, 0.3, 0.4, 0.4)
HINTED, NOT_HER = 0.1, 0.15      # chances: a picture that is not good enough; a comparison that fails


@dataclass
class Sight:
    """`kiosk.face.seam.FaceSight`. `somebody` tells whether anybody stands there."""

    somebody: Callable[[], bool]
    rng: Random

    async def warm(self) -> None:
        await trio.lowlevel.checkpoint()

    async def look(self, picture: bytes) -> Look:
        await trio.lowlevel.checkpoint()
        if not self.somebody():
            return Look(Hint.NOBODY, None)
        return Look(Hint.CLOSER if self.rng.random() < HINTED else None, WHOLE)

    async def portrait(self, picture: bytes) -> bytes | None:
        await trio.lowlevel.checkpoint()
        return None

    async def aclose(self) -> None:
        await trio.lowlevel.checkpoint()


@dataclass
class Matcher:
    """`kiosk.face.seam.FaceMatcher`."""

    rng: Random

    async def match(self, reference: Reference, live: Sequence[bytes]) -> Outcome:
        await trio.lowlevel.checkpoint()
        score = 0.1 if self.rng.random() < NOT_HER else 0.9
        return Match(score, score >= THRESHOLD, THRESHOLD, MODEL)
