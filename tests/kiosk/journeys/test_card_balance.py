"""J18: balance and the last trips, by the card alone: no login, no name, and the line may be dead."""
from __future__ import annotations

from datetime import date, datetime, time

from card.crypto import Kind
from card.log_file import LogFile, LogRecord
from card.transit_files import Trip, TripFile, TripType
from card.virtual.card import VirtualCard
from card.virtual.tree import LOG_FILE
from kiosk.prompts import Facts, Prompt
from tests.kiosk.journeys.top_up_world import BEFORE, Holder_, a_card, money, on_card, story
from tests.kiosk.rig import Hall

BUS = bytes.fromhex("0000341600000017")
TERMINAL = bytes.fromhex("341600000099")


def with_past(card: VirtualCard) -> VirtualCard:
    """Two payments, a ride that both files tell of, and a record that cannot be read."""
    payments = [
        LogRecord(3, 0, 350, Kind.PURCHASE_EP, TERMINAL, date(2026, 2, 28), time(10, 15)),
        LogRecord(2, 0, 200, Kind.COMPOSITE, TERMINAL, date(2026, 2, 27), time(8, 20)),
        LogRecord(1, 0, 2000, Kind.LOAD_EP, TERMINAL, date(2026, 2, 20), time(9, 0)),
    ]
    ride = Trip(TripType.SINGLE, BUS, 1, bytes(7), 200, 1580, datetime(2026, 2, 27, 8, 20), "3416", BUS)
    log = b"".join(LogFile.encode(one) for one in payments) + b"\x99" * LogFile.SIZE
    trips = TripFile.encode(ride).ljust(TripFile.SIZE * TripFile.RECORDS, b"\xff")
    card.eeprom.commit({LOG_FILE.cell: log.ljust(LogFile.SIZE * LogFile.RECORDS, b"\xff"), f"file/{TripFile.FID:04x}": trips})
    return card


def rows(prompt: Prompt) -> tuple[tuple[str, str], ...]:
    return next(content for content in prompt.contents if isinstance(content, Facts)).rows


@story
async def test_balance_and_what_the_card_remembers_newest_first(hall: Hall) -> None:
    person = Holder_(hall.post, with_past(a_card()))
    shown = await person.begins("card_balance", "card_balance")
    assert shown.params["balance"] == "12.30"
    assert rows(shown) == (
        ("card_purchase", "2026-02-28 10:15  -3.50"), ("card_single", "2026-02-27 08:20  -2.00"),
        ("card_load", "2026-02-20 09:00  +20.00"),
    )  # fmt: skip
    hall.post.touch("page_after")
    await hall.post.until(lambda: hall.post.screen.prompt is not shown)
    second = hall.post.screen.prompt
    assert second is not None and rows(second) == (("card_unreadable", ""),)
    hall.post.touch("finish")
    await hall.post.shows("take_citizen_card")
    person.pulls()
    await hall.post.shows("home")


@story
async def test_without_the_centre_the_balance_is_shown_all_the_same(hall: Hall) -> None:
    hall.post.network.fates["loads/"] = "not_sent"
    shown = await Holder_(hall.post, a_card()).begins("card_balance", "card_balance")
    assert shown.params["balance"] == "12.30"


@story
async def test_nobody_is_asked_who_she_is_and_no_name_is_shown(hall: Hall) -> None:
    await Holder_(hall.post, a_card()).begins("card_balance")
    assert not {"privacy", "lay_id", "confirm_person"} & set(hall.post.screen.names)
    assert hall.post.slips_out == [] and not {"check_person", "check"} & set(hall.post.network.asked)


@story
async def test_from_the_balance_on_to_topping_up(hall: Hall) -> None:
    answers = iter(["top_up_now", "finish"])
    person = Holder_(hall.post, a_card(), card_balance=lambda who: who.post.touch(next(answers)))
    await person.begins("card_balance")
    assert on_card(person.card) == BEFORE + 5000 and money(hall)["earned"] == 5000


@story
async def test_taken_out_too_early_is_asked_for_again(hall: Hall) -> None:
    from card.virtual.tear import Moment, Tear

    card = a_card()
    card.tear = Tear(Moment.BEFORE_COMMIT)

    async def hand() -> None:
        await hall.post.until(lambda: card.tear is None)
        hall.post.card_slot.remove()

    hall.nursery.start_soon(hand)
    await Holder_(hall.post, card).begins("card_balance", "card_out_early")
