"""The demo citizens' citizen cards: issued when first used, and the same card in whichever terminal of the hall.

A card is its EEPROM in a file, `<hall>/cards/<citizen>.card`: who pulls it here and puts it in there has what it was. It is
issued under the keys of this hall's centre (`<hall>/keys/card_keys.json`).
"""
from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path

from card.crypto import PROFILES, KeyUse, Kind
from card.files import IN_USE, Holder, PublicInformation, serial_of
from card.log_file import LogFile, LogRecord
from card.names import name_for_chip
from card.transit_files import Trip, TripFile, TripType
from card.virtual.card import VirtualCard, cplc_of
from card.virtual.eeprom import Eeprom
from card.virtual.issue import citizen_card, psam
from card.virtual.profiles import FULL_CARD
from card.virtual.purse_state import EP, purse_cell
from card.virtual.tree import EP_FID, LOG_FILE
from remote.central.citizen_cards.issuing import transport_keys_of
from remote.central.demo_citizens import DemoCitizen, citizen_card_number
from remote.central.keys.software import made_in, read_masters

BALANCE = 1230               # fen on a new card
ISSUER = bytes.fromhex("00003416FFFFFFFF")
ALGORITHM, VERSION = 0, 1
BUS = bytes.fromhex("0000341600000017")
TRIP_CELL = f"file/{TripFile.FID:04x}"


class CardDrawer:
    def __init__(self, hall: Path, citizens: Mapping[str, DemoCitizen], today: date) -> None:
        self._folder, self._keys = hall / "cards", hall / "keys" / "card_keys.json"
        self._citizens, self._today = citizens, today

    def take(self, key: str, number: str = "") -> VirtualCard:
        """`number`: another card of hers than her own, put back under `key` and number. Raises KeyError for nobody's key, and
        what `read_masters` raises."""
        file = self._folder / f"{key}{number}.card"
        if file.exists():
            return VirtualCard(Eeprom.from_bytes(file.read_bytes()), profile=FULL_CARD)
        return self._issued(self._citizens[key], number)

    def put_back(self, key: str, card: VirtualCard) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = self._folder / f"{key}.new"
        unfinished.write_bytes(card.eeprom.export())
        unfinished.rename(self._folder / f"{key}.card")

    def white_card(self, chip_serial: int) -> VirtualCard:
        """As the maker delivers it, under a transport key that this hall's centre has too."""
        made_in(self._keys)                     # where no centre has started yet: it will find them
        return white_card(chip_serial, read_masters(self._keys)[ALGORITHM, VERSION][KeyUse.TRANSPORT])

    def module(self, terminal: str) -> VirtualCard:
        """The purchase module of a terminal, under the same keys. Raises what `read_masters` raises."""
        made_in(self._keys)
        number = hashlib.sha256(terminal.encode()).digest()[:4]
        return psam(read_masters(self._keys)[ALGORITHM, VERSION], bytes.fromhex("3416") + number, algorithm=ALGORITHM)

    def _issued(self, citizen: DemoCitizen, number: str = "") -> VirtualCard:
        in_use = 0 if citizen.citizen_card == "inactive" else IN_USE
        public = PublicInformation(
            ISSUER, serial_of(number or citizen_card_number(citizen.id_number)), date(2024, 3, 1), date(2044, 2, 28), in_use
        )
        holder = Holder(name_for_chip(citizen.name, shorten=True).stored, citizen.id_number)
        made_in(self._keys)                     # where no centre has started yet: it will find them
        masters = read_masters(self._keys)[ALGORITHM, VERSION]
        card = citizen_card(public, holder, masters, balance=BALANCE, algorithm=ALGORITHM)
        card.eeprom.commit({LOG_FILE.cell: self._log(), TRIP_CELL: self._trips()})
        return card

    def _log(self) -> bytes:
        """Last week: loaded at the counter, two things bought."""
        past = ((2, Kind.PURCHASE_EP, 350), (3, Kind.PURCHASE_EP, 1220), (6, Kind.LOAD_EP, 2000))
        records = [
            LogRecord(at, 0, fen, kind, bytes.fromhex("341600000099"), self._today - timedelta(days=days), time(10, 15 + at))
            for at, (days, kind, fen) in enumerate(past)
        ]
        written = b"".join(LogFile.encode(record) for record in records)
        return (written + LOG_FILE.erased)[: LogFile.SIZE * LogFile.RECORDS]

    def _trips(self) -> bytes:
        morning = datetime.combine(self._today, time(8, 20))
        rides = [
            Trip(TripType.SINGLE, BUS, 1, bytes.fromhex("00000000010207"), 100, BALANCE + 100 * number,
                 morning - timedelta(days=number + 1), "3416", BUS)
            for number in range(4)
        ]  # fmt: skip
        written = b"".join(TripFile.encode(ride) for ride in rides)
        return written.ljust(TripFile.SIZE * TripFile.RECORDS, b"\xff")


def white_card(chip_serial: int, master: bytes) -> VirtualCard:
    """`master`: of the transport keys."""
    cplc = cplc_of(chip_serial)
    keys = transport_keys_of(cplc[0:4] + cplc[12:18])       # as card.personalise.serial reads it
    key = PROFILES[ALGORITHM].diversify(master, keys.issuer, keys.serial)
    return VirtualCard.blank(chip_serial, profile=FULL_CARD, transport_key=key, algorithm=ALGORITHM)


def purse_fen(card: VirtualCard) -> int:
    """Straight from its memory: what somebody would see who could look into a chip."""
    return int.from_bytes(card.eeprom.get(purse_cell(EP_FID, EP), bytes(4))[:4], "big")
