"""One conversation at a time with the printer: questions that may be asked again, movements that are sent once.

A line can hold the late answer to something that was given up. So before anything is trusted, the line is synchronised:
with the extension by a token that comes back, without it by the answer after which the line stays quiet.
"""
from __future__ import annotations

import contextlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import trio

from devices.card_printer import extension
from devices.card_printer.codec import AnswerParser, Command
from devices.card_printer.extension import Acknowledgement
from devices.errors import DeviceGone, OutcomeUnknown
from devices.wire import OpenWire, Wire, WireGone

T = TypeVar("T")


class _Silent(DeviceGone):
    """Nothing came in time."""


class AnswerGarbled(DeviceGone):
    """The machine answers, but nothing that makes sense: nothing is known about it."""


@dataclass(frozen=True)
class Patience:
    """Seconds to wait. Movements: about three times what a healthy machine needs (model.MachineTimes)."""

    open: float = 10.0
    send: float = 60.0
    query: float = 1.0
    setting: float = 1.0
    quiet: float = 0.2
    feed: float = 15.0
    panel: float = 20.0
    turn: float = 15.0
    eject: float = 15.0
    reset: float = 20.0
    idle: float = 90.0


PAUSES_BEFORE_ATTEMPT_S = (0.0, 0.2, 2.5)
"""A question is asked three times. The last pause is longer than the machine waits for the rest of a panel whose sender
was killed: asking sooner would feed the question to the panel."""
_IDLE_POLL_S = 0.25


class Link:
    """The wire to one printer. Not for concurrent use: the driver holds a lock around it."""

    def __init__(self, open_wire: OpenWire, patience: Patience, new_token: Callable[[], str] | None = None) -> None:
        self._open_wire, self.patience = open_wire, patience
        self._new_token = new_token or (lambda: secrets.token_hex(4))
        self._wire: Wire | None = None
        self._answers = AnswerParser()
        self._waiting: list[bytes] = []
        self._in_step = False
        self.has_extension = False
        self.connections = 0  # how often the line was opened

    async def aclose(self) -> None:
        self._in_step = False
        if self._wire is not None:
            wire, self._wire = self._wire, None
            await wire.aclose()

    async def question(self, name: str) -> dict[str, str]:
        """Ask an extension query; asked again when the answer is lost or hurt. Raises DeviceGone, AnswerGarbled."""
        return await self._again(lambda: self._sealed(name))

    async def public(self, name: str, *parameters: str) -> str:
        """Ask a query of the public guide. Raises DeviceGone, AnswerGarbled."""

        async def ask() -> str:
            await self._send(Command(name, parameters))
            answer = await self._receive(self.patience.query)
            if not answer.isascii() or Acknowledgement.decode(answer) is not None:
                raise AnswerGarbled(f"{name}: {answer!r}")
            return answer.decode("ascii")

        return await self._again(ask)

    async def setting(self, command: Command) -> Acknowledgement:
        """Send a setting (moves nothing, may be repeated). Raises DeviceGone, AnswerGarbled."""

        async def ask() -> Acknowledgement:
            await self._send(command)
            return await self._acknowledgement(self.patience.setting)

        return await self._again(ask)

    async def movement(self, command: Command, patience: float) -> Acknowledgement:
        """Send a movement, exactly once, and wait for its end. Raises DeviceGone only where the line was known to be dead
        before anything was sent; OutcomeUnknown for everything that can go wrong afterwards."""
        if not self._in_step or self._wire is None:
            raise DeviceGone(f"{command.name} was not sent: the line is not in step")
        self._in_step = False
        try:
            await self._send(command)
            acknowledgement = await self._acknowledgement(patience)
        except DeviceGone as error:
            if isinstance(error, WireGone):
                await self.aclose()
            raise OutcomeUnknown(f"{command.name} was sent: {error}") from error
        self._in_step = True
        return acknowledgement

    async def wait_until_still(self) -> dict[str, str]:
        """The machine's status once nothing moves any more. Raises DeviceGone where it moves for ever."""
        with trio.move_on_after(self.patience.idle):
            while True:
                status = await self.question(extension.STATUS)
                if status.get("moving") == "0":
                    return status
                await trio.sleep(_IDLE_POLL_S)
        raise DeviceGone("the machine does not come to rest")

    async def synchronise(self) -> None:
        """Be connected and in step, and know whether the machine has the extension. Raises DeviceGone."""

        async def connected() -> None:
            return None

        await self._again(connected)

    async def _again(self, ask: Callable[[], Awaitable[T]]) -> T:
        """In step, then `ask`; a lost or hurt answer puts the line out of step."""
        error = DeviceGone("never asked")
        for pause in PAUSES_BEFORE_ATTEMPT_S:
            await trio.sleep(pause)
            try:
                if not self._in_step:
                    await self._get_in_step()
                self._in_step = False  # also when the caller is cancelled before the answer came
                answer = await ask()
                self._in_step = True
                return answer
            except WireGone as gone:
                error = gone
                await self.aclose()
            except DeviceGone as silent:
                error = silent
        raise error

    async def _get_in_step(self) -> None:
        if self._wire is None:
            self._answers, self._waiting = AnswerParser(), []
            with trio.move_on_after(self.patience.open):
                self._wire = await self._open_wire()
            if self._wire is None:
                raise WireGone("the line cannot be opened")
            self.connections += 1
        try:
            await self._sealed(extension.SYNCHRONISE)
            self.has_extension = True
        except WireGone:
            raise
        except DeviceGone:
            if self.has_extension:  # once seen, a machine that does not show it is not understood
                raise
            await self._public_silence()
            self.has_extension = await self._answers_after_all()
        self._in_step = True

    async def _public_silence(self) -> None:
        """Without tokens: ask, and take the answer after which nothing comes as the one to this question."""
        await self._send(Command("Rtp"))
        answer = await self._receive(self.patience.query)
        with contextlib.suppress(_Silent):
            while True:
                answer = await self._receive(self.patience.quiet)
        if not answer.isascii() or Acknowledgement.decode(answer) is not None:
            raise AnswerGarbled(f"Rtp: {answer!r}")

    async def _answers_after_all(self) -> bool:
        """The machine is alive: did it miss the first X question, or does it not know it?"""
        try:
            await self._sealed(extension.SYNCHRONISE)
        except _Silent:
            return False
        return True

    async def _sealed(self, name: str) -> dict[str, str]:
        token = self._new_token()
        await self._send(Command(name, (token,)))
        deadline = trio.current_time() + self.patience.query
        while True:
            parts = extension.unseal(await self._receive(deadline - trio.current_time()))
            if parts is not None and parts[:2] == (name, token):
                return parts[2]

    async def _acknowledgement(self, patience: float) -> Acknowledgement:
        deadline = trio.current_time() + patience
        while True:
            answer = await self._receive(deadline - trio.current_time())
            if (acknowledgement := Acknowledgement.decode(answer)) is not None:
                return acknowledgement
            if extension.unseal(answer) is None:  # else: the late answer to a question that was given up
                raise AnswerGarbled(f"no acknowledgement: {answer!r}")

    async def _send(self, command: Command) -> None:
        if self._wire is None:
            raise WireGone("not connected")
        with trio.move_on_after(self.patience.send):
            await self._wire.send(command.encode())
            return
        raise _Silent(f"{command.name} could not be handed over in {self.patience.send} s")

    async def _receive(self, patience: float) -> bytes:
        if self._wire is None:
            raise WireGone("not connected")
        with trio.move_on_after(max(patience, 0.0)):
            while not self._waiting:
                self._waiting += self._answers.feed(await self._wire.receive())
            return self._waiting.pop(0)
        raise _Silent(f"no answer in {patience:.1f} s")
