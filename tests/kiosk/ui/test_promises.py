"""What the screens promise is what the terminal does."""

from __future__ import annotations

import pytest

from kiosk import leaflet
from kiosk.prompts import Choice, Picture, Prompt, SlipShown
from kiosk.texts import LANGUAGES, catalogue
from remote.messages import Delivery
from tests.kiosk.ui.showroom import slip_png

SLIP = {"zh_CN": "纸条", "en": "slip"}


def words(prompt: Prompt, language: str) -> str:
    rendered = catalogue().render(prompt, language)
    return " ".join([rendered.title, *rendered.body]).lower()


def ends(slip: SlipShown | None) -> list[Prompt]:
    return [leaflet.done("done", slip), leaflet.done("done_registering", slip), leaflet.mailed(24, "", slip)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_told_to_take_a_slip_that_did_not_come(language: str) -> None:
    for prompt in ends(None):
        assert SLIP[language] not in words(prompt, language), prompt.name
        assert prompt.picture is not Picture.SLIP and prompt.lit is None
    assert all(SLIP[language] in words(prompt, language) for prompt in ends(SlipShown(slip_png()))[:2])
    assert words(leaflet.done("slip_copy_printed", None), language) in ("纸条没打出来", "no slip was printed")


@pytest.mark.parametrize("name", ["withdrawn", "loss_reported"])
def test_what_ends_without_paper_shows_none(name: str) -> None:
    prompt = leaflet.settled(name)
    assert prompt.lit is None and prompt.picture is Picture.TICK and prompt.step is None


def test_still_by_mail_is_said_only_of_what_goes_by_mail() -> None:
    def names(delivery: Delivery) -> set[str]:
        return {choice.name for choice in leaflet.open_case(1, delivery, can_convert=False, can_withdraw=False).choices}

    assert names(Delivery.MAIL) == {"keep_mail"}
    assert names(Delivery.INSTANT) == {"understood"}


def test_a_wrong_photo_is_not_urged_on_anybody() -> None:
    first: Choice = leaflet.photo_wrong().choices[0]
    assert first.name == "understood"


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_sends_to_the_counter_that_is_configured(language: str) -> None:
    from kiosk.conversation import help_called

    there = Prompt("help_called", params={"window": "一楼综合窗口"})
    assert "一楼综合窗口" in words(there, language)
    assert {"zh_CN": "服务台", "en": "service desk"}[language] in words(help_called(), language)
