"""What is said about a terminal: its state, what is wrong, since when, and what to do, always in the same four answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from remote.console.reads.standing import SHAPES, Row, Standing
from remote.console.texts import Texts
from remote.regions import regions

REGIONS = {county.code: county.name for county in regions()}
ENGLISH = {"341602": "Qiaocheng", "341621": "Woyang", "341622": "Mengcheng", "341623": "Lixin"}


@dataclass(frozen=True)
class Told:
    """`wrong`: the worst first, each as (words, what to do); `shape` goes with the colour of `standing`."""

    standing: str
    shape: str
    name: str
    wrong: tuple[tuple[str, str], ...]

    @property
    def first(self) -> tuple[str, str]:
        return self.wrong[0] if self.wrong else ("", "")


def told(row: Row, text: Texts) -> Told:
    """`row`: standing, out_of_service, wrong."""
    standing = Standing(row["standing"])
    items = [(wrong_words(part, word, text), todo_words(word, text)) for part, word in row["wrong"]]
    if standing in (Standing.DOWN, Standing.FROZEN, Standing.CLOSED, Standing.UNKNOWN, Standing.NEVER):
        reason = text.word("terminals.reason", row.get("out_of_service"))
        items.insert(0, (text(f"fleet.stands_wrong.{standing}", reason=reason), text(f"fleet.stands_todo.{standing}")))
    return Told(standing.value, SHAPES[standing], text(f"fleet.stands.{standing}"), tuple(items))


def wrong_words(part: str, word: str, text: Texts) -> str:
    key = f"terminals.wrong.{word}"
    return text(key) if text.has(key) else text("fleet.part_wrong", part=part_name(part, text))


def todo_words(word: str, text: Texts) -> str:
    key = f"terminals.todo.{word}"
    return text(key) if text.has(key) else ""


def part_name(part: str, text: Texts) -> str:
    return text.word("terminals.part", part)


def region_name(code: str | None, text: Texts) -> str:
    if not code:
        return text("console.elsewhere")
    return ENGLISH.get(code, REGIONS.get(code, code)) if text.language == "en" else REGIONS.get(code, code)


def short_place(place: str, hide: Sequence[str] = ("亳州市",)) -> str:
    """Without the city, which every one of them shares."""
    for start in hide:
        place = place.removeprefix(start)
    return place
