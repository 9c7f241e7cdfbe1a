"""What the journeys know of faces: a look at one picture, and a comparison. Pictures are JPEG or PNG bytes throughout."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Hint(StrEnum):
    """What she can do so that the picture gets better; catalogue key `hint.<value>`. The order is the order of importance."""

    DARK = "dark"
    GLARE = "glare"
    NOBODY = "nobody"
    TWO = "two"
    CLOSER = "closer"
    BACK = "back"
    MASK = "mask"
    SUNGLASSES = "sunglasses"
    LOOK_HERE = "look_here"
    BLURRED = "blurred"


class Sign(StrEnum):
    """What speaks for a picture being held up instead of a person standing there (spoof.py)."""

    SCREEN = "screen"
    STILL = "still"


@dataclass(frozen=True)
class Box:
    """Of the face, as parts (0 to 1) of the picture's width and height."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Look:
    """`hint` None: good enough to compare. `box` is the largest face, where there is one."""

    hint: Hint | None
    box: Box | None


@dataclass(frozen=True)
class Reference:
    """What the live face is compared with. `picture` None: the centre's own, which only the centre's matcher has."""

    person_ref: str
    picture: bytes | None = field(repr=False)


@dataclass(frozen=True)
class Match:
    """`score` is a cosine, -1 to 1; `same` is score >= threshold. `face_ref` names the comparison at the centre, where it
    was made there."""

    score: float
    same: bool
    threshold: float
    model: str
    signs: tuple[Sign, ...] = ()
    face_ref: str | None = None


@dataclass(frozen=True)
class NoReference:
    """There is no stored picture, or it shows no face: nothing can be compared, and that is not her doing."""


@dataclass(frozen=True)
class NotSeen:
    """None of the live pictures shows exactly one face."""


Outcome = Match | NoReference | NotSeen


class FaceAway(Exception):
    """The comparison could not be made now (process hung, centre away); nothing is known about her."""


class FaceSight(Protocol):
    """Raises FaceAway. A picture that cannot be decoded counts as NOBODY."""

    async def warm(self) -> None:
        """Load what has to be loaded, so that nobody waits for it before the camera."""

    async def look(self, picture: bytes) -> Look: ...

    async def portrait(self, picture: bytes) -> bytes | None:
        """The picture cut to a portrait of 300 x 420 px, PNG, where it shows one good face."""

    async def aclose(self) -> None:
        """Nothing of anybody stays in memory of another process. Idempotent."""


class FaceMatcher(Protocol):
    async def match(self, reference: Reference, live: Sequence[bytes]) -> Outcome:
        """Raises FaceAway."""
