"""What each command does. Each returns how it ended; what nobody foresaw crashes loudly, and is found begun at the next start."""
from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

import trio

from kiosk.commands.calls import Again
from kiosk.commands.centre_clock import CentreClock
from kiosk.commands.standing import Notice, StandingOrders
from kiosk.commands.trial_prints import trial_page, trial_slip
from kiosk.commands.words import Ended, done, failed
from kiosk.health.found import Light
from kiosk.status_page import lamps
from kiosk.transaction.plan import End
from print.fonts import NoGlyph, runs
from remote.enrolment.identity import IdentityError, IdentityFolder, NotEnrolled
from remote.enrolment.renew import renew_if_due
from remote.messages.commands import MAKES_A_FILE, MOST_PORTIONS, PORTION_BYTES, CommandKind, CommandOrder
from remote.platform import PlatformError

if TYPE_CHECKING:
    from kiosk.terminal import Terminal

LARGEST_FILE = PORTION_BYTES * MOST_PORTIONS
NOBODYS_SCREENS = frozenset({"home", "out_of_service", "recovering"})
"""The only screens that are photographed: nothing on them is a citizen's."""

Send = Callable[[str, bytes], Awaitable[str]]
"""(command, file) -> "" once the centre has the whole of it, else why not."""


@dataclass
class Hands:
    """What this terminal's commands can reach. None: it has no such thing, and says so."""

    terminal: Terminal
    standing: StandingOrders
    clock: CentreClock
    send: Send
    identity: IdentityFolder | None = None
    sync_clock: Callable[[], Awaitable[str]] | None = None        # "" done, else why not
    picture: Callable[[], Awaitable[bytes]] | None = None         # PNG of what is shown
    bundle: Callable[[], Awaitable[bytes]] | None = None
    rest: Callable[[], Awaitable[None]] = field(default=trio.sleep_forever)

    async def do(self, order: CommandOrder) -> Ended:
        kind = CommandKind(order.kind)
        made = await DEEDS[kind](self, order)
        if kind in MAKES_A_FILE and isinstance(made, File):
            return await self._sent(order.command_id, made)
        assert isinstance(made, Ended)
        return made

    async def _sent(self, command_id: str, file: File) -> Ended:
        if len(file.data) > LARGEST_FILE:
            return failed("too_large", bytes=str(len(file.data)))
        if why := await self.send(command_id, file.data):
            return failed(why)
        facts = {"sha256": hashlib.sha256(file.data).hexdigest(), "bytes": str(len(file.data)), "name": file.name}
        return Ended("done", facts=facts)


@dataclass(frozen=True)
class File:
    name: str
    data: bytes


async def out_of_service(hands: Hands, order: CommandOrder) -> Ended:
    return _closed(hands, order, closed=True)


async def back_in_service(hands: Hands, order: CommandOrder) -> Ended:
    return _closed(hands, order, closed=False)


def _closed(hands: Hands, order: CommandOrder, *, closed: bool) -> Ended:
    health = hands.terminal.health
    hands.standing.change(order.command_id, hands.clock.now(), closed=closed)
    health.closed_by_staff = closed
    health.look_again()
    hands.terminal.calls.tell()
    still = "" if closed else health.out_of_service() or ""
    return done(still and "still_closed", **({"reason": still} if still else {}))


async def restart_app(hands: Hands, order: CommandOrder) -> Ended:
    return await _again(hands, Again.PROGRAM)


async def restart_host(hands: Hands, order: CommandOrder) -> Ended:
    return await _again(hands, Again.HOST)


async def _again(hands: Hands, what: Again) -> Ended:
    """Never returns: the end is told by the next start."""
    hands.terminal.calls.again = what
    hands.terminal.calls.tell()
    await hands.rest()
    raise AssertionError("the terminal went on")


async def self_test(hands: Hands, order: CommandOrder) -> Ended:
    health = hands.terminal.health
    found, limits = await health.look(), health.parts.limits
    rows = lamps(found, limits.min_free_mb, limits.clock_skew_s)
    worst = next((light for light in (Light.RED, Light.AMBER) if any(row.light == light for row in rows)), Light.GREEN)
    facts = {row.what: " ".join((str(row.light), *row.troubles)) for row in rows}
    return done(f"all_{worst}" if worst is Light.GREEN else f"some_{worst}", **facts)


async def print_slip(hands: Hands, order: CommandOrder) -> Ended:
    return await trial_slip(hands.terminal.health)


async def print_page(hands: Hands, order: CommandOrder) -> Ended:
    return await trial_page(hands.terminal.parts, order.command_id)


async def fetch_logs(hands: Hands, order: CommandOrder) -> Ended | File:
    if hands.bundle is None:
        return failed("not_here")
    try:
        data = await hands.bundle()
    except OSError:
        return failed("disk")
    return File(f"{hands.terminal.parts.terminal}-{hands.clock.now():%Y%m%d-%H%M%S}.blackbox.gz", data)


async def screenshot(hands: Hands, order: CommandOrder) -> Ended | File:
    """Looked at once more after it was drawn: whoever came meanwhile is not on it, or it is thrown away."""
    if hands.picture is None:
        return failed("no_screen")
    if why := _somebody(hands.terminal):
        return failed(why)
    data = await hands.picture()
    if why := _somebody(hands.terminal):
        return failed(why)
    return File(f"{hands.terminal.parts.terminal}-{hands.clock.now():%Y%m%d-%H%M%S}.png", data)


def _somebody(terminal: Terminal) -> str:
    shown = terminal.guide.shown
    if terminal.visit is not None:
        return "in_visit"
    return "" if shown is not None and shown.name in NOBODYS_SCREENS else "private_screen"


async def notice(hands: Hands, order: CommandOrder) -> Ended:
    text, text_en = order.arguments["text"].strip(), order.arguments.get("text_en", "").strip()
    try:
        runs(text + text_en)
    except NoGlyph as missing:
        return failed("no_glyph", character=f"U+{ord(missing.char):04X}")
    until = datetime.fromisoformat(order.arguments["until"])
    if until <= hands.clock.now():
        return failed("notice_over")
    hands.standing.change(order.command_id, hands.clock.now(), notice=Notice(text, text_en, until))
    hands.terminal.calls.tell()
    return done()


async def volume(hands: Hands, order: CommandOrder) -> Ended:
    level = int(order.arguments["level"])
    hands.standing.change(order.command_id, hands.clock.now(), volume=level)
    set_volume(hands.terminal, level)
    return done()


def set_volume(terminal: Terminal, level: int) -> None:
    """What every visit begins with; nobody is in one."""
    talk = terminal.talk
    talk.first_look, talk.look = replace(talk.first_look, volume=level), replace(talk.look, volume=level)


async def sync_clock(hands: Hands, order: CommandOrder) -> Ended:
    if hands.sync_clock is None:
        return failed("not_here")
    why = await hands.sync_clock()
    await hands.terminal.health.look()
    off = hands.terminal.health.found.clock_off_s
    told = {} if off is None else {"clock_off_s": f"{off:.1f}"}
    return failed(why, **told) if why else done(**told)


async def rotate_certificate(hands: Hands, order: CommandOrder) -> Ended:
    """A lost answer is asked for again with the same key: at the next command, or by the hourly look."""
    if hands.identity is None:
        return failed("not_here")
    try:
        await renew_if_due(hands.identity, hands.terminal.parts.platform, hands.clock.now(), force=True)
    except PlatformError:
        return failed("centre_away")
    except (NotEnrolled, IdentityError, OSError, ValueError):
        return failed("not_renewed")
    return done(ends=hands.identity.load().ends.isoformat(timespec="seconds"))


async def settle_obligation(hands: Hands, order: CommandOrder) -> Ended:
    heart, plan = hands.terminal.heart, order.arguments["plan"]
    if plan not in heart.journal.open_plans():
        return done("nothing_owed")
    end = await heart.settle_one(plan)
    if end in (End.FORWARD, End.BACK):
        return done(end.value)
    waits = sorted({owed.waits_for for owed in heart.obligations() if owed.plan == plan})
    return failed("still_owed", waits_for=", ".join(waits)[:200])


Deed = Callable[[Hands, CommandOrder], Awaitable["Ended | File"]]
DEEDS: Mapping[CommandKind, Deed] = {
    CommandKind.OUT_OF_SERVICE: out_of_service, CommandKind.BACK_IN_SERVICE: back_in_service,
    CommandKind.RESTART_APP: restart_app, CommandKind.RESTART_HOST: restart_host, CommandKind.SELF_TEST: self_test,
    CommandKind.TEST_SLIP: print_slip, CommandKind.TEST_PAGE: print_page, CommandKind.FETCH_LOGS: fetch_logs,
    CommandKind.SCREENSHOT: screenshot, CommandKind.NOTICE: notice, CommandKind.VOLUME: volume,
    CommandKind.SYNC_CLOCK: sync_clock, CommandKind.ROTATE_CERTIFICATE: rotate_certificate,
    CommandKind.SETTLE_OBLIGATION: settle_obligation,
}  # fmt: skip
