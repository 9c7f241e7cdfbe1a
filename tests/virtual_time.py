"""Run an async function where time passes only when everybody waits: hours in milliseconds, the same every time."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import trio
from trio.testing import MockClock

T = TypeVar("T")


def run_in_virtual_time(async_fn: Callable[..., Awaitable[T]], *args: object) -> T:
    """`trio.run` under a clock that jumps to the next deadline as soon as no task can go on."""
    return trio.run(async_fn, *args, clock=MockClock(autojump_threshold=0))
