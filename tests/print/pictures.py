"""Made-up pictures and people for the layout tests."""
from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

from PIL import Image, ImageDraw

from print.layouts.card_face import SeniorCardFace
from print.layouts.slip import SlipHead


def portrait(kind: str = "JPEG", size: tuple[int, int] = (358, 441), mode: str = "RGB") -> bytes:
    image = Image.new(mode, size, "white")
    wide, high = size
    ImageDraw.Draw(image).ellipse((wide // 4, high // 5, wide * 3 // 4, high * 4 // 5), fill="#B08060")
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def card_of(name: str = "王秀英", **changes: Any) -> SeniorCardFace:
    values: dict[str, Any] = {
        "name": name, "sex": "女", "birth": date(1952, 3, 8), "number": "S020012345", "age_class_label": "70周岁及以上",
        "colour": "red", "issued_on": date(2026, 11, 21), "valid_to": date(2036, 11, 20), "photo": portrait(),
    }  # fmt: skip
    return SeniorCardFace(**{**values, **changes})


def head_of(**changes: Any) -> SlipHead:
    values: dict[str, Any] = {
        "hall": "谯城区政务服务中心", "terminal": "2号机", "at": datetime(2026, 11, 21, 6, 5, tzinfo=UTC),
        "name": "王秀英", "id_number": "341602195203080021",
    }  # fmt: skip
    return SlipHead(**{**values, **changes})
