"""What of this terminal works now, and what it therefore offers. Asked of machines, books, disk, clock, centre; never assumed."""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import trio

from kiosk.health.found import Found, Looked
from kiosk.health.looks import Look, looks_of
from kiosk.health.needs import CARD_BY_MAIL, CARD_DISPENSED, CARD_NOW, NEEDS, PAGES, WITH_DISPENSER, Needs
from kiosk.health.news import HealthNews
from kiosk.health.offers import Offered, Verdict, offers, verdict
from kiosk.health.streaks import FAILED_IN_A_ROW, Streaks
from kiosk.parts import Parts
from kiosk.stock import Stock
from kiosk.supplies import Seen, StorageUnit, Supplies, reconcile
from kiosk.transaction.heart import Heart
from remote.platform import PlatformAway, PlatformRefused


class Guarded(Protocol):
    """What closes the terminal from outside (kiosk/cabinet/guard.py)."""

    def shut(self) -> str | None:
        """The catalogue word of why no visit begins; None when one may."""

    def troubles(self) -> tuple[str, ...]: ...

    def seen_by_staff(self) -> None:
        """A technician has looked. Raises JournalBroken."""


class Health:
    """`mail`: cards can be had by mail in this city. `poke` wakes whoever sends news."""

    def __init__(
        self, parts: Parts, heart: Heart, stock: Stock, *, needs: Needs | None = None, mail: bool = True,
        poke: Callable[[], None] = lambda: None, looks: Mapping[str, Look] | None = None,
    ) -> None:  # fmt: skip
        self.parts, self.heart, self.stock = parts, heart, stock
        self.supplies = Supplies(heart.journal, stock)
        self.needs, self.mail = needs or (NEEDS if parts.dispensing is None else WITH_DISPENSER), mail
        self.closed_by_staff = False
        self.in_trial = False                # a new release proves itself first (kiosk/updates.py)
        self.door_open = False
        self.guard: Guarded | None = None        # doors, tamper, mains (kiosk/cabinet)
        self.streaks = Streaks()
        self.found = Found()
        self._looks = looks_of(parts) if looks is None else looks
        self._news = HealthNews(heart.journal, parts.terminal, parts.now, poke)
        self._look = trio.Event()
        self._looked = trio.Event()

    async def watch(self) -> None:
        """Runs in the terminal's nursery."""
        while True:
            await self.look()
            with trio.move_on_after(self.parts.limits.look_every_s):
                await self._look.wait()
            self._look = trio.Event()

    async def looked(self) -> None:
        """Returns at the end of the next look."""
        await self._looked.wait()

    def look_again(self) -> None:
        """Something happened that may have changed the answer."""
        self._look.set()

    async def look(self) -> Found:
        devices = {name: await look() for name, look in self._looks.items()}
        units = self._units(devices)
        offset = await self._clock()
        words = [word for looked in devices.values() for word in looked.troubles]
        words += [word for unit in units.values() for word in unit.troubles]
        words += [] if offset is not None else ["centre_away"]
        words += [] if self.guard is None else self.guard.troubles()
        words += self._held(words)
        words += [word for word, is_so in self._other_troubles(offset).items() if is_so] + self.streaks.words(words)
        self.found = Found(
            devices=devices, units=units, centre=offset is not None, clock_off_s=offset,
            free_mb=self.heart.journal.free_mb(), words=tuple(dict.fromkeys(words)),
        )  # fmt: skip
        if not self.heart.busy:          # while a card is on its way the sensors see it, and that is no trouble
            self._news.tell(self.found, self.offers(), self.out_of_service())
        self._looked.set()
        self._looked = trio.Event()
        return self.found

    def _units(self, devices: Mapping[str, Looked]) -> dict[str, StorageUnit]:
        """Units of the devices this terminal has; a silent device's units are as the books have them, and unknown."""
        specs = [spec for spec in self.supplies.specs.values() if spec.device in devices]
        seen = {name: unit for looked in devices.values() for name, unit in looked.units.items()}
        return {s.id: reconcile(s, self.supplies.booked(s.id), seen.get(s.id, Seen())) for s in specs}

    def _held(self, known: Sequence[str]) -> list[str]:
        """A plan waits for its machine and no sensor says why: nothing is made until somebody looks."""
        held = frozenset() if self.heart.busy else self.heart.held()
        explained = any(word.startswith(("card_printer", "card_in", "card_at")) for word in known)
        words = ["card_printer_held"] if "card_printer" in held and not explained else []
        explained = any(word.startswith("card_dispenser") for word in known)
        return words + (["card_dispenser_held"] if "card_dispenser" in held and not explained else [])

    def _other_troubles(self, offset: float | None) -> dict[str, bool]:
        limits = self.parts.limits
        return {
            "refused_too_often": self.refused_too_often,
            "cards_failed_in_a_row": self.stock.failed_in_a_row >= FAILED_IN_A_ROW,
            "clock_wrong": offset is not None and abs(offset) > limits.clock_skew_s,
            "disk_full": self.heart.journal.free_mb() < limits.min_free_mb,
            "journal_broken": bool(self.heart.journal.broken),
        }

    async def _clock(self) -> float | None:
        """Seconds this terminal is ahead of the centre; None where the centre does not answer."""
        try:
            clock = await self.parts.platform.clock()
        except (PlatformAway, PlatformRefused):
            return None
        return (self.parts.now() - clock.now).total_seconds()

    # -- what follows from it ---------------------------------------------------------------------------------------

    def out_of_service(self) -> str | None:
        """The catalogue word of why no visit begins; None when one may."""
        if self.heart.journal.broken or self.found.free_mb < self.parts.limits.min_free_mb:
            return "disk"
        if self.in_trial:
            return "updating"
        if self.closed_by_staff:
            return "closed_by_staff"
        if self.guard is not None and (shut := self.guard.shut()) is not None:
            return shut
        if self.door_open:
            return "door_open"
        if self.found.clock_off_s is not None and abs(self.found.clock_off_s) > self.parts.limits.clock_skew_s:
            return "clock"
        if not self.found.works("id_reader"):
            return "no_devices"
        return None if self.found.centre else "network"

    def offers(self) -> dict[str, Verdict]:
        """For every journey and each of its ways: offered, or not now and why."""
        return offers(self.found, self.needs, self._closed())

    def offer(self, journey: str) -> Verdict:
        return verdict(journey, self.found, self.needs, self._closed())

    def _closed(self) -> dict[str, str]:
        closed = {} if self.mail else {CARD_BY_MAIL: "no_mail"}
        held = self.heart.held()
        if "card_printer" in held or self.refused_too_often:
            closed[CARD_NOW] = "card_machine"
        if "card_dispenser" in held or self.refused_too_often:
            closed[CARD_DISPENSED] = "card_machine"
        if self.parts.chip is None and self.parts.dispensing is None:
            closed["citizen_card_new"] = "card_machine"
        if "a4_printer" in held:
            closed[PAGES] = "paper_machine"
        return closed

    def can_make_cards(self, way: str = CARD_NOW) -> bool:
        """`way`: CARD_NOW or CARD_DISPENSED."""
        return isinstance(self.offer(way), Offered)

    def seen_by_staff(self) -> None:
        """A technician has looked at what people have to look at. Raises JournalBroken."""
        self.heart.refusals_were_seen()
        if self.guard is not None:
            self.guard.seen_by_staff()

    @property
    def refused_too_often(self) -> bool:
        """An act after the pivot was refused again and again: a person has to look before the next card."""
        return max(self.heart.refusals().values(), default=0) >= self.parts.limits.refusals_of_a_kind

    async def checked_can_make_cards(self, way: str = CARD_NOW) -> bool:
        await self.look()
        return self.can_make_cards(way)
