"""`./run gallery`: draw every prompt in every look, small, side by side, into docs/gallery."""
from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.front import Screen, reference_front
from kiosk.prompts import Look

SMALL_PX = 480
"""The longer side of a gallery picture."""
COLOURS = 64
SCREENS = {"portrait": Screen(1080, 1920, 27.0), "landscape": Screen(1920, 1080, 27.0)}


@dataclass(frozen=True)
class View:
    """One way to look at a prompt: part of the file's name, heading, screen, look."""

    key: str
    heading: str
    screen: Screen
    look: Look


VIEWS = (
    View("zh_elder", "大字", SCREENS["portrait"], Look()),
    View("zh_standard", "标准", SCREENS["portrait"], Look(elder=False)),
    View("en_elder", "English, large", SCREENS["portrait"], Look(language="en")),
    View("en_standard", "English", SCREENS["portrait"], Look(language="en", elder=False)),
    View("zh_seated", "坐着用", SCREENS["portrait"], Look(seated=True)),
    View("zh_dark", "高对比", SCREENS["portrait"], Look(high_contrast=True)),
    View("zh_wide", "横屏", SCREENS["landscape"], Look()),
    View("en_wide", "English, landscape", SCREENS["landscape"], Look(language="en", elder=False)),
)


def make_gallery(out: Path, only: frozenset[str] = frozenset()) -> int:
    """Write `<prompt>_<view>.png` and README.md into `out`; returns how many pictures. Needs a GL context (offscreen will do)."""
    os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
    from kiosk.ui.start import prepare

    prepare(SCREENS["portrait"])
    from kiosk.ui.shots import image_of
    from kiosk.ui.window import KioskWindow
    from tests.kiosk.ui.showroom import EVERY

    out.mkdir(parents=True, exist_ok=True)
    windows = {name: KioskWindow(screen, reference_front(screen)) for name, screen in SCREENS.items()}
    count = 0
    for name, prompt in EVERY.items():
        if only and name not in only:
            continue
        for view in VIEWS:
            window = windows["portrait" if view.screen.portrait else "landscape"]
            window.present(1, prompt, view.look)
            window.stage.veil(0.0)
            small(image_of(window.stage)).save(out / f"{name}_{view.key}.png")
            count += 1
    (out / "README.md").write_text(page([name for name in EVERY if not only or name in only]), "utf-8")
    return count


def small(picture: Any) -> Any:
    from PIL import Image

    scale = SMALL_PX / max(picture.size)
    size = round(picture.width * scale), round(picture.height * scale)
    return picture.resize(size, Image.Resampling.LANCZOS).quantize(COLOURS, dither=Image.Dither.NONE)


def page(names: list[str]) -> str:
    from kiosk.texts import catalogue
    from tests.kiosk.ui.showroom import EVERY

    lines = ["# Every screen", "", "Drawn by `./run gallery` from the prompts the journeys send; never edited by hand.", ""]
    for name in names:
        title = catalogue().text("zh_CN", f"{EVERY[name].name}.title").replace("\n", " ")
        pictures = " ".join(f'<img src="{name}_{view.key}.png" alt="{view.heading}" height="360">' for view in VIEWS)
        lines += [f"## {name}", "", title, "", pictures, ""]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run gallery", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/gallery"))
    parser.add_argument("--only", nargs="*", default=(), metavar="PROMPT")
    asked = parser.parse_args(arguments)
    count = make_gallery(asked.out, frozenset(asked.only))
    print(f"{count} pictures in {asked.out}")
    return 0
