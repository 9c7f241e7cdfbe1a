"""Two things at once, the first to end decides. An exception of the winner comes out as it is, not in a group."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import outcome
import trio

T = TypeVar("T")


async def race(*contenders: Callable[[], Awaitable[T]]) -> T:
    """Run all; return (or raise) what the first one returned or raised, cancelling the others."""
    finished: list[outcome.Outcome[T]] = []

    async def run(contender: Callable[[], Awaitable[T]], scope: trio.CancelScope) -> None:
        result = await outcome.acapture(contender)
        if isinstance(result, outcome.Error) and not isinstance(result.error, Exception):
            result.unwrap()         # Cancelled and the like belong to trio
        if not finished:
            finished.append(result)
            scope.cancel()

    async with trio.open_nursery() as nursery:
        for contender in contenders:
            nursery.start_soon(run, contender, nursery.cancel_scope)
    return finished[0].unwrap()
