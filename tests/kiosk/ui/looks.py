"""Screens and looks the checks run over."""
from __future__ import annotations

from kiosk.front import Screen
from kiosk.prompts import Look

SCREENS = {"27 portrait": Screen(1080, 1920, 27.0), "27 landscape": Screen(1920, 1080, 27.0),
           "21.5 portrait": Screen(1080, 1920, 21.5), "21.5 landscape": Screen(1920, 1080, 21.5)}


def looks() -> list[Look]:
    plain = [Look(language=language, elder=elder) for language in ("zh_CN", "en") for elder in (True, False)]
    seated = [Look(language=language, elder=elder, seated=True) for language in ("zh_CN", "en") for elder in (True, False)]
    dark = [Look(language=language, high_contrast=True) for language in ("zh_CN", "en")]
    return [*plain, *seated, *dark]


def describe(look: Look) -> str:
    size, place = "elder" if look.elder else "standard", "seated" if look.seated else ""
    parts = [look.language, size, place, "dark" if look.high_contrast else ""]
    return " ".join(part for part in parts if part)


CASES = [(f"{name}, {describe(look)}", screen, look) for name, screen in SCREENS.items() for look in looks()]
