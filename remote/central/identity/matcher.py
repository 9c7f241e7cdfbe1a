"""The centre's own matcher: a seam, so that a city's certified one can take its place."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from remote.face_model import MODEL

if TYPE_CHECKING:
    from remote.faces import Faces, Outcome


class MatcherAway(Exception):
    """It cannot compare now; nothing is known about anybody."""


class Matcher(Protocol):
    @property
    def model(self) -> str: ...

    def compare(self, reference: bytes, live: Sequence[bytes]) -> Outcome:
        """Raises MatcherAway, and remote.faces.NotAPicture."""


class OpenCvMatcher:
    """YuNet and SFace (remote/faces.py), loaded at the first comparison; one at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._faces: Faces | None = None

    @property
    def model(self) -> str:
        return MODEL

    def compare(self, reference: bytes, live: Sequence[bytes]) -> Outcome:
        with self._turn:
            if self._faces is None:
                self._faces = self._loaded()
            return self._faces.compare(reference, live)

    @staticmethod
    def _loaded() -> Faces:
        try:
            from remote.faces import Faces, ModelsMissing
        except ImportError as error:
            raise MatcherAway("OpenCV is not installed") from error
        try:
            return Faces()
        except ModelsMissing as error:
            raise MatcherAway(str(error)) from error
