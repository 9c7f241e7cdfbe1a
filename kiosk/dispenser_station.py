"""The dispenser's chip station as a transport of the card: the one place where the two meet."""
from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from card.atr import is_readable
from card.conditions import ChipMute, ReaderBusy
from card.transport import CardOutcomeUnknown, CardRemoved, CardTransport, ReaderGone
from devices.card_dispenser import errors as machine
from devices.card_dispenser.seam import DispenserStation, PoweredChip
from devices.card_dispenser.words import Station
from devices.errors import DeviceFailed, DeviceGone, DeviceRefused, OutcomeUnknown

STATUS_WORDS = 2  # bytes every answer of a chip ends with


class DispenserChipStation:
    """A card.transport.ChipStation for the card that stands there; bringing it there is the dispenser's `feed_to`."""

    def __init__(self, station: DispenserStation) -> None:
        self._station = station

    def power_up(self) -> AbstractAsyncContextManager[CardTransport]:
        """Raises CardRemoved, ChipMute, ReaderBusy or ReaderGone; the last also for a machine that refuses."""
        return self._powered()

    @asynccontextmanager
    async def _powered(self) -> AsyncIterator[CardTransport]:
        block = self._station.power_up()
        chip = await self._enter(block)
        try:
            if self._station.station is Station.CONTACT and not is_readable(chip.answer):
                raise ChipMute("no readable answer to reset")
            yield _Transport(chip)
        finally:
            await block.__aexit__(None, None, None)

    async def _enter(self, block: AbstractAsyncContextManager[PoweredChip]) -> PoweredChip:
        try:
            return await block.__aenter__()
        except machine.NoCardAtStation as error:
            raise CardRemoved(str(error)) from error
        except machine.ChipMute as error:
            raise ChipMute(str(error)) from error
        except machine.StationInUse as error:
            raise ReaderBusy(str(error)) from error
        except (DeviceGone, DeviceRefused, DeviceFailed, OutcomeUnknown) as error:
            # Powering a chip writes nothing: whatever became of it, no command was sent.
            raise ReaderGone(str(error)) from error


class _Transport:
    def __init__(self, chip: PoweredChip) -> None:
        self._chip = chip
        self._lost = False

    async def transmit(self, apdu: bytes) -> bytes:
        if self._lost:
            raise CardRemoved("the card was lost before the command was sent")
        self._lost = True  # until a whole answer is here, also when the wait for it is given up
        try:
            answer = await self._chip.transmit(apdu)
        except machine.NoCardAtStation as error:
            raise CardRemoved(str(error)) from error
        except DeviceGone as error:
            raise ReaderGone(str(error)) from error
        except DeviceRefused as error:
            raise CardRemoved(str(error)) from error
        except (OutcomeUnknown, DeviceFailed) as error:
            raise CardOutcomeUnknown(str(error)) from error
        if len(answer) < STATUS_WORDS:
            raise CardOutcomeUnknown("this is no answer")
        self._lost = False
        return answer
