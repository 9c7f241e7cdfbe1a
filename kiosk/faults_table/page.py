"""The table as Markdown, with the sentences themselves: the second half of docs/failures.md."""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from kiosk.faults_table import Row, table
from kiosk.texts import LANGUAGES, catalogue

LANGUAGE = LANGUAGES[0]
MARK = "<!-- From here on made by `python -m kiosk.faults_table docs/failures.md` from kiosk/faults_table. -->"
INTRO = """
## Every fault of every machine

What stands here is walked by the tests row by row (`tests/kiosk/faults`): the simulated machine gets the fault, a citizen goes
through her visit, and exactly these screens, this sentence and these incidents must come about. *Technicians only*: the
tests of the machine itself show the fault; no citizen's visit is walked with it yet."""


def rewritten(page: str, rows: Iterable[Row] | None = None) -> str:
    """The page with its second half made anew. Raises ValueError where the mark is missing."""
    head, mark, _ = page.partition(MARK)
    if not mark:
        raise ValueError("the page has no mark")
    return f"{head}{MARK}\n{INTRO}\n" + "\n".join(lines(table() if rows is None else rows)) + "\n"


def lines(rows: Iterable[Row]) -> Iterator[str]:
    for device, of_device in groupby(rows, key=lambda row: row.device):
        yield f"\n### {part(device)} (`{device}`)\n"
        yield "| fault | when | she sees | she hears | technicians are told | |"
        yield "|---|---|---|---|---|---|"
        for row in of_device:
            yield f"| `{row.fault}`: {row.what} | {when(row)} | {sees(row)} | {hears(row)} | {told(row)} | {row.note} |"


def part(device: str) -> str:
    return catalogue().text(LANGUAGE, f"part.{device}")


def when(row: Row) -> str:
    if not row.walked:
        return ""
    often = {0: "from then on", 1: "once"}.get(row.times, f"{row.times} times")
    return f"{'before she comes' if row.when == 'before' else f'at `{row.when}`'}, {often}"


def sees(row: Row) -> str:
    if not row.walked:
        return "*technicians only*"
    return " → ".join(f"`{name}`" for name in (*row.via, row.screen))


def hears(row: Row) -> str:
    if not row.says:
        return ""
    texts = catalogue()
    template = texts.text(LANGUAGE, row.says)
    reason = texts.text(LANGUAGE, f"word.reason.{row.reason}") if row.reason else ""
    return template.replace("{reason}", reason).replace("{slip}", "").replace("\n", "，")


def told(row: Row) -> str:
    texts = catalogue()
    said = []
    for kind in row.incidents:
        words, todo = texts.find(LANGUAGE, f"word.troubles.{kind}"), texts.find(LANGUAGE, f"todo.{kind}")
        said.append(f"`{kind}` {words}。{todo}" if words and todo else f"`{kind}`")
    return "<br>".join(said)


def write(path: Path) -> None:
    path.write_text(rewritten(path.read_text("utf-8")), "utf-8")
