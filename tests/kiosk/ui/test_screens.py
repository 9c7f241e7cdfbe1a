"""Every prompt, measured before it is painted: it fits, can be hit, and stands where it always stands (look.md)."""

from __future__ import annotations

from itertools import combinations

import pytest
from kivy.core.window import Window  # noqa: F401  (opens the GL context that letters are measured with)

from kiosk.front import Front, Screen, reference_front
from kiosk.prompts import Look, Prompt
from kiosk.texts import catalogue
from kiosk.ui import pictures
from kiosk.ui.boxes import Box
from kiosk.ui.compose import Frame, compose
from kiosk.ui.letters import Letters
from kiosk.ui.sheet import Local, Shape, Sheet, Target, TextLine
from kiosk.ui.theme import LEAST_GAP_MM, OTHER_MM, PRIMARY_MM, SEATED_PART
from tests.kiosk.ui.looks import CASES
from tests.kiosk.ui.showroom import EVERY, SAMPLES

MOST_TO_TOUCH = 7
HALF_PX = 0.5


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch):
    """Sizes are measured here; pictures are looked at in test_pictures."""
    monkeypatch.setattr(pictures, "_drawn", lambda name, lit, kept, palette, width, height: ((width, height), b""))


LETTERS = Letters()


def sheets(screen: Screen, look: Look) -> list[tuple[Prompt, Sheet]]:
    front: Front = reference_front(screen)
    frame = Frame(screen, front, catalogue(), LETTERS)
    return [
        (prompt, compose(frame, prompt, catalogue().render(prompt, look.language), look, Local())) for prompt in EVERY.values()
    ]


@pytest.mark.parametrize(("screen", "look"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_every_screen_of_a_look(screen: Screen, look: Look) -> None:
    bars = set()
    for prompt, sheet in sheets(screen, look):
        where = f"{prompt.name}: "
        run_lives(sheet)
        assert not sheet.too_small, where + str(sheet.too_small)
        check_text(sheet, where)
        check_targets(sheet, where, look)
        check_places(sheet, where, screen, look)
        bars.add(
            tuple(
                (target.name, target.box)
                for target in sheet.targets
                if target.kind == "bar" and target.name not in ("back", "home")
            )
        )
    assert len(bars) == 1, "the bar moves between screens"


def run_lives(sheet: Sheet) -> None:
    for live in sheet.lives:
        for elapsed in (0.0, 7.0, 1000.0):
            live.draw(elapsed)


def check_text(sheet: Sheet, where: str) -> None:
    """Nothing is cut at the edge, nothing written over something else."""
    inked = []
    for line in (element for element in sheet.elements if isinstance(element, TextLine)):
        em = sheet.sizes.em(line.role)
        wide = sheet.letters.width(line.text, em, line.bold)
        left = line.box.x + (line.box.width - wide) * line.align.value
        ink = Box(left, line.box.centre[1] - em * 0.46, wide, em * 0.92)
        assert ink.inside(sheet.box), where + f"outside the screen: {line.text}"
        inked.append((line.text, ink))
    for (first, a), (second, b) in combinations(inked, 2):
        assert not overlap(a, b), where + f"{first!r} is written over {second!r}"


def check_targets(sheet: Sheet, where: str, look: Look) -> None:
    targets = sheet.targets
    primary = [target for target in targets if target.primary]
    touched = [target for target in targets if target.kind in ("choice", "page")]
    assert len(primary) <= 1, where + "two primary actions"
    assert len(touched) <= MOST_TO_TOUCH, where + f"{len(touched)} things to touch"
    named = [target.name for target in targets if target.name != "help"]  # a refusal may offer the bar's help itself
    assert len(set(named)) == len(named), where + "two targets of one name"
    for target in targets:
        least = (PRIMARY_MM if target.primary else OTHER_MM)[look.elder]
        tall = target.box.height / sheet.sizes.px_per_mm
        assert target.box.height >= sheet.mm(least) - HALF_PX, where + f"{target.name} is {tall:.1f} mm high"
        assert target.box.width >= sheet.mm(least) - HALF_PX, where + f"{target.name} is too narrow"
        assert target.box.inside(sheet.box), where + f"{target.name} is outside the screen"
    for a, b in combinations(targets, 2):
        assert gap(a, b) >= sheet.mm(LEAST_GAP_MM) - HALF_PX, where + f"{a.name}, {b.name}: {gap(a, b):.0f} px apart"


def check_places(sheet: Sheet, where: str, screen: Screen, look: Look) -> None:
    if not screen.portrait:
        return
    highest = sheet.box.height * (SEATED_PART if look.seated else 0.5)
    for target in sheet.targets:
        assert target.box.top <= highest + 1, (
            where + f"{target.name} reaches {target.box.top / sheet.box.height:.2f} of the height"
        )


def gap(a: Target, b: Target) -> float:
    across = max(a.box.x - b.box.right, b.box.x - a.box.right)
    up = max(a.box.y - b.box.top, b.box.y - a.box.top)
    return max(across, up)


def overlap(a: Box, b: Box) -> bool:
    return a.x < b.right - 1 and b.x < a.right - 1 and a.y < b.top - 1 and b.y < a.top - 1


def test_a_long_list_of_places_is_paged_and_the_pages_cover_it() -> None:
    prompt, screen = SAMPLES["pick_township"], CASES[0][1]
    frame = Frame(screen, reference_front(screen), catalogue(), LETTERS)
    seen: list[str] = []
    for page in range(3):
        sheet = compose(frame, prompt, catalogue().render(prompt, "zh_CN"), Look(), Local(page=page))
        seen += [target.name for target in sheet.targets if target.kind == "choice"]
        names = {target.name for target in sheet.targets}
        assert ("page:before" in names) == (page > 0)
        assert ("page:after" in names) == (page < 2)
    assert seen == [choice.name for choice in prompt.choices]


def test_the_time_left_is_never_shown_as_nothing() -> None:
    from kiosk.ui.views.progress import seconds_words

    words = [seconds_words(catalogue(), "zh_CN", seconds) for seconds in (43.0, 40.0, 5.0, 4.9, 0.0, -30.0, 300.0)]
    assert words == ["还要约45秒", "还要约40秒", "还要约5秒", "马上就好", "马上就好", "马上就好", "还要约5分钟"]


def test_the_bar_of_the_work_never_runs_to_its_end() -> None:
    from dataclasses import replace

    from kiosk.prompts import Progress, StageState

    screen = CASES[0][1]
    frame = Frame(screen, reference_front(screen), catalogue(), LETTERS)
    done = replace(SAMPLES["progress"], contents=(Progress((("print", StageState.RUNNING),), 1.0, 1.0),))
    sheet = compose(frame, done, catalogue().render(done, "zh_CN"), Look(), Local())
    filled = next(shape for shape in sheet.elements if isinstance(shape, Shape) and shape.colour == sheet.palette.primary.ground)
    track = next(shape for shape in sheet.elements if isinstance(shape, Shape) and shape.box.y == filled.box.y)
    assert filled.box.x == track.box.x
    assert filled.box.width <= 0.97 * track.box.width + 1


def test_rare_characters_are_measured_with_the_face_that_draws_them() -> None:
    from kiosk.ui.letters import face, runs

    pieces = runs("王𬱖", bold=True)
    assert "".join(text for _, text in pieces) == "王𬱖"
    assert pieces[0][0] == face(bold=True)
    assert runs("王小明", bold=False) == [(face(bold=False), "王小明")]


def test_no_line_begins_with_a_comma_and_no_character_is_left_alone() -> None:
    size, text = 40, "可以再放一次，还不行，请带身份证到一楼综合窗口。"
    for width in range(160, 1000, 20):
        lines = LETTERS.wrap(text, width, size)
        assert "".join(lines) == text
        assert all(line[0] not in "，。" for line in lines)
        assert all(LETTERS.width(line, size) <= width for line in lines)
        assert len(lines) == 1 or len(lines[-1]) > 2, lines
