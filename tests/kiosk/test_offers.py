"""What is offered before anybody starts: the verdicts, and what the home screen makes of them."""
from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import trio

from kiosk.health.found import Found, Looked
from kiosk.health.needs import CARD_NOW, NEEDS
from kiosk.health.offers import NotNow, Offered, Verdict, offers
from kiosk.supplies import UNITS, Booked, Seen, UnitState, reconcile
from kiosk.terminal import House
from remote.messages import IdentityEvidence
from tests.kiosk.rig import Hall, Person, Settings, in_hall

DEVICES = ("id_reader", "card_printer", "a4_printer")


def found(missing: str = "", **states: UnitState) -> Found:
    units = {
        spec.id: reconcile(spec, Booked(count=50), Seen(states.get(spec.id, UnitState.OK)))
        for spec in UNITS.values() if spec.device in DEVICES and spec.device != missing
    }  # fmt: skip
    return Found({name: Looked(name, works=name != missing) for name in DEVICES}, units, centre=missing != "centre")


def verdicts(seen: Found, closed: Mapping[str, str] | None = None) -> dict[str, Verdict]:
    return offers(seen, NEEDS, closed or {})


def test_everything_works_and_everything_is_offered() -> None:
    assert all(isinstance(verdict, Offered) and verdict.whole for verdict in verdicts(found()).values())


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (found(card_hopper=UnitState.EMPTY), "no_blanks"),
        (found(card_hopper=UnitState.UNKNOWN), "no_blanks"),
        (found(ribbon=UnitState.EMPTY), "card_machine"),
        (found(reject_bin=UnitState.FULL), "card_machine"),
        (found("card_printer"), "card_machine"),
    ],
)
def test_x13_no_card_now_and_the_mail_stays(seen: Found, reason: str) -> None:
    assert verdicts(seen)["senior_card"] == Offered({CARD_NOW: reason}) and verdicts(seen)[CARD_NOW] == NotNow(reason)
    assert verdicts(seen, {"card_by_mail": "no_mail"})["senior_card"] == NotNow(reason)


def test_what_a_machine_cannot_tell_closes_nothing_but_the_blanks() -> None:
    assert verdicts(found(ribbon=UnitState.UNKNOWN, capture_bin=UnitState.UNKNOWN))[CARD_NOW] == Offered({})


def test_no_paper_closes_the_certificate_alone() -> None:
    seen = verdicts(found(a4_tray=UnitState.EMPTY))
    assert seen["print_certificate"] == NotNow("no_paper") and seen["senior_card"] == Offered({})
    assert verdicts(found("a4_printer"))["print_certificate"] == NotNow("paper_machine")


def test_without_the_centre_nothing_is_begun_and_without_the_reader_neither() -> None:
    assert {verdicts(found("centre"))[name] for name in ("senior_card", "my_matters")} == {NotNow("network")}
    assert verdicts(found("id_reader"))["my_matters"] == NotNow("no_devices")


def test_the_tile_says_it_before_she_starts_and_the_mail_is_there(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.machine.faults.set("hopper_empty")
        await post.until(lambda: post.screen.prompt and post.screen.prompt.name == "home" and post.screen.prompt.choices[0].note)
        tile = post.screen.prompt.choices[0] if post.screen.prompt else None
        assert tile is not None and (tile.note, tile.why, tile.able) == ("by_mail", "no_blanks", True)
        only = await Person(post).goes("mail_only")
        assert only.params["reason"] == "no_blanks"

    in_hall(tmp_path, story)


def test_a_greyed_tile_says_why_and_where_else_and_home_comes_back(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.unplug("printer")
        await post.shows("home")
        await post.until(lambda: post.screen.prompt and not all(choice.able for choice in post.screen.prompt.choices))
        post.touch("senior_card")
        why = await post.shows("not_now")
        assert dict(why.params) == {"reason": "card_machine", "place": "二楼大厅"}
        await trio.sleep(25)
        await post.shows("home", within_s=1)
        assert "privacy" not in post.screen.names

    house = House(identity=IdentityEvidence.CARD_ALONE, mail=False, nearest="二楼大厅")
    in_hall(tmp_path, story, settings=Settings(house=house))


def test_the_centre_hears_of_a_change_once(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post

        def told(kind: str) -> list[str]:
            with hall.centre.engine.connect() as connection:
                return [row[0] for row in connection.exec_driver_sql(f"SELECT body FROM events WHERE kind = '{kind}'")]

        await post.shows("home")
        await trio.sleep(100)
        before = len(told("health"))
        post.slips.faults.set("paper_out")
        await trio.sleep(100)
        assert len(told("health")) == before + 1 and "slip_paper_empty" in told("health")[-1]
        post.slips.faults.clear()
        await trio.sleep(100)
        post.slips.faults.set("paper_out")
        await trio.sleep(100)
        assert len(told("health")) == before + 3
        assert sum("slip_paper_empty" in body for body in told("incident")) == 1       # one in an hour of a kind

    in_hall(tmp_path, story)
