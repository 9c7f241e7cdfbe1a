"""The middle: one picture, the words under the sentence, and the thing itself, drawn large."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.front import Front
from kiosk.prompts import (
    CardPreview,
    Claim,
    Content,
    Countdown,
    Facts,
    PersonShown,
    Picker,
    Picture,
    Progress,
    Prompt,
    SlipShown,
    Tiles,
    Tone,
)
from kiosk.texts import Catalogue, Rendered
from kiosk.ui.boxes import Box
from kiosk.ui.pictures import picture_rgba
from kiosk.ui.sheet import Align, Sheet
from kiosk.ui.theme import Type
from kiosk.ui.views import card, claim, countdown, facts, person, picker, progress, slip

PICTURE_LEAST_MM = 42.0
PICTURE_MOST_MM = 190.0
GAP_MM = 7.0


@dataclass(frozen=True)
class Part:
    height: float
    draw: Callable[[Box], None]
    gives: bool = False        # may be drawn lower than its height without loss of words (pictures, slips)


def draw(sheet: Sheet, prompt: Prompt, rendered: Rendered, box: Box, texts: Catalogue, front: Front) -> None:
    """Top down: picture, body, contents. What is over the height is taken from the parts that can give."""
    gap = sheet.mm(GAP_MM)
    parts = [part for content in prompt.contents if (part := _part(sheet, content, rendered, texts, box.width)) is not None]
    body = sheet.sentences(rendered.body, box.width, Type.BODY)
    body_height = sheet.height_of(body, Type.BODY)
    blocks = ([Part(body_height, lambda place: sheet.write(body, place, Type.BODY, sheet.palette.plain, up=Align.LEFT))]
              if body else []) + parts
    used = sum(part.height for part in blocks) + gap * len(blocks)
    room = min(box.height - used, sheet.mm(PICTURE_MOST_MM))
    if _has_picture(prompt) and room >= sheet.mm(PICTURE_LEAST_MM):
        blocks.insert(0, Part(room, lambda place: _picture(sheet, prompt, place, front)))
    _stack(sheet, blocks, box, gap)


def _stack(sheet: Sheet, blocks: list[Part], box: Box, gap: float) -> None:
    if not blocks:
        return
    over = sum(part.height for part in blocks) + gap * (len(blocks) - 1) - box.height
    giving = sum(part.height for part in blocks if part.gives)
    spare = max(0.0, -over) / (len(blocks) + 1)
    left = Box(box.x, box.y, box.width, box.height - min(spare, sheet.mm(16)))
    for part in blocks:
        height = part.height - (over * part.height / giving if over > 0 and part.gives else 0.0)
        place, left = left.from_top(height, gap + min(spare, sheet.mm(10)))
        if place.y < box.y - 1:
            sheet.too_small.append(f"no room for {height:.0f} px in the middle")
        part.draw(place)


def _has_picture(prompt: Prompt) -> bool:
    return prompt.picture is not Picture.NONE or any(isinstance(content, Tiles) for content in prompt.contents)


def _picture(sheet: Sheet, prompt: Prompt, place: Box, front: Front) -> None:
    name = prompt.picture.value if prompt.picture is not Picture.NONE else "welcome"
    if prompt.picture is Picture.TERMINAL and prompt.tone is Tone.BUSY:
        name = "terminal_work"
    size, rgba = picture_rgba(name, prompt.lit, front, sheet.palette, place.width, place.height)
    sheet.image(place, size, rgba, f"{name}:{prompt.lit}")


def _part(sheet: Sheet, content: Content, rendered: Rendered, texts: Catalogue, width: float) -> Part | None:
    language = rendered.language
    match content:
        case PersonShown():
            return Part(person.height(sheet, content, width),
                        lambda box: person.draw(sheet, content, box, texts, language), gives=content.card is not None)
        case CardPreview():
            return Part(card.height(sheet, content, width), lambda box: card.draw(sheet, content, box), gives=True)
        case Facts():
            return Part(facts.height(sheet, content, width, rendered), lambda box: facts.draw(sheet, content, box, rendered))
        case Progress():
            return Part(progress.height(sheet, content, width), lambda box: progress.draw(sheet, content, box, rendered, texts))
        case Claim():
            return Part(claim.height(sheet, content, width), lambda box: claim.draw(sheet, content, box, texts, language))
        case Countdown():
            return Part(countdown.height(sheet, content, width),
                        lambda box: countdown.draw(sheet, content, box, texts, language), gives=True)
        case SlipShown():
            return Part(slip.height(sheet, content, width), lambda box: slip.draw(sheet, content, box), gives=True)
        case Picker() if content.chosen:
            return Part(picker.path_height(sheet, content, width), lambda box: picker.draw_path(sheet, content, box))
    return None
