"""After a wipe no object that can be reached holds anything of the visit (invariant 5)."""

from __future__ import annotations

import gc
from collections import OrderedDict

from kiosk.prompts import (
    CardPreview,
    Choice,
    Claim,
    Digits,
    Look,
    PersonShown,
    Progress,
    Prompt,
    SlipShown,
    StageState,
    Tone,
    Weight,
)
from kiosk.ui.sheet import Image, Sheet, TextLine
from kiosk.ui.window import KioskWindow
from tests.kiosk.ui.showroom import SAMPLES, card_png, photo_png, slip_png

PARTS = ("慕容", "验证甲")  # joined only while used: the test itself keeps nothing to be found
OWN = (Prompt, PersonShown, CardPreview, SlipShown, Claim, Progress, Digits, Sheet, TextLine, Image)


def visit(window: KioskWindow) -> None:
    """A visit with everything personal in it, made here so that this test holds nothing of it."""
    name, number = "·".join(PARTS), "*".join(PARTS)
    person = PersonShown(name, number, 82, "70", photo_png() + b" ", CardPreview(card_png() + b" "))
    prompts = [
        Prompt("confirm_person", contents=(person,), choices=(Choice("yes_me", Weight.PRIMARY),)),
        Prompt("house_number", contents=(Digits(1, 4, unit="house"),), choices=(Choice("done", Weight.PRIMARY),)),
        Prompt("confirm_address", params={"address": name}, private=frozenset({"address"}), choices=(Choice("a", label=name),)),
        Prompt(
            "progress", Tone.BUSY, contents=(Progress((("print", StageState.RUNNING),), 30.0, 0.3), Claim((name,), number, name))
        ),
        Prompt("done", contents=(SlipShown(slip_png() + b" "),), choices=(Choice("finish", Weight.PRIMARY),)),
    ]
    for showing, prompt in enumerate(prompts, 1):
        for look in (Look(), Look(elder=False), Look(language="en")):
            window.present(showing, prompt, look)
        if prompt.name == "house_number":
            window._local.typed = "4711"


def there_before() -> list[object]:
    """What other tests have left in this process; held, so that no id is used again."""
    gc.collect()
    return [thing for thing in gc.get_objects() if type(thing) in OWN]


def of_the_visit(before: list[object]) -> list[object]:
    """Everything the collector can reach that is, or names, this visit."""
    gc.collect()
    known = {id(thing) for thing in before}
    left: list[object] = [thing for thing in gc.get_objects() if type(thing) in OWN and id(thing) not in known]
    name, number = "·".join(PARTS), "*".join(PARTS)
    for thing in gc.get_objects():
        if type(thing) in (dict, list, tuple, set, OrderedDict):
            parts = list(thing.items() if isinstance(thing, dict) else thing)
            flat = [part for pair in parts for part in (pair if type(pair) is tuple else (pair,))]
            left += [part for part in flat if type(part) is str and (name in part or number in part)]
    return left


def test_a_visit_can_be_found_while_it_lasts(window: KioskWindow) -> None:
    before = there_before()
    visit(window)
    assert of_the_visit(before)


def test_after_a_wipe_nothing_of_it_can_be_reached(window: KioskWindow) -> None:
    before = there_before()
    visit(window)
    window.wipe()
    assert of_the_visit(before) == []


def test_typed_digits_and_textures_are_gone_and_pictures_of_the_machine_may_stay(window: KioskWindow) -> None:
    window.present(1, SAMPLES["confirm_person"], Look())
    window.present(2, SAMPLES["house_number"], Look())
    window._local.typed = "4711"
    window.wipe()
    assert window._local.typed == ""
    assert not window._letters._textures
    assert all(name for name, _, _ in window.stage._pictures), "a personal picture was kept"
    assert window.stage.sheet is None
