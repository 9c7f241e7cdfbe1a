"""A thread of a chip's own for calls that may block without a time limit, and what becomes of it when nobody waits any more.

PC/SC has no time limit for a command (facts/card.md 5.1): a chip that hangs keeps its thread until the card goes. Such a
thread is given up: it does nothing more but clean up, whenever its call comes back, and until then it is counted.
"""
from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

import outcome
import trio

T = TypeVar("T")


class Hung(Exception):
    """The call did not come back within its limit; its thread is given up."""


class GivenUp(Exception):
    """The thread was given up in a call before; this one was not begun."""


class ChipThread:
    """Starts with the first call. `clean_up` runs in it as the last thing, also after it was given up.

    A call costs 36 us where `trio.to_thread` costs 72 (measured), beside the 62 us of a command to a virtual card.
    """

    def __init__(self, clean_up: Callable[[], None]) -> None:
        self._clean_up = clean_up
        self._token = trio.lowlevel.current_trio_token()
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._over = threading.Event()
        self._heard_over = trio.Event()
        self._closing = False
        self.given_up = False

    @property
    def ended(self) -> bool:
        """Nothing of it is left: cleaned up, or never started."""
        return self._over.is_set() or (self._closing and self._thread is None)

    async def call(self, work: Callable[[], T], within_s: float) -> T:
        """Run `work` there. Raises what it raises, Hung, or GivenUp; a call that is cancelled gives the thread up, too."""
        if self._closing:
            raise GivenUp("given up in the call before")
        await trio.lowlevel.checkpoint_if_cancelled()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="chip", daemon=True)
            self._thread.start()
        call = _Call(work)
        self._calls.put(call)
        try:
            with trio.move_on_after(within_s):
                await call.done.wait()
        except trio.Cancelled:
            self._give_up()
            raise
        if call.outcome is None:
            self._give_up()
            raise Hung(f"no answer within {within_s} s")
        answer: T = call.outcome.unwrap()
        return answer

    async def close(self, within_s: float) -> None:
        """Clean up, and wait for it at most `within_s`, cancelled or not. One that was given up is not waited for."""
        if self._closing:
            return
        self._closing = True
        if self._thread is None:
            return
        self._calls.put(None)
        with trio.move_on_after(within_s, shield=True):
            await self._heard_over.wait()
        self.given_up = not self._heard_over.is_set()

    def _give_up(self) -> None:
        self.given_up = self._closing = True
        self._calls.put(None)

    def _run(self) -> None:
        while (call := self._calls.get()) is not None:
            call.outcome = outcome.capture(call.work)
            self._tell(call.done)
        try:
            self._clean_up()
        finally:
            self._over.set()
            self._tell(self._heard_over)

    def _tell(self, event: trio.Event) -> None:
        with contextlib.suppress(trio.RunFinishedError):  # the terminal stopped while the chip hung
            self._token.run_sync_soon(event.set)


class _Call:
    def __init__(self, work: Callable[[], Any]) -> None:
        self.work = work
        self.done = trio.Event()
        self.outcome: outcome.Outcome[Any] | None = None
