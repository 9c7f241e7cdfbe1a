"""People in front of a terminal: they read the screen, touch it, lay their card, take what comes out, or walk away."""
from __future__ import annotations

from dataclasses import dataclass
from random import Random

import trio

from devices.card_printer.plastic import Plastic
from kiosk.face.seam import Hint
from kiosk.prompts import BAR, Answer, Digits, Prompt, Weight
from tests.simulation.cabinet import Cabinet
from tests.simulation.payer import Phone
from tests.simulation.people import Townsperson

PATIENCE_S = 1_500.0         # nobody stands there longer
OVER = ("home", "out_of_service")
INSERT = ("insert_card", "card_out_early", "same_card_again")
LAY = ("lay_id", "card_too_early")
LOOKING = ("face_look", *(f"face_{hint.value}" for hint in Hint))
DOCUMENTS = (("document_property", 0.65), ("document_social_insurance", 0.15), ("document_payment_list", 0.2))
"""What people print: a page with a fee, a page without one, several pages."""
FAVOURED = 0.9
BY_CARD = 0.6                # of those who could, pay with the citizen card
QUIET_LOOK_S = 5.0
SLOT_LOOK_S = 0.5


@dataclass(frozen=True)
class Mood:
    """Chances per prompt or per visit, and seconds."""

    leaves: float            # at any prompt
    contrary: float          # another choice than the big one
    fiddles: float           # something of the bottom bar
    cancels: float           # at a picture of the progress
    thinks_s: float
    takes_after_s: float
    comes_back_after_s: float | None     # to a card left at the slot; None: never
    waits_in_the_dark_s: float


def mood_of(rng: Random, keen: float = 0.0) -> Mood:
    """Some (`keen`) come for their card and for nothing else."""
    takes_after_s = rng.choice((0.2, 1.5, 4.0, 4.0, 30.0, 119.8, 121.0, 500.0))
    comes_back_after_s = rng.choice((None, 10.0, 100.0))
    if rng.random() < keen:
        return Mood(0.0, 0.0, 0.0, 0.0, 1.0, takes_after_s, comes_back_after_s, 100.0)
    return Mood(
        leaves=rng.choice((0.0, 0.0, 0.0, 0.06)),
        contrary=rng.choice((0.02, 0.15, 0.35)),
        fiddles=rng.choice((0.0, 0.03)),
        cancels=rng.choice((0.0, 0.0, 0.0, 0.02)),
        thinks_s=rng.choice((1.0, 3.0, 8.0)),
        takes_after_s=takes_after_s,
        comes_back_after_s=comes_back_after_s,
        waits_in_the_dark_s=rng.choice((0.0, 30.0, 200.0)),
    )


class Citizen:
    def __init__(self, cabinet: Cabinet, person: Townsperson, mood: Mood, rng: Random, wants: str, phone: Phone) -> None:
        self.cabinet, self.person, self.mood, self.rng, self.wants, self.phone = cabinet, person, mood, rng, wants, phone
        self.document = rng.choices([name for name, _ in DOCUMENTS], [often for _, often in DOCUMENTS])[0]
        self.by_card = cabinet.module is not None and rng.random() < BY_CARD
        self._card_lies_there = False
        self._entered = False

    async def visit(self) -> None:
        """From the home screen until she leaves."""
        self.cabinet.world.trace(self.cabinet.name, f"person {self.person.person_id} comes for {self.wants}")
        self.cabinet.somebody = True
        async with trio.open_nursery() as hands:
            hands.start_soon(self._watch_the_slot)
            with trio.move_on_after(PATIENCE_S):
                await self._in_front()
            hands.cancel_scope.cancel()
        self.cabinet.somebody = False
        self._lift()
        self._pull()
        self.cabinet.world.trace(self.cabinet.name, f"person {self.person.person_id} leaves")
        if self.mood.comes_back_after_s is not None and self._mine(self.cabinet.printer.model.exit):
            self.cabinet.world.nursery.start_soon(self._come_back, self.mood.comes_back_after_s)

    async def _in_front(self) -> None:
        dark_since: float | None = None
        while True:
            prompt = self.cabinet.prompt
            if prompt is None:
                dark_since = dark_since or trio.current_time()
                if trio.current_time() - dark_since > self.mood.waits_in_the_dark_s:
                    return
                await self.cabinet.changes(QUIET_LOOK_S)
                continue
            dark_since = None
            if prompt.name in OVER and self._entered:
                return
            if prompt.name == "out_of_service" or self.rng.random() < self.mood.leaves:
                return
            await trio.sleep(self.rng.uniform(0.3, self.mood.thinks_s))
            if self.cabinet.prompt is not prompt:
                continue
            answer = self._answer(prompt)
            if answer is not None:
                self.cabinet.touch(answer)
            self._entered = self._entered or prompt.name != "home"
            await self.cabinet.changes(QUIET_LOOK_S)

    def _answer(self, prompt: Prompt) -> Answer | None:
        rng = self.rng
        if prompt.name in LAY:
            self._lay()
            return None
        if prompt.name == "take_id_back":
            self._lift()
            return None
        if prompt.name in INSERT:
            self._insert()
            return Answer("later") if prompt.name == "same_card_again" and rng.random() < self.mood.contrary / 2 else None
        if prompt.name == "take_citizen_card":
            self._pull()
            return None
        if prompt.name in ("loading_card", "paying_by_card"):
            if rng.random() < self.cabinet.world.setting.tears / 2:
                self._pull()
            return None
        if prompt.name == "progress":
            return Answer("cancel") if prompt.choices and rng.random() < self.mood.cancels else None
        if prompt.name == "pay_now":
            self.phone.reads(prompt)
            return Answer("stop_paying") if self.phone.stops or rng.random() < self.mood.cancels else None
        if prompt.name in ("staff_coming", *LOOKING) and rng.random() >= self.mood.cancels:
            return None
        if rng.random() < self.mood.fiddles:
            return Answer(rng.choice(BAR))
        digits = next((c for c in prompt.contents if isinstance(c, Digits)), None)
        if digits is not None:
            return Answer("confirm", "".join(rng.choice("0123456789") for _ in range(digits.at_least)))
        if prompt.back and rng.random() < self.mood.contrary / 4:
            return Answer("back")
        if not prompt.choices:
            return None
        big = [c for c in prompt.choices if c.weight is Weight.PRIMARY] or list(prompt.choices)
        wanted = [c for c in prompt.choices if c.name in (self.wants, self.document)]
        if self.by_card:
            wanted += [c for c in prompt.choices if c.name in ("pay_purse", "top_up_now")]
        if wanted and rng.random() < FAVOURED:
            big = wanted
        chosen = rng.choice(prompt.choices if rng.random() < self.mood.contrary else big)
        if prompt.name == "take_pages":
            self.cabinet.paper.take_output()
        return Answer(chosen.name, chosen.value)

    # -- hands -------------------------------------------------------------------------------------------------------

    def _lay(self) -> None:
        reader = self.cabinet.reader.model
        if self._card_lies_there:
            self._lift()
        if not reader.card_lies_there:
            reader.lay(self.person.id_card)
            self._card_lies_there = True
            self.cabinet.world.trace(self.cabinet.name, "lays the card")

    def _lift(self) -> None:
        if self._card_lies_there:
            self.cabinet.reader.model.lift()
            self._card_lies_there = False

    def _insert(self) -> None:
        """Into this slot, where it is empty and she has her card in her hand."""
        world, slot = self.cabinet.world, self.cabinet.card_slot
        card = world.purses.of(self.person)
        if slot.card is None and not world.purses.is_in_a_slot(card):
            world.purses.may_tear(card, self.rng)
            slot.insert(card)
            world.trace(self.cabinet.name, "puts her citizen card in")

    def _pull(self) -> None:
        world, slot = self.cabinet.world, self.cabinet.card_slot
        if slot.card is not None and slot.card is world.purses.of(self.person):
            slot.remove()
            world.trace(self.cabinet.name, "takes her citizen card out")

    async def _watch_the_slot(self) -> None:
        while True:
            if self._mine(self.cabinet.printer.model.exit):
                await trio.sleep(self.mood.takes_after_s)
                self._take()
            await trio.sleep(SLOT_LOOK_S)

    async def _come_back(self, after_s: float) -> None:
        await trio.sleep(after_s)
        self._take()

    def _take(self) -> None:
        if self._mine(self.cabinet.printer.model.exit):
            card = self.cabinet.printer.model.take_card()
            if card is not None:
                self.person.hand.append(card)
                self.cabinet.world.trace(self.cabinet.name, f"takes {card.serial}")

    def _mine(self, card: Plastic | None) -> bool:
        """Her name is on it."""
        return card is not None and holder_of(card) == self.person.id_number


def holder_of(card: Plastic) -> str:
    """The ID number on the chip, empty where there is none."""
    from tests.simulation.plastic import chip_holder

    return chip_holder(card)


class Technician:
    """Puts blanks in and counts them into the books, through the menu behind the PIN, as often as it takes."""

    def __init__(self, cabinet: Cabinet, rng: Random, pin: str) -> None:
        self.cabinet, self.rng, self.pin = cabinet, rng, pin
        self._seen = False

    async def visit(self) -> None:
        """Until the menu was closed by him, or the terminal has gone dark for long."""
        self.cabinet.world.trace(self.cabinet.name, "technician comes")
        with trio.move_on_after(PATIENCE_S):
            while True:
                prompt = self.cabinet.prompt
                if prompt is None:
                    await self.cabinet.changes(QUIET_LOOK_S)
                    continue
                if self._seen and prompt.name in OVER:
                    return
                await trio.sleep(self.rng.uniform(0.3, 2.0))
                if self.cabinet.prompt is not prompt:
                    continue
                answer = self._answer(prompt)
                if answer is not None:
                    self.cabinet.touch(answer)
                await self.cabinet.changes(QUIET_LOOK_S)

    def _answer(self, prompt: Prompt) -> Answer | None:
        match prompt.name:
            case "home" | "out_of_service":
                return Answer("operator")
            case "operator_pin":
                return Answer("confirm", self.pin)
            case "operator_menu":
                missing = self._missing(prompt)
                if missing:
                    return Answer("refill")
                if not self._seen and self.rng.random() < 0.5:
                    self._seen = True
                    return Answer("look_again")
                self._seen = True
                self._bring_away_what_is_in_doubt()
                return Answer("close_menu")
            case "operator_supplies":
                return Answer("unit_card_hopper")
            case "operator_refill_count" | "operator_refill_again":
                wrong = self.rng.random() < 0.1
                return Answer("confirm", str(self._missing(None) + wrong))
            case _:
                return Answer(prompt.choices[0].name) if prompt.choices else None

    def _bring_away_what_is_in_doubt(self) -> None:
        """A card that still lies at the exit, and that the machine has asked about in vain, goes to the counter."""
        machine, terminal = self.cabinet.printer.model, self.cabinet.terminal
        nobody_knows = terminal is not None and not terminal.heart.busy and not terminal.heart.held()
        if machine.exit is not None and machine.exit_sensed and nobody_knows:
            card = machine.take_card()
            if card is not None:
                self.cabinet.with_staff.append(card)
                self.cabinet.world.trace(self.cabinet.name, f"technician brings {card.serial} to the counter")

    def _missing(self, prompt: Prompt | None) -> int:
        """Blanks in the machine that are not in the books yet."""
        if self.cabinet.terminal is None:
            return 0
        return self.cabinet.printer.model.loaded - self.cabinet.terminal.stock.books.loaded
