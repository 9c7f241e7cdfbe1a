"""The catalogue: every sentence the terminal can show or say, and how params fill it.

One folder per language, one TOML file per part of the leaflet. Keys are dotted: `<prompt>.title`, `.body`, `.say`;
`choice.*`, `fact.*`, `stage.*`, `bar.*`, `step.*`, `unit.*`, `note.*`, `ui.*`, and `word.<param>.<value>`: a param's value
in words (`.any` for all others). A `_plain` field (`title_plain`, `body_plain`) stands in where the terminal cannot promise
what the first needs: it is used when a param of the first is missing. A key that is missing is a KeyError naming it.
"""
from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kiosk.prompts import Facts, Lamp, Lamps, Progress, Prompt

FOLDER = Path(__file__).parent / "catalogue"
LANGUAGES = ("zh_CN", "en")

MONTHS_EN = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
             "November", "December")

_PARAM = re.compile(r"\{(\w+)\}")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_WORD_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")


@dataclass(frozen=True)
class Piece:
    """A stretch of a spoken sentence: fixed words of the catalogue (`param` empty), or the value of one param."""

    text: str
    param: str = ""


@dataclass(frozen=True)
class SpokenText:
    """One spoken field. `id` is the catalogue key (`home.title`), the name its recordings go by."""

    id: str
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Rendered:
    """A prompt in words of one language, ready to be drawn and spoken."""

    name: str
    language: str
    title_lines: tuple[str, ...]
    body: tuple[str, ...]                      # paragraphs, each may be wrapped
    choice_labels: Mapping[str, str]           # by choice name
    choice_notes: Mapping[str, str]            # by choice name, those that have one
    fact_labels: Mapping[str, str]             # by fact key
    fact_values: tuple[str, ...]               # row by row, in words of the language: several rows may have one key
    stage_labels: Mapping[str, str]            # by stage key
    spoken: tuple[SpokenText, ...]             # private params left out
    spoken_choices: tuple[SpokenText, ...]     # labels of the choices that are catalogue text
    lamps: tuple[tuple[str, str], ...]         # row by row: which part, and how it stands
    note: str
    fault: str                                 # "提示号 P-203" or ""

    @property
    def title(self) -> str:
        return "".join(self.title_lines) if self.language.startswith("zh") else " ".join(self.title_lines)


class Catalogue:
    """Sentences by language and dotted key."""

    def __init__(self, texts: Mapping[str, Mapping[str, str]]) -> None:
        self._texts = texts

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Catalogue:
        """Read every file of every language. Raises OSError, tomllib.TOMLDecodeError, ValueError for a value that is no text
        and for a key that stands in two files."""
        return cls({language: _merged(folder / language) for language in LANGUAGES})

    def keys(self, language: str) -> frozenset[str]:
        return frozenset(self._texts[language])

    def prompt_names(self) -> tuple[str, ...]:
        """Every name that has a title, in the order of the first language's files."""
        return tuple(key.removesuffix(".title") for key in self._texts[LANGUAGES[0]] if key.endswith(".title"))

    def text(self, language: str, key: str) -> str:
        """Raises KeyError naming language and key."""
        try:
            return self._texts[language][key]
        except KeyError:
            raise KeyError(f"catalogue {language}: {key}") from None

    def find(self, language: str, key: str) -> str | None:
        return self._texts[language].get(key)

    def filled(self, language: str, key: str, params: Mapping[str, str]) -> str:
        """The text of `key` with params filled in; its `_plain` variant when a param is missing. Raises KeyError."""
        template = self._choose(language, key, params)
        return _fill(template, self._values(language, params))

    def render(self, prompt: Prompt, language: str) -> Rendered:
        """All words of a prompt. Raises KeyError for a missing key or a param that no plain variant does without."""
        title = self.filled(language, f"{prompt.name}.title", prompt.params)
        body = self._optional(language, f"{prompt.name}.body", prompt.params)
        labels = {choice.name: choice.label if choice.label is not None else self.text(language, f"choice.{choice.name}")
                  for choice in prompt.choices}
        rows = [row for content in prompt.contents if isinstance(content, Facts) for row in content.rows]
        facts = {key: self.text(language, f"fact.{key}") for key, _ in rows}
        stages = {key: self.text(language, f"stage.{key}")
                  for content in prompt.contents if isinstance(content, Progress) for key, _ in content.stages}
        return Rendered(
            name=prompt.name, language=language, title_lines=tuple(title.split("\n")),
            body=tuple(line for line in body.split("\n") if line),
            choice_labels=labels, choice_notes=self._notes(prompt, language), fact_labels=facts, stage_labels=stages,
            fact_values=tuple(self._word(language, key, value) for key, value in rows),
            spoken=self._spoken(prompt, language),
            spoken_choices=tuple(SpokenText(f"choice.{choice.name}", (Piece(labels[choice.name]),))
                                 for choice in prompt.choices if choice.label is None),
            lamps=self._lamps(prompt, language),
            note=self.text(language, f"note.{prompt.note}") if prompt.note else "",
            fault=f"{self.text(language, 'ui.fault')} {prompt.fault_code}" if prompt.fault_code else "")

    def _choose(self, language: str, key: str, params: Mapping[str, str]) -> str:
        template = self.text(language, key)
        lacking = [name for name in _PARAM.findall(template) if not params.get(name)]
        if not lacking:
            return template
        plain = self.find(language, f"{key}_plain")
        if plain is None:
            raise KeyError(f"catalogue {language}: {key} needs the param {lacking[0]!r} and has no plain variant")
        if missing := [name for name in _PARAM.findall(plain) if not params.get(name)]:
            raise KeyError(f"catalogue {language}: {key}_plain needs the param {missing[0]!r}")
        return plain

    def _lamps(self, prompt: Prompt, language: str) -> tuple[tuple[str, str], ...]:
        rows = [row for content in prompt.contents if isinstance(content, Lamps) for row in content.rows]
        return tuple((self.text(language, f"part.{row.what}"), self._stands(row, language)) for row in rows)

    def _stands(self, row: Lamp, language: str) -> str:
        wrong = [self.text(language, f"word.troubles.{trouble}") for trouble in row.troubles]
        words = self.text(language, "lamp.and").join(wrong) or self.text(language, f"lamp.{row.state}")
        if row.count is None:
            return words
        return self.filled(language, "lamp.count", {"words": words, "count": str(row.count)})

    def _notes(self, prompt: Prompt, language: str) -> dict[str, str]:
        noted = [choice for choice in prompt.choices if choice.note]
        return {choice.name: self.filled(language, f"tile.{choice.note}", {"reason": choice.why}) for choice in noted}

    def _optional(self, language: str, key: str, params: Mapping[str, str]) -> str:
        if self.find(language, key) is None:
            return ""
        return self.filled(language, key, params)

    def _values(self, language: str, params: Mapping[str, str]) -> dict[str, str]:
        return {name: self._word(language, name, value) for name, value in params.items()}

    def _word(self, language: str, param: str, value: str) -> str:
        """`word.<param>.<value>` where there is one, else `word.<param>.any` around the value, else the value itself."""
        if (word := self.find(language, f"word.{param}.{value}")) is not None:
            return word
        if (around := self.find(language, f"word.{param}.any")) is not None:
            return around.replace("{value}", value)
        return in_words(value, language)

    def _spoken(self, prompt: Prompt, language: str) -> tuple[SpokenText, ...]:
        fields = ["say"] if self.find(language, f"{prompt.name}.say") is not None else ["title", "body"]
        values = self._values(language, prompt.params)
        said = []
        for name in fields:
            key = f"{prompt.name}.{name}"
            if name == "body" and self.find(language, key) is None:
                continue
            template = self._choose(language, key, prompt.params)
            pieces = tuple(_pieces(template, values, prompt.private, joiner="" if language.startswith("zh") else " "))
            if any(piece.text.strip() for piece in pieces):
                plain = template == self.find(language, f"{key}_plain")
                said.append(SpokenText(f"{key}_plain" if plain else key, pieces))
        return tuple(said)


@cache
def catalogue() -> Catalogue:
    """The one catalogue of this program."""
    return Catalogue.load()


def in_words(value: str, language: str) -> str:
    """Dates in words of the language: 2027-03-08 and 2027年3月8日 -> 2027年3月8日 / 8 March 2027. The rest unchanged."""
    chinese = _ISO_DATE.sub(lambda iso: f"{int(iso[1])}年{int(iso[2])}月{int(iso[3])}日", value)
    if language.startswith("zh"):
        return chinese
    return _WORD_DATE.sub(_english_date, chinese)


def _english_date(day: re.Match[str]) -> str:
    month = int(day[2])
    return f"{int(day[3])} {MONTHS_EN[month - 1]} {day[1]}" if 1 <= month <= 12 else day[0]


def _fill(template: str, values: Mapping[str, str]) -> str:
    return _PARAM.sub(lambda param: values[param[1]], template)


def _pieces(template: str, values: Mapping[str, str], private: frozenset[str], joiner: str) -> Iterator[Piece]:
    for index, part in enumerate(_PARAM.split(template.replace("\n", joiner))):
        if index % 2 == 0:
            if part:
                yield Piece(part)
        else:                                   # a private one is silent, and the pieces after it keep their numbers
            yield Piece("" if part in private else values[part], part)


def _merged(folder: Path) -> dict[str, str]:
    merged: dict[str, str] = {}
    for file in sorted(folder.glob("*.toml")):
        for key, text in _flat(tomllib.loads(file.read_text("utf-8"))):
            if key in merged:
                raise ValueError(f"catalogue: {key} stands in {file.name} and in another file")
            merged[key] = text
    return merged


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{key}.")
        elif isinstance(value, str):
            yield key, value
        else:
            raise ValueError(f"catalogue: {key} is not text")
