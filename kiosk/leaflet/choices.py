"""Choices that many prompts share."""

from __future__ import annotations

from kiosk.prompts import Choice, Weight

OK = Choice("understood", Weight.PRIMARY)
DIGITS_DONE = Choice("done", Weight.PRIMARY)
LAST_LOOK_S = 45.0  # [A] the last screen of a visit goes by itself: nothing can be lost any more
