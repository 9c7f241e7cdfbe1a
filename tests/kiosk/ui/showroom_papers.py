"""Samples of printing a document."""
from __future__ import annotations

import io
from functools import cache

from PIL import Image, ImageDraw

from kiosk.journeys.claims import claim_of
from kiosk.journeys.pages import progress
from kiosk.leaflet import papers
from kiosk.prompts import PageShown, Prompt
from remote.messages import Choice, DocumentKind, DocumentOffer

CLAIM = claim_of("5b" * 16)
TITLES = {
    DocumentKind.SOCIAL_INSURANCE: "社会保险参保证明", DocumentKind.PAYMENT_LIST: "社会保险缴费清单",
    DocumentKind.HOUSING_FUND: "住房公积金缴存明细", DocumentKind.PROPERTY: "不动产登记信息查询结果",
    DocumentKind.CASE_PROGRESS: "办理进度", DocumentKind.PAYMENT_RECEIPT: "缴费凭证",
}  # fmt: skip


@cache
def page_png() -> bytes:
    """An A4 page with lines where text would be."""
    page = Image.new("L", (827, 1169), 255)
    pen = ImageDraw.Draw(page)
    for row in range(24):
        pen.rectangle((90, 150 + 38 * row, 730 - 60 * (row % 3), 162 + 38 * row), fill=90)
    pen.rectangle((270, 80, 560, 110), fill=40)
    file = io.BytesIO()
    page.save(file, "PNG")
    return file.getvalue()


def paper_prompts() -> list[Prompt]:
    offers = [
        DocumentOffer(kind=kind, title=title, issuer="亳州市社会保险事业管理中心", refusal=None, fee_fen=0, copies_left=3)
        for kind, title in TITLES.items()
    ]
    years = [Choice(code=str(year), label=f"{year}年") for year in range(2026, 2020, -1)]
    return [
        papers.choose_document(offers, ecredentials=True),
        papers.choose_part("choose_period", TITLES[DocumentKind.PAYMENT_LIST], years),
        papers.choose_part("choose_purpose", TITLES[DocumentKind.SOCIAL_INSURANCE], [
            Choice(code="loan", label="贷款"), Choice(code="school", label="子女入学"), Choice(code="other", label="其他"),
        ]),
        papers.making_preview(),
        papers.preview_document(PageShown(page_png(), 2, 3), large=True),
        papers.printing_pages(progress("printing")),
        papers.printer_waits("media-empty"),
        papers.take_pages(3, "BZ-2026-000123"),
        papers.not_printed("media-jam", again=True, some=False),
        papers.not_printed("media-jam", again=True, some=True),
        papers.pages_unknown(CLAIM),
    ]  # fmt: skip
