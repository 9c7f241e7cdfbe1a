"""Faces compared at the centre: it has the picture and the matcher; the terminal sends what its camera saw. The look at the
picture's quality stays here, where she can still do something about it."""
from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from PIL import Image

from kiosk.face.local import LocalSight
from kiosk.face.seam import FaceAway, Match, NoReference, NotSeen, Outcome, Reference
from remote.messages import CompareFace, FaceVerdict
from remote.platform import Platform, PlatformAway, PlatformRefused

T = TypeVar("T")
LIVE_AT_MOST = 3
SENT_PX = 640                         # longest side: what the models look at anyway (remote/faces.py), 60 kB a picture
QUALITY = 85                          # JPEG


class Offload(Protocol):
    """As kiosk/parts.py has it."""

    async def __call__(self, work: Callable[..., T], *args: Any) -> T: ...


def smaller(jpeg: bytes) -> bytes:
    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as picture:
        picture.draft("RGB", (SENT_PX, SENT_PX))
        small = picture.convert("RGB")
    small.thumbnail((SENT_PX, SENT_PX))
    file = io.BytesIO()
    small.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


class CentralMatcher:
    def __init__(self, platform: Platform, sight: LocalSight, offload: Offload) -> None:
        self._platform, self._sight, self._offload = platform, sight, offload

    async def match(self, reference: Reference, live: Sequence[bytes]) -> Outcome:
        """A picture the terminal has (the chip's) goes along; the centre compares with that one, else with its own."""
        small = [await self._offload(smaller, picture) for picture in live[:LIVE_AT_MOST]]
        ask = CompareFace(
            person_ref=reference.person_ref, live=[b64encode(picture).decode("ascii") for picture in small],
            reference=b64encode(reference.picture).decode("ascii") if reference.picture else None,
        )  # fmt: skip
        try:
            said = await self._platform.compare_face(ask)
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
