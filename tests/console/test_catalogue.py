"""Both languages say the same things, every text that a page asks for is there, and what terminals say is told in words."""
from __future__ import annotations

import re
import string

import pytest

from remote.console.frame import HERE
from remote.console.texts import LANGUAGES, Texts, catalogue
from remote.console.words import part_name, todo_words, wrong_words

ASKED = re.compile(r"""\bt(?:\.raw|ext)?\(\s*['"]([a-z_]+\.[a-z_0-9.]*[a-z0-9])['"]\s*[,)]""")


def _gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_texts_with_gaps_that_are_filled() -> None:
    chinese, english = catalogue("zh_CN"), catalogue("en")
    assert set(chinese) == set(english)
    may_differ = {"console.moment", "console.day"}
    assert {key for key in chinese if _gaps(chinese[key]) != _gaps(english[key])} <= may_differ


def test_every_text_a_page_asks_for_is_there() -> None:
    sources = [*HERE.rglob("*.html"), *HERE.rglob("*.py")]
    asked = {key for source in sources for key in ASKED.findall(source.read_text(encoding="utf-8"))}
    assert len(asked) > 100
    assert asked <= set(catalogue("zh_CN"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_of_a_terminal_is_told_in_words_and_an_unknown_one_as_it_came(language: str) -> None:
    text = Texts(language)
    for word in ("card_hopper_empty", "card_printer_away", "a4_printer_jam", "cabinet_door_open"):
        assert wrong_words("card_printer", word, text) != word
        assert todo_words(word, text)
    assert part_name("card_printer", text) in wrong_words("card_printer", "word_of_tomorrow", text)
    assert part_name("part_of_tomorrow", text) == "part_of_tomorrow"
