"""What is said is what is shown, minus what is private; and it is cut so that a speaker can record it once."""
from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosk.prompts import Prompt
from kiosk.speech import spoken_parts, spoken_sentences, voices_missing, voices_script
from kiosk.texts import LANGUAGES, catalogue
from tests.kiosk.ui.showroom import SAMPLES

TEXTS = catalogue()


def bare(text: str) -> str:
    return re.sub(r"[\s，。、；：？！,.;:?!“”\"]", "", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_spoken_is_what_is_written_minus_private_fields(language: str) -> None:
    for prompt in SAMPLES.values():
        rendered = TEXTS.render(prompt, language)
        shown = bare(rendered.title + "".join(rendered.body))
        for name in prompt.private:
            shown = shown.replace(bare(prompt.params[name]), "")
        said = bare("".join(part.text for part in spoken_parts(rendered, TEXTS)))
        assert said == shown, prompt.name
        assert said, prompt.name


def test_a_private_param_is_never_among_the_spoken_parts() -> None:
    prompt = Prompt("choose_service", params={"tail": "2345"}, private=frozenset({"tail"}))
    rendered = TEXTS.render(prompt, "zh_CN")
    assert "2345" in rendered.body[0]
    parts = spoken_parts(rendered, TEXTS)
    assert not [part for part in parts if re.search(r"\d", part.text)]


def test_a_date_is_spoken_from_year_month_and_day() -> None:
    rendered = TEXTS.render(Prompt("renew_offer", params={"date": "2027-01-30"}), "zh_CN")
    ids = [part.id for part in spoken_sentences(rendered, TEXTS)[1]]
    assert ids == ["renew_offer.body.0", "date.year.2027", "date.month.1", "date.day.30", "renew_offer.body.2"]


def test_a_tail_is_spoken_figure_by_figure_and_minutes_as_a_number() -> None:
    tail = TEXTS.render(Prompt("my_matters_none", params={"tail": "2345"}), "zh_CN")
    assert [part.id for part in spoken_parts(tail, TEXTS)][2:6] == ["digit.2", "digit.3", "digit.4", "digit.5"]
    minutes = TEXTS.render(Prompt("choose_delivery", params={"minutes": "2"}), "zh_CN")
    assert "number.2" in [part.id for part in spoken_parts(minutes, TEXTS)]


def test_a_place_has_no_recording_and_says_so() -> None:
    rendered = TEXTS.render(Prompt("kept", params={"window": "二楼窗口"}), "zh_CN")
    assert [part.id for part in spoken_parts(rendered, TEXTS) if part.text == "二楼窗口"] == [""]


def test_say_it_again_may_say_the_answers_too() -> None:
    rendered = TEXTS.render(SAMPLES["choose_delivery"], "zh_CN")
    assert [part.id for part in spoken_parts(rendered, TEXTS, choices=True)][-2:] == ["choice.now", "choice.mail"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_script_for_the_speaker_holds_every_part_that_can_be_recorded(language: str) -> None:
    script = {sentence.id for sentence in voices_script(TEXTS, language)}
    for prompt in SAMPLES.values():
        rendered = TEXTS.render(prompt, language)
        for part in spoken_parts(rendered, TEXTS, choices=True):
            assert part.id == "" or part.id in script, (prompt.name, part)


def test_what_is_recorded_is_no_longer_missing(tmp_path: Path) -> None:
    before = voices_missing(tmp_path, TEXTS, "zh_CN")
    (tmp_path / "home.title.wav").write_bytes(b"RIFF")
    after = voices_missing(tmp_path, TEXTS, "zh_CN")
    assert [sentence.id for sentence in before if sentence not in after] == ["home.title"]
    assert next(sentence.text for sentence in before if sentence.id == "home.title") == "您好，请点一下要办的事"
