"""The terminal's update from the question to the switch. All of it goes through one Disk and may be cut anywhere.

A release is fetched and set up while people are served; the switch alone waits for its moment: the window, nobody in a visit, no
open plan, no menu. Nothing is tried twice by itself: what was rolled back or refused is told, and the centre decides.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from tuf.api._payload import TargetFile

from remote.messages.releases import (
    AskRelease,
    FetchMetadata,
    FetchTarget,
    Kind,
    Portion,
    Progress,
    ReleaseOrder,
    ReleaseOrders,
    Stage,
)
from remote.updates.bundles import Bundles
from remote.updates.fetch import fetch_target
from remote.updates.launcher.disk import clear, forget
from remote.updates.launcher.slots import BACK, HELD, TRYING, Home, Mark, begin_trial, other
from remote.updates.trust import Chain, NotTrusted, Trusted
from remote.updates.unpack import ReleaseWrong, checked, unpack
from remote.updates.window import Window

PHASES = {TRYING: Stage.TRYING, BACK: Stage.ROLLED_BACK, HELD: Stage.HELD}

T = TypeVar("T")


class Centre(Protocol):
    """Of remote/platform.py. Each raises PlatformAway or PlatformRefused."""

    async def ask_release(self, ask: AskRelease) -> ReleaseOrders: ...
    async def fetch_metadata(self, ask: FetchMetadata) -> Portion: ...
    async def fetch_target(self, ask: FetchTarget) -> Portion: ...


class Offload(Protocol):
    async def __call__(self, work: Callable[..., T], *args: Any) -> T: ...


@dataclass(frozen=True)
class Place:
    """`set_up`: makes the libraries of a slot from its lock file; "" or the word of why not. `quiet`: "" or why no switch now."""

    home: Home
    chain: Chain
    bundles: Bundles
    window: Window
    set_up: Callable[[Path], Awaitable[str]]
    quiet: Callable[[], str]
    new_id: Callable[[], str]
    slot: str                  # the one this program runs from
    offload: Offload           # hashing and writing tens of megabytes: not on the loop that the screen lives on


class Updates:
    def __init__(self, place: Place, centre: Centre) -> None:
        self._place, self._centre = place, centre
        self._told: dict[str, Progress] = {}

    async def once(self) -> bool:
        """Ask, and go as far as may be gone now. True: the switch is written down, the program must end now, with SWITCH."""
        orders = await self._centre.ask_release(self._ask())
        for order in orders.orders:
            if self._is_here(order):
                continue
            try:
                target = (await self._trusted(orders.now)).target(order.path)
                number = _number(target, order)
                if order.kind is Kind.PROGRAM:
                    if await self._program(order, target, number, orders.now):
                        return True
                else:
                    await self._bundle(order, target, number, orders.now)
            except (NotTrusted, ReleaseWrong) as error:
                self._say(order, Stage.REFUSED, error.why)
        return False

    def _ask(self) -> AskRelease:
        home = self._place.home
        mark, trial = home.mark(self._place.slot), home.trial()
        running = {Kind.PROGRAM.value: mark.release if mark is not None else ""}
        for kind in (Kind.CONFIGURATION, Kind.CATALOGUE):
            held = self._place.bundles.held(kind)
            if held:
                running[kind.value] = held[-1].release
        told = dict(self._told)
        if trial is not None and trial.phase in PHASES:
            told[trial.release] = Progress(release=trial.release, stage=PHASES[trial.phase], why=trial.why[:64])
        for release in running.values():
            if release:
                held_back = trial is not None and trial.phase in (TRYING, HELD) and trial.release == release
                if not held_back:
                    told[release] = Progress(release=release, stage=Stage.RUNNING)
        return AskRelease(running=running, progress=list(told.values())[-8:])

    def _is_here(self, order: ReleaseOrder) -> bool:
        """Runs already, or was rolled back here: what failed once is not tried again under the same name."""
        home, trial = self._place.home, self._place.home.trial()
        if order.kind is not Kind.PROGRAM:
            return any(held.release == order.release for held in self._place.bundles.held(order.kind))
        mark = home.mark(self._place.slot)
        failed = trial is not None and trial.release == order.release
        return failed or (mark is not None and mark.release == order.release)

    async def _trusted(self, centre_now: datetime) -> Trusted:
        async def fetch(name: str) -> bytes | None:
            answer = await self._centre.fetch_metadata(FetchMetadata(name=name))
            try:
                return base64.b64decode(answer.data, validate=True) if answer.found else None
            except binascii.Error as error:
                raise NotTrusted("malformed", name) from error

        return await self._place.chain.refresh(fetch, centre_now)

    async def _program(self, order: ReleaseOrder, target: TargetFile, number: int, now: datetime) -> bool:
        home = self._place.home
        here, slot, last = home.mark(self._place.slot), other(self._place.slot), home.trial()
        if last is not None and last.phase == TRYING:
            return False                                   # one after the other
        if here is not None and number <= here.number:
            raise ReleaseWrong("older")
        there = home.mark(slot)
        if there is None or there.release != order.release or not await self._place.offload(home.whole, slot):
            await self._prepare(order, target, number, slot)
        why = "window" if not self._place.window.holds(now) else self._place.quiet()
        if why:
            self._say(order, Stage.WAITING, why)
            return False
        begin_trial(home, self._place.new_id(), slot, self._place.slot)    # nothing is awaited from `quiet` to here
        return True

    async def _prepare(self, order: ReleaseOrder, target: TargetFile, number: int, slot: str) -> None:
        home, disk, offload = self._place.home, self._place.home.disk, self._place.offload
        data = await self._fetched(order, target)
        manifest, found = await offload(checked, data)
        forget(disk, home.mark_file(slot))
        await offload(unpack, disk, home.slot(slot), found)
        why = await self._place.set_up(home.slot(slot))
        if why:
            raise ReleaseWrong(why)
        await offload(disk.sync_all)
        home.put_mark(slot, Mark(order.release, manifest.version, number, manifest.digest, manifest.journal))
        if not await offload(home.whole, slot):
            forget(disk, home.mark_file(slot))
            raise ReleaseWrong("set_up_changed_it")
        clear(disk, home.path / "incoming")
        self._say(order, Stage.READY)

    async def _bundle(self, order: ReleaseOrder, target: TargetFile, number: int, now: datetime) -> None:
        data = await self._fetched(order, target)
        self._place.bundles.take(order.kind, order.release, number, data, order.effective_at or now)
        clear(self._place.home.disk, self._place.home.path / "incoming")

    async def _fetched(self, order: ReleaseOrder, target: TargetFile) -> bytes:
        def told(done: int) -> None:
            self._told[order.release] = Progress(release=order.release, stage=Stage.FETCHING, done=done, of=target.length)

        return await fetch_target(
            self._place.home.disk, self._place.home.path / "incoming", target, self._centre.fetch_target, told
        )

    def _say(self, order: ReleaseOrder, stage: Stage, why: str = "") -> None:
        self._told[order.release] = Progress(release=order.release, stage=stage, why=why[:64])


def _number(target: TargetFile, order: ReleaseOrder) -> int:
    """The order must name what the release manager signed. Raises NotTrusted."""
    custom = target.custom or {}
    number = custom.get("number")
    if custom.get("kind") != order.kind or custom.get("release") != order.release or not isinstance(number, int):
        raise NotTrusted("malformed", "the order does not name what was signed")
    return number
