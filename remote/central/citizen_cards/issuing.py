"""What the placeholders of a script stand for, and under which keys its steps are sealed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from card.crypto import TDES, KeyUse, pin_record
from remote.central.citizen_cards import chip_files
from remote.central.citizen_cards.rules import citizen_rules
from remote.central.citizen_cards.script import TRANSPORT, ScriptError
from remote.central.context import Context
from remote.central.keys.keystore import CardKeys, KeyStore

Row = sa.Row[Any]
PURSE_NAME = bytes.fromhex("A00000000386980701")  # CJ/T 166, facts/card.md 7.1
ALGORITHM, KEY_VERSION = TDES.algorithm, 1         # of the cards that are issued now
KEY, CHIP_SIZE = "key:", 10


def keys_of(chip_issuer: str, serial: str) -> CardKeys:
    return CardKeys(bytes.fromhex(chip_issuer), bytes.fromhex(serial)[-8:], ALGORITHM, KEY_VERSION)


def transport_keys_of(chip: bytes) -> CardKeys:
    """Of a white card, from its own identity (10 bytes): its first and its last 8 bytes are the two levels [own choice]."""
    if len(chip) != CHIP_SIZE:
        raise ScriptError("chip: expected 10 bytes")
    return CardKeys(chip[:8], chip[-8:], ALGORITHM, KEY_VERSION)


@dataclass(frozen=True)
class IssueFiller:
    """A white card becomes the card of one person."""

    context: Context
    keys: KeyStore
    card: Row
    person: Row
    chip: bytes

    def value(self, placeholder: str) -> bytes:
        rules = citizen_rules(self.context.today)
        match placeholder:
            case "purse_name":
                return PURSE_NAME
            case "holder":
                return chip_files.holder(self.person.name, self.person.id_number)
            case "public":
                issuer = bytes.fromhex(rules.chip_issuer)
                return chip_files.public_information(
                    issuer, self.card.serial, self.card.issued_on, self.card.valid_to, in_use=rules.active_when_taken
                )
            case "management":
                return chip_files.management(senior=False)
            case "first_pin":
                return pin_record(bytes.fromhex(rules.first_pin))
            case "random":
                return hashlib.sha256(f"{self.card.reserve_key}|{self.chip.hex()}".encode()).digest()[:8]
        if placeholder.startswith(KEY):
            return placeholder.encode("ascii")          # the key itself is put in where it is sealed, and nowhere else
        raise ScriptError(f"{{{placeholder}}}: expected a placeholder that issuing knows")

    def seal(self, key: str, challenge: bytes, header: bytes, data: bytes, *, encrypted: bool) -> bytes:
        if key != TRANSPORT:
            raise ScriptError(f"sealed: {key}: expected {TRANSPORT}")
        under = transport_keys_of(self.chip)
        named = data.decode("ascii", "replace")
        if named.startswith(KEY):
            return self.keys.sealed_key(under, KeyUse.TRANSPORT, self._own, KeyUse[named[len(KEY) :]], challenge, header)
        return self.keys.seal(under, KeyUse.TRANSPORT, challenge, header, data, encrypted=encrypted)

    def proven(self, key: str, data: bytes, answer: bytes) -> bool:
        return KeyUse[key] is KeyUse.INTERNAL_AUTHENTICATION and self.keys.is_authentic(self._own, data, answer)

    @property
    def _own(self) -> CardKeys:
        return keys_of(citizen_rules(self.context.today).chip_issuer, self.card.serial)


@dataclass(frozen=True)
class OwnCardFiller:
    """Her own card in the slot, changed under its own keys. `new_pin` as VERIFY presents it."""

    keys: KeyStore
    own: CardKeys
    new_pin: bytes = b""

    def value(self, placeholder: str) -> bytes:
        match placeholder:
            case "in_use":
                return chip_files.IN_USE
            case "concession_kind":
                return chip_files.SENIOR
            case "new_pin":
                return self.new_pin
        raise ScriptError(f"{{{placeholder}}}: expected a placeholder that scripts for a card in the slot know")

    def seal(self, key: str, challenge: bytes, header: bytes, data: bytes, *, encrypted: bool) -> bytes:
        return self.keys.seal(self.own, KeyUse[key], challenge, header, data, encrypted=encrypted)

    def proven(self, key: str, data: bytes, answer: bytes) -> bool:
        raise ScriptError("proves: expected in no script for a card in the slot")
