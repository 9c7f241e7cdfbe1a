"""Asking upsd over its TCP port. upsd answers in order and on one connection: an exchange that was given up, or went
wrong, ends the connection, so no late answer can meet another question."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import trio

from devices.errors import DeviceGone
from devices.ups.codec import AnswerParser, GetVar, LineParser, ListVar, Plain, Request, encode_line
from devices.ups.errors import UpsdRefused, UpsdSilent, UpsUnheard
from devices.ups.status import UpsStatus, status_of
from devices.wire import OpenWire, Wire

RETRIES = 1  # upsd was restarted since the last question: a new connection finds it


@dataclass(frozen=True)
class UpsPatience:
    """Seconds. upsd answers from memory, in less than a millisecond on the same machine."""

    open: float = 3.0
    answer: float = 3.0


@dataclass(frozen=True)
class Credentials:
    """Only where upsd.users asks for them; reading needs none."""

    username: str
    password: str = field(repr=False)


class Ups:
    """One UPS of one upsd. Connects at the first call, and again after every DeviceGone.

    Every call may raise DeviceGone (WireGone: no upsd; UpsdSilent; UpsdIncomprehensible; UpsUnheard: upsd lost the UPS)
    and UpsdRefused. Cancelling a call loses nothing.
    """

    def __init__(
        self,
        open_wire: OpenWire,
        name: str = "ups",
        credentials: Credentials | None = None,
        patience: UpsPatience | None = None,
    ) -> None:
        self.name = name
        self._open_wire, self._credentials, self._patience = open_wire, credentials, patience or UpsPatience()
        self._wire: Wire | None = None
        self._lines = LineParser()
        self._waiting: list[bytes] = []
        self._one = trio.Lock()

    async def status(self) -> UpsStatus:
        """As upsd has it now, at most two seconds old (upsd's own poll)."""
        return status_of(await self.variables())

    async def variables(self) -> Mapping[str, str]:
        """All of them, by their names (LIST VAR): one snapshot, so that charge and status belong together."""
        return await self._asked(ListVar(self.name))

    async def variable(self, name: str) -> str:
        """One of them (GET VAR). Raises UpsdRefused VAR-NOT-SUPPORTED where this UPS has none such."""
        return (await self._asked(GetVar(self.name, name)))[name]

    async def aclose(self) -> None:
        """Let go of upsd, once no call is under way; the next call connects again."""
        async with self._one:
            await self._let_go()

    async def _let_go(self) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.aclose()

    async def _asked(self, request: Request) -> Mapping[str, str]:
        async with self._one:
            for attempt in range(RETRIES + 1):
                known = self._wire is not None
                try:
                    return await self._exchange(request)
                except (UpsUnheard, UpsdRefused):
                    raise
                except DeviceGone:
                    if not known or attempt == RETRIES:
                        raise
        raise AssertionError("unreachable")

    async def _exchange(self, request: Request) -> Mapping[str, str]:
        answered = False
        try:
            if self._wire is None:
                await self._connect()
            answer = await self._ask(request)
            answered = True
            return answer
        except (UpsUnheard, UpsdRefused):
            answered = True
            raise
        finally:
            if not answered:  # given up, gone, or out of step
                with trio.CancelScope(shield=True):  # closing takes no time
                    await self._let_go()

    async def _connect(self) -> None:
        with trio.move_on_after(self._patience.open):
            self._wire = await self._open_wire()
        if self._wire is None:
            raise UpsdSilent("upsd takes no connection")
        self._lines, self._waiting = LineParser(), []
        if self._credentials is not None:
            try:
                await self._ask(Plain(("USERNAME", self._credentials.username)))
                await self._ask(Plain(("PASSWORD", self._credentials.password)))
                await self._ask(Plain(("LOGIN", self.name)))
            except (UpsdRefused, UpsUnheard):
                await self._let_go()  # half logged in is not logged in
                raise

    async def _ask(self, request: Request) -> Mapping[str, str]:
        assert self._wire is not None
        parser = AnswerParser(request)
        with trio.move_on_after(self._patience.answer):
            await self._wire.send(encode_line(request.words))
            while True:
                while not self._waiting:
                    self._waiting = self._lines.feed(await self._wire.receive())
                answer = parser.feed(self._waiting.pop(0))
                if answer is not None:
                    return answer
        raise UpsdSilent("upsd does not answer")
