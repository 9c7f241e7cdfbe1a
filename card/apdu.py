"""Commands to a chip and what it answers (ISO 7816-4), without any input or output but `exchange`.

A response's data and a command's data never appear in `repr`, error texts or logs: they hold PINs and names.
"""
from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum

from card.transport import CardError, CardOutcomeUnknown, CardTransport

SHORT_LC_MAX = 255  # bytes, ISO 7816-4 5.1
SHORT_LE_MAX = 256
EXTENDED_LC_MAX = 65_535
EXTENDED_LE_MAX = 65_536

INS_GET_RESPONSE = 0xC0
SW_CLASSES = (0x6, 0x9)  # SW1 is 61..6F or 90..9F, ISO 7816-3 10.3.3
MAX_GET_RESPONSES = 300
"""65,536 bytes in the usual pieces of 256, and some: a chip that still says 61xx after that is broken."""


class SW(IntEnum):
    """Status words this terminal knows (facts/card.md 9)."""

    OK = 0x9000
    DATA_MAY_BE_CORRUPTED = 0x6281
    FILE_INVALIDATED = 0x6283
    MEMORY_FAILURE = 0x6581
    WRONG_LENGTH = 0x6700
    WRONG_STATE = 0x6901
    WRONG_FILE_TYPE = 0x6981
    SECURITY_STATUS_NOT_SATISFIED = 0x6982
    BLOCKED = 0x6983
    REFERENCE_DATA_INVALID = 0x6984
    CONDITIONS_NOT_SATISFIED = 0x6985
    NO_EF_SELECTED = 0x6986
    SECURE_MESSAGING_MISSING = 0x6987
    SECURE_MESSAGING_MAC_WRONG = 0x6988
    WRONG_DATA = 0x6A80
    NOT_SUPPORTED = 0x6A81
    FILE_NOT_FOUND = 0x6A82
    RECORD_NOT_FOUND = 0x6A83
    NO_SPACE = 0x6A84
    WRONG_P1_P2 = 0x6A86
    REFERENCED_DATA_NOT_FOUND = 0x6A88
    WRONG_OFFSET = 0x6B00
    UNKNOWN_INS = 0x6D00
    UNKNOWN_CLA = 0x6E00
    UNSPECIFIED = 0x6F00
    INSUFFICIENT_FUNDS = 0x9301
    PURSE_MAC_INVALID = 0x9302
    APPLICATION_BLOCKED_FOR_EVER = 0x9303
    AMOUNT_INSUFFICIENT = 0x9401
    COUNTER_AT_MAXIMUM = 0x9402
    KEY_INDEX_NOT_SUPPORTED = 0x9403
    PROVE_NOT_AVAILABLE = 0x9406


def sw_name(sw: int) -> str:
    """`9000 OK`, `63C2 2 TRIES LEFT`, `6FFF unnamed`."""
    if sw in SW._value2member_map_:
        return f"{sw:04X} {SW(sw).name}"
    if sw & 0xFFF0 == 0x63C0:
        return f"{sw:04X} {sw & 0x0F} TRIES LEFT"
    return f"{sw:04X} unnamed"


class MalformedApdu(ValueError):
    """These bytes are no command APDU."""


@dataclass(frozen=True)
class Command:
    """One command APDU. `le` is the number of answer bytes wanted (1..65536); None = none."""

    cla: int
    ins: int
    p1: int = 0
    p2: int = 0
    data: bytes = field(default=b"", repr=False)
    le: int | None = None

    def __post_init__(self) -> None:
        if any(not 0 <= byte <= 0xFF for byte in (self.cla, self.ins, self.p1, self.p2)):
            raise ValueError("CLA, INS, P1 and P2 are one byte each")
        if len(self.data) > EXTENDED_LC_MAX:
            raise ValueError(f"{len(self.data)} bytes of command data: at most {EXTENDED_LC_MAX}")
        if self.le is not None and not 1 <= self.le <= EXTENDED_LE_MAX:
            raise ValueError(f"Le is 1..{EXTENDED_LE_MAX}, not {self.le}")

    @property
    def header(self) -> bytes:
        return bytes((self.cla, self.ins, self.p1, self.p2))

    def encode(self) -> bytes:
        """Short form where it fits, extended form otherwise."""
        if len(self.data) <= SHORT_LC_MAX and (self.le or 0) <= SHORT_LE_MAX:
            lc = bytes((len(self.data),)) if self.data else b""
            le = b"" if self.le is None else bytes((self.le % SHORT_LE_MAX,))
            return self.header + lc + self.data + le
        lc = b"\x00" + len(self.data).to_bytes(2, "big") if self.data else b""
        le = b"" if self.le is None else (self.le % EXTENDED_LE_MAX).to_bytes(2, "big")
        return self.header + lc + self.data + (le if self.data else b"\x00" + le)

    @classmethod
    def decode(cls, apdu: bytes) -> Command:
        """The chip's side. Raises MalformedApdu."""
        if len(apdu) < 4:
            raise MalformedApdu(f"{len(apdu)} bytes are no header")
        data, le = _decode_body(apdu[4:])
        return cls(apdu[0], apdu[1], apdu[2], apdu[3], data, le)


def _decode_body(body: bytes) -> tuple[bytes, int | None]:
    if not body:
        return b"", None
    if len(body) == 1:
        return b"", body[0] or SHORT_LE_MAX
    if body[0]:
        end = 1 + body[0]
        if len(body) == end:
            return body[1:end], None
        if len(body) == end + 1:
            return body[1:end], body[end] or SHORT_LE_MAX
        raise MalformedApdu("Lc does not fit the length")
    if len(body) == 3:
        return b"", int.from_bytes(body[1:3], "big") or EXTENDED_LE_MAX
    end = 3 + int.from_bytes(body[1:3], "big")
    if end > 3 and len(body) == end:
        return body[3:end], None
    if end > 3 and len(body) == end + 2:
        return body[3:end], int.from_bytes(body[end:], "big") or EXTENDED_LE_MAX
    raise MalformedApdu("extended Lc does not fit the length")


@dataclass(frozen=True)
class Response:
    """What the chip answered: data and the status word."""

    data: bytes = field(repr=False)
    sw: int

    @classmethod
    def decode(cls, answer: bytes) -> Response:
        """Raises CardOutcomeUnknown for what no chip answers: the command went out, this does not tell what it did."""
        if len(answer) < 2:
            raise CardOutcomeUnknown(f"{len(answer)} bytes are no response APDU")
        sw = int.from_bytes(answer[-2:], "big")
        # vpcd 3.3 hands up an answer torn on the way filled with 00 to its announced size (seen): 0000 is no status.
        if sw >> 12 not in SW_CLASSES or sw >> 8 == 0x60:
            raise CardOutcomeUnknown(f"{sw:04X} is no status word")
        return cls(answer[:-2], sw)

    def encode(self) -> bytes:
        return self.data + self.sw.to_bytes(2, "big")

    @property
    def ok(self) -> bool:
        return self.sw == SW.OK


class ApduError(Exception):
    """The chip answered with a status word that was not wanted. The chip itself decided so: nothing is unknown."""

    def __init__(self, sw: int, command: Command) -> None:
        super().__init__(f"{command.header.hex(' ').upper()}: {sw_name(sw)}")
        self.sw = sw
        self.command = command


async def exchange(transport: CardTransport, command: Command) -> Response:
    """Send a command and collect its whole answer: the only place where 61xx, 6Cxx and T=0's missing Le are known.

    - 6Cxx (wrong Le, nothing was done): repeated once with Le = xx.
    - 6700 to a command with data and Le: repeated once without Le, as T=0 has no such command (facts/card.md 3.4);
      nothing was done either.
    - 61xx: GET RESPONSE until all is there. A chip lost on the way there has carried the command out already, so
      CardRemoved, ReaderGone and ServiceDown become CardOutcomeUnknown.

    Raises what the transport raises, and CardOutcomeUnknown for an answer that cannot be fetched (or has no end).
    """
    response = Response.decode(await transport.transmit(command.encode()))
    if response.sw == SW.WRONG_LENGTH and command.data and command.le is not None:
        response = Response.decode(await transport.transmit(replace(command, le=None).encode()))
    elif response.sw >> 8 == 0x6C:
        repeated = replace(command, le=(response.sw & 0xFF) or SHORT_LE_MAX)
        response = Response.decode(await transport.transmit(repeated.encode()))
    if response.sw >> 8 != 0x61:
        return response
    try:
        return await _get_responses(transport, command, response)
    except CardError as error:
        raise CardOutcomeUnknown(f"lost while its answer was fetched: {error}") from error


async def _get_responses(transport: CardTransport, command: Command, response: Response) -> Response:
    """The command itself is done (61xx): whatever goes wrong here is an unknown outcome, never a refusal."""
    data = bytearray(response.data)
    get_response = Command(command.cla & 0x03, INS_GET_RESPONSE, le=SHORT_LE_MAX)  # the same logical channel
    for _ in range(MAX_GET_RESPONSES):
        if response.sw >> 8 not in (0x61, 0x6C):
            break
        get_response = replace(get_response, le=(response.sw & 0xFF) or SHORT_LE_MAX)
        response = Response.decode(await transport.transmit(get_response.encode()))
        data += response.data
    if response.sw != SW.OK and response.sw >> 8 not in (0x62, 0x63):
        raise CardOutcomeUnknown(f"its answer cannot be fetched: {sw_name(response.sw)}")
    return Response(bytes(data), response.sw)


async def demand(transport: CardTransport, command: Command, *expected: int) -> Response:
    """`exchange`, and ApduError unless the status word is one of `expected` (none given: 9000)."""
    response = await exchange(transport, command)
    if response.sw not in (expected or (SW.OK,)):
        raise ApduError(response.sw, command)
    return response
