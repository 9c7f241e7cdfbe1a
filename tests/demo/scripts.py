"""The scripts `./run demo --citizen NAME` accepts: what she does, what goes wrong, and how the world must end."""
from __future__ import annotations

from collections.abc import Mapping

import trio

from tests.demo.bills import BILL_SCRIPTS
from tests.demo.citizen import Action, Around, digits, first_pick, lay_card, look_on, take_card, touch
from tests.demo.citizen_cards import CITIZEN_CARD_SCRIPTS
from tests.demo.faces import FACE_SCRIPTS
from tests.demo.operator_day import OPERATOR_SCRIPTS
from tests.demo.own_accounts import OWN_SCRIPTS
from tests.demo.papers import PAPER_SCRIPTS
from tests.demo.script import Check, Phase, Script
from tests.demo.top_ups import TOP_UP_SCRIPTS
from tests.demo.world import World


def one(
    final: str, check: Check, citizen: str, *, afterwards: tuple[Mapping[str, str], ...] = (), **answers: Action
) -> Script:
    return Script(citizen, (Phase(final, answers, afterwards=afterwards),), check)


CLEAR_THE_JAM = ({"machine": "card_printer", "do": "clear_jam"},)


# -- how the world must end -------------------------------------------------------------------------------------------

def has_new_card(world: World) -> list[str]:
    return [
        *world.must(world.live_cards() == 1, f"one live card, found {world.live_cards()}"),
        *world.must(world.taken() == 1, f"one card in her hand, found {world.taken()}"),
        *world.must(world.number_in_hand() == world.live_number(), "the number in her hand is not the live one"),
        *world.books_agree(),
    ]


def old_card_is_dead(world: World) -> list[str]:
    return [*has_new_card(world), *world.must(world.cards_in("replaced", "lost", "cancelled") == 1, "the old card is not dead")]


def nothing_moved(world: World) -> list[str]:
    return [*world.must(world.taken() == 0 and world.fed() == 0, "a blank moved"), *world.books_agree()]


def still_has_old_card(world: World) -> list[str]:
    return [*nothing_moved(world), *world.must(world.live_cards() == 1, "her card is no longer live")]


def ordered_by_mail(world: World) -> list[str]:
    return [*nothing_moved(world), *world.must(world.open_cases("mail") == 1, "no delivery order")]


def nothing_applied(world: World) -> list[str]:
    return [*nothing_moved(world), *world.must(world.open_cases() == 0, "a case was opened")]


def card_is_kept(world: World) -> list[str]:
    return [
        *world.must(world.kept() == 1, "no card lies in the capture bin"),
        *world.must(world.live_cards() == 0, "a kept card must not be live"),
        *world.must(world.cases_in("kept") == 1, "the centre does not know that the card is kept"),
        *world.books_agree(),
    ]


def case_waits(world: World) -> list[str]:
    """Approved and not made: her ID card finds it at any terminal."""
    return [
        *world.must(world.cases_in("approved") == 1, "no approved case waits for her"),
        *world.must(world.live_cards() == 0 and world.taken() == 0, "a card went out"),
        *world.books_agree(),
    ]


# -- what goes wrong --------------------------------------------------------------------------------------------------

async def confirm_and_cut_the_network(around: Around) -> None:
    """The answer to the application is lost, and then the line is dead for a while."""
    await around.net(do="fault", name="lose_answer", count=1000)
    await touch("now")(around)


async def line_is_back(around: Around) -> None:
    await around.net(do="clear", name="lose_answer")
    await touch("finish")(around)


async def jam_and_confirm(around: Around) -> None:
    await around.machine(machine="card_printer", do="fault", name="print_jam", count=1)
    await touch("now")(around)


async def cancel_at_once(around: Around) -> None:
    with trio.move_on_after(5):
        while True:
            shown = around.window.shown
            if shown and shown[1].name == "progress" and any(c.name == "cancel" for c in shown[1].choices):
                break
            await trio.sleep(0.02)
    await trio.sleep(0.4)
    around.touch("cancel")


async def pick_another_address(around: Around) -> None:
    await touch("other_address")(around)


SCRIPTS: Mapping[str, Script] = {
    "senior_card_new": one("done", has_new_card, "senior_card_new"),
    "senior_card_lost": one("done", old_card_is_dead, "senior_card_lost", choose_service=touch("lost")),
    "senior_card_renew": one("done", old_card_is_dead, "senior_card_renew"),
    "senior_card_mail": one(
        "mailed", ordered_by_mail, "senior_card_mail", choose_delivery=touch("mail"), choose_address=pick_another_address,
        pick_county=first_pick(), pick_township=first_pick(), pick_village=first_pick(), house_number=digits("12"),
        confirm_address=touch("mail_there"),
    ),
    "too_young": one("refusal_too_young", nothing_applied, "too_young"),
    "already_has_card": one("choose_service", still_has_old_card, "already_has_card", choose_service=touch("nothing")),
    "id_expired": one("refusal_id_expired", nothing_applied, "id_expired"),
    "wrong_household": one("refusal_wrong_household", nothing_applied, "wrong_household"),
    "not_me": one("not_me", nothing_applied, "senior_card_new", confirm_person=touch("not_me")),
    "network_lost_after_submit": one(
        "submit_unknown", case_waits, "senior_card_new", choose_delivery=confirm_and_cut_the_network, submit_unknown=line_is_back
    ),
    "printer_jam": one(
        "failed_claim", case_waits, "senior_card_new", afterwards=CLEAR_THE_JAM, choose_delivery=jam_and_confirm
    ),
    "card_not_taken": one("kept", card_is_kept, "senior_card_new", take_card=look_on),
    "cancels_in_production": one("cancelled", case_waits, "senior_card_new", progress=cancel_at_once),
    "claim_at_other_terminal": Script(
        "senior_card_new",
        (
            Phase("failed_claim", {"choose_delivery": jam_and_confirm}, afterwards=CLEAR_THE_JAM),
            Phase("done", {"lay_id": lay_card, "take_card": take_card}, terminal=1),
        ),
        has_new_card,
    ),
    **PAPER_SCRIPTS,
    **BILL_SCRIPTS, **OPERATOR_SCRIPTS,
    **FACE_SCRIPTS,
    **TOP_UP_SCRIPTS,
    **OWN_SCRIPTS,
    **CITIZEN_CARD_SCRIPTS,
}  # fmt: skip
