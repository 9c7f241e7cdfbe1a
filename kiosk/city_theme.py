"""A city's own colours: the file that `[screen] theme` of kiosk.toml names. The rules stay: 7:1 under every word, 3:1 around
what is touched, one colour for one meaning. Pictures and the high-contrast theme keep theirs.

    ink = "#16233A"              # words                        on paper, sheet, done, bar
    paper = "#FBF8F3"            # the ground of every screen
    quiet_ink = "#46536B"        # words that matter less       on paper, sheet
    primary = "#0A5A3A"          # the one button to go on
    primary_ink = "#FFFFFF"
    attention = "#FFC93C"        # your turn: take, lay, look
    attention_ink = "#16233A"
    refusal = "#7A1320"          # words of a no                on paper
    information = "#0B3D6B"      # the machine works; help
    information_ink = "#FFFFFF"
    done = "#E4EFE7"
    bar = "#FFFFFF"              # the buttons of the bottom bar
    bar_ground = "#EAE3D6"
    sheet = "#FFFFFF"            # cards and tables on the paper
    hairline = "#D9D0BF"

A key that is left out keeps the value above.
"""
from __future__ import annotations

import re
import tomllib
from pathlib import Path

from kiosk.config_table import ConfigError, Table
from kiosk.ui.theme import CALM, Colour, Pair, Palette, contrast, rgb

LEAST_WORDS = 7.0
"""facts/inclusion.md 2: contrast of every word."""
LEAST_SHAPE = 3.0
"""WCAG 1.4.11: of what is no word but has to be found."""

USUAL: dict[str, Colour] = {
    "ink": CALM.plain.ink, "paper": CALM.plain.ground, "quiet_ink": CALM.quiet.ink, "primary": CALM.primary.ground,
    "primary_ink": CALM.primary.ink, "attention": CALM.attention.ground, "attention_ink": CALM.attention.ink,
    "refusal": CALM.refusal.ink, "information": CALM.information.ground, "information_ink": CALM.information.ink,
    "done": CALM.done.ground, "bar": CALM.bar.ground, "bar_ground": CALM.bar_ground, "sheet": CALM.sheet.ground,
    "hairline": CALM.hairline,
}  # fmt: skip

WORDS = (
    ("ink", "paper"), ("ink", "sheet"), ("ink", "done"), ("ink", "bar"), ("quiet_ink", "paper"), ("quiet_ink", "sheet"),
    ("primary_ink", "primary"), ("attention_ink", "attention"), ("refusal", "paper"), ("information_ink", "information"),
)  # fmt: skip
SHAPES = (("primary", "paper"), ("information", "bar_ground"))


def load_theme(file: Path) -> Palette:
    """Raises ConfigError, naming file, key and what is expected."""
    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{file}: expected a readable file ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: expected TOML in UTF-8: {error}") from error
    table = Table(file, "", values)
    colours = {key: table.made(key, "#RRGGBB", _colour) if table.has(key) else usual for key, usual in USUAL.items()}
    table.done()
    for pairs, least in ((WORDS, LEAST_WORDS), (SHAPES, LEAST_SHAPE)):
        for key, ground in pairs:
            found = contrast(colours[key], colours[ground])
            if found < least:
                raise table.wrong(key, f"a contrast of {least:g}:1 or more on {ground}", f"{found:.1f}:1")
    return _palette(colours)


def _colour(text: str) -> Colour:
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", text):
        raise ValueError(text)
    return rgb(text)


def _palette(of: dict[str, Colour]) -> Palette:
    ink, paper = of["ink"], of["paper"]
    return Palette(
        name="city", plain=Pair(ink, paper), quiet=Pair(of["quiet_ink"], paper), primary=Pair(of["primary_ink"], of["primary"]),
        secondary=Pair(ink, paper), attention=Pair(of["attention_ink"], of["attention"]), refusal=Pair(of["refusal"], paper),
        refusal_mark=of["refusal"], information=Pair(of["information_ink"], of["information"]), done=Pair(ink, of["done"]),
        bar=Pair(ink, of["bar"]), bar_ground=of["bar_ground"], sheet=Pair(ink, of["sheet"]), hairline=of["hairline"],
        track=CALM.track, pressed=(*ink[:3], CALM.pressed[3]),
    )  # fmt: skip
