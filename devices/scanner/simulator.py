"""The scanner at the other end of the wire: the model behind the serial protocol, with faults."""
from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Protocol

import trio

from devices.baud import heard_at
from devices.faults import Faults
from devices.scanner.codec import LONGEST_CODE_BYTES, Framing, Suffix
from devices.scanner.commands import ACK, ENQ, IDENTIFY, Trigger
from devices.scanner.model import ScannerModel
from devices.wire import Wire, WireGone

LATE_S = 2.0
CRAWL_S = 0.1  # between the bytes of a slow line
_OWN_BAUD, _WRONG_BAUD = 115_200, 9_600

FAULTS = {
    "no_read": "glare or a cracked glass: the code is seen and not read",
    "reads_on": "the code is given again and again for as long as it lies there",
    "trigger_unheard": "the command to light up is lost",
    "light_stays_on": "the command to put the light out is lost",
    "late": f"the code comes {LATE_S:.0f} s late, perhaps when nobody is asked any more",
    "cut_short": "the code breaks off half way",
    "crawling": "the bytes of a code come one by one",
    "wrong_byte": "one byte of the code arrives as another, which is no text",
    "noise_before": "noise, with a control character in it, comes before the code",
    "endless": "a code without an end",
    "other_encoding": "Chinese comes in the other encoding",
    "silent": "nothing comes, and no command is heard",
    "question_unknown": "it does not know the question who it is",
    "baud_mismatch": f"it speaks at {_WRONG_BAUD} while the terminal listens at {_OWN_BAUD}",
    "unplugged": "the plug is pulled half way through a code",
}


class Line(Protocol):
    """The plug the machine hangs on, where it has one (devices.pty_port.Pty)."""

    def unplug(self) -> None: ...


class ScannerSimulator:
    """`line` lets the machine be unplugged; without one, "unplugged" closes the wire."""

    def __init__(
        self,
        model: ScannerModel | None = None,
        *,
        framing: Framing | None = None,
        trigger: Trigger | None = None,
        line: Line | None = None,
        seed: int = 0,
    ) -> None:
        self._model = model or ScannerModel()
        self.faults = Faults(FAULTS)
        self.line = line
        self._framing = framing or Suffix()
        self._trigger = trigger or Trigger()
        self._noise = random.Random(seed)

    @property
    def model(self) -> ScannerModel:
        return self._model

    async def serve(self, wire: Wire) -> None:
        """Answer until the wire goes."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._look, wire, nursery.cancel_scope)
            await self._listen(wire)
            nursery.cancel_scope.cancel()

    async def _listen(self, wire: Wire) -> None:
        heard = b""
        while True:
            try:
                heard = (heard + await wire.receive())[-64:]
                if not self._model.powered or self.faults.is_set("silent"):
                    heard = b""
                    continue
                heard = await self._obey(heard, wire)
            except WireGone:
                return

    async def _obey(self, heard: bytes, wire: Wire) -> bytes:
        """Do what the bytes say; what may be the beginning of another command stays."""
        for command in (self._trigger.on, self._trigger.off, IDENTIFY):
            if command in heard:
                if command == IDENTIFY:
                    await self._identify(wire)
                else:
                    self._light(command == self._trigger.on)
                return heard.partition(command)[2]
        return heard

    def _light(self, on: bool) -> None:
        if not self.faults.take("trigger_unheard" if on else "light_stays_on"):
            self._model.light(on)

    async def _identify(self, wire: Wire) -> None:
        known = not self.faults.take("question_unknown")
        said = f": {self._model.identity}\r\n".encode() if known else b""
        await wire.send(b"REVINF" + said + bytes((ACK if known else ENQ,)) + b".")

    async def _look(self, wire: Wire, session: trio.CancelScope) -> None:
        try:
            while True:
                code = await self._model.read(again=self.faults.is_set("reads_on"))
                if not self.faults.take("no_read") and not self.faults.is_set("silent"):
                    await self._give(code, wire)
        except WireGone:
            session.cancel()

    async def _give(self, code: bytes, wire: Wire) -> None:
        if self.faults.take("late"):
            await trio.sleep(LATE_S)
        if self.faults.take("other_encoding"):
            code = code.decode().encode("gb18030")
        sent = self._framing.encode(code)
        if self.faults.take("crawling"):
            for byte in sent:
                await wire.send(bytes((byte,)))
                await trio.sleep(CRAWL_S)
            return
        if self.faults.take("unplugged"):
            await wire.send(sent[: len(sent) // 2])
            await self._unplug(wire)
        await wire.send(self._spoilt(sent))

    def _spoilt(self, sent: bytes) -> bytes:
        """The code as the faults of the line leave it."""
        spoil: dict[str, Callable[[], bytes]] = {
            "cut_short": lambda: sent[: len(sent) // 2],
            "wrong_byte": lambda: sent[:2] + b"\xff" + sent[3:],
            "noise_before": lambda: b"\x00\x9c" + sent,
            "endless": lambda: sent[:-1] + self._noise.randbytes(1).hex().encode() * LONGEST_CODE_BYTES,
            "baud_mismatch": lambda: heard_at(sent, _WRONG_BAUD, _OWN_BAUD),
        }
        for name, result in spoil.items():
            if self.faults.take(name):
                return result()
        return sent

    async def _unplug(self, wire: Wire) -> None:
        if self.line is not None:
            self.line.unplug()
        await wire.aclose()
        raise WireGone("unplugged")

    async def control(self, request: dict[str, Any]) -> dict[str, Any]:
        """What the bench can do: {"do": "show", "code": TEXT} - "take_away" - "power_off" - "power_on" - {"do": "fault", "name":
        NAME, "count": N} - "clear_fault" - "state". Raises ValueError or KeyError for what it cannot."""
        await trio.lowlevel.checkpoint()
        acts: dict[str, Callable[[], object]] = {
            "state": lambda: None,
            "show": lambda: self._model.show(str(request["code"]).encode()),
            "take_away": self._model.take_away,
            "power_off": self._model.power_off,
            "power_on": self._model.power_on,
            "fault": lambda: self.faults.set(str(request["name"]), request.get("count")),
            "clear_fault": lambda: self.faults.clear(request.get("name")),
        }
        if request["do"] not in acts:
            raise ValueError(f"this machine knows: {', '.join(sorted(acts))}")
        acts[request["do"]]()
        return {
            "shown": self._model.shown is not None,
            "lit": self._model.lit,
            "powered": self._model.powered,
            "faults": self.faults.active(),
        }


