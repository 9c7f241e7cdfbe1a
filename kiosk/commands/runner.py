"""The terminal's commands: fetched when a heartbeat says that some wait, begun at the right moment, told until the centre has it.

When: kinds that are harmless at once; all others between visits, with no plan running and no menu open. A command that asks
for "now" has the visit end at its next question, after what the machine has begun. The end of a command is measured by the
centre's clock, so that a wrong clock here neither runs an old one nor drops a good one.
"""
from __future__ import annotations

import base64
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

import trio
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.commands.book import CommandBook
from kiosk.commands.deeds import Hands, set_volume
from kiosk.commands.known import host_boot, known, serial_of
from kiosk.commands.standing import Notice
from kiosk.commands.words import Ended, failed
from kiosk.transaction.journal import JournalBroken
from remote.enrolment.identity import Identity, IdentityError, NotEnrolled, serial_bytes
from remote.messages.commands import (
    NATURES,
    PORTION_BYTES,
    ArgumentWrong,
    AskCommands,
    CommandKind,
    CommandOrder,
    CommandResult,
    PutPortion,
    TellCommand,
    When,
    check_arguments,
    result_bytes,
)
from remote.messages.telemetry import Heard
from remote.platform import Platform, PlatformAway, PlatformRefused

LOOK_EVERY_S = 0.5             # whether nobody is served, while a command waits for it
TELL_AGAIN_S = 20.0            # [A] a result whose answer was lost
PORTION_TRIES = 40             # [A] of one portion, TELL_AGAIN_S apart: a quarter of an hour without network
NEVER_TAKEN = (404, 409, 422)  # the centre knows no such command any more: telling again will not help


@dataclass
class Held:
    """A command that was fetched. `scope` waits for its moment."""

    order: CommandOrder
    running: bool = False
    scope: trio.CancelScope = field(default_factory=trio.CancelScope)
    withdrawn: bool = False


class CommandRunner:
    """`identity` signs; it is asked each time, because certificates are renewed."""

    def __init__(self, hands: Hands, platform: Platform, identity: Callable[[], Identity]) -> None:
        self._hands, self._platform, self._identity = hands, platform, identity
        self._terminal = hands.terminal
        self.book = CommandBook(self._terminal.heart.journal)
        self.held: dict[str, Held] = {}
        self._poll, self._tell = trio.Event(), trio.Event()
        self._between = trio.Lock()
        self._host = host_boot()
        hands.send = self.send
        self._stand()

    def _stand(self) -> None:
        """As commands left it before the restart."""
        standing = self._hands.standing.now
        if standing.closed:
            self._terminal.health.closed_by_staff = True
        if standing.volume is not None:
            set_volume(self._terminal, standing.volume)
        self._terminal.calls.notice = self.notice

    def notice(self) -> Notice | None:
        notice = self._hands.standing.now.notice
        return notice if notice is not None and self._hands.clock.now() < notice.until else None

    async def hear(self, heard: Heard) -> None:
        """For the agent's listeners: every answer to a heartbeat."""
        self._hands.clock.heard(heard.now)
        if heard.commands:
            self._poll.set()

    async def run(self) -> None:
        """Next to the terminal, until it ends; stops where the journal breaks: then nothing is begun any more."""
        try:
            for begun in self.book.cut_off():
                serial = serial_of(self._hands.identity)
                journal = self._terminal.heart.journal
                self._end(begun.order, known(begun, self._hands.standing, journal, self._host, serial))
            self._poll.set()
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._keep_telling)
                nursery.start_soon(self._follow_the_menu)
                while True:
                    await self._poll.wait()
                    self._poll = trio.Event()
                    await self._fetch(nursery)
        except* JournalBroken as broken:
            sys.stderr.write(f"commands: {broken.exceptions[0]}\n")

    # -- to the terminal ----------------------------------------------------------------------------------------------

    async def _fetch(self, nursery: trio.Nursery) -> None:
        asked_at = trio.current_time()
        holds = {name: "running" if held.running else "waiting" for name, held in self.held.items()}
        try:
            answer = await self._platform.take_commands(AskCommands(holds=holds))
        except (PlatformAway, PlatformRefused):
            return                                     # the next heartbeat says so again
        self._hands.clock.heard(answer.now, asked_at)
        for gone in answer.no_longer:
            self._no_longer(gone.command_id, gone.why)
        for order in answer.orders:
            if order.command_id not in self.held and not self.book.knows(order.command_id):
                self.held[order.command_id] = held = Held(order)
                nursery.start_soon(self._carry_out, held)

    def _no_longer(self, command_id: str, why: str) -> None:
        held = self.held.get(command_id)
        if held is not None:
            held.withdrawn = why == "withdrawn"
            held.scope.cancel()                        # without effect where it has begun
        elif not self.book.knows(command_id):          # its answer was lost: it never will begin here
            order = CommandOrder(
                command_id=command_id, kind="", reason="", requester="", expires_at=self._hands.clock.now()
            )
            self._end(order, Ended(why))

    async def _carry_out(self, held: Held) -> None:
        order = held.order
        try:
            if (wrong := _wrong(order)) is not None:
                self._end(order, wrong)
                return
            with held.scope:
                held.scope.deadline = trio.current_time() + (order.expires_at - self._hands.clock.now()).total_seconds()
                await self._moment(held)
            if not held.running:
                self._end(order, Ended("withdrawn" if held.withdrawn else "expired"))
                return
            self._end(order, await self._hands.do(order))
        finally:
            self._terminal.calls.tell()
            self.held.pop(order.command_id, None)

    async def _moment(self, held: Held) -> None:
        """Returns once it has begun, that is, once the journal says so. Nothing is awaited between the moment and the row."""
        nature = NATURES[CommandKind(held.order.kind)]
        await trio.lowlevel.checkpoint()
        calls = self._terminal.calls
        clears = nature.when is When.AS_ASKED and not held.order.after_citizen
        try:
            while nature.when is not When.AT_ONCE and not self._nobody_served():
                if clears:
                    calls.clear_out = True
                    calls.tell()
                with trio.move_on_after(LOOK_EVERY_S):
                    await calls.changed()
        finally:
            if clears:
                calls.clear_out = False
        if held.scope.cancel_called or trio.current_time() >= held.scope.deadline:
            return
        self.book.begin(held.order, {"host": self._host, "serial": serial_of(self._hands.identity)})
        held.running = True
        self._poll.set()                               # the centre hears that it runs

    def _nobody_served(self) -> bool:
        terminal = self._terminal
        return terminal.visit is None and not terminal.heart.busy and not terminal.health.door_open

    def _end(self, order: CommandOrder, ended: Ended) -> None:
        at = self._terminal.parts.now()
        facts = {name[:64]: words[:500] for name, words in list(ended.facts.items())[:90]}
        result = CommandResult(
            command_id=order.command_id, kind=order.kind, state=ended.state, word=ended.word, facts=facts, at=at
        )
        self.book.end(result, order.requester)
        self._tell.set()

    async def _follow_the_menu(self) -> None:
        """Closed or opened at the machine itself: that holds after a restart too, and undoes what was commanded."""
        while True:
            await self._terminal.health.looked()
            closed, standing = self._terminal.health.closed_by_staff, self._hands.standing
            if closed != standing.now.closed:
                standing.change("menu", self._hands.clock.now(), closed=closed)

    # -- to the centre ------------------------------------------------------------------------------------------------

    async def _keep_telling(self) -> None:
        while True:
            self._tell = trio.Event()
            for result in self.book.untold():
                await self._tell_one(result)
            with trio.move_on_after(TELL_AGAIN_S if self.book.untold() else float("inf")):
                await self._tell.wait()

    async def _tell_one(self, result: CommandResult) -> None:
        try:
            identity = self._identity()
        except (NotEnrolled, IdentityError):
            return
        signature = identity.key.sign(result_bytes(self._terminal.parts.terminal, result), ec.ECDSA(hashes.SHA256()))
        told = TellCommand(result=result, serial=serial_bytes(identity.certificate).hex(), signature=signature.hex())
        try:
            await self._platform.tell_command(told)
        except PlatformAway:
            return
        except PlatformRefused as refused:
            sys.stderr.write(f"command {result.command_id}: {refused}\n")
            if refused.status not in NEVER_TAKEN:
                return
        self.book.told(result.command_id)

    async def send(self, command_id: str, data: bytes) -> str:
        """Portion by portion, each until the centre has it."""
        parts = [data[at : at + PORTION_BYTES] for at in range(0, len(data), PORTION_BYTES)] or [b""]
        for number, part in enumerate(parts):
            portion = PutPortion(
                command_id=command_id, number=number, of=len(parts), data=base64.b64encode(part).decode()
            )
            for _ in range(PORTION_TRIES):
                try:
                    if not (await self._platform.put_portion(portion)).done:
                        return "over_at_centre"
                    break
                except PlatformAway:
                    await trio.sleep(TELL_AGAIN_S)
                except PlatformRefused:
                    return "not_taken"
            else:
                return "centre_away"
        return ""


def _wrong(order: CommandOrder) -> Ended | None:
    try:
        check_arguments(CommandKind(order.kind), order.arguments)
    except ArgumentWrong as error:
        return failed("arguments", field=error.field)
    except ValueError:
        return failed("unknown_kind")
    return None
