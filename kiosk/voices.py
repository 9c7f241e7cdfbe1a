"""`./run voices`: which sentences still lack a human recording, as a script for the speaker."""
from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kiosk.speech import voices_missing, voices_script
from kiosk.texts import LANGUAGES, catalogue


def main(arguments: list[str]) -> int:
    """0 when nothing is missing, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="./run voices", description=__doc__)
    parser.add_argument("--voices", type=Path, default=Path("voices"), help="recordings, <language>/<id>.wav (default: voices)")
    parser.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])
    asked = parser.parse_args(arguments)
    texts, folder = catalogue(), asked.voices / asked.language
    missing = voices_missing(folder, texts, asked.language)
    for sentence in missing:
        sys.stdout.write(f"{sentence.id}.wav\t{sentence.text.strip()}\n")
    sys.stderr.write(f"{len(missing)} of {len(voices_script(texts, asked.language))} recordings are missing in {folder}\n")
    return 1 if missing else 0
