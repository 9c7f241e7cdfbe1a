"""Content to PDF. Equal arguments give equal bytes, in any process (facts/print.md 4.2)."""
from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from print import fonts
from print.fitting import DoesNotFit as DoesNotFit  # for the centre, which knows the layouts alone
from print.layouts.documents import (
    acceptance,
    case_progress,
    frame,
    housing_fund,
    payment_list,
    payment_receipt,
    property_result,
    social_insurance,
)
from print.layouts.documents.blocks import Block, Strip
from print.layouts.documents.content import Content, kind_of, title_of
from print.layouts.documents.essential import FILE_NAME, essential
from print.layouts.documents.flow import Page, pages
from print.layouts.documents.masking import masked
from print.layouts.documents.paper import Paper
from print.layouts.documents.sizes import A4, LARGE, STANDARD, Sizes

BLOCKS: dict[str, Callable[[Any], list[Block]]] = {
    "social_insurance": social_insurance.blocks,
    "payment_list": payment_list.blocks,
    "housing_fund": housing_fund.blocks,
    "property": property_result.blocks,
    "acceptance": acceptance.blocks,
    "case_progress": case_progress.blocks,
    "payment_receipt": payment_receipt.blocks,
}
_FONTS_IN_USE = threading.Lock()
"""reportlab's font objects keep a reading position and must not serve two documents at once."""


@dataclass(frozen=True)
class Drawn:
    pdf: bytes
    pages: int
    seal_box: tuple[float, float, float, float]
    """Left, bottom, right, top in points on the last page."""


def draw(content: Content, code: str, *, large: bool = False) -> Drawn:
    """The document as it is sealed: with its code and its content embedded. Raises NoGlyph before anything is drawn,
    DoesNotFit where a text cannot be set."""
    return _drawn(content, code, LARGE if large else STANDARD)


def preview(content: Content, *, large: bool = False) -> Drawn:
    """Masked before it is drawn; no code, no content embedded, 预览 across every page. Raises NoGlyph, DoesNotFit."""
    return _drawn(masked(content), None, LARGE if large else STANDARD)


def must_fit(content: Content, *, large: bool = False) -> None:
    """Set as it would be sealed, and thrown away: masked texts are shorter. Raises NoGlyph, DoesNotFit."""
    _drawn(content, None, LARGE if large else STANDARD)


def undrawable(content: Content) -> list[str]:
    """Characters of the content that no face draws: ask before a number is taken."""
    return fonts.missing(essential(content).decode())


def _drawn(content: Content, code: str | None, sizes: Sizes) -> Drawn:
    with _FONTS_IN_USE:
        filled = _pages(content, code is not None, sizes)
        paper = Paper(title_of(content), content.head.issuer)
        for number, page in enumerate(filled, 1):
            if number > 1:
                paper.next_page()
            if code is None:
                frame.draw_watermark(paper, sizes)
            top = (frame.draw_head if number == 1 else frame.draw_later_head)(paper, content, sizes)
            _stack(paper, page, sizes.margin, top)
            if number == len(filled):
                frame.draw_closing(paper, content, sizes, code)
            frame.draw_foot(paper, content, sizes, number, len(filled))
        if code is not None:
            paper.embed(FILE_NAME, essential(content))
        return Drawn(paper.finish(), len(filled), frame.seal_box(sizes))


def _pages(content: Content, coded: bool, sizes: Sizes) -> list[Page]:
    wide = A4[0] - 2 * sizes.margin
    strips: list[Strip] = []
    for block in BLOCKS[kind_of(content)](content):
        strips += block.strips(sizes, wide)
    room = A4[1] - frame.TOP - frame.BOTTOM
    return pages(strips, room - frame.head_height(sizes), room - frame.later_top(sizes), frame.closing_height(sizes, coded))


def _stack(paper: Paper, page: Page, left: float, top: float) -> None:
    for strip in page:
        strip.draw(paper, left, top)
        top -= strip.height
