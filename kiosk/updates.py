"""Signed releases at this terminal: asked for beside the visits; a switch ends the program, and the launcher runs the other slot.

Only where the launcher started it (TERMINAL_HOME). In a trial nobody is served until this program has proved itself: home was
shown, every machine was looked at, and the centre was heard.
"""
from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

import trio

from kiosk.audit.log import Audit, Deed
from kiosk.commands.calls import Again
from kiosk.terminal import Terminal
from remote.messages.telemetry import Heard
from remote.platform import Limits, PlatformAway, PlatformRefused
from remote.updates.agent import Place, Updates
from remote.updates.bundles import Bundles
from remote.updates.launcher.disk import RealDisk
from remote.updates.launcher.slots import SLOTS, TRYING, Home
from remote.updates.replay import replay
from remote.updates.trust import Chain
from remote.updates.window import NIGHT, Window

HOME_VARIABLE = "TERMINAL_HOME"        # remote/updates/launcher/__main__.py
ASK_EVERY_S = 300.0                    # [A] 10,000 terminals: 33 questions a second
SET_UP_WITHIN_S = 1800.0               # [A] libraries from the city's own mirror over a slow line
LIMITS = Limits(call_s=60.0, attempts=2, failures_that_open=1_000_000_000)


def home_of_this_program() -> tuple[Home, str] | None:
    """The launcher's home and the slot this file lies in; None where it runs from anywhere else (a developer's folder)."""
    named = os.environ.get(HOME_VARIABLE)
    here = Path(__file__).resolve().parent.parent
    if named is None or here.name not in SLOTS or here.parent != (Path(named) / "slots").resolve():
        return None
    return Home(RealDisk(), Path(named)), here.name


class KeepUpdated:
    def __init__(self, terminal: Terminal, home: Home, slot: str, random: Random | None = None, window: Window = NIGHT) -> None:
        self._terminal, self._home = terminal, home
        self._random = random or Random()
        self._heard = trio.Event()
        if terminal.telemetry is not None:
            terminal.telemetry.agent.listeners.append(self._hear)
        trial = home.trial()
        self._trial = trial if trial is not None and trial.phase == TRYING and trial.slot == slot else None
        terminal.health.in_trial = self._trial is not None
        place = Place(
            home=home, chain=Chain(home.disk, home.path / "trust"), bundles=Bundles(home.disk, home.path, replay), window=window,
            set_up=set_up, quiet=self.not_quiet, new_id=lambda: secrets.token_hex(16), slot=slot, offload=terminal.parts.offload,
        )  # fmt: skip
        self._updates = Updates(place, terminal.parts.platform.with_patience(LIMITS))

    async def run(self) -> None:
        """For ever, beside the visits."""
        await self._prove()
        while True:
            await trio.sleep(ASK_EVERY_S * (0.8 + 0.4 * self._random.random()))
            await self.look()

    async def look(self) -> None:
        try:
            if await self._updates.once():
                self._terminal.calls.again = Again.PROGRAM
                self._terminal.calls.tell()
        except (PlatformAway, PlatformRefused):
            return                              # the next look is soon enough
        except OSError as error:
            sys.stderr.write(f"updates: {error}\n")

    def not_quiet(self) -> str:
        """"" where nobody is served, no plan is open and no menu; else which."""
        terminal = self._terminal
        if terminal.visit is not None:
            return "visit"
        if terminal.heart.busy or terminal.heart.journal.open_plans():
            return "open_plan"
        return "" if terminal.calls.again is None else "ending"

    async def _prove(self) -> None:
        if self._trial is None:
            return
        await self._terminal.health.looked()
        await self._heard.wait()
        self._home.prove(self._trial.trial)
        audit = Audit(self._terminal.heart.journal)
        audit.note(Deed.UPDATED, to=self._trial.release, end="proved")
        self._terminal.health.in_trial = False
        self._terminal.health.look_again()

    async def _hear(self, heard: Heard) -> None:
        self._heard.set()


async def set_up(slot: Path) -> str:
    """`./run set-up` of the release itself: libraries by hash from its lock file. "" or why not."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TERMINAL_")}
    with trio.move_on_after(SET_UP_WITHIN_S):
        ended = await trio.run_process(
            [str(slot / "run"), "set-up"], cwd=slot, env=environment, check=False, stdin=subprocess.DEVNULL, capture_stdout=True,
            capture_stderr=True,
        )  # fmt: skip
        if ended.returncode == 0:
            return ""
        words = ended.stderr[-300:].decode(errors="replace")
        sys.stderr.write(f"updates: set-up of {slot.name} ended with {ended.returncode}: {words}\n")
        return "set_up"
    return "set_up_too_long"


def updates_of(terminal: Terminal, window: Window) -> Callable[[], Awaitable[None]] | None:
    """What runs beside the visits; None where this program is not in a slot."""
    found = home_of_this_program()
    return None if found is None else KeepUpdated(terminal, *found, window=window).run
