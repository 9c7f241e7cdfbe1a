"""The card of anybody: whole, readable, inside the plastic, the same every time."""
from __future__ import annotations

import hashlib
import itertools
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from print.drawing import MM, Sheet, UnusablePicture
from print.fitting import DoesNotFit
from print.fonts import NoGlyph
from print.layouts.card_face import HEIGHT, INK, PHOTO_MM, QUIET, SMALLEST_PT, WIDTH, back, draw_back, draw_front, front
from print.layouts.card_ground import PALETTES
from print.raster import CR80_PIXELS, PANEL_DOTS, card_image, panel_image
from tests.print.pictures import card_of, portrait

NAMES = [
    "王秀英", "李一", "买买提·吐尔逊", "王𬱖䶮㛃𠮷", "阿卜杜热合曼·买买提吐尔逊江", "欧阳司徒上官诸葛慕容皇甫令狐长",
    "\U00020000" * 15, "CHRISTOPHERWWWW", "·" * 15, "艾·买·提·江",
]  # fmt: skip


def text_of(pdf: bytes) -> str:
    return str(pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range())


def check_boxes(sheet: Sheet) -> None:
    for box in sheet.boxes:
        assert min(box.left, box.bottom, WIDTH - box.right, HEIGHT - box.top) >= 0, box
        assert box.top - box.bottom >= SMALLEST_PT - 1.01
    for one, other in itertools.combinations(sheet.boxes, 2):
        assert not one.overlaps(other), (one, other)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_whole_inside_the_card_and_copied_right(name: str) -> None:
    face = card_of(name)
    sheet = draw_front(face)
    check_boxes(sheet)
    assert "".join(box.text for box in sheet.boxes if box.top - box.bottom > 11.9 and set(box.text) <= set(name)) == name
    assert name in text_of(sheet.finish()).replace("\r\n", "").replace("\n", "")


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="王买提阿卜吐尔逊·𬱖䶮㛃𠮷AW", min_size=1, max_size=15), st.sampled_from(["60-69周岁", "70周岁及以上"]))
def test_any_name_up_to_fifteen_characters_fits(name: str, label: str) -> None:
    check_boxes(draw_front(card_of(name, photo=None, age_class_label=label)))


@pytest.mark.parametrize("name", ["王秀英", "欧阳司徒上官诸葛慕容皇甫令狐长", "阿卜杜热合曼·买买提吐尔逊江"])
def test_name_is_the_largest_thing_and_never_under_4_millimetres(name: str) -> None:
    boxes = [box for box in draw_front(card_of(name)).boxes if set(box.text) <= set(name)]
    assert all(box.top - box.bottom >= 4 * MM for box in boxes)


def test_front_says_everything_once() -> None:
    text = text_of(front(card_of()))
    days = ("1952年3月8日", "2026年11月21日", "2036年11月20日")
    for words in ("安徽省老年人优待证", "70周岁及以上", "王秀英", "女", "S020012345", *days):
        assert text.count(words) == 1, words


def test_class_is_said_in_words_on_both_sides_not_by_colour_alone() -> None:
    for face in (card_of(colour="green", age_class_label="60-69周岁"), card_of()):
        for side in (front(face), back(face)):
            assert face.age_class_label in text_of(side)


def test_card_for_life_says_so() -> None:
    assert "长期" in text_of(front(card_of(valid_to=None)))


def test_number_of_fifteen_characters_fits_on_both_sides() -> None:
    face = card_of(number="S02WWWWWWWWWWWW")
    check_boxes(draw_front(face))
    check_boxes(draw_back(face))


def test_character_without_glyph_is_refused_before_there_is_a_card() -> None:
    with pytest.raises(NoGlyph):
        front(card_of("王\U0002EBF0"))


def test_name_longer_than_the_chip_can_hold_is_refused_not_cut() -> None:
    with pytest.raises(DoesNotFit):
        front(card_of("王" * 40))


def test_missing_photo_says_so_and_made_up_photo_says_so() -> None:
    assert "未附照片" in text_of(front(card_of(photo=None)))
    assert "样张" in text_of(front(card_of(photo_is_drawn=True)))
    assert "样张" not in text_of(front(card_of()))


@pytest.mark.parametrize(
    "photo",
    [portrait("PNG"), portrait("PNG", (102, 126)), portrait("PNG", mode="L"), portrait("PNG", mode="RGBA"),
     portrait(size=(2000, 1500))],  # fmt: skip
)
def test_photo_of_any_shape_fills_its_place(photo: bytes) -> None:
    image = card_image(front(card_of(photo=photo))).convert("L")
    scale = CR80_PIXELS[0] / (WIDTH / MM)
    x, y = round((5 + PHOTO_MM[0] / 2) * scale), round((12 + (53.98 - 12) / 2) * scale)
    edge = round(5.6 * scale), round((12 + 4.6) * scale)
    grey = image.tobytes()
    assert grey[y * image.width + x] < 200 and grey[edge[1] * image.width + edge[0]] > 240


def test_broken_photo_is_refused() -> None:
    for broken in (b"", b"no picture", portrait()[:400]):
        with pytest.raises(UnusablePicture):
            front(card_of(photo=broken))


def test_qr_on_the_back_reads_from_the_pixels_of_the_printer() -> None:
    for qr in ("", "https://example.org/v?c=S020012345&k=8f3a"):
        found = zxingcpp.read_barcodes(panel_image(back(card_of(qr=qr))))
        assert [code.text for code in found] == [qr or "S020012345"]


def test_face_is_exactly_1012_by_638_and_the_panel_bleeds_to_1016_by_648() -> None:
    for side in (front(card_of()), back(card_of())):
        face, panel = card_image(side), panel_image(side)
        assert face.size == CR80_PIXELS == (1012, 638)
        assert panel.size == PANEL_DOTS == (1016, 648)
        assert panel.crop((2, 5, 1014, 643)).tobytes() == face.tobytes()
        for x in (0, 500, 1015):
            assert panel.getpixel((x, 0)) == face.getpixel((min(max(x - 2, 0), 1011), 0)) != (255, 255, 255)


def test_page_of_another_size_is_no_card() -> None:
    with pytest.raises(ValueError, match="CR80"):
        card_image(Sheet(100, 100).finish())


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dark = sorted((light(one), light(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", sorted(PALETTES))
def test_every_ink_has_contrast_seven_on_every_ground(colour: str) -> None:
    palette = PALETTES[colour]
    assert contrast("#FFFFFF", palette.band) >= 7
    for ground in (palette.paper, *palette.hills):
        for ink in (INK, QUIET):
            assert contrast(ink, ground) >= 7
        assert contrast(palette.band, ground) >= 6  # large and bold only: number and hotline


DIGEST = """
import hashlib
from print.layouts.card_face import back, front
from tests.print.pictures import card_of
print(hashlib.sha256(front(card_of("王𬱖𠮷")) + back(card_of())).hexdigest())
"""


def test_equal_card_gives_equal_bytes_in_another_process_too() -> None:
    here = hashlib.sha256(front(card_of("王𬱖𠮷")) + back(card_of())).hexdigest()
    front(card_of("李一"))
    assert hashlib.sha256(front(card_of("王𬱖𠮷")) + back(card_of())).hexdigest() == here
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONHASHSEED": "77"}
    other = subprocess.run([sys.executable, "-c", DIGEST], cwd=root, env=environment, capture_output=True, check=True, text=True)
    assert other.stdout.strip() == here


def test_different_cards_give_different_bytes() -> None:
    changes: list[dict[str, Any]] = [{}, {"name": "王秀荣"}, {"colour": "green"}, {"number": "S020012346"}, {"photo": None}]
    assert len({front(card_of(**change)) for change in changes}) == len(changes)


def test_look_has_not_drifted(golden: Path) -> None:
    """A coarse picture of both sides, tolerant of the renderer's version; look at the card before renewing it."""
    sides = [card_image(side).convert("L").resize((64, 40), Image.Resampling.BOX) for side in (front(card_of()), back(card_of()))]
    now = b"".join(side.tobytes() for side in sides)
    with Image.open(golden / "senior_card_64x80.png") as kept:
        before = kept.tobytes()
    assert max(abs(a - b) for a, b in zip(now, before, strict=True)) <= 6
