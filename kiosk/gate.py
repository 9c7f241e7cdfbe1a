"""The way into the menu: a staff card on the reader and its PIN. Wrong tries are counted for each person in the journal, so
that neither a restart nor somebody else's success forgets them; too many shut the gate to that person for a while.

Where nobody is listed in kiosk.toml there is one PIN and no card. Where the reader is silent nobody could get in to change
it: then PIN alone opens for what needs no second person, and the centre hears of it.
"""
from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import trio

from devices.errors import DeviceError
from devices.id_reader.driver import Reading
from devices.id_reader.errors import CardLifted, CardUnreadable, NoCard, WrongCardType
from devices.id_reader.records import RecordInvalid, ResidentCard
from devices.id_reader.seam import IdReading
from kiosk.attendant.people import ONE_PIN, Colleague, Right, Roster
from kiosk.audit.log import PREFIX, Audit, Deed
from kiosk.conversation import Conversation
from kiosk.leaflet import attendant as words
from kiosk.prompts import Answer, Prompt
from kiosk.race import race
from kiosk.transaction.journal import Event, Journal, JournalBroken
from remote.messages import EventKind, IncidentNews

PIN_TRIES = 5  # [A] then the gate stays shut for a while
SHUT_S = 900.0  # [A]
STRANGER = ""  # a card nobody knows; it opens nothing however often it is laid down, and keeps nobody else out


class ReaderAway(Exception):
    """No card can be read now."""


@dataclass
class _Tries:
    wrong: int = 0
    shut_until: float = float("-inf")  # trio's clock


@dataclass
class Gate:
    """`journal` None: it cannot be used; tries are then counted until the program ends."""

    talk: Conversation
    roster: Roster
    reader: IdReading | None
    journal: Journal | None
    now: Callable[[], datetime]
    _counted: dict[str, _Tries] | None = field(default=None, init=False)

    async def let_in(self) -> Colleague | None:
        """Until it is somebody, given up, or tried too often. Raises WalkedAway."""
        who = await self._somebody(words.card())
        if who is not None:
            self._good(who, Deed.MENU_OPENED)
        return who

    async def second(self, first: Colleague) -> Colleague | None:
        """Another person than the first, with a card and PIN of their own. Raises WalkedAway."""
        if self.roster.with_pin_alone is not None:
            return self.roster.with_pin_alone
        who = await self._somebody(words.second_card(first.name), first)
        if who is not None:
            self._good(who, Deed.SECOND_SIGNED, beside=first.name)
        return who

    # -- one person ----------------------------------------------------------------------------------------------------

    async def _somebody(self, asked: Prompt, first: Colleague | None = None) -> Colleague | None:
        alone = self.roster.with_pin_alone
        if alone is not None:
            return await self._proves(alone)
        for tries in range(1, PIN_TRIES + 1):
            try:
                number = await self._card(asked)
            except ReaderAway:
                return await self._without_card() if first is None else None
            if number is None:
                return None
            who = self.roster.of_card(number)
            if who is None:
                self._note(Deed.MENU_REFUSED, who=STRANGER, why="card", tries=tries)
                await self.talk.ask(words.card_unknown())
            elif first is not None and who.name == first.name:
                self._note(Deed.SECOND_REFUSED, who=who.name, why="same")
                await self.talk.ask(words.same_person())
            else:
                return await self._proves(who)
        return None

    async def _proves(self, who: Colleague) -> Colleague | None:
        while not self._shut(who.name):
            answer = await self.talk.ask(words.pin(who.name if who.card is not None else ""))
            if not answer.value:
                return None
            if who.pin.matches(answer.value):
                return who
            self._wrong(who.name, "pin")
        if who.card is not None:
            await self.talk.ask(words.shut())
        return None

    async def _card(self, prompt: Prompt) -> str | None:
        """The number on the card; None where it was given up. Raises ReaderAway, WalkedAway."""
        while True:
            try:
                found = await race(lambda prompt=prompt: self.talk.ask(prompt), self._read)  # type: ignore[misc]
            except (CardLifted, NoCard, CardUnreadable, WrongCardType, RecordInvalid):
                continue
            except DeviceError as error:
                raise ReaderAway from error
            if isinstance(found, Answer):
                return None
            if isinstance(found.card, ResidentCard):
                return found.card.id_number
            await self.talk.ask(words.card_unknown())

    async def _read(self) -> Reading | Answer:
        if self.reader is None:
            raise ReaderAway
        return await self.reader.wait_for_card()

    async def _without_card(self) -> Colleague | None:
        answer = await self.talk.ask(words.reader_away([one.name for one in self.roster.people]))
        who = next((one for at, one in enumerate(self.roster.people) if answer.choice == f"person_{at}"), None)
        if who is None or await self._proves(who) is None:
            return None
        said = f"读卡器没有应答,{who.name}只凭密码进入机器管理"
        body = IncidentNews(kind="menu_without_card", words=said).model_dump(mode="json")
        self._note(Deed.CARD_MISSING, Event(secrets.token_hex(16), EventKind.INCIDENT.value, body), who=who.name)
        return replace(who, rights=who.rights - {Right.STOCK})

    # -- counting ------------------------------------------------------------------------------------------------------

    @property
    def _tries(self) -> dict[str, _Tries]:
        if self._counted is None:
            self._counted = {} if self.journal is None else self._from_journal(self.journal)
        return self._counted

    def _from_journal(self, journal: Journal) -> dict[str, _Tries]:
        """A clock that was set back opens nothing: then the gate is shut for as long as ever, from now on."""
        found: dict[str, _Tries] = {}
        deeds = {PREFIX + deed for deed in (Deed.MENU_REFUSED, Deed.MENU_OPENED, Deed.SECOND_SIGNED)}
        for row in journal.rows_of_terminal(deeds):
            who = str(row.facts.get("who", ONE_PIN))
            if row.act != PREFIX + Deed.MENU_REFUSED or who == STRANGER:
                found.pop(who, None)
                continue
            tries = found.setdefault(who, _Tries())
            tries.wrong = int(row.facts.get("tries", 0))
            if tries.wrong >= PIN_TRIES:
                since = (self.now() - datetime.fromisoformat(row.at)).total_seconds()
                left = SHUT_S - since if since >= 0 else SHUT_S
                tries.wrong, tries.shut_until = 0, trio.current_time() + left
        return found

    def _shut(self, who: str) -> bool:
        tries = self._tries.get(who)
        return tries is not None and trio.current_time() < tries.shut_until

    def _wrong(self, who: str, why: str) -> None:
        tries = self._tries.setdefault(who, _Tries())
        tries.wrong += 1
        self._note(Deed.MENU_REFUSED, who=who, why=why, tries=tries.wrong)
        if tries.wrong >= PIN_TRIES:
            tries.wrong, tries.shut_until = 0, trio.current_time() + SHUT_S

    def _good(self, who: Colleague, deed: Deed, **facts: str) -> None:
        self._tries.pop(who.name, None)
        self._note(deed, who=who.name, **facts)

    def _note(self, deed: Deed, *events: Event, **facts: str | int) -> None:
        if self.journal is not None:
            with contextlib.suppress(JournalBroken):  # somebody has to get in to mend it; memory goes on counting
                Audit(self.journal).note(deed, events, **facts)

