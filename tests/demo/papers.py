"""Scripts about documents on paper: what she does, what the printer does, and how the world must end."""
from __future__ import annotations

from collections.abc import Mapping

from tests.demo.citizen import Action, Around, touch
from tests.demo.script import Check, Phase, Script
from tests.demo.world import World

FREE, WITH_A_FEE, OF_SEVERAL_PAGES = "document_social_insurance", "document_property", "document_payment_list"
FEE = "1000"
A4: Mapping[str, str] = {"machine": "a4_printer"}


def prints(
    final: str, check: Check, document: str, *, citizen: str = "senior_card_new",
    afterwards: tuple[Mapping[str, str], ...] = (), **answers: Action,
) -> Script:  # fmt: skip
    usual = {"home": touch("print_certificate"), "choose_document": touch(document)}
    return Script(citizen, (Phase(final, {**usual, **answers}, afterwards=afterwards),), check, "print_certificate")


# -- how the world must end -------------------------------------------------------------------------------------------

def has_her_pages(world: World) -> list[str]:
    return [
        *world.must(world.copies() == ["delivered"], f"one delivered copy, found {world.copies()}"),
        *world.must(world.sides() > 0, "no page came out"),
        *world.must(world.money() == [] and world.owed() == 0, "money or a debt that nobody knows of"),
        *settled(world),
    ]


def has_her_credential(world: World) -> list[str]:
    return [
        *world.must(world.copies() == [], f"nothing numbered or counted, found {world.copies()}"),
        *world.must(world.sides() == 1, f"one page, {world.sides()} came out"),
        *world.must(world.money() == [] and world.owed() == 0, "money or a debt that nobody knows of"),
        *settled(world),
    ]


def has_paid_and_has_her_pages(world: World) -> list[str]:
    return [
        *world.must(world.copies() == ["delivered"], f"one delivered copy, found {world.copies()}"),
        *world.must(world.money() == [f"holds {FEE}"], f"{FEE} fen held, found {world.money()}"),
        *world.must(world.owed() == 0, "something is still owed"),
        *settled(world),
    ]


def has_nothing_and_owes_nothing(world: World) -> list[str]:
    return [
        *world.must("delivered" not in world.copies(), "a copy is called delivered"),
        *world.must(world.sides() == 0, "pages came out"),
        *world.must(world.money() == [], f"money was taken: {world.money()}"),
        *settled(world),
    ]


def has_her_money_back(world: World) -> list[str]:
    return [
        *world.must("delivered" not in world.copies(), "a copy is called delivered"),
        *world.must(world.money() == [f"refunded {FEE}"], f"{FEE} fen gone back, found {world.money()}"),
        *world.must(world.owed() == 0, "something is still owed"),
        *settled(world),
    ]


def nobody_knows(world: World) -> list[str]:
    """Told to the centre as unknown, and never printed again by itself."""
    return [
        *world.must(world.copies() == ["unknown"], f"one copy of unknown fate, found {world.copies()}"),
        *world.must(world.sides() <= 1, f"{world.sides()} sides came out"),
    ]


def settled(world: World) -> list[str]:
    return world.must(world.open_plans == 0, f"{world.open_plans} plans are still open")


# -- what goes wrong --------------------------------------------------------------------------------------------------

def prints_with(fault: str) -> Action:
    async def act(around: Around) -> None:
        await around.machine(**A4, do="fault", name=fault)
        await touch("print_now")(around)

    return act


async def prints_from_an_empty_tray(around: Around) -> None:
    await around.machine(**A4, do="load", sheets=0)
    await touch("print_now")(around)


CLEAR = ({**A4, "do": "clear_fault"}, {**A4, "do": "clear_jam"})
POWER = ({**A4, "do": "clear_fault"}, {**A4, "do": "power_on"})

PAPER_SCRIPTS: Mapping[str, Script] = {
    "print_certificate": prints("take_pages", has_her_pages, FREE),
    "print_paid_certificate": prints("take_pages", has_paid_and_has_her_pages, WITH_A_FEE),
    "does_not_pay": prints("pay_cancelled", has_nothing_and_owes_nothing, WITH_A_FEE, pay_now=touch("stop_paying")),
    "print_ecredential": prints(
        "take_ecredential", has_her_credential, "my_ecredentials", citizen="already_has_card",
        choose_ecredential=touch("ecredential_senior_card"), seal_genuine=touch("print_now"),
    ),
    "out_of_paper": prints("not_printed", has_nothing_and_owes_nothing, FREE, preview_document=prints_from_an_empty_tray),
    "jam_after_payment": prints(
        "pay_refunding", has_her_money_back, WITH_A_FEE, afterwards=CLEAR, preview_document=prints_with("jam_in_mid_job"),
    ),
    "printer_dies_mid_job": prints(
        "pages_unknown", nobody_knows, OF_SEVERAL_PAGES, afterwards=POWER, preview_document=prints_with("dies_in_mid_job"),
    ),
}  # fmt: skip
