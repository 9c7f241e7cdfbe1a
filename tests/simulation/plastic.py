"""What a card is, looked at from outside: whose, which number, whole or not."""
from __future__ import annotations

from card.elementary_file import FileMalformed
from card.fields import is_erased
from card.files import HolderFile, PublicInformationFile
from card.virtual.card import VirtualCard
from devices.card_printer.plastic import BACK, FRONT, Plastic

PANELS = {"y", "m", "c", "k", "o"}


def chip_serial(card: Plastic) -> str:
    """The 20 digits in EF 0015; empty where none were written whole."""
    data = _file(card, "file/0015")
    if not data or is_erased(data):
        return ""
    try:
        return PublicInformationFile.decode(data).serial
    except FileMalformed:
        return ""


def chip_holder(card: Plastic) -> str:
    data = _file(card, "file/0016")
    if not data or is_erased(data):
        return ""
    try:
        return HolderFile.decode(data).id_number
    except FileMalformed:
        return ""


def is_printed(card: Plastic) -> bool:
    """Every panel on both sides."""
    return all(set(card.printed.get(side, {})) == PANELS for side in (FRONT, BACK))


def _file(card: Plastic, name: str) -> bytes:
    return card.chip.eeprom.get(name, b"") if isinstance(card.chip, VirtualCard) else b""
