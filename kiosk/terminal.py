"""The life of a terminal: recover what was cut off, then one visit after the other, and nothing of one left for the next."""
from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from functools import partial

import trio

from kiosk import leaflet
from kiosk.cabinet.guard import Guard
from kiosk.cabinet.guide import Guide
from kiosk.cabinet.outage import Outage
from kiosk.commands.calls import Again, Calls, as_closing
from kiosk.conversation import Conversation, WalkedAway
from kiosk.estimates import Durations
from kiosk.health.health import Health
from kiosk.health.offers import NotNow
from kiosk.journeys.card_balance import card_balance
from kiosk.journeys.certify_80_plus import certify_80_plus
from kiosk.journeys.citizen_card import citizen_card
from kiosk.journeys.matters import my_matters
from kiosk.journeys.paper import refusal_slip
from kiosk.journeys.pay_bills import pay_bills
from kiosk.journeys.print_certificate import print_certificate
from kiosk.journeys.senior_card import senior_card
from kiosk.journeys.top_up import top_up
from kiosk.leaflet import attendant
from kiosk.operator import Operator, Settle, Wish
from kiosk.parts import Parts
from kiosk.prompts import Answer, Idle, Prompt, Tone
from kiosk.race import race
from kiosk.stage import StageBoard
from kiosk.stock import Stock
from kiosk.telemetry.telemetry import Telemetry
from kiosk.transaction.heart import Heart
from kiosk.transaction.journal import JournalBroken
from kiosk.visit import Left, Refused, Visit
from remote.messages import IdentityEvidence
from remote.outbox import Outbox

Journey = Callable[[Visit], Awaitable[None]]
JOURNEYS: Mapping[str, Journey] = {
    "senior_card": senior_card, "certify_80_plus": certify_80_plus, "print_certificate": print_certificate,
    "my_matters": my_matters, "top_up": top_up, "card_balance": card_balance, "pay_bills": pay_bills,
    "citizen_card": citizen_card,
}  # fmt: skip
NEED_PROOF = frozenset({"senior_card", "certify_80_plus"})
"""Not offered where nobody and nothing can say who stands there."""
GOODBYE_S = 3.0              # [A]
NOT_NOW_S = 20.0             # [A] long enough to be heard twice
HOME_RESETS_S = 60.0         # [A] a language or size chosen at home and not used goes back
ERASE_EVERY_S = 3600.0
ENDS = "ends"                # instead of a touch: the battery is low, or a command wants a new start


class Ending(Enum):
    """How a terminal ended on purpose."""

    LEFT = "left"            # by a technician
    PARKED = "parked"        # the mains are gone and the battery is nearly empty
    AGAIN = "again"          # by a command: the program is started anew
    HOST_AGAIN = "host_again"                      # by a command: the whole machine is


@dataclass(frozen=True)
class House:
    """What kiosk.toml says about this terminal's business."""

    offered: tuple[str, ...] = ("senior_card", "my_matters")
    identity: IdentityEvidence | None = None              # trusted without asking anybody (demo: the card alone)
    evidence: tuple[IdentityEvidence, ...] = ()           # asked for where it can be had: a camera, a staffed counter
    trust_note: str = ""
    nearest: str = ""
    window: str = ""                     # the counter's name, where one is staffed
    mail: bool = True                    # cards can be had by mail in this city
    erase_after: timedelta = timedelta(days=30)


class Terminal:
    def __init__(
        self,
        parts: Parts,
        heart: Heart,
        talk: Conversation,
        house: House,
        outbox: Outbox,
        operator: Callable[[Conversation, Health, Stock, Settle], Operator],
        guide: Guide,
        durations: Durations | None = None,
    ) -> None:
        self.parts, self.heart, self.talk, self.house, self.outbox, self.guide = parts, heart, talk, house, outbox, guide
        self.board = StageBoard()
        self.stock = Stock(heart.journal)
        self.health = Health(parts, heart, self.stock, mail=house.mail, poke=outbox.poke)
        self.guard = self.health.guard = Guard(
            parts.cabinet, parts.ups, heart.journal, self._something_happened, lambda: self.health.door_open, guide.greet
        )
        self.operator = operator(talk, self.health, self.stock, self.settle)
        self.durations = durations or Durations()
        self.visit: Visit | None = None
        self.telemetry: Telemetry | None = None          # None: nobody is told how this terminal is (recovery, simulation)
        self.calls = Calls()
        self.commands: Callable[[], Awaitable[None]] | None = None       # runs beside the visits (kiosk/commands)
        parts.stage = self.board.tell

    async def run(self) -> Ending:
        """Until a technician takes the terminal out of the full screen, or the battery is nearly empty."""
        ending = Ending.PARKED
        async with trio.open_nursery() as nursery:
            self.heart.enter(nursery)
            nursery.start_soon(self.talk.listen)
            nursery.start_soon(self.guard.run)
            nursery.start_soon(self.guide.call_again)
            if self.telemetry is not None:
                nursery.start_soon(self.telemetry.run)
            await self.recover()
            nursery.start_soon(self.heart.keep_settling)
            nursery.start_soon(self._send_news)
            nursery.start_soon(self._erase_settled)
            nursery.start_soon(self.health.watch)
            if self.parts.a4_printer is not None:
                nursery.start_soon(self.parts.a4_printer.keep_watch)
            if self.commands is not None:
                nursery.start_soon(self.commands)
            while not self._is_to_end():
                if await self.between_visits() is Wish.LEAVE:
                    ending = Ending.LEFT
                    break
            else:
                ending = self._ending()
            if ending is Ending.PARKED:
                self.talk.tell(leaflet.out_of_service("power", self.house.nearest))
            await self.guard.park()
            nursery.cancel_scope.cancel()
        return ending

    def _is_to_end(self) -> bool:
        return self.guard.battery_low or self.calls.again is not None

    def _ending(self) -> Ending:
        if self.guard.battery_low:
            return Ending.PARKED
        return Ending.HOST_AGAIN if self.calls.again is Again.HOST else Ending.AGAIN

    def _something_happened(self) -> None:
        """At a door, the housing, the mains: the centre hears of it now, and what is offered is thought over."""
        self.outbox.poke()
        self.health.look_again()

    async def recover(self) -> None:
        """正在恢复: every open plan is settled as far as the world allows; what cannot be is owed, and closes its journeys."""
        await self.settle()
        await self.health.look()
        self.talk.wipe()

    async def settle(self) -> None:
        """Settle what is open, doubts too, in sight of whoever stands there. A broken journal stops it; health knows."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._call_to_the_exit)
            with contextlib.suppress(JournalBroken):
                await self.heart.settle_open()
            nursery.cancel_scope.cancel()

    async def _call_to_the_exit(self) -> None:
        """A card that waits at the exit after a cut: its owner is called, whoever is on the screen."""
        while True:
            waits = self.board.latest() == "still_at_exit"
            self.talk.tell(leaflet.card_at_exit_after_power_cut() if waits else leaflet.recovering())
            await self.board.changed()

    async def between_visits(self) -> Wish:
        """Home, or why there is none; then whatever was touched."""
        await self._back_after_an_interruption()
        answer = await self._touched_at_home()
        if answer.choice in ("operator", "commission"):
            return await self.operator.menu("commission" if answer.choice == "commission" else "")
        journey = JOURNEYS.get(answer.choice)
        served = self.operator.commissioning.enrolled() and self.health.out_of_service() is None
        if journey is not None and served:
            verdict = self.health.offer(answer.choice)
            if isinstance(verdict, NotNow):
                await self.talk.show_for(leaflet.not_now(verdict.reason, self.house.nearest), NOT_NOW_S)
                self.talk.wipe()
            else:
                await self.serve(journey)
        elif answer.choice == "timeout":
            self.talk.wipe()
        return Wish.BACK_TO_WORK

    async def _back_after_an_interruption(self) -> None:
        """The mains are back: what was cut off is settled and every machine looked at, before anybody is served (O15). A door
        was shut again: what was in doubt may have been found behind it."""
        if self.guard.was_on_battery and not self.guard.on_battery:
            self.guard.was_on_battery = self.guide.on_battery = False
            await self.recover()
        elif self.guard.door_was_open and self.guard.shut() is None:
            self.guard.door_was_open = False
            if self.heart.journal.open_plans():
                await self.recover()

    async def _touched_at_home(self) -> Answer:
        """Looks again at the terminal's health while nobody touches anything. Who asks for help here and goes has left."""
        while True:
            prompt = self._home()
            try:
                answer = await race(partial(self.talk.ask, prompt), partial(self._changed, prompt))
            except WalkedAway:
                return Answer("timeout")
            if self._is_to_end():
                return Answer(ENDS)
            if answer is not None:
                return answer
            await self._back_after_an_interruption()

    def _home(self) -> Prompt:
        if not self.operator.commissioning.enrolled():
            return attendant.not_in_use(self.house.nearest)
        reason = self.health.out_of_service()
        if reason is not None:
            return leaflet.out_of_service(reason, self.house.nearest)
        if self.board.latest() == "still_at_exit":          # settled while the terminal is up: its machine came back
            return leaflet.card_at_exit_after_power_cut()
        tiles = [tile for tile in self.house.offered if tile not in NEED_PROOF or self._may_prove()]
        home = self.calls.on_home(leaflet.home(tiles, {tile: self.health.offer(tile) for tile in tiles}))
        if self.talk.look != self.talk.first_look:
            return replace(home, idle=Idle.FIXED, seconds=HOME_RESETS_S)
        return home

    def evidence(self) -> tuple[IdentityEvidence, ...]:
        """What can really be checked now: a face only with a camera that works, a member of staff where the counter has one."""
        sees = self.parts.eyes is not None and self.health.found.works("camera")
        return tuple(way for way in self.house.evidence if way is not IdentityEvidence.FACE or sees)

    def _may_prove(self) -> bool:
        return self.house.identity is not None or bool(self.evidence())

    async def _changed(self, shown: Prompt) -> Answer | None:
        """Keeps what is on the screen as things are; until an interruption is over, or the battery is low."""
        while not self._is_to_end():
            await race(self.health.looked, self.board.changed, self.guard.changed, self.calls.changed)
            if self._is_to_end():
                break
            if (home := self._home()) == shown:
                continue
            if shown.params.get("reason") in ("power", "door_open"):
                break
            self.talk.renew(shown := home)
        return None

    async def serve(self, journey: Journey) -> None:
        """One visit. However it ends, nothing of her stays."""
        visit = Visit(
            self.talk, self.parts, self.heart, self.stock, self.health, self.board, self.durations, self.house.identity,
            self.house.trust_note, self.house.nearest, self.evidence(), self.house.offered,
        )  # fmt: skip
        self.visit = visit
        began, ended = trio.current_time(), ("cut", "")
        try:
            ended = await self._go(visit, journey)
        except JournalBroken:
            ended = ("failed", "")
            self.talk.tell(leaflet.out_of_service("disk", self.house.nearest))
        finally:
            visit.wipe()
            self.visit = None
            if self.telemetry is not None:
                self.telemetry.journey_ended(journey.__name__, *ended, trio.current_time() - began)
            self.outbox.poke()
            self.health.look_again()
            self.calls.tell()

    async def _go(self, visit: Visit, journey: Callable[[Visit], Awaitable[None]]) -> tuple[str, str]:
        """How it ended (remote/messages/telemetry.py JourneyEnded), and the refusal's code where it was refused."""
        outage = Outage(self.guard, self.guide, self.heart, self.parts, self.board)
        try:
            cut = await race(partial(journey, visit), outage.ends_the_visit, partial(self._closing, outage))
            ended = "cut" if cut is not None else "done" if self.talk.tone is Tone.DONE else "not_done"
            if cut is not None:
                await self.talk.show_for(cut, cut.seconds)
        except Left:
            return "left", ""
        except Refused as refused:
            await self._explain(visit, refused)
            return "refused", str(refused.refusal.code)
        except WalkedAway:
            await self.talk.show_for(leaflet.goodbye(), GOODBYE_S)
            return "walked_away", ""
        return ended, ""

    async def _closing(self, outage: Outage) -> Prompt:
        """A command closes or restarts this terminal now: what the machine has begun is finished, then she is told."""
        await self.calls.ends_the_visit(self.heart, self.guide)
        return as_closing(await outage.words())

    async def _explain(self, visit: Visit, refused: Refused) -> None:
        try:
            prompt = leaflet.refusal(refused.refusal)
            if visit.person is None:            # her card could not be read whole: there is nobody to print a slip for
                prompt = replace(prompt, choices=tuple(c for c in prompt.choices if c.name != "print_slip"))
            answer = await self.talk.ask(prompt)
            if answer.choice == "print_slip" and visit.person is not None:
                await refusal_slip(visit, refused.refusal)
                await self.talk.show_for(leaflet.goodbye(), GOODBYE_S)
        except WalkedAway:
            return

    async def _send_news(self) -> None:
        """With a broken journal nothing can be marked as sent: the rows stay and go out after the next start."""
        with contextlib.suppress(JournalBroken):
            await self.outbox.drain()

    async def _erase_settled(self) -> None:
        """Personal data of plans that were settled long enough ago; never while one is open."""
        while not self.heart.journal.broken:
            moment = (self.parts.now() - self.house.erase_after).isoformat()
            with contextlib.suppress(JournalBroken):
                for plan in self.heart.journal.closed_before(moment):
                    self.stock.erase(plan)
                    await trio.lowlevel.checkpoint()
            await trio.sleep(ERASE_EVERY_S)
