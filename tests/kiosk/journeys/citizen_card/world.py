"""A hall whose home has the tile 市民卡, for stories of its menu."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import trio

from card.files import Holder, PublicInformation, PublicInformationFile, serial_of
from card.pin import PinEncoding
from card.transit_files import CardKind, Management, ManagementFile
from card.virtual import issue
from card.virtual.card import VirtualCard
from kiosk.citizen_slot import CitizenSlot
from kiosk.prompts import Digits, Prompt
from kiosk.terminal import House
from remote.central.citizen_cards.tables import citizen_cards, scripts
from remote.central.keys.software import masters_of_seed
from remote.central.store.schema import persons
from remote.messages import IdentityEvidence
from tests.kiosk.journeys.top_up_world import SEED, Holder_, inserts, pulls
from tests.kiosk.rig import Hall, Hand, Post, Settings, in_hall
from tests.tear.station import OF_THE_SERVICE, How, Tearing, Torn

PIN_CELL = "pin/1001"
OLD, NEW = "123456", "284917"
TRIES = 3


def settings() -> Settings:
    house = House(offered=("citizen_card", "my_matters"), identity=IdentityEvidence.CARD_ALONE)
    return Settings(citizen_card=True, house=house)


def pin_of(card: VirtualCard, encoding: PinEncoding = PinEncoding.BCD) -> str:
    """Straight from its memory."""
    value = card.eeprom[PIN_CELL][3:]
    return value.hex().rstrip("f") if encoding is PinEncoding.BCD else value.decode()


def tries_of(card: VirtualCard) -> int:
    return card.eeprom[PIN_CELL][0]


def with_tries(card: VirtualCard, tries: int) -> VirtualCard:
    card.eeprom.commit({PIN_CELL: bytes((tries,)) + card.eeprom[PIN_CELL][1:]})
    return card


def types(*numbers: str) -> Hand:
    """One number after the other, each time the screen asks; the last one again and again."""
    left = list(numbers)
    return lambda person: person.post.touch("done", left.pop(0) if len(left) > 1 else left[0])


def slot_of(post: Post) -> CitizenSlot:
    slot = post.terminal.parts.citizen_card
    assert slot is not None
    return slot


class Citizen(Holder_):
    """Somebody who touches 市民卡 and what she wants in it."""

    def __init__(self, post: Post, card: VirtualCard, **answers: str | Hand) -> None:
        super().__init__(post, card, **{**USUAL, **answers})
        self.citizen = post.hall.citizens[OWNER]

    @property
    def shown(self) -> str:
        return "" if self.post.screen.prompt is None else self.post.screen.prompt.name

    async def wants(self, *way: str, until: tuple[str, ...] = ("home",)) -> Prompt:
        """From home by these tiles, until one of `until` is shown."""
        await self.post.shows("home")
        menu = "home"
        for tile in ("citizen_card", *way):
            await self.post.shows(menu)
            self.post.touch(tile)
            menu = f"{tile}_menu"
        await self.post.until(lambda: not self.shown.endswith(("_menu", "home")))
        return await self.goes_on(*until)


USUAL: dict[str, str | Hand] = {
    "old_pin": types(OLD), "new_pin": types(NEW), "new_pin_again": types(NEW), "pin_changed": "finish", "pin_not_known": "finish",
    "pin_not_changed": "later", "pin_locked": "understood", "card_put_again": inserts, "card_is_another": "later",
    "card_activated": "finish", "concession_set": "finish", "pin_was_reset": "finish", "card_registering": "finish",
    "card_not_written": "later", "card_not_known": "finish", "concession_already": "understood", "pin_dead": "understood",
    "card_loss_confirm": "card_loss_yes", "card_lost_now": "finish", "card_lost_before": "finish", "card_state": "finish",
    "pin_too_simple": "understood", "pins_differ": "understood", "take_citizen_card": pulls, "insert_card": inserts,
}  # fmt: skip


def nothing_of_a_pin_is_left(hall: Hall, *pins: str) -> None:
    """Not in the slot, not on a screen that was shown, not in any file of a terminal."""
    for post in hall.posts:
        assert slot_of(post).her_pin == slot_of(post).new_pin == ""
        for file in post.folder.rglob("*"):
            if file.is_file():
                assert not any(pin.encode() in file.read_bytes() for pin in pins), file
        assert not any(pin in slip for pin in pins for slip in post.slips_out)


def asks_for_a_pin(prompt: Prompt) -> bool:
    return any(isinstance(content, Digits) and content.hidden for content in prompt.contents)


def story(tell: Callable[[Hall], Awaitable[None]]) -> Callable[[Path], None]:
    def test(tmp_path: Path) -> None:
        in_hall(tmp_path, tell, settings=settings())

    test.__name__, test.__doc__ = getattr(tell, "__name__", "test"), tell.__doc__
    return test


# -- torn -------------------------------------------------------------------------------------------------------------

HOWS = [how for how in How if how not in OF_THE_SERVICE]


def torn_hall(folder: Path, at: int | None, how: How, tell: Callable[[Hall, Tearing], Awaitable[None]]) -> None:
    """The card is torn out of terminal 1 at its exchange `at`, or the terminal dies there."""

    async def world(hall: Hall) -> None:
        post = hall.posts[0]
        tearing = Tearing(at, how, post.cut_off)
        post.card_station = Torn(post.card_station, lambda: post.card_slot.card, tearing, post.card_slot.remove)
        for one in hall.posts:
            await one.start()
        await tell(hall, tearing)

    in_hall(folder, world, terminals=1, settings=settings(), start=False)


async def until_home_or_dead(hall: Hall, visit: Callable[[], Awaitable[object]]) -> None:
    """A terminal that died is started again, and comes to its home screen."""
    post = hall.posts[0]

    async def ends_with_the_process(scope: trio.CancelScope) -> None:
        await post.over.wait()
        scope.cancel()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(ends_with_the_process, nursery.cancel_scope)
        await visit()
        nursery.cancel_scope.cancel()
    if post.over.is_set():
        await post.start()
        await post.shows("home")


# -- what the centre knows of her card ----------------------------------------------------------------------------------

OWNER = "senior_card_renew"      # an elder with a live senior card


def registered(hall: Hall, card: VirtualCard, key: str = OWNER, *, state: str = "active", **more: object) -> str:
    """Her card on the centre's books; its number."""
    serial = PublicInformationFile.decode(card.eeprom["file/0015"]).serial
    number, today = serial.lstrip("0"), hall.now().date()
    with hall.centre.engine.begin() as connection:
        who = connection.execute(
            sa.select(persons.c.person_id).where(persons.c.id_number == hall.citizens[key].id_number)
        ).scalar_one()
        connection.execute(sa.insert(citizen_cards), {
            "number": number, "person_id": who, "case_id": None, "serial": serial, "state": state, "issued_on": today,
            "valid_to": today + timedelta(days=3650), "reserve_key": None, "terminal": "T1", "place": "", "reason": "",
            "concession": False, "insurance": True, "opened_at": hall.now(), "changed_at": hall.now(), **more,
        })  # fmt: skip
    return number


def on_books(hall: Hall, number: str) -> sa.Row[Any]:
    with hall.centre.engine.connect() as connection:
        return connection.execute(sa.select(citizen_cards).where(citizen_cards.c.number == number)).one()


def scripts_of(hall: Hall) -> list[str]:
    """The states of every script that was permitted, oldest first."""
    with hall.centre.engine.connect() as connection:
        return list(connection.execute(sa.select(scripts.c.state).order_by(scripts.c.at)).scalars())


def a_new_card(number: str = "3416000012345678") -> VirtualCard:
    """Handed over and not switched on."""
    public = PublicInformation(
        bytes.fromhex("00003416FFFFFFFF"), serial_of(number), date(2026, 1, 1), date(2046, 1, 1), application_type=0
    )
    return issue.citizen_card(public, Holder("王秀英", "34160219440307251X"), masters_of_seed(SEED)[0, 1])


def with_management(card: VirtualCard) -> VirtualCard:
    """EF 0017 as the issuer wrote it: an ordinary holder."""
    card.eeprom.commit({"file/0017": ManagementFile.encode(Management("3400", "3416", CardKind.ORDINARY))})
    return card
