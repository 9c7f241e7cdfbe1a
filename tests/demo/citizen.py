"""A scripted citizen: looks at the screen, touches the real widgets, lays her card, takes what comes out of the slots."""
from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import trio

from devices.serving import control
from kiosk.prompts import Prompt, ToPay
from kiosk.terminal import Terminal

LOOK_EVERY_S = 0.05
THINKS_S = 0.45              # longer than the screen's own settling time, so that the touch counts
FADES_WITHIN_S = 0.3         # a picture of the screen itself, not of its fading in
GIVES_UP_S = 240.0


@dataclass
class Around:
    """What she can reach: the screen, the machines in front of her, the network behind them."""

    window: Any
    machines: Path
    network: Path
    out: Path
    key: str                                   # which demo citizen's ID card she carries
    terminal: Terminal | None = None
    pace: float = 1.0                          # how many times faster than a person she looks and thinks
    seen: list[str] = field(default_factory=list)

    async def machine(self, **request: Any) -> dict[str, Any]:
        return await control(self.machines, **request)

    async def net(self, **request: Any) -> dict[str, Any]:
        return await control(self.network, **request)

    def touch(self, name: str) -> None:
        from tests.touch import press

        press(self.window, name)


Action = Callable[[Around], Awaitable[None]]


def touch(name: str) -> Action:
    async def act(around: Around) -> None:
        await trio.sleep(THINKS_S / around.pace)
        around.touch(name)

    return act


def digits(number: str) -> Action:
    async def act(around: Around) -> None:
        await trio.sleep(THINKS_S / around.pace)
        for digit in number:
            around.touch(digit)
            await trio.sleep(0.1)
        around.touch("done")

    return act


async def lay_card(around: Around) -> None:
    await trio.sleep(THINKS_S / around.pace)
    await around.machine(do="lay", citizen=around.key)


async def lift_card(around: Around) -> None:
    await around.machine(do="lift")


async def take_card(around: Around) -> None:
    await trio.sleep(THINKS_S / around.pace)
    await around.machine(do="take_card", front=str(around.out / "card_front.png"), back=str(around.out / "card_back.png"))


async def look_on(around: Around) -> None:
    """She waits and does nothing."""
    await trio.lowlevel.checkpoint()


def first_pick() -> Action:
    """The first row of a list."""

    async def act(around: Around) -> None:
        await trio.sleep(THINKS_S / around.pace)
        _, prompt = around.window.shown
        around.touch(prompt.choices[0].name)

    return act


async def pay(around: Around) -> None:
    """Her phone reads the code on the screen and opens the page behind it."""
    await trio.sleep(THINKS_S / around.pace)
    _, prompt = around.window.shown
    code = next(content.qr for content in prompt.contents if isinstance(content, ToPay))
    answer = await trio.to_thread.run_sync(functools.partial(requests.post, f"{code}/pay", timeout=10))
    answer.raise_for_status()


async def take_pages(around: Around) -> None:
    """Out of the A4 printer, and a picture of the topmost."""
    await trio.sleep(THINKS_S / around.pace)
    await around.machine(machine="a4_printer", do="take_output", picture=str(around.out / "page.png"))
    around.touch("have_pages")


USUAL: Mapping[str, Action] = {
    "home": touch("senior_card"),
    "privacy": touch("agree"),
    "lay_id": lay_card,
    "take_id_back": lift_card,
    "confirm_person": touch("yes_me"),
    "choose_delivery": touch("now"),
    "take_card": take_card,
    "done": touch("finish"),
    "done_registering": touch("finish"),
    "mailed": touch("finish"),
    "slip_no_paper": touch("remembered"),
    "renew_offer": touch("renew"),
    "class_offer": touch("renew"),
    "loss_statement": touch("i_state"),
    "failed_claim": touch("finish"),
    "cancelled": touch("finish"),
    "submit_unknown": touch("finish"),
    "kept": touch("finish"),
    "in_doubt": touch("finish"),
    "not_me": touch("understood"),
    "still_there": touch("i_am_here"),
    "owed": touch("produce_here"),
    "spoiled_choose": touch("later"),
    "not_made_choose": touch("later"),
    "choose_period": first_pick(),
    "choose_purpose": first_pick(),
    "preview_document": touch("print_now"),
    "take_pages": take_pages, "take_ecredential": take_pages,
    "pay_amount": touch("pay_show_qr"),
    "pay_now": pay,
    "pay_refunding": touch("understood"),
    "pay_cancelled": touch("understood"),
    "pay_expired": touch("understood"),
    "pay_unknown": touch("finish"),
    "paid_not_made": touch("refund_now"),
    "paid_kept": touch("finish"),
    "not_printed": touch("later"),
    "printed_in_part": touch("later"),
    "pages_unknown": touch("finish"),
}
"""What anybody does at these screens; every other prompt of a script must be answered by the script itself."""

QUIET = frozenset({
    "checking", "submitting", "progress", "registering", "cancelling", "taking_back", "keeping", "recovering", "goodbye",
    "centre_slow", "network_trying", "making_preview", "printing_pages", "printer_waits", "pay_preparing", "pay_asking",
    "pay_closing", "finding_bills", "paying_by_card", "reading_card", "loading_card", "finding_load", "citizen_progress",
    "citizen_keeping", "citizen_registering",
})


class Visitor:
    """Goes through one visit by her script and writes down what she saw."""

    def __init__(self, around: Around, answers: Mapping[str, Action], leave_after: str) -> None:
        self._around = around
        self._answers = {**USUAL, **answers}
        self._leave_after = leave_after
        self.trouble: str | None = None

    async def go(self) -> None:
        """From home until the screen is home (or out of service) again after `leave_after` was seen."""
        with trio.move_on_after(GIVES_UP_S) as patience:
            await self._visit()
        if patience.cancelled_caught:
            self.trouble = f"gave up after {GIVES_UP_S:g} s at {self._around.seen[-1:]}"

    async def _visit(self) -> None:
        answered: int | None = None
        last = ""
        async for showing, prompt in self._showings():
            if prompt.name != last:
                last = prompt.name
                await self._remember(prompt)
                if last in ("home", "out_of_service") and self._leave_after in self._around.seen:
                    return
            elif answered is not None and prompt.name not in ("lay_id", "card_too_early"):
                continue
            action = self._answers.get(prompt.name)
            if action is None and (prompt.name.startswith("refusal_") or prompt.choices) and prompt.name not in QUIET:
                action = touch("understood") if prompt.name.startswith("refusal_") else None
                if action is None:
                    self.trouble = f"nobody told her what to do at {prompt.name}"
                    return
            if action is not None:
                answered = showing
                await action(self._around)

    async def _showings(self) -> Any:
        """(showing, prompt) whenever something new is on the screen."""
        before = -1
        while True:
            shown = self._around.window.shown
            if shown is not None and shown[0] != before:
                before = shown[0]
                yield shown
            await trio.sleep(LOOK_EVERY_S / self._around.pace)

    async def _remember(self, prompt: Prompt) -> None:
        around = self._around
        around.seen.append(prompt.name)
        if prompt.choices:
            await trio.sleep(FADES_WITHIN_S)
        folder = around.out / "screens"
        folder.mkdir(parents=True, exist_ok=True)
        around.window.save(folder / f"{len(around.seen):02d}_{prompt.name}.png")
