"""Where the font files are. Two sans faces are made by the set-up (`print.prepare_fonts`), the rare-character faces
come with the operating system (Debian: fonts-babelstone-han, fonts-hanazono)."""
from __future__ import annotations

import os
from pathlib import Path

FONT_DIR = Path(os.environ.get("TERMINAL_FONT_DIR") or Path(__file__).resolve().parent.parent / ".fonts")
"""Static faces made at set-up; also searched first for the rare-character faces."""

REGULAR_FILE = "NotoSansSC-Regular.ttf"
BOLD_FILE = "NotoSansSC-Bold.ttf"

RARE_FILES = ("BabelStoneHan.ttf", "HanaMinA.ttf", "HanaMinB.ttf")
"""Fall-back order. BabelStone Han draws mainland forms and alone has Ext-G and Ext-H; the Hana pair completes Ext-A to
Ext-F (facts/print.md 4.1: 27,804 characters of Ext-B are in no other free face)."""

SYSTEM_FOLDERS = (Path("/usr/share/fonts/truetype/babelstone"), Path("/usr/share/fonts/truetype/hanazono"))


class FontsMissing(Exception):
    """A font file is not on this machine: the set-up was not run, or a package is missing."""


def find(name: str) -> Path:
    """The path of a font file. Raises FontsMissing."""
    for folder in (FONT_DIR, *SYSTEM_FOLDERS):
        if (path := folder / name).is_file():
            return path
    raise FontsMissing(f"{name} not found: run the set-up (python -m print.prepare_fonts; fonts-babelstone-han, fonts-hanazono)")
