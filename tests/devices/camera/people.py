"""Somebody to stand before the lens where no photograph is needed: a drawn head with its measures."""
from __future__ import annotations

from PIL import Image, ImageDraw

from devices.camera.model import Subject


def drawn_subject(skin: tuple[int, int, int] = (214, 178, 150)) -> Subject:
    picture = Image.new("RGB", (300, 400), (120, 130, 140))
    draw = ImageDraw.Draw(picture)
    draw.ellipse([90, 90, 210, 250], fill=skin)
    for x in (125, 175):
        draw.ellipse([x - 8, 150, x + 8, 162], fill=(30, 30, 30))
    draw.line([(150, 165), (150, 190)], fill=(150, 110, 90), width=4)
    draw.line([(128, 215), (172, 215)], fill=(140, 60, 60), width=6)
    return Subject(picture, (90, 90, 120, 160), (125, 156), (175, 156), (150, 190), (128, 215), (172, 215))
