"""What a person chose for the eyes: the language, and light or dark. Kept in cookies of the console, never in the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from remote.central.times import BEIJING
from remote.console.texts import DEFAULT, LANGUAGES

LANGUAGE_COOKIE = "console_language"
NIGHT_COOKIE = "console_night"
NIGHTS = ("auto", "day", "night")
NIGHT_FROM_H, NIGHT_TO_H = 20, 7  # Beijing time; [A]


def language_of(cookies: Mapping[str, str]) -> str:
    chosen = cookies.get(LANGUAGE_COOKIE, DEFAULT)
    return chosen if chosen in LANGUAGES else DEFAULT


def night_of(cookies: Mapping[str, str], now: datetime) -> str:
    """`day`, `night`, or `auto`: by day as the browser likes it, dark from eight in the evening to seven in the morning."""
    chosen = cookies.get(NIGHT_COOKIE, "auto")
    if chosen in ("day", "night"):
        return chosen
    hour = now.astimezone(BEIJING).hour
    return "night" if hour >= NIGHT_FROM_H or hour < NIGHT_TO_H else "auto"
