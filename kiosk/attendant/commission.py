"""A terminal is put into use (facts/journeys.md O14): known to the centre, its name right, every slot and lamp tried, a slip, the
language and the volume people start with. What was tried and how it went is one row; until the centre knows the terminal, nobody
is served."""
from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Protocol

from devices.errors import DeviceGone
from kiosk.attendant.desk import Desk, GivenUp
from kiosk.attendant.people import Right
from kiosk.audit.log import PREFIX, Deed
from kiosk.conversation import LOUDEST
from kiosk.leaflet import attendant as words
from kiosk.prompts import Answer, Look, Picture, Prompt, Slot
from kiosk.race import race
from kiosk.transaction.journal import Journal
from remote.enrolment.enrol import EnrolFailed


class Commissioning(Protocol):
    """What a terminal's configuration has to do with it. `slots`: on the front, in the order in which they are tried."""

    slots: tuple[Slot, ...]

    def enrolled(self) -> bool: ...

    async def enrol(self, code: str) -> None:
        """Raises EnrolFailed."""


class Known:
    """A terminal whose centre knows it by other means (recovery, simulation)."""

    slots: tuple[Slot, ...] = ()

    def enrolled(self) -> bool:
        return True

    async def enrol(self, code: str) -> None:
        raise EnrolFailed("code_refused", "this terminal is not enrolled from here")


class Trial:
    """What was tried so far; nothing of it stays where it is not signed, but the identity."""

    def __init__(self, desk: Desk, with_: Commissioning) -> None:
        self.desk, self.commissioning = desk, with_
        self.look = desk.talk.first_look
        self.went: dict[str, bool] = {"identity": with_.enrolled()}

    async def identity(self) -> bool:
        parts, talk = self.desk.parts, self.desk.talk
        code = await pairing_code(self.desk)
        talk.tell(words.enrolling())
        try:
            await self.commissioning.enrol(code)
        except EnrolFailed as error:
            self.desk.note(Deed.ENROLLED, end=error.reason)
            await talk.ask(words.enrol_failed(error.reason))
            return self.commissioning.enrolled()
        self.desk.note(Deed.ENROLLED, end="enrolled")
        await talk.ask(words.enrolled(parts.hall, parts.terminal))
        return True

    async def hall_name(self) -> bool:
        parts = self.desk.parts
        return await self._good(words.hall_name(parts.hall, parts.place))

    async def slots(self) -> bool:
        """One by one; all are shown, whatever the first ones were."""
        has_light = self.desk.parts.cabinet is not None
        slots = self.commissioning.slots or tuple(Slot)
        return all([await self._good(words.slot_lit(slot, light=has_light)) for slot in slots])

    async def slip(self) -> bool:
        if not await self.desk.slip("启用试打", "中文打印正常"):
            await self.desk.talk.ask(words.failed("operator_test_slip_failed"))
            return False
        return await self._good(words.came_out("try_slip_out", Picture.SLIP))

    async def language(self) -> bool:
        chosen = (await self.desk.talk.ask(words.language())).choice
        if chosen not in ("in_chinese", "in_english"):
            raise GivenUp
        self.look = replace(self.look, language="zh_CN" if chosen == "in_chinese" else "en")
        return True

    async def volume(self) -> bool:
        while True:
            chosen = (await self.desk.talk.ask(words.volume(self.look.volume))).choice
            if chosen == "heard":
                return True
            if chosen not in ("louder", "quieter"):
                raise GivenUp
            step = 1 if chosen == "louder" else -1
            self.look = replace(self.look, volume=min(LOUDEST, max(0, self.look.volume + step)))
            self.desk.talk.look = replace(self.desk.talk.look, volume=self.look.volume)

    async def _good(self, prompt: Prompt) -> bool:
        answer = await self.desk.talk.ask(prompt)
        if answer.choice not in ("it_is_good", "it_is_not"):
            raise GivenUp
        return answer.choice == "it_is_good"


STEPS: Mapping[str, Callable[[Trial], Awaitable[bool]]] = {
    "identity": Trial.identity, "hall_name": Trial.hall_name, "slots": Trial.slots, "slip": Trial.slip,
    "language": Trial.language, "volume": Trial.volume,
}  # fmt: skip


async def commission(desk: Desk, with_: Commissioning) -> None:
    """Raises GivenUp, WalkedAway, JournalBroken."""
    if not await desk.may(Right.SERVICE):
        raise GivenUp
    trial = Trial(desk, with_)
    while True:
        rows = tuple((f"did_{name}", {True: "yes", False: "no", None: "not_yet"}[trial.went.get(name)]) for name in STEPS)
        chosen = (await desk.talk.ask(words.commission_list(rows, tuple(STEPS)))).choice
        step = STEPS.get(chosen.removeprefix("try_"))
        if step is not None:
            try:
                trial.went[chosen.removeprefix("try_")] = await step(trial)
            except GivenUp:
                continue
        elif chosen == "sign_commission" and trial.went["identity"]:
            break
        elif chosen == "sign_commission":
            await desk.talk.ask(words.enrol_failed("not_enrolled"))
        else:
            raise GivenUp
    tried = {name: {True: "good", False: "not_good", None: "not_tried"}[trial.went.get(name)] for name in STEPS}
    desk.note(Deed.COMMISSIONED, (), use_language=trial.look.language, use_volume=trial.look.volume, **tried)
    desk.talk.first_look = trial.look
    await desk.talk.ask(words.commissioned())


async def pairing_code(desk: Desk) -> str:
    """Typed, or held before the scanner where there is one. Raises GivenUp, WalkedAway."""
    codes = desk.parts.codes
    prompt = words.pairing_code(scanner=codes is not None and codes.works)
    found: Answer | str
    if codes is None:
        found = await desk.talk.ask(prompt)
    else:
        try:
            found = await race(lambda: typed(desk, prompt), codes.next_code)
        except DeviceGone:
            found = await desk.talk.ask(words.pairing_code(scanner=False))
    code = found if isinstance(found, str) else found.value
    if not code:
        raise GivenUp
    return code


async def typed(desk: Desk, prompt: Prompt) -> str:
    return (await desk.talk.ask(prompt)).value or ""


def look_of(journal: Journal, usual: Look) -> Look:
    """What everybody starts with, as it was chosen when the terminal was put into use."""
    look = usual
    for row in journal.rows_of_terminal({PREFIX + Deed.COMMISSIONED}):
        look = replace(usual, language=str(row.facts["use_language"]), volume=int(row.facts["use_volume"]))
    return look
