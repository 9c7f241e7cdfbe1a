"""The member of staff at the counter: sees who asks for a look, walks over, and says what she sees; or nobody is there."""
from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import trio

from remote.central.counter import CounterError

if TYPE_CHECKING:
    from tests.simulation.world import World

AWAY, UNSURE = 0.05, 0.05        # chances of one question
WALKS_S = (3.0, 40.0)


class Clerk:
    def __init__(self, world: World, rng: Random) -> None:
        self.world, self.rng = world, rng

    def asked(self, path: str) -> None:
        """A request has come to the centre."""
        if path.endswith("/staff/ask") and self.rng.random() >= AWAY:
            self.world.nursery.start_soon(self._comes)

    async def _comes(self) -> None:
        await trio.sleep(self.rng.uniform(*WALKS_S))
        with self.world.centre.engine.connect() as connection:
            waiting = self.world.centre.counter.staff_requests(connection)
        for asked in waiting[:1]:
            same = self.rng.random() >= UNSURE
            try:
                self.world.centre.counter.answer_staff_request(asked["request_id"], same, "王芳", "当面看过本人和身份证")
            except CounterError as error:
                self.world.trace("counter", str(error))
