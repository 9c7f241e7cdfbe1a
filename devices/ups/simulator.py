"""upsd at the other end of the wire, with a simulated UPS behind it, and faults that can be turned on while it runs."""
from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import trio

from devices.errors import DeviceGone
from devices.faults import Faults
from devices.ups.codec import LineParser, Malformed, decode_line, encode_line
from devices.ups.model import UpsModel
from devices.wire import Wire

LATE_S = 8.0  # longer than a driver waits

FAULTS = {
    "data_stale": "upsd has heard nothing new from the UPS (ERR DATA-STALE)",
    "driver_gone": "upsd's driver has ended (ERR DRIVER-NOT-CONNECTED)",
    "unknown_ups": "upsd knows no UPS of this name",
    "access_denied": "upsd does not allow it",
    "silent": "no answer",
    "late": f"the answer comes {LATE_S:.0f} s late",
    "cut_off": "upsd ends the connection half way through the answer",
    "cut_off_before": "upsd ends the connection instead of answering",
    "garbage": "noise comes instead of the answer",
    "endless_line": "a line comes that never ends",
    "open_quote": "a value without its second quotation mark",
    "list_without_end": "the list breaks off and nothing more comes",
    "another_ups": "the answer is about another UPS",
    "no_charge": "the UPS says nothing of charge and runtime",
    "charge_no_number": "charge and runtime are no numbers",
    "status_missing": "ups.status is missing",
    "status_empty": "ups.status is empty",
    "status_off": "the UPS says that it is switched off (OFF)",
    "status_both": "the UPS says that it is on line and on battery",
    "shutdown_ordered": "upsd has been told to shut down (FSD)",
    "battery_worn_out": "the UPS asks for a new battery (RB)",
}
_ERRORS = {
    "data_stale": "DATA-STALE",
    "driver_gone": "DRIVER-NOT-CONNECTED",
    "unknown_ups": "UNKNOWN-UPS",
    "access_denied": "ACCESS-DENIED",
}
_STATUS = {"status_empty": "", "status_off": "OFF", "status_both": "OL OB", "shutdown_ordered": "FSD OL"}


class _CutOff(Exception):
    """The connection ends here."""


class UpsdSimulator:
    """`users`: names with passwords who may log in."""

    def __init__(
        self, model: UpsModel | None = None, name: str = "ups", users: dict[str, str] | None = None, seed: int = 0
    ) -> None:
        self.model = model or UpsModel(trio.current_time)
        self.faults = Faults(FAULTS)
        self.name = name
        self.users = users or {}
        self.logins = 0
        self._noise = random.Random(seed)

    async def serve(self, wire: Wire) -> None:
        """Answer until the wire goes."""
        lines, session = LineParser(), _Session(self)
        while True:
            try:
                asked = lines.feed(await wire.receive())
            except DeviceGone:
                await wire.aclose()
                return
            for line in asked:
                try:
                    await self._answer(wire, session.answer(line))
                except (_CutOff, DeviceGone):
                    await wire.aclose()
                    return

    async def _answer(self, wire: Wire, lines: Sequence[Sequence[str]]) -> None:
        take = self.faults.take
        whole = b"".join(map(_line, lines))
        if take("cut_off_before"):
            raise _CutOff
        if take("silent"):
            return
        if take("late"):
            await trio.sleep(LATE_S)
        if take("cut_off"):
            await wire.send(whole[: len(whole) // 2])
            raise _CutOff
        if take("garbage"):
            whole = self._noise.randbytes(40) + b"\n"
        if take("endless_line"):
            whole = b"VAR " * 4_000
        if take("open_quote"):
            whole = whole.replace(b'"', b"", 1)
        if take("list_without_end"):
            whole = whole.rpartition(b"END")[0]
        await wire.send(whole)

    def variables(self) -> dict[str, str]:
        """What the UPS says now, with its faults."""
        take, said = self.faults.take, self.model.variables()
        if take("no_charge"):
            del said["battery.charge"], said["battery.runtime"]
        if take("charge_no_number"):
            said |= {"battery.charge": "full", "battery.runtime": "nan"}
        if take("battery_worn_out"):
            said["ups.status"] += " RB"
        for fault, status in _STATUS.items():
            if take(fault):
                said["ups.status"] = status
        if take("status_missing"):
            del said["ups.status"]
        return said

    def error(self) -> str | None:
        return next((word for fault, word in _ERRORS.items() if self.faults.take(fault)), None)

    async def control(self, request: dict[str, Any]) -> dict[str, Any]:
        """{"do": "mains", "on": bool} - "charge" {"percent"} - "worn_out" {"on"} - "speed" {"times"} - "fault" {"name",
        "count"} - "clear" {"name"} - "state". Raises ValueError, TypeError or KeyError for what is none."""
        await trio.lowlevel.checkpoint()
        acts: dict[str, Callable[[], object]] = {
            "state": lambda: None,
            "mains": lambda: setattr(self.model, "mains", bool(request["on"])),
            "charge": lambda: setattr(self.model, "charge", float(request["percent"])),
            "worn_out": lambda: setattr(self.model, "worn_out", bool(request["on"])),
            "speed": lambda: setattr(self.model, "speed", float(request["times"])),
            "fault": lambda: self.faults.set(request["name"], request.get("count")),
            "clear": lambda: self.faults.clear(request.get("name")),
        }
        if request["do"] not in acts:
            raise ValueError(f"this machine knows: {', '.join(sorted(acts))}")
        acts[request["do"]]()
        return self.state()

    def state(self) -> dict[str, Any]:
        return {
            "mains": self.model.mains,
            "charge": round(self.model.charge, 1),
            "runtime_s": round(self.model.runtime_s),
            "status": self.model.status(),
            "worn_out": self.model.worn_out,
            "faults": self.faults.active(),
            "known_faults": self.faults.known,
        }


class _Session:
    """One client: who it says it is."""

    def __init__(self, upsd: UpsdSimulator) -> None:
        self._upsd = upsd
        self._username = self._password = ""

    def answer(self, line: bytes) -> list[list[str]]:
        try:
            words = decode_line(line)
        except Malformed:
            return [["ERR", "INVALID-ARGUMENT"]]
        match words:
            case ["LIST", "VAR", ups]:
                return self._about(ups, self._list)
            case ["GET", "VAR", ups, name]:
                return self._about(ups, lambda: self._get(name))
            case ["USERNAME", name]:
                self._username = name
                return [["OK"]]
            case ["PASSWORD", password]:
                self._password = password
                return [["OK"]]
            case ["LOGIN", ups]:
                return self._about(ups, self._login)
            case ["LOGOUT"]:
                return [["OK", "Goodbye"]]
        return [["ERR", "UNKNOWN-COMMAND"]]

    def _about(self, ups: str, act: Callable[[], list[list[str]]]) -> list[list[str]]:
        error = self._upsd.error()
        if error is None and ups != self._upsd.name:
            error = "UNKNOWN-UPS"
        return act() if error is None else [["ERR", error]]

    def _name(self) -> str:
        return "another" if self._upsd.faults.take("another_ups") else self._upsd.name

    def _list(self) -> list[list[str]]:
        name = self._name()
        listed = [["VAR", name, key, value] for key, value in self._upsd.variables().items()]
        return [["BEGIN", "LIST", "VAR", name], *listed, ["END", "LIST", "VAR", name]]

    def _get(self, key: str) -> list[list[str]]:
        said = self._upsd.variables()
        return [["VAR", self._name(), key, said[key]]] if key in said else [["ERR", "VAR-NOT-SUPPORTED"]]

    def _login(self) -> list[list[str]]:
        if not self._username or self._upsd.users.get(self._username) != self._password:
            return [["ERR", "ACCESS-DENIED"]]
        self._upsd.logins += 1
        return [["OK"]]


def _line(words: Sequence[str]) -> bytes:
    """As upsd writes: a value always in quotation marks."""
    if words[0] != "VAR":
        return encode_line(words)
    value = words[3].replace("\\", "\\\\").replace('"', '\\"')
    return encode_line(words[:3])[:-1] + f' "{value}"\n'.encode()
