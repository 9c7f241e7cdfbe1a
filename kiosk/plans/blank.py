"""The blank of one plan: fed, written, and taken back when the plan goes back. Every blank stays on the books."""
from __future__ import annotations

from datetime import date

from card.apdu import ApduError
from card.elementary_file import FileMalformed
from card.files import Holder, PublicInformation
from card.names import name_for_chip
from card.personalise import ChipContent, ReadBackDiffers, compare, write_and_verify
from card.session import ApplicationMissing
from card.transport import CardError, ChipStation
from devices.card_printer.status import PathMedia, RejectEnd, Station
from devices.errors import DeviceError, DeviceFailed, DeviceRefused
from kiosk.parts import Parts
from kiosk.plans.number import reservation_of
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import Attempt, Facts, Later, Mark, NotDone, Unknown

MACHINE = "card_printer"
CHIP_TROUBLES = (CardError, ApduError, ApplicationMissing, ReadBackDiffers, FileMalformed)
FOR_LIFE = date(2099, 12, 31)   # [A] the chip has no "valid for life"


class Blank:
    def __init__(self, parts: Parts, log: PlanLog) -> None:
        self._parts = parts
        self._log = log

    async def count_before(self, this: Attempt) -> Facts:
        """The machine's own counter before the feed: whether a blank left the hopper is never guessed."""
        try:
            status = await self._parts.card_printer.status()
            counters = await self._parts.card_printer.counters()
        except DeviceError as error:
            raise Later("printer_away") from error
        if status.path is not PathMedia.NOT_PRESENT:
            raise Later("printer_not_clear")
        return {"fed": counters.fed, "boot": counters.boot}

    async def feed(self, this: Attempt) -> Facts:
        self._parts.stage(this.plan, "feed")
        station = self._parts.chip_at if self._parts.chip is not None else Station.PRINT
        try:
            await self._parts.card_printer.feed(station)
        except (DeviceRefused, DeviceFailed) as error:
            raise NotDone("feed", code=error.code, moved=isinstance(error, DeviceFailed)) from error
        except DeviceError as error:
            raise Unknown(MACHINE) from error
        return {}

    async def take_back(self, this: Attempt) -> Facts:
        """Undo of the feed: whatever lies in the path goes to the reject bin. Counts what the machine's counter says."""
        before = self._log.facts("feed", Mark.INTENT, this.number) or {}
        printer = self._parts.card_printer
        self._parts.stage(this.plan, "taking_back")
        try:
            end = await printer.reject()
            status = await printer.status()
            counters = await printer.counters()
        except DeviceError as error:
            raise Later(MACHINE) from error
        if status.path is not PathMedia.NOT_PRESENT:
            raise Later(MACHINE)
        if before.get("fed") is None or counters.fed is None or counters.fed < before["fed"]:
            # The counter was lost: only a card that was seen going into the bin is known, or that none left the hopper.
            known = int(end is RejectEnd.CARD_REJECTED)
            refused = self._log.facts("feed", Mark.NOT_DONE, this.number)
            stayed = refused is not None and not refused.get("moved", True)
            return {"spoiled": known, "in_doubt": int(not known and not stayed)}
        return {"spoiled": counters.fed - before["fed"], "in_doubt": 0}

    async def write_chip(self, this: Attempt) -> Facts:
        """Write both files and believe only what is read back; no ribbon is used before."""
        self._parts.stage(this.plan, "write")
        chip, (public, holder) = self._chip, self._content()
        try:
            async with chip.power_up() as transport:
                await write_and_verify(transport, public, holder)
        except CHIP_TROUBLES as error:
            raise NotDone("chip", problem=type(error).__name__) from error
        return {}

    async def read_back(self, this: Attempt) -> Facts:
        """After printing, where this printer can bring a printed card back to the station: the chip must still be hers."""
        printer = self._parts.card_printer
        try:
            if not (await printer.capabilities()).read_back_after_print:
                return {"possible": False}
            await printer.bring(self._parts.chip_at)
        except (DeviceRefused, DeviceFailed) as error:
            raise NotDone("chip", code=error.code) from error
        except DeviceError as error:
            raise Unknown(MACHINE) from error
        chip, (public, holder) = self._chip, self._content()
        try:
            async with chip.power_up() as transport:
                found = await compare(transport, public, holder)
        except CHIP_TROUBLES as error:
            raise NotDone("chip", problem=type(error).__name__) from error
        if found is not ChipContent.WRITTEN:
            raise NotDone("chip", problem=found.value)
        return {"possible": True}

    @property
    def _chip(self) -> ChipStation:
        if self._parts.chip is None:
            raise LookupError("print-only cards have no chip")
        return self._parts.chip

    def _content(self) -> tuple[PublicInformation, Holder]:
        """EF 0015 and EF 0016 of this card; a name too long for the chip is stored shortened and marked so."""
        reservation = reservation_of(self._log)
        public = PublicInformation(
            issuer=bytes.fromhex(reservation.chip_issuer),
            serial=reservation.chip_serial,
            start=reservation.issued_on,
            expiry=reservation.valid_to or FOR_LIFE,
        )
        name = name_for_chip(reservation.name, shorten=True)
        return public, Holder(name=name.stored, id_number=reservation.id_number)
