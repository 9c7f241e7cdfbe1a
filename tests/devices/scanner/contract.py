"""What every scanner must do, simulated or real."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

import trio

from devices.scanner.driver import REPEAT_WINDOW_S, Scanner

PATIENCE_S = 30.0  # for a technician to hold a code before the window


class Rig(Protocol):
    """A scanner under test, with nothing before its window."""

    scanner: Scanner

    async def show(self) -> str:
        """Hold a code before the window, always the same one; its text."""

    async def take_away(self) -> None: ...


async def a_code_shown_is_read_as_it_stands_on_the_paper(rig: Rig) -> None:
    async with trio.open_nursery() as nursery:
        shown: list[str] = []

        async def show() -> None:
            await trio.sleep(0.2)
            shown.append(await rig.show())

        nursery.start_soon(show)
        with trio.fail_after(PATIENCE_S):
            code = await rig.scanner.wait_for_code()
    assert [code.text] == shown
    await rig.take_away()


async def a_code_that_lies_there_is_given_once(rig: Rig) -> None:
    await rig.show()
    with trio.fail_after(PATIENCE_S):
        await rig.scanner.wait_for_code()
    with trio.move_on_after(1.0) as scope:
        await rig.scanner.wait_for_code()
    assert scope.cancelled_caught
    await rig.take_away()


async def the_same_code_shown_again_later_counts_again(rig: Rig) -> None:
    for _ in range(2):
        text = await rig.show()
        with trio.fail_after(PATIENCE_S):
            assert (await rig.scanner.wait_for_code()).text == text
        await rig.take_away()
        await trio.sleep(REPEAT_WINDOW_S + 0.5)


async def what_was_scanned_while_nobody_was_asked_does_not_count(rig: Rig) -> None:
    with trio.move_on_after(0.1):
        await rig.scanner.wait_for_code()
    await rig.show()
    await trio.sleep(1.0)
    await rig.take_away()
    with trio.move_on_after(1.0) as scope:
        await rig.scanner.wait_for_code()
    assert scope.cancelled_caught


async def a_line_let_go_is_taken_again(rig: Rig) -> None:
    with trio.move_on_after(0.1):
        await rig.scanner.wait_for_code()
    await rig.scanner.aclose()
    await rig.scanner.aclose()
    await rig.show()
    with trio.fail_after(PATIENCE_S):
        await rig.scanner.wait_for_code()
    await rig.take_away()


CONTRACT: tuple[Callable[[Rig], Awaitable[None]], ...] = (
    a_code_shown_is_read_as_it_stands_on_the_paper,
    a_code_that_lies_there_is_given_once,
    the_same_code_shown_again_later_counts_again,
    what_was_scanned_while_nobody_was_asked_does_not_count,
    a_line_let_go_is_taken_again,
)
