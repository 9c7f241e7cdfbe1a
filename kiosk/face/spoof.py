"""Passive signs that a picture is held up before the camera. NOT certified liveness, and no protection against somebody who
prepares: a good print that is moved a little, a film, a mask of silicone pass. It catches the telephone and the photo held
still. A sign never says "refused"; it sends the question to a member of staff.

SCREEN: a regular fine pattern over the face (moire), as single peaks in its spectrum. STILL: the face does not change from
picture to picture by more than the sensor's noise; nobody can stand like that. Both thresholds are [A], from a simulated
camera; set them at the real one.
"""
from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from kiosk.face.seam import Sign
from remote.faces import Face, Image

SIDE = 128                            # px of the square the face is scaled to for the comparison over time
MOIRE_FROM = 45.0                     # strongest peak over the median of its ring of the spectrum
STILL_BELOW = 0.7                     # mean change of brightness from picture to picture, of 255, noise smoothed away
PICTURES_LEAST = 3                    # for STILL


def signs(pictures: Sequence[Image], faces: Sequence[Face]) -> tuple[Sign, ...]:
    """Pictures of one visit in their order, each with its face."""
    found = []
    if pictures and np.median([moire(picture, face) for picture, face in zip(pictures, faces, strict=True)]) >= MOIRE_FROM:
        found.append(Sign.SCREEN)
    if len(pictures) >= PICTURES_LEAST and change(pictures, faces[0]) < STILL_BELOW:
        found.append(Sign.STILL)
    return tuple(found)


def moire(picture: Image, face: Face) -> float:
    """How far the strongest single frequency stands out of its neighbourhood; skin and hair have none."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32)
    x, y = max(0, round(face.x)), max(0, round(face.y))
    side = min(round(face.width), grey.shape[0] - y, grey.shape[1] - x)
    if side < 48:
        return 0.0
    crop = grey[y : y + side, x : x + side]
    window = np.outer(np.hanning(side), np.hanning(side))
    power = np.abs(np.fft.fftshift(np.fft.fft2((crop - crop.mean()) * window))) ** 2
    rows, columns = np.indices(power.shape)
    radius = np.hypot(rows - side // 2, columns - side // 2) / side
    ring = power[(radius > 0.22) & (radius < 0.5)]
    return float(np.sqrt(ring.max() / (np.median(ring) + 1e-9)))


def change(pictures: Sequence[Image], face: Face) -> float:
    """Mean change of brightness over the place of the face, the least of any two neighbours."""
    crops = [_smooth(picture, face) for picture in pictures]
    return min(float(np.abs(one - other).mean()) for one, other in zip(crops, crops[1:], strict=False))


def _smooth(picture: Image, face: Face) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    x, y = max(0, round(face.x)), max(0, round(face.y))
    crop = grey[y : y + max(1, round(face.height)), x : x + max(1, round(face.width))]
    scaled = cv2.resize(crop, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(scaled, (0, 0), 2.0), np.float32)
