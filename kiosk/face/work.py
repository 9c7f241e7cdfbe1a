"""The work on faces as plain functions behind one object: run in the worker's process, or on the spot in a simulation."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from kiosk.face import quality, spoof
from kiosk.face.seam import Hint, Look, Sign
from remote import faces
from remote.faces import Face, Faces, Image, NoFaceInReference, NoFaceLive, NotAPicture

PORTRAIT = (300, 420)                 # px, as the population database's
FACE_PART = 0.52                      # of the portrait's width
FACE_MIDDLE = 0.47                    # of its height, from above


@dataclass(frozen=True)
class Scored:
    score: float
    signs: tuple[Sign, ...]


class FaceWork:
    """Loads the models at the first use."""

    def __init__(self) -> None:
        self._faces: Faces | None = None

    @property
    def faces(self) -> Faces:
        if self._faces is None:
            self._faces = Faces()
        return self._faces

    def look(self, data: bytes) -> Look:
        try:
            picture = faces.decode(data)
        except NotAPicture:
            return Look(Hint.NOBODY, None)
        return quality.judge(picture, self.faces.find(picture))

    def compare(self, reference: bytes, live: Sequence[bytes]) -> Scored | NoFaceInReference | NoFaceLive:
        try:
            outcome = self.faces.compare(reference, live)
        except NotAPicture:
            return NoFaceInReference()
        if not isinstance(outcome, faces.Compared):
            return outcome
        return Scored(outcome.score, self.signs(live))

    def signs(self, live: Sequence[bytes]) -> tuple[Sign, ...]:
        seen: list[tuple[Image, Face]] = []
        for data in live:
            picture = faces.decode(data)
            found = self.faces.find(picture)
            if len(found) == 1:
                seen.append((picture, found[0]))
        return spoof.signs([picture for picture, _ in seen], [face for _, face in seen])

    def portrait(self, data: bytes) -> bytes | None:
        """PNG of 300 x 420 px, or None where the picture does not show one good face."""
        try:
            picture = faces.decode(data)
        except NotAPicture:
            return None
        found = self.faces.find(picture)
        if quality.judge(picture, found).hint is not None:
            return None
        whole = np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), np.uint8)
        return _cut(whole, found[0], whole.shape[1] / picture.shape[1])


def _cut(picture: Image, face: Face, scale: float) -> bytes:
    """`scale`: from the picture the face was found in to this one. What lies outside is filled with its edge."""
    across = face.width * scale / FACE_PART
    up = across * PORTRAIT[1] / PORTRAIT[0]
    left = (face.x + face.width / 2) * scale - across / 2
    top = (face.y + face.height / 2) * scale - up * FACE_MIDDLE
    to = np.asarray([[PORTRAIT[0] / across, 0, -left * PORTRAIT[0] / across], [0, PORTRAIT[1] / up, -top * PORTRAIT[1] / up]])
    cut = cv2.warpAffine(picture, to, PORTRAIT, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    _, png = cv2.imencode(".png", cut)
    return bytes(png.tobytes())
