"""The window in trio's loop: drawing, ticking, ending; and the voice."""

from __future__ import annotations

import wave
from pathlib import Path

import trio
import trio.lowlevel
from kivy.clock import Clock

from kiosk.prompts import Answer, Look, Prompt
from kiosk.ui.shots import image_of
from kiosk.ui.sound import Speaker
from kiosk.ui.window import KioskWindow
from tests.kiosk.ui.showroom import SAMPLES
from tests.touch import press


def test_a_question_is_answered_in_trios_loop_and_the_window_can_be_cancelled(window: KioskWindow) -> None:
    async def main() -> Answer:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(window.run)
            await trio.lowlevel.checkpoint()
            window.present(3, SAMPLES["privacy"], Look())
            await drawn()
            press(window, "agree")
            with trio.fail_after(5):
                showing, answer = await window.answers.receive()
            assert showing == 3
            nursery.cancel_scope.cancel()
        return answer

    async def drawn() -> None:
        from kivy.core.window import Window

        flipped = trio.Event()
        Window.bind(on_flip=lambda *_: flipped.set())
        with trio.fail_after(10):
            await flipped.wait()

    assert trio.run(main) == Answer("agree")


def test_the_countdown_goes_down(window: KioskWindow) -> None:
    window.present(1, SAMPLES["still_there"], Look())
    before = image_of(window.stage).tobytes()
    window.stage.paint_live(11.0)
    after = image_of(window.stage).tobytes()
    assert before != after
    window.stage.paint_live(0.0)
    assert image_of(window.stage).tobytes() == before


def test_a_new_screen_fades_in_standard_size_only(window: KioskWindow) -> None:
    for elder, fades in ((True, False), (False, True)):
        window.present(1, SAMPLES["home"], Look(elder=elder))
        window.present(2, SAMPLES["privacy"], Look(elder=elder))
        assert (window.stage._veil_colour is not None) == fades
        window._shown_at -= 1.0  # a second later the fade is over
        if fades:
            assert window._fade_step(0.0) is False
        assert window.stage._veil_colour is None


def test_what_is_shown_can_be_saved_at_full_size(window: KioskWindow, tmp_path: Path) -> None:
    from PIL import Image

    window.present(1, SAMPLES["home"], Look(elder=False))
    window.save(tmp_path / "home.png")
    with Image.open(tmp_path / "home.png") as picture:
        assert picture.size == (1080, 1920)
        assert len(picture.convert("RGB").getcolors(1_000_000)) > 50


def record(folder: Path, *names: str) -> None:
    for name in names:
        folder.mkdir(parents=True, exist_ok=True)
        with wave.open(str(folder / f"{name}.wav"), "wb") as out:
            out.setparams((1, 2, 8000, 0, "NONE", ""))
            out.writeframes(b"\0\0" * 8000)


def test_recordings_are_played_and_half_sentences_are_not(tmp_path: Path) -> None:
    record(tmp_path / "zh_CN", "renew_offer.title", "renew_offer.body.0", "renew_offer.body.2")
    speaker = Speaker(tmp_path)
    renew = Prompt("renew_offer", params={"date": "2027-01-30"})
    speaker.say(renew, Look())
    assert list(speaker._waiting) == []  # the title is playing; the body lacks its date
    assert speaker._sound is not None
    record(tmp_path / "zh_CN", "date.year.2027", "date.month.1", "date.day.30")
    speaker.say(renew, Look())
    assert [item.stem for item in speaker._waiting] == [
        "renew_offer.body.0",
        "date.year.2027",
        "date.month.1",
        "date.day.30",
        "renew_offer.body.2",
    ]
    speaker.silence()
    assert speaker._sound is None and not speaker._waiting


def test_a_silent_terminal_says_nothing(tmp_path: Path) -> None:
    record(tmp_path / "zh_CN", "home.title")
    speaker = Speaker(tmp_path)
    speaker.say(SAMPLES["home"], Look(volume=0))
    assert speaker._sound is None
    speaker.say(SAMPLES["lay_id"], Look())  # nobody recorded it
    assert speaker._sound is None and not speaker._waiting


def test_asked_again_the_answers_are_said_too(tmp_path: Path) -> None:
    record(tmp_path / "zh_CN", "privacy.title", "privacy.body", "choice.agree", "choice.not_now")
    speaker = Speaker(tmp_path)
    speaker.say(SAMPLES["privacy"], Look())
    assert [item.stem for item in speaker._waiting] == ["privacy.body"]
    speaker.say(SAMPLES["privacy"], Look())
    assert [item.stem for item in speaker._waiting] == ["privacy.body", "choice.agree", "choice.not_now"]
    speaker.silence()


def test_a_new_sentence_interrupts_the_old_one(tmp_path: Path) -> None:
    record(tmp_path / "zh_CN", "privacy.title", "privacy.body", "home.title")
    speaker = Speaker(tmp_path)
    speaker.say(SAMPLES["privacy"], Look())
    playing = speaker._sound
    speaker.say(SAMPLES["home"], Look())
    assert speaker._sound is not playing and not speaker._waiting
    speaker.silence()
    assert Clock is not None
