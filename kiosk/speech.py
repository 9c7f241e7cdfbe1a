"""What is spoken: every sentence has an id and a place for a reviewed human recording, `voices/<language>/<id>.wav`.

A sentence with a date or a number in it is cut into parts that can be recorded once and joined for ever: the fixed words
(`renew_offer.body.1`), years, months and days (`date.month.3`), digits (`digit.7`), small numbers (`number.42`), words of
the catalogue (`word.delivery.mail`). Where one part of a sentence has no recording the whole sentence is silent, unless a
synthetic voice is configured: then that voice says the whole sentence. Playing is kiosk/ui/sound.py.
"""
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.texts import MONTHS_EN, Catalogue, Rendered, SpokenText, in_words

DIGITS_FROM = 5
"""A number of so many figures or more, or one that starts with a nought, is spoken figure by figure."""

MOST_NUMBER = 99
"""The largest number that is recorded as one."""
YEARS = range(2020, 2061)

_DATE_ZH = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_DATE_EN = re.compile(r"(\d{1,2}) (" + "|".join(MONTHS_EN) + r") (\d{4})")
_NUMBER = re.compile(r"\d+")
_WORDLESS = re.compile(r"[\s，。、；：？！,.;:?!“”\"'·…—]*")


@dataclass(frozen=True)
class Sentence:
    """One part to be spoken. `id` names its recording; '' has none and never will (a place, an address)."""

    id: str
    text: str


def spoken_sentences(rendered: Rendered, catalogue: Catalogue, *, choices: bool = False) -> list[list[Sentence]]:
    """What is said for a prompt, sentence by sentence, each in its parts. With `choices`, the answers too ("say it again")."""
    texts = [*rendered.spoken, *(rendered.spoken_choices if choices else ())]
    return [parts for text in texts if (parts := list(_parts(text, rendered.language, catalogue)))]


def spoken_parts(rendered: Rendered, catalogue: Catalogue, *, choices: bool = False) -> list[Sentence]:
    """The same in one row."""
    return [part for sentence in spoken_sentences(rendered, catalogue, choices=choices) for part in sentence]


def voices_script(catalogue: Catalogue, language: str) -> list[Sentence]:
    """Everything a speaker has to read once, in order: fixed words, words for params, answers, then dates and numbers."""
    script = {sentence.id: sentence for sentence in _script(catalogue, language)}
    return list(script.values())


def voices_missing(folder: Path, catalogue: Catalogue, language: str) -> list[Sentence]:
    """The part of the script that `folder` (`voices/<language>`) has no recording for."""
    return [sentence for sentence in voices_script(catalogue, language) if not (folder / f"{sentence.id}.wav").is_file()]


def _parts(text: SpokenText, language: str, catalogue: Catalogue) -> Iterator[Sentence]:
    if len(text.pieces) == 1 and not text.pieces[0].param:
        yield Sentence(text.id, text.text)
        return
    for index, piece in enumerate(text.pieces):
        if not piece.text:
            continue
        if piece.param:
            yield from _value(piece.param, piece.text, language, catalogue)
        elif not _WORDLESS.fullmatch(piece.text):
            yield Sentence(f"{text.id}.{index}", piece.text)


def _value(param: str, value: str, language: str, catalogue: Catalogue) -> Iterator[Sentence]:
    prefix = f"word.{param}."
    for key in catalogue.keys(language):
        if key.startswith(prefix) and not key.endswith(".any") and catalogue.text(language, key) == value:
            yield Sentence(key, value)
            return
    value = in_words(value, language)
    pattern = _DATE_ZH if language.startswith("zh") else _DATE_EN
    if (day := pattern.fullmatch(value)) is not None:
        yield from _date(day, language)
    elif _NUMBER.fullmatch(value):
        yield from _number(value, param)
    else:
        yield Sentence("", value)


def _date(day: re.Match[str], language: str) -> Iterator[Sentence]:
    if language.startswith("zh"):
        yield Sentence(f"date.year.{day[1]}", f"{day[1]}年")
        yield Sentence(f"date.month.{day[2]}", f"{day[2]}月")
        yield Sentence(f"date.day.{day[3]}", f"{day[3]}日")
    else:
        yield Sentence(f"date.day.{day[1]}", day[1])
        yield Sentence(f"date.month.{MONTHS_EN.index(day[2]) + 1}", day[2])
        yield Sentence(f"date.year.{day[3]}", day[3])


def _number(value: str, param: str) -> Iterator[Sentence]:
    """A tail is never a quantity: 2345 is said two three four five."""
    if param == "tail" or len(value) >= DIGITS_FROM or (len(value) > 1 and value.startswith("0")) or int(value) > MOST_NUMBER:
        for figure in value:
            yield Sentence(f"digit.{figure}", figure)
    else:
        yield Sentence(f"number.{value}", value)


def _script(catalogue: Catalogue, language: str) -> Iterator[Sentence]:
    names = catalogue.prompt_names()
    for name in names:
        fields = ("say",) if catalogue.find(language, f"{name}.say") is not None else ("title", "body")
        for key in (f"{name}.{field}{variant}" for field in fields for variant in ("", "_plain")):
            template = catalogue.find(language, key)
            if template is not None:
                yield from _template(key, template, language)
    for key in sorted(catalogue.keys(language)):
        if key.startswith(("choice.", "word.")) and not key.endswith(".any"):
            yield Sentence(key, catalogue.text(language, key))
    for year in YEARS:
        yield Sentence(f"date.year.{year}", f"{year}年" if language.startswith("zh") else str(year))
    for month in range(1, 13):
        yield Sentence(f"date.month.{month}", f"{month}月" if language.startswith("zh") else MONTHS_EN[month - 1])
    for day in range(1, 32):
        yield Sentence(f"date.day.{day}", f"{day}日" if language.startswith("zh") else str(day))
    for figure in range(10):
        yield Sentence(f"digit.{figure}", str(figure))
    for number in range(MOST_NUMBER + 1):
        yield Sentence(f"number.{number}", str(number))


def _template(key: str, template: str, language: str) -> Iterator[Sentence]:
    joined = template.replace("\n", "" if language.startswith("zh") else " ")
    fixed = [piece for piece in re.split(r"(\{\w+\})", joined) if piece]
    if len(fixed) == 1 and not fixed[0].startswith("{"):
        yield Sentence(key, joined)
        return
    for index, piece in enumerate(fixed):
        if not piece.startswith("{") and not _WORDLESS.fullmatch(piece):
            yield Sentence(f"{key}.{index}", piece)
