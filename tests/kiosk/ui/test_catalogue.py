"""The words themselves: complete in both languages, short, and promising nothing that is not there."""
from __future__ import annotations

import re

import pytest

from kiosk.prompts import BAR, Choice, Facts, Prompt, Step
from kiosk.texts import LANGUAGES, Catalogue, catalogue, in_words
from print.fonts import missing
from remote.messages import RefusalCode
from tests.kiosk.ui.showroom import SAMPLES

TEXTS = catalogue()
FORBIDDEN = ("死亡", "已故", "短信", "视频", "取号", "排队号", "联系工作人员", "号机")
FORBIDDEN_EN = ("dead person", "deceased", "SMS", "text message", "video", "queue", "contact staff")


def test_both_languages_have_the_same_keys() -> None:
    assert TEXTS.keys("zh_CN") == TEXTS.keys("en")


def test_every_prompt_of_the_catalogue_is_in_the_showroom_and_the_other_way_round() -> None:
    assert set(TEXTS.prompt_names()) == set(SAMPLES)


def test_every_refusal_has_a_sentence() -> None:
    assert {f"refusal_{code.value}" for code in RefusalCode} <= set(TEXTS.prompt_names())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_prompt_renders_with_and_without_what_may_be_missing(language: str) -> None:
    for prompt in SAMPLES.values():
        assert TEXTS.render(prompt, language).title_lines
        if TEXTS.find(language, f"{prompt.name}.body_plain") and not TEXTS.find(language, f"{prompt.name}.title_plain"):
            needed = {name: value for name, value in prompt.params.items() if name in ("reason", "device", "hours")}
            bare = Prompt(prompt.name, params=needed)
            assert "{" not in "".join(TEXTS.render(bare, language).body)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bar_and_the_steps_have_words(language: str) -> None:
    toggled = ("bar.home", "bar.larger", "bar.smaller", "bar.standing")
    for key in (*(f"bar.{name}" for name in BAR if name != "size"), *toggled, *(f"step.{step.value}" for step in Step)):
        assert TEXTS.text(language, key)


def test_titles_have_at_most_twelve_characters_a_line_and_two_lines() -> None:
    for name in TEXTS.prompt_names():
        for key in (f"{name}.title", f"{name}.title_plain"):
            title = TEXTS.find("zh_CN", key)
            if title is None:
                continue
            filled = re.sub(r"\{date\}|\{from\}", "2027年12月28日", title)
            assert len(filled.split("\n")) <= 2, key
            assert all(len(line) <= 12 for line in filled.split("\n")), key


def test_nothing_is_promised_that_no_terminal_has_and_no_hard_word_is_said() -> None:
    for key in TEXTS.keys("zh_CN"):
        assert not any(word in TEXTS.text("zh_CN", key) for word in FORBIDDEN), key
        assert not any(word.lower() in TEXTS.text("en", key).lower() for word in FORBIDDEN_EN), key


def test_the_official_name_is_said_once() -> None:
    said = [key for key in TEXTS.keys("zh_CN") if "优待证" in TEXTS.text("zh_CN", key)]
    assert said == ["confirm_person.body"]


def test_the_citizen_is_addressed_politely() -> None:
    assert not [key for key in TEXTS.keys("zh_CN") if re.search("[你咱]", TEXTS.text("zh_CN", key))]


def test_every_character_of_the_catalogue_can_be_drawn() -> None:
    for language in LANGUAGES:
        assert missing("".join(TEXTS.text(language, key) for key in TEXTS.keys(language)).replace("\n", "")) == []


def test_a_missing_key_names_itself() -> None:
    with pytest.raises(KeyError, match="no_such_prompt.title"):
        TEXTS.render(Prompt("no_such_prompt"), "zh_CN")
    with pytest.raises(KeyError, match="choice.no_such_choice"):
        TEXTS.render(Prompt("home", choices=(Choice("no_such_choice"),)), "zh_CN")


def test_a_missing_param_without_a_plain_variant_names_itself() -> None:
    broken = Catalogue({"zh_CN": {"a.title": "尾号{tail}"}, "en": {}})
    with pytest.raises(KeyError, match="tail"):
        broken.render(Prompt("a"), "zh_CN")


def test_an_empty_param_counts_as_missing() -> None:
    assert TEXTS.render(Prompt("kept", params={"window": ""}), "zh_CN").body == ("请带身份证到服务台拿。",)
    assert TEXTS.render(Prompt("kept", params={"window": "二楼"}), "zh_CN").body == ("请带身份证到二楼拿。",)


def test_dates_are_shown_in_words_of_the_language() -> None:
    assert in_words("2027-03-08", "zh_CN") == "2027年3月8日"
    assert in_words("2027-03-08", "en") == "8 March 2027"
    assert in_words("2027年12月31日", "en") == "31 December 2027"
    young = Prompt("refusal_too_young", params={"date": "2027-03-08"})
    assert TEXTS.render(young, "zh_CN").title_lines == ("您2027年3月8日", "起就能办")


def test_values_become_words() -> None:
    case = Prompt("open_case", params={"days": "3", "delivery": "mail"})
    assert TEXTS.render(case, "zh_CN").body == ("您3天前申请的：寄到家。",)
    today = Prompt("open_case", params={"days": "0", "delivery": "instant"})
    assert TEXTS.render(today, "en").body == ("You applied today: taken on the spot.",)
    facts = Prompt("slip_no_paper", contents=(Facts((("service", "renew"), ("date", "2026-11-18"))),))
    assert TEXTS.render(facts, "en").fact_values == ("Renew", "18 November 2026")


def test_a_label_with_data_is_shown_as_it_is() -> None:
    prompt = Prompt("pick_county", choices=(Choice("place_1", label="谯城区"),))
    assert TEXTS.render(prompt, "en").choice_labels == {"place_1": "谯城区"}
