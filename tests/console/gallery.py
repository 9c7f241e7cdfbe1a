"""Pictures of every page: `python -m tests.console.gallery [FOLDER]` (default docs/gallery/console)."""
from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.console.ask import some
from tests.console.browser import Person, started
from tests.console.places import PLACES
from tests.console.serving import served
from tests.console.town import NIGHT, Watch, make_centre

FOLDER = Path(__file__).parents[2] / "docs" / "gallery" / "console"
TERMINALS = 1000
WAYS = {"zh_desk": ("zh_CN", "desk", "day"), "en_desk": ("en", "desk", "day"), "zh_phone_night": ("zh_CN", "phone", "night")}
DRAWN_MS = 400  # map and charts


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]) if arguments else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    clock = Watch(NIGHT)
    with (
        tempfile.TemporaryDirectory(prefix="gallery-") as place,
        served(make_centre(Path(place), TERMINALS, clock), clock) as city,
        started() as browser,
    ):
        for name, (_, who, path) in PLACES.items():
            for way, (language, size, night) in WAYS.items():
                reader = Person(browser, city, who, language, size, night)
                page = reader.open(path.format(**some(city)))
                page.wait_for_timeout(DRAWN_MS)
                page.screenshot(path=folder / f"{name}_{way}.png")
                reader.leave()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
