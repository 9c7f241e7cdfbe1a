"""One Kivy for all tests here: off the screen, in a private home, configured before its first import."""
from __future__ import annotations

import os

os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")

import pytest  # noqa: E402

from kiosk.front import Screen, reference_front  # noqa: E402
from kiosk.ui.start import prepare  # noqa: E402

PORTRAIT = Screen(1080, 1920, 27.0)
prepare(PORTRAIT)


@pytest.fixture
def window():
    """A window of the reference terminal without the pause that protects from double taps."""
    from kiosk.ui.window import KioskWindow

    made = KioskWindow(PORTRAIT, reference_front(PORTRAIT), settle_s=0.0)
    yield made
    made.wipe()
