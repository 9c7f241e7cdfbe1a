"""The social-security application from the terminal's side (facts/card.md 11): issuer's items freely, the holder's behind
external authentication by the centre from the third generation on."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from card import tlv
from card.apdu import SW, ApduError, Command, demand
from card.crypto import AUTHENTICATION_SIZE
from card.elementary_file import FileMalformed
from card.fields import MalformedField
from card.pin import INS_GET_CHALLENGE, PinEncoding, PinPad
from card.session import INS_READ_RECORD, INS_SELECT, Application, CitizenCard
from card.social_files import (
    HOLDER_ITEMS,
    ISSUER_ITEMS,
    NAME_EXTENSION,
    HolderItems,
    IssuerItems,
    Item,
    holder_items,
    issuer_items,
    value_of,
)
from card.transport import CardTransport, atr_of

T = TypeVar("T")

SSSE = Application.named(b"sx1.sh." + "社会保障".encode("gbk"))
EF05, EF06 = 0xEF05, 0xEF06
SELECT_EF = 0x02  # P1 of SELECT: an EF under the current DF
INS_INTERNAL_AUTHENTICATE, INS_EXTERNAL_AUTHENTICATE = 0x88, 0x82
INTERNAL_KEY, EXTERNAL_KEY = 0x00, 0x0A  # RKSSSE


@dataclass(frozen=True)
class AuthenticationAsked:
    """What goes to the centre. It compares `cryptogram` with `authentication(profile, internal key, process, source)` and, if
    the card is genuine, answers `authentication(profile, external key, external_process, external_source) +
    external_process`: 16 bytes. `atr` None where the reader does not tell it."""

    identification: str
    atr: bytes | None
    algorithm: int
    process: bytes = field(repr=False)
    source: bytes = field(repr=False)
    cryptogram: bytes = field(repr=False)
    external_process: bytes = field(repr=False)
    external_source: bytes = field(repr=False)


class NotAuthenticated(ApduError):
    """The card did not accept the centre's answer, or has not been shown one: 63Cx, 6982, 6983."""


class SocialSecurityCard:
    """One session. All methods raise the transport's errors, ApduError and FileMalformed."""

    def __init__(self, card: CitizenCard, pin_encoding: PinEncoding = PinEncoding.BCD) -> None:
        self.card = card
        self.pin = PinPad(card, pin_encoding)

    @classmethod
    async def select(cls, transport: CardTransport) -> SocialSecurityCard:
        """Raises ApplicationMissing."""
        return cls(await CitizenCard.select(transport, SSSE))

    @property
    def algorithm(self) -> int:
        """Tag 86 of the FCI: 3 = SM4-type, absent = 1 = 3DES; the map of other values is [uncertain]."""
        try:
            identifier = tlv.find(self.card.fci, 0x6F, 0xA5, 0x9F0C, 0x86)
        except tlv.MalformedTlv as error:
            raise FileMalformed("FCI", str(error)) from None
        return identifier[0] if identifier else 0x01

    async def issuer(self) -> IssuerItems:
        """EF05: free on every generation."""
        return _decoded("EF05", issuer_items, await self._items(EF05, ISSUER_ITEMS))

    async def ask_authentication(self, issuer: IssuerItems) -> AuthenticationAsked:
        """The card's half of both authentications. Nothing may come between this and `authenticate`."""
        source, process = await self._challenge(), await self._challenge()
        internal = Command(0x00, INS_INTERNAL_AUTHENTICATE, 0x00, INTERNAL_KEY, process + source, le=AUTHENTICATION_SIZE)
        cryptogram = (await demand(self.card.transport, internal)).data
        external_source, external_process = await self._challenge(), await self._challenge()
        return AuthenticationAsked(
            identification=issuer.identification,
            atr=atr_of(self.card.transport),
            algorithm=self.algorithm,
            process=process,
            source=source,
            cryptogram=cryptogram,
            external_process=external_process,
            external_source=external_source,
        )

    async def authenticate(self, answer: bytes) -> None:
        """The centre's 16 bytes. Raises NotAuthenticated."""
        command = Command(0x00, INS_EXTERNAL_AUTHENTICATE, 0x00, EXTERNAL_KEY, answer)
        try:
            await demand(self.card.transport, command)
        except ApduError as error:
            if error.sw == SW.BLOCKED or error.sw & 0xFFF0 == 0x63C0:
                raise NotAuthenticated(error.sw, command) from None
            raise

    async def holder(self) -> HolderItems:
        """EF06. Raises NotAuthenticated where the card wants to be shown the centre's key first."""
        try:
            return _decoded("EF06", holder_items, await self._items(EF06, HOLDER_ITEMS))
        except ApduError as error:
            if error.sw == SW.SECURITY_STATUS_NOT_SATISFIED:
                raise NotAuthenticated(error.sw, error.command) from None
            raise

    async def _items(self, fid: int, items: tuple[Item, ...]) -> dict[Item, bytes]:
        transport = self.card.transport
        await demand(transport, Command(0x00, INS_SELECT, SELECT_EF, 0x00, fid.to_bytes(2, "big")))
        values = {}
        for item in items:
            read = Command(0x00, INS_READ_RECORD, item.tag, 0x00, le=item.size + 2)
            try:
                values[item] = value_of(item, (await demand(transport, read)).data)
            except ApduError as error:
                if item is not NAME_EXTENSION or error.sw != SW.RECORD_NOT_FOUND:
                    raise
                values[item] = bytes(item.size)  # the first generation has none
        return values

    async def _challenge(self) -> bytes:
        return (await demand(self.card.transport, Command(0x00, INS_GET_CHALLENGE, le=AUTHENTICATION_SIZE))).data


def _decoded(file: str, decode: Callable[[dict[Item, bytes]], T], values: dict[Item, bytes]) -> T:
    try:
        return decode(values)
    except MalformedField as error:
        raise FileMalformed(file, str(error)) from None
