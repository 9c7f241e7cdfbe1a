"""The middle: one picture, the words under the sentence, and the thing itself, drawn large."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kiosk.front import Front
from kiosk.prompts import (
    CardPreview,
    Claim,
    Content,
    Countdown,
    Digits,
    Facts,
    Lamps,
    Levels,
    PageShown,
    PersonShown,
    PhotoShown,
    Picker,
    Picture,
    Progress,
    Prompt,
    SlipShown,
    StageState,
    Tiles,
    Tone,
    ToPay,
)
from kiosk.texts import Catalogue, Rendered
from kiosk.ui import buttons
from kiosk.ui.boxes import Box
from kiosk.ui.pictured import put
from kiosk.ui.sheet import Align, Local, Sheet
from kiosk.ui.theme import Type
from kiosk.ui.views import (
    card,
    claim,
    countdown,
    digits,
    facts,
    lamps,
    levels,
    page,
    person,
    photo,
    picker,
    progress,
    slip,
    to_pay,
)

PICTURE_LEAST_MM = 42.0
PICTURE_MOST_MM = 190.0
GAP_MM = 7.0
WORK = {"feed": "work_feed", "write": "work_write", "print": "work_print", "verify": "work_verify", "present": "work_present",
        "mail": "envelope"}
"""What is drawn while a stage of the work runs; the hourglass for the others."""


@dataclass(frozen=True)
class Part:
    height: float
    draw: Callable[[Box], None]
    gives: bool = False        # may be drawn lower than its height without loss of words (pictures, slips)


def blocks(sheet: Sheet, prompt: Prompt, rendered: Rendered, width: float, texts: Catalogue, local: Local) -> list[Part]:
    """Top down: the words under the sentence, then the contents."""
    body = sheet.sentences(rendered.body, width, Type.BODY)
    words = [Part(sheet.height_of(body, Type.BODY),
                  lambda place: sheet.write(body, place, Type.BODY, sheet.palette.plain, up=Align.LEFT))] if body else []
    drawn = (_part(sheet, prompt, content, rendered, texts, width, local) for content in _apart(prompt.contents))
    return words + [part for part in drawn if part is not None]


def _apart(contents: tuple[Content, ...]) -> Iterator[Content]:
    """A person's card is a part of its own, which may stand beside the person."""
    for content in contents:
        yield content
        if isinstance(content, PersonShown) and content.card is not None:
            yield content.card


def height(sheet: Sheet, parts: list[Part]) -> float:
    return sum(part.height for part in parts) + sheet.mm(GAP_MM) * max(0, len(parts) - 1)


def draw(sheet: Sheet, prompt: Prompt, parts: list[Part], box: Box, front: Front, aside: Box | None = None) -> bool:
    """The picture above, then the parts, from the top of the box. True where the last part had to go `aside`. What is
    still over the height is taken from the parts that can give."""
    gap = sheet.mm(GAP_MM)
    moved = aside is not None and len(parts) > 1 and height(sheet, parts) > box.height and _goes(sheet, parts, box, aside)
    if moved:
        assert aside is not None
        *parts, last = parts
        last.draw(aside.middle(aside.width, min(aside.height, last.height)))
    room = min(box.height - height(sheet, parts) - (gap if parts else 0), sheet.mm(PICTURE_MOST_MM))
    if _has_picture(prompt) and room >= sheet.mm(PICTURE_LEAST_MM):
        parts = [Part(room, lambda place: _picture(sheet, prompt, place, front)), *parts]
    _stack(sheet, parts, box, gap)
    return moved


def _goes(sheet: Sheet, parts: list[Part], box: Box, aside: Box) -> bool:
    """The last part stands better aside: words that fit there, a picture that is larger there than where it is."""
    *others, last = parts
    here = box.height - height(sheet, others) - sheet.mm(GAP_MM)
    return aside.height > here if last.gives else last.height <= aside.height


def _stack(sheet: Sheet, blocks: list[Part], box: Box, gap: float) -> None:
    if not blocks:
        return
    over = height(sheet, blocks) - box.height
    giving = sum(part.height for part in blocks if part.gives)
    spare = max(0.0, -over) / (len(blocks) + 1)
    left = Box(box.x, box.y, box.width, box.height - min(spare, sheet.mm(16)))
    for part in blocks:
        tall = part.height - (over * part.height / giving if over > 0 and part.gives else 0.0)
        place, left = left.from_top(tall, gap + min(spare, sheet.mm(10)))
        if place.y < box.y - 1:
            sheet.too_small.append(f"no room for {tall:.0f} px in the middle")
        part.draw(place)


def _has_picture(prompt: Prompt) -> bool:
    if buttons.all_pictured(prompt.choices):
        return False
    return prompt.picture is not Picture.NONE or any(isinstance(content, Tiles | Progress) for content in prompt.contents)


def _picture_name(prompt: Prompt) -> str:
    """At home a welcome; the prompt's own; else what the machine is doing."""
    if prompt.picture in (Picture.NONE, Picture.TERMINAL) and any(isinstance(content, Tiles) for content in prompt.contents):
        return "welcome"
    if prompt.picture is Picture.TERMINAL and prompt.tone is Tone.BUSY:
        return "terminal_work"
    if prompt.picture is not Picture.NONE:
        return prompt.picture.value
    running = next((key for content in prompt.contents if isinstance(content, Progress)
                    for key, state in content.stages if state is StageState.RUNNING), None)
    if running is not None:
        return WORK.get(running, "hourglass")
    return "hourglass"


def _picture(sheet: Sheet, prompt: Prompt, place: Box, front: Front) -> None:
    name = _picture_name(prompt)
    put(sheet, name, place, prompt.lit, front)


def _part(
    sheet: Sheet, prompt: Prompt, content: Content, rendered: Rendered, texts: Catalogue, width: float, local: Local,
) -> Part | None:
    language = rendered.language
    match content:
        case PersonShown():
            return Part(person.height(sheet, content), lambda box: person.draw(sheet, content, box, texts, language))
        case PhotoShown():
            return Part(photo.height(sheet, content, width), lambda box: photo.draw(sheet, content, box), gives=True)
        case CardPreview():
            return Part(card.height(sheet, content, width), lambda box: card.draw(sheet, content, box), gives=True)
        case Facts():
            return Part(facts.height(sheet, content, width, rendered), lambda box: facts.draw(sheet, content, box, rendered))
        case Lamps():
            return Part(lamps.height(sheet, content, width, rendered), lambda box: lamps.draw(sheet, content, box, rendered))
        case Progress():
            return Part(progress.height(sheet, content, width), lambda box: progress.draw(sheet, content, box, rendered, texts))
        case Claim():
            alone = len(prompt.contents) == 1
            return Part(claim.height(sheet, content, width, alone),
                        lambda box: claim.draw(sheet, content, box, texts, language, alone))
        case Countdown():
            return Part(countdown.height(sheet, content, width),
                        lambda box: countdown.draw(sheet, content, box, texts, language), gives=True)
        case SlipShown():
            return Part(slip.height(sheet, content, width), lambda box: slip.draw(sheet, content, box), gives=True)
        case PageShown():
            return Part(page.height(sheet, content, width),
                        lambda box: page.draw(sheet, content, box, texts, language), gives=True)
        case Picker() if lines := picker.path(sheet, content, prompt, width, texts, language, local):
            return Part(sheet.height_of(lines, Type.BODY), lambda box: picker.draw_path(sheet, lines, box))
        case ToPay():
            return Part(to_pay.height(sheet, content, width, texts, language),
                        lambda box: to_pay.draw(sheet, content, box, texts, language), gives=bool(content.qr))
        case Levels():
            return Part(levels.height(sheet, content, width),
                        lambda box: levels.draw(sheet, content, box, texts, language), gives=True)
        case Digits():
            return Part(digits.shown_height(sheet), lambda box: digits.draw_typed(sheet, content, box, texts, language, local))
    return None
