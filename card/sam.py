"""The purchase module in the SAM slot (facts/card.md 12.1). The order of a purchase: card `initialise_purchase`, module
`initialise_purchase`, card `debit`, module `credit`."""
from __future__ import annotations

from dataclasses import dataclass

from card.apdu import SW, ApduError, Command, Response, demand
from card.crypto import MAC_SIZE, TERMINAL_SIZE
from card.elementary_file import FileMalformed
from card.files import PublicInformation
from card.purse import MacRefused, PurchaseOffer
from card.session import Application, CitizenCard
from card.transport import CardTransport

MF = Application.numbered(0x3F00)
PURCHASE_DF = Application.numbered(0x1001)
INS_INITIALIZE_SAM = 0x70
INS_CREDIT_SAM = 0x72
INS_DELIVERY_KEY = 0x1A
INS_CIPHER_DATA = 0xFA


@dataclass(frozen=True)
class PurchasePermit:
    """The module's half: its own sequence number and MAC1 for the card."""

    terminal_seq: int
    mac1: bytes


class ModuleBlocked(Exception):
    """The purchase module takes no more: too many wrong MACs. It must be exchanged."""


class Psam:
    """One session. Holds what it said of itself: `terminal` number 6 bytes, `serial` 10 bytes."""

    def __init__(self, card: CitizenCard, terminal: bytes, serial: bytes) -> None:
        self.card = card
        self.terminal = terminal
        self.serial = serial

    @classmethod
    async def select(cls, transport: CardTransport, application: Application = PURCHASE_DF) -> Psam:
        """Raises ApplicationMissing where it is no purchase module."""
        mf = await CitizenCard.select(transport, MF)
        serial = await mf.read_binary(0x15, 0, 10)
        terminal = await mf.read_binary(0x16, 0, TERMINAL_SIZE)
        if len(terminal) != TERMINAL_SIZE or len(serial) != 10:
            raise FileMalformed("EF 0016 of the purchase module", "too short")
        return cls(await CitizenCard.select(transport, application), terminal, serial)

    async def initialise_purchase(
        self, offer: PurchaseOffer, amount: int, kind: int, moment: bytes, public: PublicInformation
    ) -> PurchasePermit:
        """80 70. Uses up a number of the module."""
        data = b"".join(
            (
                offer.random,
                offer.sequence.to_bytes(2, "big"),
                amount.to_bytes(4, "big"),
                bytes((kind,)),
                moment,
                bytes((offer.key_version, offer.algorithm)),
                public.diversification,
                public.issuer,
            )
        )
        answer = (await self._demand(Command(0x80, INS_INITIALIZE_SAM, data=data, le=8))).data
        if len(answer) != 8:
            raise FileMalformed("answer of the purchase module", f"{len(answer)} bytes, not 8")
        return PurchasePermit(int.from_bytes(answer[:4], "big"), answer[4:])

    async def credit(self, mac2: bytes) -> None:
        """80 72: the card's MAC2 is genuine. Raises MacRefused (may be asked again with another) or ModuleBlocked."""
        await self._demand(Command(0x80, INS_CREDIT_SAM, data=mac2[:MAC_SIZE]))

    async def deliver_key(self, use: int, key_id: int, *factors: bytes) -> None:
        """80 1A: make the key that `cipher` works with. `use` = key type of facts/card.md 12.1."""
        usage = len(factors) << 5 | use
        await self._demand(Command(0x80, INS_DELIVERY_KEY, usage, key_id, b"".join(factors)))

    async def cipher(self, data: bytes, *, p1: int = 0x00) -> bytes:
        """80 FA: P1 00 encrypts whole blocks, 01 MACs."""
        size = len(data) if p1 == 0x00 else MAC_SIZE
        return (await self._demand(Command(0x80, INS_CIPHER_DATA, p1, data=data, le=size))).data

    async def _demand(self, command: Command) -> Response:
        try:
            return await demand(self.card.transport, command)
        except ApduError as error:
            if error.sw == SW.BLOCKED:
                raise ModuleBlocked from None
            if error.sw == SW.PURSE_MAC_INVALID or (error.sw & 0xFFF0) == 0x63C0:
                raise MacRefused(error.sw, error.command) from None
            raise
