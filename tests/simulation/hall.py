"""Who comes when: a day's list for each terminal, some people at both in the same second."""
from __future__ import annotations

from dataclasses import dataclass
from random import Random

import trio

from tests.simulation.cabinet import PIN, Cabinet
from tests.simulation.citizen import OVER, Citizen, Technician, mood_of
from tests.simulation.payer import Phone, habit_of
from tests.simulation.people import Townsperson

TILES_COME_WITHIN_S = 900.0
MEET_WITHIN_S = 400.0

Wishes = tuple[tuple[str, float], ...]
"""(journey, how often)"""
ALL: Wishes = (("senior_card", 0.46), ("print_certificate", 0.46), ("my_matters", 0.08))
CARDS: Wishes = (("senior_card", 1.0),)
PAPERS: Wishes = (("print_certificate", 1.0),)
TOP_UPS: Wishes = (("top_up", 1.0),)
WITH_TOP_UPS: Wishes = (("senior_card", 0.2), ("print_certificate", 0.25), ("my_matters", 0.05), ("top_up", 0.5))
CERTIFY, CERTIFIES = "certify_80_plus", 0.4      # of those who are old enough, where people come for all sorts of things


class Meeting:
    """Two who begin in the same instant, where both come in time."""

    def __init__(self) -> None:
        self._here = 0
        self._both = trio.Event()

    async def begin(self) -> None:
        self._here += 1
        if self._here == 2:
            self._both.set()
        with trio.move_on_after(MEET_WITHIN_S):
            await self._both.wait()


@dataclass
class Slot:
    person: Townsperson
    wants: str
    meeting: Meeting | None = None


def wish_of(person: Townsperson, wishes: Wishes, rng: Random) -> str:
    if wishes == ALL and person.may_certify and rng.random() < CERTIFIES:
        return CERTIFY
    return rng.choices([name for name, _ in wishes], [weight for _, weight in wishes])[0]


def plan_of_the_day(
    people: list[Townsperson], terminals: int, visits: int, twins: float, wishes: Wishes, rng: Random
) -> list[list[Slot]]:
    days: list[list[Slot]] = [[] for _ in range(terminals)]
    for number in range(visits):
        meeting = Meeting() if rng.random() < twins else None
        shared = rng.choice(people)
        both_want = wish_of(shared, wishes, rng)
        for index, day in enumerate(days):
            if meeting is not None and index < 2:
                day.append(Slot(shared, both_want, meeting))
                continue
            person = people[(number * terminals + index) % len(people)] if rng.random() < 0.7 else rng.choice(people)
            day.append(Slot(person, wish_of(person, wishes, rng)))
    return days


async def day_of(cabinet: Cabinet, slots: list[Slot], rng: Random) -> None:
    for slot in slots:
        if len(cabinet.printer.model.hopper) < 2:
            cabinet.printer.model.refill(rng.randrange(2, 6))
            await Technician(cabinet, Random(rng.random()), PIN).visit()
        elif rng.random() < cabinet.world.setting.technician:
            await Technician(cabinet, Random(rng.random()), PIN).visit()
        await cabinet.shows(("home",), TILES_COME_WITHIN_S)
        if slot.meeting is not None:
            await slot.meeting.begin()
        own = Random(rng.random() if slot.meeting is None else slot.person.person_id)    # both twins do the same
        mood = mood_of(own, cabinet.world.setting.keen)
        phone = Phone(cabinet, habit_of(own, cabinet.world.setting.honest), own)
        await Citizen(cabinet, slot.person, mood, own, slot.wants, phone).visit()
        if not await cabinet.shows(OVER, cabinet.world.setting.visit_ends_within_s):
            prompts = cabinet.visit.prompts if cabinet.visit else []
            cabinet.world.wrong(f"7 a visit does not end: {' '.join(prompts[-3:])}")
            if cabinet.life is not None:
                cabinet.life.die("a visit hangs")
