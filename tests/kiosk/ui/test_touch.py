"""Fingers on the real window: on release, once, for the showing that was touched."""
from __future__ import annotations

from dataclasses import replace

import pytest
import trio
from kivy.clock import Clock

from kiosk.front import Screen, reference_front
from kiosk.prompts import Answer, Look, Prompt
from kiosk.ui.window import KioskWindow
from tests.kiosk.ui.showroom import SAMPLES
from tests.touch import down, move, press, tap, up


@pytest.fixture(autouse=True)
def attached(window: KioskWindow):
    """Touches go through Kivy's event loop to the window's root, as the hardware's do."""
    from kivy.base import EventLoop
    from kivy.core.window import Window

    EventLoop.window = Window
    Window.add_widget(window.root)
    yield
    Window.remove_widget(window.root)


def answers(window: KioskWindow) -> list[tuple[int, Answer]]:
    heard = []
    while True:
        try:
            heard.append(window.answers.receive_nowait())
        except trio.WouldBlock:
            return heard


def show(window: KioskWindow, name: str, showing: int = 1, look: Look | None = None) -> Prompt:
    window.present(showing, SAMPLES[name], look or Look())
    return SAMPLES[name]


def test_every_choice_of_every_prompt_can_be_pressed_by_its_name(window: KioskWindow) -> None:
    from kiosk.prompts import Digits, Picker

    for showing, prompt in enumerate(SAMPLES.values(), 1):
        if any(isinstance(content, Digits | Picker) for content in prompt.contents):
            continue
        for choice in prompt.choices:
            window.present(showing, prompt, Look())
            press(window, choice.name)
            assert answers(window) == [(showing, Answer(choice.name, choice.value))], (prompt.name, choice.name)


def test_the_bar_answers_in_its_own_words(window: KioskWindow) -> None:
    show(window, "privacy", 7)
    for name in ("back", "help", "repeat", "size", "language", "seated"):
        press(window, name)
    assert [answer.choice for showing, answer in answers(window)] == ["back", "help", "repeat", "size", "language", "seated"]


def test_back_is_not_there_where_it_means_nothing_and_home_takes_its_place(window: KioskWindow) -> None:
    show(window, "progress")
    with pytest.raises(KeyError):
        press(window, "back")
    window.present(2, replace(SAMPLES["done"], home=True), Look())
    press(window, "home")
    assert answers(window) == [(2, Answer("home"))]


def test_nothing_is_answered_before_the_finger_is_lifted(window: KioskWindow) -> None:
    show(window, "privacy")
    finger = down(*window.where("agree"))
    assert answers(window) == []
    up(finger)
    assert answers(window) == [(1, Answer("agree"))]


def test_a_finger_that_slides_away_answers_nothing(window: KioskWindow) -> None:
    show(window, "privacy")
    finger = down(*window.where("agree"))
    move(finger, 540, 1500)
    up(finger)
    assert answers(window) == []


def test_a_choice_answers_once_however_often_it_is_touched(window: KioskWindow) -> None:
    show(window, "privacy")
    for _ in range(3):
        press(window, "agree")
    press(window, "not_now")
    assert answers(window) == [(1, Answer("agree"))]


def test_a_touch_that_began_on_the_last_screen_does_not_answer_the_next(window: KioskWindow) -> None:
    show(window, "withdraw_confirm", 1)
    finger = down(*window.where("withdraw"))
    show(window, "loss_report_confirm", 2)
    up(finger)
    assert answers(window) == []


def test_the_second_half_of_a_double_tap_does_not_decide_the_next_screen() -> None:
    from kivy.core.window import Window

    screen = Screen()
    window = KioskWindow(screen, reference_front(screen), settle_s=30.0)
    Window.add_widget(window.root)
    try:
        window.present(1, SAMPLES["withdraw_confirm"], Look())
        press(window, "withdraw")
        assert answers(window) == []
        window._settled_at = Clock.get_time()                   # the thirty seconds are over
        press(window, "withdraw")
        assert answers(window) == [(1, Answer("withdraw"))]
        window.present(2, SAMPLES["withdraw_confirm"], Look(elder=False))
        press(window, "withdraw")                               # the same question in another size needs no pause
        assert answers(window) == [(2, Answer("withdraw"))]
    finally:
        Window.remove_widget(window.root)


def test_two_fingers_are_one(window: KioskWindow) -> None:
    show(window, "privacy")
    first = down(*window.where("agree"))
    second = down(*window.where("not_now"))
    up(second)
    up(first)
    assert answers(window) == [(1, Answer("agree"))]


def test_digits_are_typed_deleted_and_sent_as_the_value(window: KioskWindow) -> None:
    show(window, "house_number")
    with pytest.raises(KeyError):
        window.where("done")                                    # nothing typed yet: it cannot be pressed
    for key in ("1", "2", "delete", "7"):
        press(window, key)
    press(window, "done")
    assert answers(window) == [(1, Answer("done", "17"))]


def test_no_more_digits_than_asked_for_are_taken(window: KioskWindow) -> None:
    show(window, "operator_refill_count")
    for key in "99999999":
        press(window, key)
    press(window, "done")
    assert answers(window) == [(1, Answer("done", "9999"))]


def test_typed_digits_survive_a_change_of_size_but_not_another_question(window: KioskWindow) -> None:
    show(window, "house_number", 1)
    press(window, "4")
    show(window, "house_number", 2, Look(elder=False))
    press(window, "done")
    assert answers(window) == [(2, Answer("done", "4"))]
    show(window, "operator_pin", 3)
    show(window, "house_number", 4)
    with pytest.raises(KeyError):
        window.where("done")


def test_a_pin_is_never_drawn(window: KioskWindow) -> None:
    from kiosk.ui.sheet import TextLine

    show(window, "operator_pin")
    for key in "123456":
        press(window, key)
    assert window.sheet is not None
    lines = [element.text for element in window.sheet.elements if isinstance(element, TextLine)]
    assert "●●●●●●" in lines and not [line for line in lines if "12" in line]


def test_pages_are_turned_without_an_answer(window: KioskWindow) -> None:
    prompt = show(window, "pick_township")
    press(window, "page:after")
    press(window, prompt.choices[5].name)
    assert answers(window) == [(1, Answer(prompt.choices[5].name, prompt.choices[5].value))]
    with pytest.raises(KeyError):
        window.where(prompt.choices[0].name)


def test_the_technicians_gesture_is_five_quick_touches_in_the_corner(window: KioskWindow) -> None:
    show(window, "home", 9)
    for _ in range(4):
        tap(10, 1910)
    tap(500, 1500)                                              # not in the corner: begin again
    for _ in range(4):
        tap(10, 1910)
    assert answers(window) == []
    tap(10, 1910)
    assert answers(window) == [(9, Answer("operator"))]


def test_after_a_wipe_nothing_answers(window: KioskWindow) -> None:
    show(window, "privacy")
    x, y = window.where("agree")
    window.wipe()
    tap(x, y)
    assert answers(window) == []
    with pytest.raises(KeyError):
        window.where("agree")


def test_touches_nobody_reads_do_not_pile_up(window: KioskWindow) -> None:
    show(window, "privacy")
    for _ in range(100):
        press(window, "help")
    assert len(answers(window)) == 16
