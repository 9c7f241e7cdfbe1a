"""The reader at the other end of the wire: the model behind the SAM_V protocol, byte for byte, with faults."""
from __future__ import annotations

import dataclasses
import math
import random
from collections.abc import Callable
from typing import Protocol

import trio

from devices.baud import heard_at
from devices.faults import Faults
from devices.id_reader import answers, codec
from devices.id_reader.codec import Command, Damaged, FrameParser, Request, Status
from devices.id_reader.model import CardImage, ReaderModel, SamState
from devices.wire import Wire, WireGone

LATE_S = 8.0  # longer than a driver waits for any answer
SLOW_TIMES = 3
_REQUEST_GAP_S = 0.3  # assumed: a request whose bytes pause longer is given up
_OWN_BAUD, _WRONG_BAUD = 115_200, 9_600

FAULTS = {
    "no_card": "a card lies there and the antenna does not see it",
    "card_lifted_in_read": "the card is taken away half way through the reading of its chip",
    "card_not_genuine": "the card does not prove itself to the module (31)",
    "module_not_accepted": "the module does not prove itself to the card (32)",
    "content_not_genuine": "the card's content fails verification (33)",
    "wrong_card_type": "the card is some other chip card (40)",
    "random_failed": "the card gives no random number (47)",
    "sam_not_authorised": "the module is not authorised (66)",
    "sam_self_test_failed": "the module failed its self-test and takes no commands (60)",
    "check_digit_wrong": "one digit of the ID number is another one",
    "no_photo": "the photo comes with length 0",
    "wrong_checksum": "one bit of the answer's checksum is wrong",
    "wrong_length": "the answer says it is longer than it is",
    "short_length": "the answer says it is shorter than it is",
    "garbage": "noise comes instead of the answer",
    "noise_before": "noise, with half a preamble in it, comes before the answer",
    "echo": "the line gives back the request before the answer",
    "twice": "the answer comes twice",
    "cut_short": "the answer breaks off half way",
    "vendor_time_out": "the reader reports a time-out of its own, with a length that is wrong",
    "request_unheard": "the reader hears the request with a wrong checksum (10)",
    "slow": f"the chip takes {SLOW_TIMES} times as long",
    "late": f"the answer comes {LATE_S:.0f} s late",
    "silent": "no answer",
    "baud_mismatch": f"the reader listens at {_WRONG_BAUD} while the terminal speaks at {_OWN_BAUD}",
    "unplugged": "the plug is pulled half way through the answer",
}

_READ_FAULTS = {
    "card_not_genuine": Status.CARD_DID_NOT_PROVE_ITSELF,
    "module_not_accepted": Status.SAM_DID_NOT_PROVE_ITSELF,
    "content_not_genuine": Status.VERIFY_FAILED,
    "wrong_card_type": Status.WRONG_CARD_TYPE,
    "random_failed": Status.RANDOM_FAILED,
}
_BAUD_OF = {
    Command.SET_BAUD_115200.value: 115_200,
    Command.SET_BAUD_57600.value: 57_600,
    Command.SET_BAUD_38400.value: 38_400,
    Command.SET_BAUD_19200.value: 19_200,
    Command.SET_BAUD_9600.value: 9_600,
}


class Line(Protocol):
    """The plug the machine hangs on, where it has one (devices.pty_port.Pty)."""

    own_baud: int | None

    def unplug(self) -> None: ...


class IdReaderSimulator:
    """`line` lets the machine be unplugged and change its speed; without one, "unplugged" closes the wire."""

    def __init__(self, model: ReaderModel | None = None, *, line: Line | None = None, seed: int = 0) -> None:
        self.model = model or ReaderModel()
        self.faults = Faults(FAULTS)
        self.line = line
        self._noise = random.Random(seed)
        self._powered = True
        self._sessions: set[trio.CancelScope] = set()

    @property
    def powered(self) -> bool:
        return self._powered

    def power_off(self) -> None:
        """The mains goes: whatever was under way is lost, the line hears nothing. Cards stay where they lie."""
        self._powered = False
        self.model.lose_power()
        self._restart_sessions()

    def power_on(self) -> None:
        self._powered = True
        self._restart_sessions()

    def _restart_sessions(self) -> None:
        for scope in self._sessions:
            scope.cancel()

    async def serve(self, wire: Wire) -> None:
        """Answer until the wire goes."""
        try:
            while True:
                with trio.CancelScope() as scope:
                    self._sessions.add(scope)
                    try:
                        await (self._talk(wire) if self._powered else self._hear_nothing(wire))
                    finally:
                        self._sessions.discard(scope)
        except WireGone:
            return

    async def _hear_nothing(self, wire: Wire) -> None:
        while True:
            await wire.receive()

    async def _talk(self, wire: Wire) -> None:
        parser = FrameParser()
        while True:
            heard = b""
            with trio.move_on_after(_REQUEST_GAP_S if parser.waiting else math.inf):
                heard = await wire.receive()
            if not heard:
                parser.clear()  # the rest of a request that broke off never comes
            if self.faults.take("baud_mismatch"):
                heard = heard_at(heard, _OWN_BAUD, _WRONG_BAUD)
            for event in parser.feed(heard):
                if isinstance(event, Damaged):
                    refused = Status.CHECKSUM_ERROR if event.reason is codec.Damage.CHECKSUM else Status.LENGTH_ERROR
                    await wire.send(codec.encode_response(refused))
                else:
                    await self._serve_request(wire, codec.as_request(event))

    async def _serve_request(self, wire: Wire, request: Request) -> None:
        if self.faults.take("request_unheard"):
            await wire.send(codec.encode_response(Status.CHECKSUM_ERROR))
            return
        status, data = await self._do(request)
        answer = codec.encode_response(status, data)
        if self.faults.take("late"):
            await trio.sleep(LATE_S)
        if self.faults.take("silent"):
            return
        if self.faults.take("echo"):
            await wire.send(codec.encode(request.command + request.data))
        if self.faults.take("unplugged"):
            await wire.send(answer[: len(answer) // 2])
            await self._unplug(wire)
            return
        answer = self._spoilt(answer)
        await wire.send(answer)
        if self.faults.take("twice"):
            await wire.send(answer)
        if self.line is not None and status is Status.OK and request.command in _BAUD_OF:
            self.line.own_baud = _BAUD_OF[request.command]

    def _spoilt(self, answer: bytes) -> bytes:
        """The answer as the faults of the line leave it."""
        head = len(codec.PREAMBLE)
        length = int.from_bytes(answer[head : head + 2], "big")
        spoil: dict[str, Callable[[], bytes]] = {
            "wrong_checksum": lambda: answer[:-1] + bytes((answer[-1] ^ 0x01,)),
            "wrong_length": lambda: codec.PREAMBLE + (length + 3).to_bytes(2, "big") + answer[head + 2 :],
            "short_length": lambda: codec.PREAMBLE + (length - 1).to_bytes(2, "big") + answer[head + 2 :],
            "garbage": lambda: self._noise.randbytes(len(answer)),
            "noise_before": lambda: b"\x00\xff" + codec.PREAMBLE[:3] + b"\x13" + answer,
            "cut_short": lambda: answer[: len(answer) // 2],
            "vendor_time_out": lambda: codec.PREAMBLE + bytes.fromhex("0005050505"),
        }
        for name, result in spoil.items():
            if self.faults.take(name):
                return result()
        return answer

    async def _unplug(self, wire: Wire) -> None:
        if self.line is not None:
            self.line.unplug()
        await wire.aclose()
        raise WireGone("unplugged")

    async def _do(self, request: Request) -> tuple[Status, bytes]:
        try:
            command = Command(request.command)
        except ValueError:
            return Status.COMMAND_ERROR, b""
        if self.model.sam is SamState.SELF_TEST_FAILED or self.faults.take("sam_self_test_failed"):
            return Status.SAM_SELF_TEST_FAILED, b""
        if command is Command.SAM_NUMBER:
            return Status.OK, answers.encode_sam_number(self.model.sam_number)
        if self.model.sam is SamState.NOT_AUTHORISED or self.faults.take("sam_not_authorised"):
            return Status.SAM_NOT_AUTHORISED, b""
        match command:
            case Command.FIND_CARD:
                await trio.sleep(self.model.find_s / self.model.speed)
                found = not self.faults.take("no_card") and self.model.find()
                return (Status.FOUND, answers.FOUND_DATA) if found else (Status.FIND_FAILED, b"")
            case Command.SELECT_CARD:
                selected = self.model.select()
                return (Status.OK, bytes(answers.SELECTED_BYTES)) if selected else (Status.SELECT_FAILED, b"")
            case Command.READ | Command.READ_WITH_FINGERPRINT | Command.READ_APPENDED_ADDRESS:
                return await self._read(command)
        return Status.OK, b""

    async def _read(self, command: Command) -> tuple[Status, bytes]:
        placement = self.model.selected()
        if placement is None:
            return Status.READ_FAILED, b""
        chip_s = self.model.chip_read_s / self.model.speed * (SLOW_TIMES if self.faults.take("slow") else 1)
        await trio.sleep(chip_s / 2)
        if self.faults.take("card_lifted_in_read"):
            self.model.lift()
        await trio.sleep(chip_s / 2)
        if not self.model.lies_there(placement):
            return Status.READ_FAILED, b""
        for fault, status in _READ_FAULTS.items():
            if self.faults.take(fault):
                return status, b""
        if command is Command.READ_APPENDED_ADDRESS:
            address = placement.card.appended_address
            return (Status.NOT_ON_CARD, b"") if address is None else (Status.OK, answers.encode_address(address))
        fingerprint = command is Command.READ_WITH_FINGERPRINT
        return Status.OK, answers.encode_content(self._content(placement.card), fingerprint=fingerprint)

    def _content(self, card: CardImage) -> answers.Content:
        content = card.content
        if self.faults.take("no_photo"):
            content = dataclasses.replace(content, photo=b"")
        if self.faults.take("check_digit_wrong"):
            at = 122  # first digit of the ID number; the digit's low byte comes first
            digit = bytes((0x31 + (content.text[at] - 0x30) % 9,))
            content = dataclasses.replace(content, text=content.text[:at] + digit + content.text[at + 1 :])
        return content
