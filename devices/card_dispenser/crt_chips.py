"""The chip side of a simulated CRT: what CM 51 and CM 60 do to the chip at the contacts or under the antenna."""
from __future__ import annotations

import trio

from devices.card_dispenser import crt_codec as codec
from devices.card_dispenser.crt_codec import Cm, Command
from devices.card_dispenser.mechanics import CHIP_PATIENCE_S
from devices.card_dispenser.model import Chip, ChipHangs, ChipLost, DispenserModel
from devices.card_dispenser.words import PathMedia

NO_CARD, NOT_ACTIVATED, NOT_WOKEN, SILENT, BROKEN = "02", "65", "61", "63", "64"
_LOOK_S = 0.05
_PLACE = {Cm.CPU_CARD: PathMedia.AT_CONTACT, Cm.RF_CARD: PathMedia.AT_CONTACTLESS}
_APDU = {Cm.CPU_CARD: (codec.APDU_T0, codec.APDU_T1, codec.APDU_AUTO), Cm.RF_CARD: (codec.RF_APDU_A, codec.RF_APDU_B)}
_ANSWER_TO_SELECT = bytes.fromhex("0578807002")
_UID = bytes.fromhex("08D15EA5")


class ChipBoard:
    def __init__(self, model: DispenserModel) -> None:
        self._model = model

    async def do(self, command: Command) -> tuple[bytes, str]:
        """Data of a success, and "", or nothing and the code of a failure."""
        cm = Cm(command.cm)
        await trio.lowlevel.checkpoint()
        chip = self._model.chip_at(_PLACE[cm])
        if command.pm in (codec.COLD_RESET, codec.WARM_RESET):
            return self._wake(cm, chip)
        if command.pm == codec.POWER_DOWN:
            self._model.power_chip_off(self._model.path)
            return b"", ""
        if command.pm == codec.CHIP_STATUS:
            return (b"1" if self._model.chip_powered else b"0"), ""
        if command.pm not in _APDU[cm]:
            return b"", "01"
        if chip is None or not self._model.chip_powered:
            return b"", NOT_ACTIVATED
        return await self._apdu(chip, _PLACE[cm], command.data)

    def _wake(self, cm: Cm, chip: Chip | None) -> tuple[bytes, str]:
        if not self._model.path:
            return b"", NO_CARD
        answer = chip.power_on() if chip is not None else b""
        if not answer:
            return b"", NOT_WOKEN
        self._model.chip_powered = True
        if cm is Cm.CPU_CARD:
            return (b"1" if _offers_t1(answer) else b"0") + answer, ""
        return b"A" + b"\x00\x04" + bytes((len(_UID),)) + _UID + b"\x20" + _ANSWER_TO_SELECT, ""

    async def _apdu(self, chip: Chip, place: PathMedia, apdu: bytes) -> tuple[bytes, str]:
        faults = self._model.faults
        try:
            if faults.take("chip_lost_in_command"):
                raise ChipLost
            if faults.take("chip_hangs"):
                raise ChipHangs
            return chip.handle(apdu), ""
        except ChipLost:
            code = BROKEN
        except ChipHangs:
            code = SILENT
            with trio.move_on_after(CHIP_PATIENCE_S):
                while self._model.chip_at(place) is chip:  # noqa: ASYNC110  (nobody tells when a hand pulls it)
                    await trio.sleep(_LOOK_S)
        self._model.power_chip_off(self._model.path)
        return b"", code


def _offers_t1(answer: bytes) -> bool:
    """The first protocol of an ATR (ISO 7816-3 8.2.3)."""
    if len(answer) < 2 or not answer[1] & 0x80:
        return False
    at = 2 + (answer[1] >> 4 & 0x07).bit_count()
    return at < len(answer) and answer[at] & 0x0F == 1
