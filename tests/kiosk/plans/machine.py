"""One hand-over at a real driver and simulator, with a journal: what the probe finds in any state of the machine."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import trio

from devices.card_printer.plastic import Blank, Plastic
from devices.card_printer.status import PathMedia
from kiosk.parts import Parts
from kiosk.plans.hand_over import HandOver
from kiosk.transaction.journal import Journal
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import Attempt, Later, Mark, Probed
from tests.kiosk.rig import Hall, Post, Settings, in_hall

PLAN = "5e" * 16
PIVOT = Attempt(PLAN, "hand_over", 1)


class AtTheSlot:
    """A plan whose card was printed and whose hand-over had just begun when everything stopped."""

    def __init__(self, post: Post, parts: Parts, log: PlanLog) -> None:
        self.post, self.machine = post, post.machine
        self.stages: list[str] = []
        parts.stage = lambda plan, stage: self.stages.append(stage)
        self.hand_over, self.log = HandOver(parts, log), log
        self.machine.hopper.pop()
        self.machine.fed += 1
        self.card = Plastic(Blank("B000009", None))
        self.machine.path = [self.card]
        self.machine.place = PathMedia.PRINTED_INSIDE

    async def begin(self) -> None:
        """The intent with the counters is on disk; nothing has moved."""
        self.log.write("hand_over", 1, Mark.INTENT, await self.hand_over.count_before(PIVOT))

    def to_exit(self) -> None:
        self.machine.path, self.machine.exit = [], self.card
        self.machine.place = PathMedia.NOT_PRESENT
        self.machine.counts["presented"] += 1

    def captured(self) -> None:
        assert self.machine.exit is not None
        self.machine.captured.cards.append(self.machine.exit)
        self.machine.exit = None
        self.machine.counts["captured"] += 1

    def power_cycle(self) -> None:
        self.machine.power_off()
        self.machine.power_on()

    async def probe(self, *, takes_after_s: float | None = None) -> Probed | Later:
        async with trio.open_nursery() as nursery:
            if takes_after_s is not None:
                nursery.start_soon(self._take, takes_after_s)
            try:
                found: Probed | Later = await self.hand_over.probe(PIVOT)
            except Later as later:
                found = later
            nursery.cancel_scope.cancel()
        return found

    async def _take(self, after_s: float) -> None:
        await trio.sleep(after_s)
        self.machine.take_card()


Story = Callable[[AtTheSlot], Awaitable[None]]


def at_the_slot(folder: Path, *stories: Story, forgets: bool = True) -> None:
    """Each story at a machine and in a journal of its own."""

    async def with_hall(hall: Hall) -> None:
        for number, story in enumerate(stories):
            post = Post(hall, "T1", folder / str(number), Settings(forgets=forgets))
            journal = Journal(post.folder, hall.now)
            log = PlanLog(journal, PLAN, lambda log, this, mark, facts: [])
            log.open("production", {"elder": True})
            slot = AtTheSlot(post, post.parts(), log)
            await slot.begin()
            await story(slot)
            journal.close()

    in_hall(folder, with_hall, start=False)
