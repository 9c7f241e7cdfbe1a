"""J12: a document is chosen, paid for where it costs something, printed and counted once - and every way it can go wrong."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import trio

from kiosk.prompts import Prompt, ToPay
from kiosk.terminal import House
from remote.central.documents.tables import documents
from remote.central.payment.simulated import refunds
from remote.central.payment.tables import orders, payments
from remote.central.store.schema import help_calls
from remote.messages import IdentityEvidence
from tests.kiosk.rig import Hall, Hand, Person, Post, Settings, in_hall

FREE, PAID = "social_insurance", "property"
FEE = 1000               # tariffs.yaml: property


def settings() -> Settings:
    return Settings(pages=True, house=House(offered=("print_certificate", "my_matters"), identity=IdentityEvidence.CARD_ALONE))


def chooses(kind: str) -> Hand:
    return lambda person: person.post.touch(f"document_{kind}", kind)


def first_part(person: Person) -> None:
    prompt = person.post.screen.prompt
    assert prompt is not None
    person.post.touch(prompt.choices[0].name, prompt.choices[0].value)


async def pays(person: Person) -> None:
    """Her phone reads the code on the screen."""
    await trio.sleep(5)
    bank(person.post).pay(code_on(person.post.screen.prompt))


def bank(post: Post) -> Any:
    return post.hall.centre.bank


def code_on(prompt: Prompt | None) -> str:
    assert prompt is not None
    shown = next(content for content in prompt.contents if isinstance(content, ToPay))
    return shown.qr.rsplit("/", 1)[1]


def citizen(hall: Hall, kind: str = FREE, **answers: str | Hand) -> Person:
    usual: dict[str, str | Hand] = {
        "choose_document": chooses(kind), "choose_period": first_part, "choose_purpose": first_part,
        "preview_document": "print_now", "take_pages": "have_pages", "pay_amount": "pay_show_qr", "pay_now": pays,
        "pay_cancelled": "understood", "pay_expired": "understood", "pay_refunding": "understood", "pay_unknown": "finish",
        "not_printed": "later", "printed_in_part": "later", "pages_unknown": "finish", "paid_not_made": "refund_now",
        "paid_kept": "finish",
    }  # fmt: skip
    return Person(hall.post, **{**usual, **answers})


async def prints(hall: Hall, person: Person, *until: str) -> Prompt:
    await person.goes("privacy", service="print_certificate")
    return await person.goes_on(*(until or ("home",)))


def copies(hall: Hall) -> list[tuple[str, str]]:
    """(kind, state) of every numbered copy."""
    with hall.centre.engine.connect() as connection:
        rows = connection.execute(sa.select(documents).order_by(documents.c.number)).all()
    return [(row.kind, row.state) for row in rows]


def money(hall: Hall) -> dict[str, int]:
    """Fen by where they are: taken for something delivered, going or gone back, still owed."""
    with hall.centre.engine.connect() as connection:
        moved = connection.execute(sa.select(payments, orders.c.fulfilled_at).join(orders)).all()
        back = sum(row.fen for row in connection.execute(sa.select(refunds)).all())
    earned = sum(row.fen for row in moved if row.state == "holds" and row.fulfilled_at is not None)
    owed = sum(row.fen for row in moved if row.state == "holds" and row.fulfilled_at is None)
    assert back == sum(row.fen for row in moved if row.state == "refunded")
    return {"earned": earned, "owed": owed, "back": back}


def words_on_slips(hall: Hall) -> str:
    return "".join(hall.post.slips_out).replace("\n", "")


def sides(hall: Hall) -> int:
    assert hall.post.pages is not None
    return len(hall.post.pages.model.printed)


def story(tell: Callable[[Hall], Awaitable[None]]) -> Callable[[Path], None]:
    def test(tmp_path: Path) -> None:
        in_hall(tmp_path, tell, settings=settings())

    test.__name__, test.__doc__ = getattr(tell, "__name__", "test"), tell.__doc__
    return test


@story
async def test_she_takes_the_pages_and_the_copy_is_counted_once(hall: Hall) -> None:
    person = citizen(hall)
    taken = await prints(hall, person, "take_pages")
    await person.goes_on("home")
    assert copies(hall) == [(FREE, "delivered")] and sides(hall) == int(taken.params["pages"]) > 0
    assert hall.post.terminal.heart.journal.open_plans() == []
    assert "pay_amount" not in hall.post.screen.names


@story
async def test_the_preview_is_masked_and_nothing_is_counted_by_looking(hall: Hall) -> None:
    person = citizen(hall, preview_document="back")
    await prints(hall, person)
    assert copies(hall) == [] and sides(hall) == 0


@story
async def test_larger_letters_are_previewed_and_printed(hall: Hall) -> None:
    sizes = iter(["letters_normal", "letters_large", "print_now"])
    person = citizen(hall, preview_document=lambda who: who.post.touch(next(sizes)))
    await prints(hall, person)
    with hall.centre.engine.connect() as connection:
        assert connection.execute(sa.select(documents.c.large_print)).scalar_one() is True


@story
async def test_what_costs_something_is_paid_first_and_the_money_is_earned_by_the_pages(hall: Hall) -> None:
    person = citizen(hall, PAID)
    await prints(hall, person)
    assert copies(hall) == [(PAID, "delivered")] and money(hall) == {"earned": FEE, "owed": 0, "back": 0}
    assert hall.owed() == []


@story
async def test_she_does_not_want_to_pay_and_nothing_is_taken_or_printed(hall: Hall) -> None:
    person = citizen(hall, PAID, pay_now="stop_paying")
    await prints(hall, person, "pay_cancelled")
    await person.goes_on("home")
    assert copies(hall) == [] and money(hall) == {"earned": 0, "owed": 0, "back": 0}


@story
async def test_money_that_is_quicker_than_her_no_goes_back_and_she_is_told_so(hall: Hall) -> None:
    async def stops_and_pays(person: Person) -> None:
        token = code_on(person.post.screen.prompt)
        bank(person.post).notify, bank(person.post).away = lambda order_no: None, True
        person.post.touch("stop_paying")
        await person.post.shows("pay_closing")
        bank(person.post).pay(token)
        bank(person.post).away = False

    person = citizen(hall, PAID, pay_now=stops_and_pays)
    await prints(hall, person, "pay_refunding")
    await person.goes_on("home")
    await trio.sleep(120)
    assert copies(hall) == [] and money(hall) == {"earned": 0, "owed": 0, "back": FEE}


@story
async def test_nobody_pays_and_the_time_runs_out(hall: Hall) -> None:
    person = citizen(hall, PAID, pay_now=lambda who: None)
    await prints(hall, person, "pay_expired")
    assert money(hall) == {"earned": 0, "owed": 0, "back": 0}


@story
async def test_late_money_goes_back_by_itself(hall: Hall) -> None:
    tokens: list[str] = []
    person = citizen(hall, PAID, pay_now=lambda who: tokens.append(code_on(who.post.screen.prompt)))
    await prints(hall, person)
    bank(hall.post).pay(tokens[0], although_closed=True)
    await trio.sleep(120)
    assert money(hall) == {"earned": 0, "owed": 0, "back": FEE}


@story
async def test_the_line_breaks_while_she_pays_and_nothing_is_shown_as_paid_before_the_centre_says_so(hall: Hall) -> None:
    async def pays_into_silence(person: Person) -> None:
        hall.post.network.away = True
        bank(person.post).pay(code_on(person.post.screen.prompt))
        await hall.post.shows("pay_asking")
        await trio.sleep(20)
        hall.post.network.away = False

    person = citizen(hall, PAID, pay_now=pays_into_silence)
    await prints(hall, person)
    assert copies(hall) == [(PAID, "delivered")] and money(hall)["earned"] == FEE


@story
async def test_the_line_stays_broken_while_she_pays_and_the_slip_says_do_not_pay_again(hall: Hall) -> None:
    def pays_into_silence(person: Person) -> None:
        hall.post.network.away = True
        bank(person.post).pay(code_on(person.post.screen.prompt))

    person = citizen(hall, PAID, pay_now=pays_into_silence)
    await prints(hall, person, "pay_unknown")
    assert "请先别再付" in words_on_slips(hall)
    await person.goes_on("out_of_service")
    hall.post.network.away = False
    await trio.sleep(45 * 60)                       # settled: paid and never used, so it goes back
    assert hall.post.terminal.heart.journal.open_plans() == []
    assert money(hall) == {"earned": 0, "owed": 0, "back": FEE}


def faulty(name: str) -> Callable[[Person], None]:
    def act(person: Person) -> None:
        assert person.post.pages is not None
        person.post.pages.faults.set(name)
        person.post.touch("print_now")

    return act


@story
async def test_the_tray_is_empty_before_the_job_and_no_copy_is_counted(hall: Hall) -> None:
    def empties(person: Person) -> None:
        person.post.pages.model.load(0)  # type: ignore[union-attr]
        person.post.touch("print_now")

    person = citizen(hall, preview_document=empties)
    told = await prints(hall, person, "not_printed")
    assert told.params["printer"] == "media-empty"
    await person.goes_on("home")
    assert sides(hall) == 0 and copies(hall) == [(FREE, "void")]


@story
async def test_a_jam_after_payment_and_she_wants_her_money_back(hall: Hall) -> None:
    person = citizen(hall, PAID, preview_document=faulty("jam_in_mid_job"))
    await prints(hall, person, "paid_not_made")
    await person.goes_on("pay_refunding")
    await person.goes_on("home")
    await trio.sleep(120)
    assert money(hall) == {"earned": 0, "owed": 0, "back": FEE}
    assert [state for _, state in copies(hall)] == ["failed"]


@story
async def test_a_jam_after_payment_and_staff_clears_it_and_the_next_try_has_the_same_number(hall: Hall) -> None:
    def cleared(person: Person) -> None:
        pages = person.post.pages
        assert pages is not None
        pages.faults.clear()
        pages.model.clear_jam()
        person.post.touch("try_again")

    person = citizen(hall, PAID, preview_document=faulty("jam_in_mid_job"), printed_in_part=cleared, not_printed=cleared,
                     paid_not_made=cleared)
    await prints(hall, person)
    assert copies(hall) == [(PAID, "delivered")] and money(hall) == {"earned": FEE, "owed": 0, "back": 0}
    assert "printer_waits" in hall.post.screen.names and len(helps(hall)) == 1      # staff came because staff was called


def helps(hall: Hall) -> list[Any]:
    with hall.centre.engine.connect() as connection:
        return list(connection.execute(sa.select(help_calls)).all())


@story
async def test_the_printer_dies_in_mid_job_and_nothing_is_printed_again_by_itself(hall: Hall) -> None:
    person = citizen(hall, preview_document=faulty("dies_in_mid_job"))
    await prints(hall, person, "pages_unknown")
    printed = sides(hall)
    assert "机器不会自己再打" in words_on_slips(hall)
    await person.goes_on("home")
    hall.post.pages.faults.clear()  # type: ignore[union-attr]
    hall.post.pages.model.power_on()  # type: ignore[union-attr]
    await trio.sleep(600)
    assert sides(hall) == printed and [state for _, state in copies(hall)] in (["unknown"], ["failed"])


@story
async def test_the_terminal_is_killed_while_pages_come_out_and_finds_out_afterwards(hall: Hall) -> None:
    person = citizen(hall, "payment_list")
    await prints(hall, person, "printing_pages")
    await hall.post.until(lambda: sides(hall) >= 1)
    await hall.post.restart()
    await hall.post.shows("home")
    await trio.sleep(60)
    assert [state for _, state in copies(hall)] == ["delivered"]
    assert hall.post.terminal.heart.journal.open_plans() == []


@story
async def test_the_terminal_is_killed_before_the_job_is_sent_and_no_page_comes_for_the_next_citizen(hall: Hall) -> None:
    await prints(hall, citizen(hall), "printing_pages")
    await hall.post.until(lambda: copies(hall))
    assert sides(hall) == 0
    await hall.post.restart()
    await hall.post.shows("home")
    await trio.sleep(60)
    assert sides(hall) == 0 and [state for _, state in copies(hall)] in (["void"], ["failed"])


@pytest.mark.parametrize("lie", ["job_dropped", "completed_without_paper"])
def test_what_others_print_later_does_not_prove_that_her_pages_came_out(tmp_path: Path, lie: str) -> None:
    """Seeds 198 and 336 of the simulation: the machine's counts went up by as many sides, and the copy was called delivered."""

    async def tell(hall: Hall) -> None:
        pages = hall.post.pages
        assert pages is not None
        pages.faults.set(lie, 1)
        await prints(hall, citizen(hall), "pages_unknown")
        await hall.post.restart()
        await trio.sleep(90)
        await prints(hall, citizen(hall), "take_pages")
        await hall.post.restart()
        await hall.post.shows("home")
        await trio.sleep(60)
        assert sorted(state for _, state in copies(hall)) == ["delivered", "unknown"]

    in_hall(tmp_path, tell, settings=settings())


@story
async def test_more_than_three_copies_a_day_are_refused_in_words(hall: Hall) -> None:
    for _ in range(3):
        await prints(hall, citizen(hall))
    refused = await prints(hall, citizen(hall), "refusal_too_many_copies", "take_pages")
    assert refused.name == "refusal_too_many_copies"


@pytest.mark.parametrize("fate", ["lost_there", "lost_back", "not_sent"])
def test_the_answer_to_the_issue_is_lost_and_nothing_is_printed_or_counted(tmp_path: Path, fate: str) -> None:
    async def tell(hall: Hall) -> None:
        hall.post.network.fates["issue"] = fate
        person = citizen(hall)
        await prints(hall, person, "not_printed")
        hall.post.network.fates.clear()
        await person.goes_on("home")
        await trio.sleep(90)
        assert sides(hall) == 0 and all(state == "void" for _, state in copies(hall))

    in_hall(tmp_path, tell, settings=settings())
