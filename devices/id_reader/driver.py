"""Reading an ID card over a wire.

The protocol numbers neither requests nor answers, so three rules keep an old answer from being taken for a new one, and
one citizen's card for the next one's: what lies in the line is thrown away before a command is sent; an answer that
cannot be this command's is dropped; and after a time-out, a damaged answer, a cancellation or a new connection the
driver first asks for the module's number, whose answer is like no other, and drops everything that comes before it.
"""
from __future__ import annotations

from dataclasses import dataclass, field

import trio

from devices.errors import DeviceGone, DeviceRefused
from devices.id_reader import answers, codec, records
from devices.id_reader.cards import IdCard
from devices.id_reader.codec import Command, Damaged, FrameParser, Response, Status
from devices.id_reader.errors import (
    CardLifted,
    CardUnreadable,
    NoCard,
    ReaderIncomprehensible,
    ReaderSilent,
    SamFailed,
    SamNotAuthorised,
    WrongCardType,
)
from devices.id_reader.expected import fits
from devices.wire import OpenWire, Wire

FIND_TIMEOUT_S = 1.0  # find, select, status: milliseconds in practice (facts/devices.md 2.9)
READ_TIMEOUT_S = 5.0  # chip 0.5 to 1 s, and 2.4 s on the wire for the longest answer at 9600 baud
LINE_RETRIES = 2  # a damaged answer is a disturbance once or twice, and a bad line after that
SILENT_RETRIES = 1  # one answer can be lost; a machine silent twice is not there
_GAP_S = 0.5  # bytes of one answer follow each other; a longer pause means that the rest is lost
_NOISE_BYTES = 8  # so many bytes that belong to no frame are a spoilt answer, fewer a disturbance before it
_DRAIN_S = 0.002  # what the kernel holds is there at once; the time only lets trio look
_DRAIN_LIMIT_BYTES = 16_384  # a line that never stops talking is not drained for ever


@dataclass(frozen=True)
class Reading:
    """One card, read once. `photo` is WLT (see photo.py); photo and fingerprints may be empty."""

    card: IdCard
    photo: bytes = field(default=b"", repr=False)
    fingerprints: bytes = field(default=b"", repr=False)
    appended_address: str | None = field(default=None, repr=False)


class _LineDamaged(Exception):
    """What came was no answer; ask again."""


class IdReader:
    """The only user of its reader. Connects at the first call, and again at the call after a DeviceGone.

    Every call may raise SamNotAuthorised, SamFailed, DeviceGone (WireGone: unplugged; ReaderSilent;
    ReaderIncomprehensible) and DeviceRefused for a status nobody has published. Cancelling a call loses nothing.
    """

    def __init__(
        self, open_wire: OpenWire, *, find_timeout_s: float = FIND_TIMEOUT_S, read_timeout_s: float = READ_TIMEOUT_S
    ) -> None:
        self._open_wire = open_wire
        self._find_timeout_s = find_timeout_s
        self._read_timeout_s = read_timeout_s
        self._lock = trio.Lock()
        self._wire: Wire | None = None
        self._parser = FrameParser()
        self._in_step = False

    async def sam_status(self) -> None:
        """Returns when the security module is ready."""
        async with self._lock:
            await self._exchange(Command.SAM_STATUS)

    async def sam_number(self) -> str:
        """E.g. 05.03-20150101-0001234567-0007654321."""
        async with self._lock:
            response, _ = await self._exchange(Command.SAM_NUMBER)
            return str(answers.decode_sam_number(response.data))

    async def read(self, *, fingerprint: bool = False, address: bool = False) -> Reading:
        """Find, select and read the card that lies there.

        Raises NoCard, CardLifted, CardUnreadable, WrongCardType, RecordInvalid. A card answers once per placement: a
        second call while it lies there raises NoCard.
        """
        async with self._lock:
            await self._catch_card()
            command = Command.READ_WITH_FINGERPRINT if fingerprint else Command.READ
            response, _ = await self._exchange(command)
            content = answers.decode_content(response.data, fingerprint=fingerprint)
            appended = await self._appended_address() if address else None
            return Reading(records.decode(content.text), content.photo, content.fingerprints, appended)

    async def wait_for_card(
        self, poll_s: float = 0.3, *, fingerprint: bool = False, address: bool = False
    ) -> Reading:
        """As `read`, looking every `poll_s` seconds until a card answers. The caller sets the time limit.

        A card that has lain there since an earlier call, read or not, does not answer: ask for it to be laid down anew.
        """
        while True:
            try:
                return await self.read(fingerprint=fingerprint, address=address)
            except NoCard:
                await trio.sleep(poll_s)

    async def aclose(self) -> None:
        """Let go of the line, once no call is under way; the next call takes it again."""
        async with self._lock:
            await self._let_go()

    async def _let_go(self) -> None:
        wire, self._wire = self._wire, None
        self._in_step = False
        if wire is not None:
            await wire.aclose()

    async def _catch_card(self) -> None:
        # A card answers find and select once per placement. When such an answer was damaged and asked for again, the
        # card keeps quiet although it was caught, so a repeated refusal proves nothing: the next command tells.
        found, find_repeated = await self._exchange(Command.FIND_CARD)
        if found.sw3 == Status.FIND_FAILED and not find_repeated:
            raise NoCard("no card answers", found.code)
        selected, select_repeated = await self._exchange(Command.SELECT_CARD)
        if selected.sw3 == Status.SELECT_FAILED and not select_repeated:
            if found.sw3 == Status.FIND_FAILED:
                raise NoCard("no card answers", selected.code)
            raise CardLifted("the card was found and then lost", selected.code)

    async def _appended_address(self) -> str | None:
        response, _ = await self._exchange(Command.READ_APPENDED_ADDRESS)
        return None if response.sw3 == Status.NOT_ON_CARD else answers.decode_address(response.data)

    async def _exchange(self, command: Command) -> tuple[Response, bool]:
        """The answer, and whether the command had to be sent more than once. Raises what the status means."""
        try:
            return await self._asked_again(command)
        except DeviceGone:
            with trio.CancelScope(shield=True):  # closing takes no time, and a dead line must not be used again
                await self._let_go()
            raise

    async def _asked_again(self, command: Command) -> tuple[Response, bool]:
        sent = silences = damages = 0
        while True:
            try:
                wire = await self._line_in_step()
                sent += 1
                response = await self._ask(wire, command)
                _raise_for(response)
                return response, sent > 1
            except ReaderSilent:
                silences += 1
                if silences > SILENT_RETRIES:
                    raise
            except _LineDamaged as damage:
                damages += 1
                if damages > LINE_RETRIES:
                    raise ReaderIncomprehensible(str(damage)) from damage

    async def _line_in_step(self) -> Wire:
        """The wire, with no answer to anything still under way."""
        if self._wire is None:
            self._wire = await self._open_wire()
            self._in_step = False
        if await self._drain(self._wire) or not self._in_step:
            _raise_for(await self._ask(self._wire, Command.SAM_NUMBER))
        return self._wire

    async def _drain(self, wire: Wire) -> bool:
        """Throw away what lies in the line. True where there was something."""
        drained = 0
        while drained < _DRAIN_LIMIT_BYTES:
            data = b""
            with trio.move_on_after(_DRAIN_S):
                data = await wire.receive()
            if not data:
                break
            drained += len(data)
        self._parser.clear()
        return drained > 0

    async def _ask(self, wire: Wire, command: Command) -> Response:
        """One request, one answer. Out of step until the answer is there, whatever happens in between."""
        resynchronising = not self._in_step  # the reader may have to finish a reading first
        long = resynchronising or command in _READING
        deadline = trio.current_time() + (self._read_timeout_s if long else self._find_timeout_s)
        self._in_step = False
        await wire.send(codec.encode_request(command))
        skipped_before = self._parser.skipped
        until = deadline
        while True:
            data = b""
            with trio.move_on_at(until):
                data = await wire.receive()
            if not data:
                raise self._nothing_more(skipped_before)
            for event in self._parser.feed(data):
                if isinstance(event, Damaged):
                    raise _LineDamaged(event.reason.value)
                response = codec.as_response(event)
                if response is not None and fits(command, response):
                    self._in_step = True
                    return response
            spoilt = self._parser.waiting or self._parser.skipped - skipped_before >= _NOISE_BYTES
            until = min(deadline, trio.current_time() + _GAP_S) if spoilt else deadline

    def _nothing_more(self, skipped_before: int) -> Exception:
        if self._parser.waiting or self._parser.skipped > skipped_before:
            return _LineDamaged("an answer that is none, or only half of one")
        return ReaderSilent("the ID card reader does not answer")


_READING = {Command.READ, Command.READ_WITH_FINGERPRINT, Command.READ_APPENDED_ADDRESS}
_EXPECTED = {Status.OK, Status.FOUND, Status.FIND_FAILED, Status.SELECT_FAILED, Status.NOT_ON_CARD}


def _raise_for(response: Response) -> None:
    """The typed error of a status that is no answer to go on with."""
    match response.sw3:
        case status if status in _EXPECTED:
            return
        case Status.CHECKSUM_ERROR | Status.LENGTH_ERROR:
            raise _LineDamaged("the reader did not understand the request")
        case Status.READ_FAILED:
            raise CardLifted("the card was lost while it was read", response.code)
        case Status.WRONG_CARD_TYPE:
            raise WrongCardType("not an ID card", response.code)
        case Status.SAM_NOT_AUTHORISED:
            raise SamNotAuthorised("the security module is not authorised", response.code)
        case Status.SAM_SELF_TEST_FAILED:
            raise SamFailed("the security module failed its self-test", response.code)
        case (
            Status.CARD_DID_NOT_PROVE_ITSELF
            | Status.SAM_DID_NOT_PROVE_ITSELF
            | Status.VERIFY_FAILED
            | Status.RANDOM_FAILED
        ):
            raise CardUnreadable("the card's chip could not be verified", response.code)
        case _:
            raise DeviceRefused("the reader refuses", response.code)
