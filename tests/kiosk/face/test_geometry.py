"""Frontal or not, from five points alone."""
from __future__ import annotations

import numpy as np
import pytest

from kiosk.face.quality import frontal
from remote.faces import Face

EYES, NOSE, MOUTH = ((-30.0, 0.0), (30.0, 0.0)), (0.0, 34.0), ((-25.0, 70.0), (25.0, 70.0))


def face(*, yaw: float = 0.0, nod: float = 0.0, roll: float = 0.0) -> Face:
    turn = np.radians(roll)
    to = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])

    def at(point: tuple[float, float]) -> tuple[float, float]:
        x, y = to @ np.array(point) + 200
        return float(x), float(y)

    nose = at((NOSE[0] + yaw, NOSE[1] + nod))
    raw = np.zeros(15, np.float32)
    return Face(150, 150, 100, 130, at(EYES[0]), at(EYES[1]), nose, at(MOUTH[0]), at(MOUTH[1]), 0.9, raw)


def test_straight_ahead_is_frontal_also_with_the_head_a_little_to_the_side() -> None:
    assert frontal(face())
    assert frontal(face(roll=12))
    assert frontal(face(yaw=9))


TURNED = [{"yaw": 22.0}, {"yaw": -22.0}, {"roll": 25.0}, {"roll": -25.0}, {"nod": 30.0}, {"nod": -25.0}]


@pytest.mark.parametrize("turned", TURNED)
def test_turned_aside_leaning_or_looking_down_is_not(turned: dict[str, float]) -> None:
    assert not frontal(face(**turned))


def test_points_that_lie_on_each_other_are_no_face() -> None:
    one = (10.0, 10.0)
    assert not frontal(Face(0, 0, 1, 1, one, one, one, one, one, 0.9, np.zeros(15, np.float32)))
