"""Cases that mostly wait for the real pcscd's next look, run at the same time; each is then told as a test of its own."""
from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import outcome
import trio

Outcomes = Mapping[str, outcome.Outcome[None]]


def side_by_side(cases: Mapping[str, Callable[[], Awaitable[None]]], at_once: int) -> Outcomes:
    """What became of each; none is disturbed by the failure of another."""
    found: dict[str, outcome.Outcome[None]] = {}

    async def one(name: str, case: Callable[[], Awaitable[None]], places: trio.Semaphore) -> None:
        async with places:
            found[name] = await outcome.acapture(case)

    async def main() -> None:
        places = trio.Semaphore(at_once)
        async with trio.open_nursery() as nursery:
            for name, case in cases.items():
                nursery.start_soon(one, name, case, places)

    trio.run(main)
    return found
