"""The electronic purse from the terminal's side (JR/T 0025, facts/card.md 7.3): one session on one powered chip.

The terminal never has a load key: it carries MAC1 out, to whoever has them, and MAC2 in. Write down what `credit` and
`debit` are about to do before they are called (`settling.LoadBegun`, `PurchaseBegun`): when they are lost, only that helps.
"""
from __future__ import annotations

from dataclasses import dataclass, field

from card.apdu import SW, ApduError, Command, Response, demand
from card.crypto import MAC_SIZE, MOMENT_SIZE, TERMINAL_SIZE, Kind
from card.elementary_file import FileMalformed
from card.fields import is_erased
from card.files import Holder, HolderFile, PublicInformation, PublicInformationFile
from card.log_file import LogFile, LogRecord
from card.pin import PinEncoding, PinPad
from card.session import CITY_UNION_EP, Application, CitizenCard
from card.transport import CardOutcomeUnknown, CardTransport

INS_INITIALIZE = 0x50
INS_CREDIT_FOR_LOAD = 0x52
INS_DEBIT = 0x54
INS_GET_TRANSACTION_PROVE = 0x5A
INS_GET_BALANCE = 0x5C
INS_UPDATE_CAPP_CACHE = 0xDC
INS_INTERNAL_AUTHENTICATE = 0x88
ED, EP = 0x01, 0x02  # P2: 电子存折, 电子钱包
P1_LOAD, P1_PURCHASE, P1_COMPOSITE, P1_UNLOAD = 0x00, 0x01, 0x03, 0x05
BALANCE_MASK = 0x7FFF_FFFF  # the top bit is no part of it (facts/card.md 7.3)


class PurseRefused(ApduError):
    """The card itself refused: nothing was booked."""


class MacRefused(PurseRefused):
    """9302: the other side's MAC is wrong. The transaction is over."""


class BalanceTooSmall(PurseRefused):
    """9401 or 9301."""


class CounterExhausted(PurseRefused):
    """9402: this card has made its last transaction."""


class PinNotVerified(PurseRefused):
    """6982."""


class NotNow(PurseRefused):
    """6985 or 6901: no transaction is begun, the application is not in use yet, or the purse would pass its limit."""


REFUSALS: dict[int, type[PurseRefused]] = {
    SW.PURSE_MAC_INVALID: MacRefused,
    SW.AMOUNT_INSUFFICIENT: BalanceTooSmall,
    SW.INSUFFICIENT_FUNDS: BalanceTooSmall,
    SW.COUNTER_AT_MAXIMUM: CounterExhausted,
    SW.SECURITY_STATUS_NOT_SATISFIED: PinNotVerified,
    SW.CONDITIONS_NOT_SATISFIED: NotNow,
    SW.WRONG_STATE: NotNow,
}


@dataclass(frozen=True)
class LoadOffer:
    """The answer of INITIALIZE FOR LOAD (and UNLOAD). `balance` in fen; `sequence` = online number, before the increment;
    `random` 4 bytes, `mac1` 4 bytes over balance, amount, kind and terminal."""

    balance: int
    sequence: int
    key_version: int
    algorithm: int
    random: bytes
    mac1: bytes


@dataclass(frozen=True)
class PurchaseOffer:
    """The answer of INITIALIZE FOR PURCHASE. `sequence` = offline number, before the increment; `overdraft` in fen."""

    balance: int
    sequence: int
    overdraft: int
    key_version: int
    algorithm: int
    random: bytes


@dataclass(frozen=True)
class Debited:
    """`tac` for whoever settles, `mac2` for the purchase module."""

    tac: bytes
    mac2: bytes


@dataclass(frozen=True)
class Proof:
    """GET TRANSACTION PROVE answered for `asked`, a sequence number."""

    asked: int
    mac: bytes = field(repr=False)
    tac: bytes = field(repr=False)


def load_kind(purse: int) -> int:
    return Kind.LOAD_EP if purse == EP else Kind.LOAD_ED


def purchase_kind(purse: int) -> int:
    return Kind.PURCHASE_EP if purse == EP else Kind.PURCHASE_ED


class Purse:
    """All methods raise the transport's errors and ApduError; those of the transactions PurseRefused instead where it fits.

    `purse`: EP (the default) or ED. Nothing may come between an `initialise_...` and what finishes it.
    """

    def __init__(self, card: CitizenCard, purse: int = EP, pin_encoding: PinEncoding = PinEncoding.BCD) -> None:
        self.card = card
        self.pin = PinPad(card, pin_encoding)
        self._purse = purse

    @classmethod
    async def select(
        cls,
        transport: CardTransport,
        application: Application = CITY_UNION_EP,
        *,
        purse: int = EP,
        pin_encoding: PinEncoding = PinEncoding.BCD,
    ) -> Purse:
        """Raises ApplicationMissing."""
        return cls(await CitizenCard.select(transport, application), purse, pin_encoding)

    # -- reading -------------------------------------------------------------------------------------------------------

    async def public(self) -> PublicInformation:
        """From the FCI where it has it, otherwise EF 0015. Raises FileMalformed."""
        repeated = self.card.public_information
        if repeated is not None:
            return PublicInformationFile.decode(repeated[: PublicInformationFile.SIZE])
        return await self.card.read(PublicInformationFile)

    async def holder(self) -> Holder:
        """EF 0016. Raises FileMalformed."""
        return await self.card.read(HolderFile)

    async def balance(self) -> int:
        """Fen."""
        data = (await self._send(Command(0x80, INS_GET_BALANCE, 0x00, self._purse, le=4), 4)).data
        return int.from_bytes(data, "big") & BALANCE_MASK

    async def transactions(self) -> list[LogRecord | None]:
        """EF 0018, newest first, at most ten. None = a record that is there and cannot be read."""
        records: list[LogRecord | None] = []
        for number in range(1, LogFile.RECORDS + 1):
            try:
                data = await self.card.read_record(LogFile.sfi(), number, LogFile.SIZE)
            except ApduError as error:
                if error.sw == SW.RECORD_NOT_FOUND:
                    break
                raise
            if is_erased(data):
                break
            records.append(_log_record(data))
        return records

    async def internal_authenticate(self, challenge: bytes, key_id: int = 0x01) -> bytes:
        """8 bytes over the centre's 8 random bytes: this chip has the key. The centre compares (`simple_authentication`)."""
        return (await self._send(Command(0x00, INS_INTERNAL_AUTHENTICATE, 0x00, key_id, challenge, le=8), 8)).data

    # -- load and unload -----------------------------------------------------------------------------------------------

    async def initialise_load(self, amount: int, terminal: bytes, key_index: int = 1) -> LoadOffer:
        """Phase one; the PIN must be verified. Forgets the proof of the load before: ask `prove` first."""
        return await self._initialise_online(P1_LOAD, amount, terminal, key_index)

    async def credit(self, moment: bytes, mac2: bytes) -> bytes:
        """Phase two, with the centre's moment (7 bytes) and MAC2: books, and returns the TAC (4 bytes).

        CardOutcomeUnknown: it may be booked. Same card back, `settling.look`, then `what_became_of_load`."""
        data = _moment(moment) + _mac(mac2)
        return (await self._booking(Command(0x80, INS_CREDIT_FOR_LOAD, data=data, le=MAC_SIZE), MAC_SIZE)).data

    async def initialise_unload(self, amount: int, terminal: bytes, key_index: int = 1) -> LoadOffer:
        """Take money out of the purse with the centre's keys (an old card's balance); the PIN must be verified."""
        return await self._initialise_online(P1_UNLOAD, amount, terminal, key_index)

    async def debit_unload(self, moment: bytes, mac2: bytes) -> bytes:
        """Returns MAC3 (4 bytes). CardOutcomeUnknown as in `credit`."""
        data = _moment(moment) + _mac(mac2)
        return (await self._booking(Command(0x80, INS_DEBIT, 0x03, data=data, le=MAC_SIZE), MAC_SIZE)).data

    async def _initialise_online(self, p1: int, amount: int, terminal: bytes, key_index: int) -> LoadOffer:
        data = (await self._initialise(p1, amount, terminal, key_index, 16)).data
        return LoadOffer(
            balance=int.from_bytes(data[0:4], "big") & BALANCE_MASK,
            sequence=int.from_bytes(data[4:6], "big"),
            key_version=data[6],
            algorithm=data[7],
            random=data[8:12],
            mac1=data[12:16],
        )

    # -- purchase ------------------------------------------------------------------------------------------------------

    async def initialise_purchase(
        self, amount: int, terminal: bytes, key_index: int = 1, *, composite: bool = False
    ) -> PurchaseOffer:
        """No PIN. `terminal` is the purchase module's number."""
        p1 = P1_COMPOSITE if composite else P1_PURCHASE
        data = (await self._initialise(p1, amount, terminal, key_index, 15)).data
        return PurchaseOffer(
            balance=int.from_bytes(data[0:4], "big") & BALANCE_MASK,
            sequence=int.from_bytes(data[4:6], "big"),
            overdraft=int.from_bytes(data[6:9], "big"),
            key_version=data[9],
            algorithm=data[10],
            random=data[11:15],
        )

    async def update_cache(self, sfi: int, record: int, data: bytes) -> None:
        """Between the two halves of a composite purchase: a record that is written together with the debit."""
        await self._send(Command(0x80, INS_UPDATE_CAPP_CACHE, record, sfi << 3 | 0x04, data), 0)

    async def debit(self, terminal_seq: int, moment: bytes, mac1: bytes) -> Debited:
        """With the purchase module's number and MAC1. CardOutcomeUnknown: it may be booked; `what_became_of_purchase`."""
        data = terminal_seq.to_bytes(4, "big") + _moment(moment) + _mac(mac1)
        answer = (await self._booking(Command(0x80, INS_DEBIT, 0x01, data=data, le=8), 2 * MAC_SIZE)).data
        return Debited(tac=answer[:MAC_SIZE], mac2=answer[MAC_SIZE:])

    # -- afterwards ----------------------------------------------------------------------------------------------------

    async def prove(self, kind: int, sequence: int) -> Proof | None:
        """None: the card has no such transaction (9406). Ask before any new `initialise_...`."""
        asked = Command(0x80, INS_GET_TRANSACTION_PROVE, 0x00, kind, sequence.to_bytes(2, "big"), le=8)
        try:
            data = (await self._send(asked, 2 * MAC_SIZE)).data
        except ApduError as error:
            if error.sw == SW.PROVE_NOT_AVAILABLE:
                return None
            raise
        return Proof(sequence, data[:MAC_SIZE], data[MAC_SIZE:])

    async def _initialise(self, p1: int, amount: int, terminal: bytes, key_index: int, size: int) -> Response:
        if len(terminal) != TERMINAL_SIZE:
            raise ValueError("a terminal number has 6 bytes")
        data = bytes((key_index,)) + amount.to_bytes(4, "big") + terminal
        return await self._send(Command(0x80, INS_INITIALIZE, p1, self._purse, data, le=size), size)

    async def _send(self, command: Command, size: int) -> Response:
        try:
            response = await demand(self.card.transport, command)
        except ApduError as error:
            raise REFUSALS.get(error.sw, ApduError)(error.sw, error.command) from None
        if len(response.data) != size:
            raise FileMalformed("answer of the purse", f"{len(response.data)} bytes, not {size}")
        return response

    async def _booking(self, command: Command, size: int) -> Response:
        """A command that moves money: an answer of another size is not known to have moved it, nor not to."""
        try:
            return await self._send(command, size)
        except FileMalformed as error:
            raise CardOutcomeUnknown(str(error)) from None
        except ApduError as error:
            if error.sw in (SW.MEMORY_FAILURE, SW.UNSPECIFIED, SW.DATA_MAY_BE_CORRUPTED):
                raise CardOutcomeUnknown(str(error)) from None
            raise


def _log_record(data: bytes) -> LogRecord | None:
    try:
        return LogFile.decode(data)
    except FileMalformed:
        return None


def _moment(moment: bytes) -> bytes:
    if len(moment) != MOMENT_SIZE:
        raise ValueError("a moment has 7 bytes")
    return moment


def _mac(mac: bytes) -> bytes:
    if len(mac) != MAC_SIZE:
        raise ValueError("a MAC has 4 bytes")
    return mac
