"""Samples of electronic credentials at the terminal."""
from __future__ import annotations

import io
from datetime import date
from functools import cache

from PIL import Image, ImageDraw

from kiosk.ecredentials.opened import Opened, Verdict, Why
from kiosk.leaflet import ecredentials as words
from kiosk.prompts import Prompt
from remote.messages import ECredentialKind, ECredentialOffer


@cache
def page_png() -> bytes:
    """Half a sheet with a head, bars where names are, and a seal."""
    page = Image.new("RGB", (827, 583), (255, 255, 255))
    pen = ImageDraw.Draw(page)
    pen.rectangle((24, 24, 803, 95), fill=(20, 92, 84))
    for row in range(6):
        pen.rectangle((60, 130 + 43 * row, 160, 148 + 43 * row), fill=(120, 130, 150))
        pen.rectangle((200, 126 + 43 * row, 420 - 30 * (row % 3), 152 + 43 * row), fill=(209, 217, 227))
    pen.ellipse((595, 380, 750, 535), outline=(200, 16, 16), width=6)
    file = io.BytesIO()
    page.save(file, "PNG")
    return file.getvalue()


def opened(verdict: Verdict, pages: int = 1, **more: object) -> Opened:
    usual: dict[str, object] = {
        "seal": "安徽省电子证照演示用章", "signer": "安徽省电子证照演示中心", "signed_at": None, "asked": True, "missing": (),
        "otherwise": (), "pages": (page_png(),) * pages, "pdf": b"",
    }  # fmt: skip
    return Opened(verdict, **{**usual, **more})  # type: ignore[arg-type]  # fields by name


def ecredential_prompts() -> list[Prompt]:
    offers = [
        ECredentialOffer(kind=ECredentialKind.SENIOR_CARD, title="老年人优待证", issuer="亳州市", valid_to=date(2036, 3, 2)),
        ECredentialOffer(kind=ECredentialKind.SOCIAL_INSURANCE, title="社会保险参保凭证", issuer="亳州市", valid_to=None),
    ]
    remarks = opened(Verdict.GENUINE, asked=False, missing=("pictures",), otherwise=("song_type",))
    return [
        words.choose_ecredential(offers),
        words.no_ecredentials(),
        words.opening_ecredential(),
        words.ecredential_not_opened(Why.NOT_OFD),
        *(words.seal_looked_at(opened(verdict, 2 if verdict is Verdict.GENUINE else 1), 1) for verdict in Verdict),
        words.before_printing(remarks)[0],
        words.ecredential_changed(),
        words.take_ecredential(1),
        words.ecredential_in_part(again=True),
        words.ecredential_unknown(),
    ]
