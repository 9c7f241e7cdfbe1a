"""Which deaths there are; and a few of them, died for real."""
from __future__ import annotations

import re
from pathlib import Path

import pytest

from devices.card_printer.codec import Command
from tests.kill.deaths import deaths
from tests.kill.instants import Instants, meaning
from tests.kill.journeys import CARD, JOURNEYS, PAPER, TOP_UP
from tests.kill.run import main

TAKEN = ["call intent | row on the disk", "hand_over intent | card_printer Se sent", "hand_over done | row on the disk"]
NOT_TAKEN = [
    "hand_over intent | card_printer Se sent", "hand_over intent | CardPrinter.capture begins",
    "hand_over intent | card_printer Xca sent", "register done | row on the disk", "slip done | row on the disk",
]  # fmt: skip


def test_each_instant_once_and_at_the_exit_with_everybody_who_could_stand_there() -> None:
    visits = {"taken": TAKEN, "not_taken": NOT_TAKEN}
    killed = deaths(JOURNEYS[CARD], visits, kill=True, power=False)
    assert [p.number for p in killed] == list(range(1, 8))
    assert [p.instant for p in killed if p.behaviour == "not_taken"] == NOT_TAKEN[1:4]
    assert [(p.takes_when_called, p.in_the_dark) for p in killed if "Se sent" in p.instant] == [(False, False), (True, False)]
    cut = deaths(JOURNEYS[CARD], visits, kill=False, power=True)
    assert [(p.takes_when_called, p.in_the_dark) for p in cut if "Se sent" in p.instant] == [
        (False, False), (True, False), (False, True)]  # fmt: skip
    assert all(p.power for p in cut)


def test_a_question_asked_again_and_again_is_one_instant_until_the_next_row() -> None:
    passed: list[str] = []
    instants = Instants(passed.append)
    instants.at("before she came")
    instants.listening = True
    for _ in range(3):
        instants.at("status", once=True)
        instants.at("a command")
    instants.after = "feed intent"
    instants.at("status", once=True)
    commands = ["start | a command", "start | a command (2)", "start | a command (3)"]
    assert passed == ["start | status", *commands, "feed intent | status"]


@pytest.mark.parametrize(
    ("command", "means"),
    [
        (Command("Sis"), ("Sis", 3.5, False)),
        (Command("Db", ("y", "2"), bytes(82_296)), ("Db;y", 0.0, False)),
        (Command("Xst"), ("Xst", 0.0, True)),
    ],
)
def test_what_bytes_to_the_card_printer_mean(command: Command, means: tuple[str, float, bool]) -> None:
    assert meaning("card_printer", command.encode()) == means


@pytest.mark.parametrize(("journey", "every"), [(CARD, 150), (PAPER, 130), (TOP_UP, 230)])
def test_a_few_deaths_for_real(journey: str, every: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two or three; `./run test` dies more often after these."""
    code = main(["--journey", journey, "--every", str(every), "--halls", "1", "--keep", str(tmp_path)])
    last = capsys.readouterr().out.strip().splitlines()[-1]
    assert re.fullmatch(r"\d+ points, 0 violations, recovery p95 \d+\.\d\d s", last), last
    assert code == 0
