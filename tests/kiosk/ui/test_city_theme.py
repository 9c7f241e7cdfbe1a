"""A city's own colours: used where they can be read, refused by name where not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosk import city_theme
from kiosk.city_theme import USUAL, load_theme
from kiosk.config import load
from kiosk.config_table import ConfigError
from kiosk.front import Screen, reference_front
from kiosk.prompts import Look
from kiosk.ui.shots import image_of
from kiosk.ui.theme import CALM, rgb
from kiosk.ui.window import KioskWindow
from tests.kiosk.ui.showroom import SAMPLES


def written(folder: Path, text: str) -> Path:
    file = folder / "city.toml"
    file.write_text(text, "utf-8")
    return file


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    palette = load_theme(written(tmp_path, ""))
    assert (palette.plain, palette.primary, palette.bar_ground) == (CALM.plain, CALM.primary, CALM.bar_ground)


def test_the_values_in_the_description_are_the_usual_ones() -> None:
    said = dict(re.findall(r'^    (\w+) = "(#[0-9A-F]{6})"', city_theme.__doc__ or "", re.MULTILINE))
    assert {key: rgb(value) for key, value in said.items()} == USUAL


def test_a_citys_green_is_what_the_button_is_painted_with(tmp_path: Path) -> None:
    palette = load_theme(written(tmp_path, 'primary = "#5A0A4A"\npaper = "#F8FBFF"'))
    screen = Screen()
    window = KioskWindow(screen, reference_front(screen), palette=palette)
    window.present(1, SAMPLES["privacy"], Look())
    window.stage.veil(0.0)
    picture = image_of(window.stage)
    x, y = window.where("agree")
    assert picture.getpixel((round(x) - 300, picture.height - round(y))) == (0x5A, 0x0A, 0x4A)
    assert picture.getpixel((5, picture.height // 2)) == (0xF8, 0xFB, 0xFF)


@pytest.mark.parametrize(("text", "says"), [
    ('primery = "#0A5A3A"', "primery: is not a setting"),
    ('primary = "green"', "primary: expected #RRGGBB"),
    ('primary = "#33AA77"', "primary_ink: expected a contrast of 7:1 or more on primary"),
    ('quiet_ink = "#8A93A5"', "quiet_ink: expected a contrast of 7:1 or more on paper"),
    ('refusal = "#E05060"', "refusal: expected a contrast"),
    ("primary = 3", "primary: expected #RRGGBB"),
    ("= 3", "expected TOML"),
])  # fmt: skip
def test_a_theme_that_cannot_be_read_is_refused_by_name(tmp_path: Path, text: str, says: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(ConfigError, match=says) as refused:
        load_theme(file)
    assert str(file) in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere.toml"):
        load_theme(tmp_path / "nowhere.toml")


def test_kiosk_toml_names_the_file(tmp_path: Path) -> None:
    written(tmp_path, 'primary = "#5A0A4A"')
    sample = Path("kiosk.toml").read_text("utf-8")
    assert "# theme = " in sample
    (tmp_path / "kiosk.toml").write_text(sample.replace("# theme = ", "theme = "), "utf-8")
    assert load(tmp_path / "kiosk.toml").showing.palette.primary.ground == rgb("#5A0A4A")
