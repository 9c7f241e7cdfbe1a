"""The transit application from the terminal's side: its purse, the trips of EF 001E, the concession of EF 0017."""
from __future__ import annotations

from card.apdu import SW, ApduError
from card.elementary_file import FileMalformed
from card.fields import is_erased
from card.pin import PinEncoding
from card.purse import EP, Purse
from card.session import T_UNION_EP, Application, CitizenCard
from card.transit_files import Management, ManagementFile, Trip, TripFile
from card.transport import CardTransport

LAST_TRIPS = 10  # facts/journeys.md J18


class TransitPurse(Purse):
    """A Purse under the transit application's name."""

    @classmethod
    async def select(
        cls,
        transport: CardTransport,
        application: Application = T_UNION_EP,
        *,
        purse: int = EP,
        pin_encoding: PinEncoding = PinEncoding.BCD,
    ) -> TransitPurse:
        """Raises ApplicationMissing."""
        return cls(await CitizenCard.select(transport, application), purse, pin_encoding)

    async def trips(self, most: int = LAST_TRIPS) -> list[Trip | None]:
        """Newest first. None = a record that is there and cannot be read."""
        trips: list[Trip | None] = []
        for number in range(1, min(most, TripFile.RECORDS) + 1):
            try:
                data = await self.card.read_record(TripFile.sfi(), number, TripFile.SIZE)
            except ApduError as error:
                if error.sw == SW.RECORD_NOT_FOUND:
                    break
                raise
            if is_erased(data):
                break
            try:
                trips.append(TripFile.decode(data))
            except FileMalformed:
                trips.append(None)
        return trips

    async def management(self) -> Management | None:
        """EF 0017; None where nothing was ever written. Raises FileMalformed."""
        data = await self.card.read_raw(ManagementFile)
        return None if is_erased(data) else ManagementFile.decode(data)
