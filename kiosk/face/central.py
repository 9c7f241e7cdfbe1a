"""Faces compared at the centre: it has the picture and the matcher; the terminal sends what its camera saw. The look at the
picture's quality stays here, where she can still do something about it."""
from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence

from kiosk.face.local import LocalSight
from kiosk.face.seam import FaceAway, Match, NoReference, NotSeen, Outcome, Reference
from remote.messages import CompareFace, FaceVerdict
from remote.platform import Platform, PlatformAway, PlatformRefused


class CentralMatcher:
    """`new_key` gives a key of its own to every comparison: a second look is a second comparison."""

    def __init__(self, platform: Platform, sight: LocalSight, new_key: Callable[[], str]) -> None:
        self._platform, self._sight, self._new_key = platform, sight, new_key

    async def match(self, reference: Reference, live: Sequence[bytes]) -> Outcome:
        """A picture the terminal has (the chip's) goes along; the centre compares with that one, else with its own."""
        ask = CompareFace(
            person_ref=reference.person_ref, live=[b64encode(picture).decode("ascii") for picture in live],
            reference=b64encode(reference.picture).decode("ascii") if reference.picture else None,
        )  # fmt: skip
        try:
            said = await self._platform.compare_face(ask, key=self._new_key())
        except (PlatformAway, PlatformRefused) as error:
            raise FaceAway("the centre does not compare now") from error
        match said.verdict:
            case FaceVerdict.NO_REFERENCE:
                return NoReference()
            case FaceVerdict.NOT_SEEN:
                return NotSeen()
            case FaceVerdict.AWAY:
                raise FaceAway("the centre has no matcher")
        same = said.verdict is FaceVerdict.SAME
        return Match(said.score, same, said.threshold, said.model, await self._sight.signs(live), said.face_ref)
