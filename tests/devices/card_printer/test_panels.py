"""Colours to ribbon panels and back."""
from __future__ import annotations

import pytest
from PIL import Image, ImageChops

from devices.card_printer.codec import DOTS_PER_LINE, panel_size, unpack
from devices.card_printer.panels import FACE_SIZE, CardImage, overlay_sparing_contacts, render, separate

WHITE = Image.new("RGB", FACE_SIZE, (255, 255, 255))


def panels_of(face: CardImage) -> dict[str, bytes]:
    return {panel.name: panel.data for panel in separate(face)}


def test_a_colourful_face_comes_back_within_one_level_of_sixty_four() -> None:
    noise = Image.merge("RGB", [Image.effect_noise(FACE_SIZE, sigma) for sigma in (60, 80, 100)])
    back = render({panel.name: panel for panel in separate(CardImage(noise, black=Image.new("L", FACE_SIZE, 255)))})
    assert max(high for _, high in ImageChops.difference(back.rgb, noise).getextrema()) <= 4


def test_white_uses_no_ink_and_the_whole_face_is_varnished() -> None:
    panels = panels_of(CardImage(WHITE))
    assert not any(any(panels[name]) for name in "ymck")
    assert panels["o"] == b"\xff" * panel_size(2)


def test_yellow_magenta_cyan_each_take_away_one_colour() -> None:
    for name, colour in (("y", (255, 255, 0)), ("m", (255, 0, 255)), ("c", (0, 255, 255))):
        panels = panels_of(CardImage(Image.new("RGB", FACE_SIZE, colour)))
        assert set(unpack(panels[name], 64)) == {63}
        assert not any(any(panels[other]) for other in "ymck" if other != name)


def test_black_is_resin_with_no_colour_under_it() -> None:
    panels = panels_of(CardImage(Image.new("RGB", FACE_SIZE, (0, 0, 0))))
    assert panels["k"] == b"\xff" * panel_size(2)
    assert not any(any(panels[name]) for name in "ymc")


def test_the_upper_left_dot_of_the_picture_is_at_the_right_end_of_the_first_line_of_the_head() -> None:
    picture = WHITE.copy()
    picture.putpixel((0, 0), (0, 0, 0))
    dots = "".join(f"{byte:08b}" for byte in panels_of(CardImage(picture))["k"])
    assert dots.index("1") == DOTS_PER_LINE - 1  # netpbm -rotate270: a quarter turn clockwise
    assert dots.count("1") == 1


def test_own_black_layer_and_own_overlay_are_printed_as_given() -> None:
    black = Image.new("L", FACE_SIZE, 255)
    black.paste(0, (10, 20, 30, 40))
    face = CardImage(WHITE, black=black, overlay=overlay_sparing_contacts())
    back = render({panel.name: panel for panel in separate(face)})
    assert back.black is not None and back.overlay is not None
    assert ImageChops.difference(back.black, black).getbbox() is None
    assert ImageChops.difference(back.overlay, overlay_sparing_contacts()).getbbox() is None
    assert back.overlay.getpixel((180, 280)) == 255  # bare on the contacts
    assert back.overlay.getpixel((900, 600)) == 0


def test_a_page_of_1012_by_638_is_laid_in_the_middle() -> None:
    face = CardImage.centred(Image.new("RGB", (1012, 638), (0, 0, 200)))
    assert face.rgb.size == FACE_SIZE
    assert face.rgb.getpixel((1, 300)) == (255, 255, 255)
    assert face.rgb.getpixel((2, 5)) == (0, 0, 200)


def test_a_face_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="centred"):
        CardImage(Image.new("RGB", (1012, 638)))
    with pytest.raises(ValueError, match="larger"):
        CardImage.centred(Image.new("RGB", (1100, 638)))
