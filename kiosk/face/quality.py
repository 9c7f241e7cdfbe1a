"""Is this picture good enough to compare, and if not, what can she do about it? Measures on the face YuNet found.

All numbers are [A]: chosen on a handful of photographs and a simulated camera, to be set at the real camera when a terminal
is put up. MASK and SUNGLASSES are guesses from colour and brightness, good for a hint; nobody is refused because of them.
"""
from __future__ import annotations

from collections.abc import Sequence
from math import atan2, degrees, hypot

import cv2
import numpy as np

from kiosk.face.seam import Box, Hint, Look
from remote.faces import Face, Image, Point

FACE_LEAST = 0.125                    # width of the face in the picture's width: 80 px of 640
FACE_MOST = 0.55
OTHER_FACE_FROM = 0.45                # of the largest face's width: smaller ones stand behind her
DARK_BELOW = 40.0                     # mean brightness of the face, of 255
GLARE_ABOVE = 225.0
DARK_PICTURE_BELOW = 22.0             # of the whole picture, where no face is found in it
SHARP_FROM = 22.0                     # variance of the Laplacian of the face at 112 x 112 px
YAW_MOST = 0.24                       # nose off the middle between the eyes, in distances of the eyes
ROLL_MOST = 18.0                      # degrees
NOD_LEAST, NOD_MOST = 0.25, 0.80      # where the nose is between eyes and mouth
MASK_COLOUR_FROM = 16.0               # chroma of the mouth against the cheek under the eyes, in 8-bit steps
MASK_FLAT_BELOW = 7.0                 # standard deviation of brightness over mouth and chin
EYES_DARK_PART = 0.45                 # brightness around both eyes against the nose


def judge(picture: Image, faces: Sequence[Face]) -> Look:
    """The largest face first, as Faces.find gives them."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    if not faces:
        return Look(Hint.DARK if float(grey.mean()) < DARK_PICTURE_BELOW else Hint.NOBODY, None)
    face = faces[0]
    return Look(_hint(picture, np.asarray(grey, np.uint8), face, faces[1:]), box_of(picture, face))


def box_of(picture: Image, face: Face) -> Box:
    up, across = picture.shape[:2]
    return Box(face.x / across, face.y / up, face.width / across, face.height / up)


def _hint(picture: Image, grey: Image, face: Face, others: Sequence[Face]) -> Hint | None:
    part = face.width / picture.shape[1]
    light = _mean(grey, face.x + face.width / 2, face.y + face.height / 2, face.width * 0.35, face.height * 0.35)
    hints = (
        (Hint.TWO, any(other.width >= face.width * OTHER_FACE_FROM for other in others)),
        (Hint.DARK, light < DARK_BELOW),
        (Hint.GLARE, light > GLARE_ABOVE),
        (Hint.CLOSER, part < FACE_LEAST),
        (Hint.BACK, part > FACE_MOST or _cut_off(picture, face)),
        (Hint.MASK, mask_likely(picture, face)),
        (Hint.SUNGLASSES, sunglasses_likely(grey, face)),
        (Hint.LOOK_HERE, not frontal(face)),
        (Hint.BLURRED, sharpness(grey, face) < SHARP_FROM),
    )
    return next((hint for hint, is_so in hints if is_so), None)


def frontal(face: Face) -> bool:
    """From five points: not turned aside, not leaning, not looking up or down."""
    eyes = _middle(face.right_eye, face.left_eye)
    mouth = _middle(face.mouth_right, face.mouth_left)
    across = face.left_eye[0] - face.right_eye[0], face.left_eye[1] - face.right_eye[1]
    apart = hypot(*across)
    down = mouth[0] - eyes[0], mouth[1] - eyes[1]
    long = hypot(*down)
    if apart < 1 or long < 1:
        return False
    nose = face.nose[0] - eyes[0], face.nose[1] - eyes[1]
    yaw = abs(nose[0] * across[0] + nose[1] * across[1]) / apart**2
    nod = (nose[0] * down[0] + nose[1] * down[1]) / long**2
    return yaw <= YAW_MOST and abs(degrees(atan2(across[1], across[0]))) <= ROLL_MOST and NOD_LEAST <= nod <= NOD_MOST


def sharpness(grey: Image, face: Face) -> float:
    crop = _crop(grey, face.x, face.y, face.width, face.height)
    if crop.size == 0:
        return 0.0
    return float(cv2.Laplacian(cv2.resize(crop, (112, 112), interpolation=cv2.INTER_AREA), cv2.CV_64F).var())


def mask_likely(picture: Image, face: Face) -> bool:
    """The mouth has another colour than the skin between eyes and nose, and neither lips nor teeth stand out."""
    colours = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YCrCb), np.uint8)
    mouth = _middle(face.mouth_right, face.mouth_left)
    eyes = _middle(face.right_eye, face.left_eye)
    lower = _around(colours, mouth, face.width * 0.22, face.height * 0.11)
    skin = _around(colours, _middle(eyes, face.nose), face.width * 0.10, face.height * 0.05)
    if lower.size == 0 or skin.size == 0:
        return False
    chroma = np.abs(lower.reshape(-1, 3).mean(0) - skin.reshape(-1, 3).mean(0))[1:].max()
    return bool(chroma >= MASK_COLOUR_FROM and lower[:, :, 0].std() < MASK_FLAT_BELOW)


def sunglasses_likely(grey: Image, face: Face) -> bool:
    nose = _mean(grey, *face.nose, face.width * 0.06, face.height * 0.04)
    eyes = [_mean(grey, *eye, face.width * 0.11, face.height * 0.05) for eye in (face.right_eye, face.left_eye)]
    return nose > 0 and max(eyes) < nose * EYES_DARK_PART


def _cut_off(picture: Image, face: Face) -> bool:
    up, across = picture.shape[:2]
    spare = 0.12
    return (
        face.x < -spare * face.width or face.y < -spare * face.height
        or face.x + face.width > across + spare * face.width or face.y + face.height > up + spare * face.height
    )  # fmt: skip


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _around(picture: Image, point: Point, half_width: float, half_height: float) -> Image:
    return _crop(np.asarray(picture, np.uint8), point[0] - half_width, point[1] - half_height, 2 * half_width, 2 * half_height)


def _mean(grey: Image, x: float, y: float, half_width: float, half_height: float) -> float:
    crop = _around(grey, (x, y), half_width, half_height)
    return float(crop.mean()) if crop.size else 0.0


def _crop(picture: Image, x: float, y: float, width: float, height: float) -> Image:
    up, across = picture.shape[:2]
    left, right = max(0, round(x)), min(across, round(x + width))
    top, bottom = max(0, round(y)), min(up, round(y + height))
    return picture[top:bottom, left:right] if left < right and top < bottom else picture[:0, :0]
