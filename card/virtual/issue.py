"""Cards as their issuer hands them out, written straight into the memory: for the hall, the simulation and tests.

Over APDUs the same state is reached with WRITE KEY, UPDATE BINARY and ACTIVATE FILE.
"""
from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from card import crypto
from card.crypto import PROFILES, KeyUse
from card.files import Holder, HolderFile, PublicInformation, PublicInformationFile
from card.social_files import HolderItems, HolderItemsFile, IssuerItems, IssuerItemsFile
from card.transit_files import Management, ManagementFile
from card.virtual.card import Manner, VirtualCard, cplc_of
from card.virtual.commands import CPLC_CELL
from card.virtual.eeprom import Eeprom
from card.virtual.keys import key_cell, pin_writes
from card.virtual.profiles import FULL_CARD, PSAM_CARD, PSAM_FID, SOCIAL_FID
from card.virtual.purse_state import ED, EP, PurseState, purse_cell
from card.virtual.tree import EP_FID, CardProfile, Life

Masters = Mapping[KeyUse, bytes]
"""One 16-byte master for each use."""

PURSE_KEYS = (
    KeyUse.LOAD,
    KeyUse.PURCHASE,
    KeyUse.UNLOAD,
    KeyUse.TAC,
    KeyUse.PIN_UNBLOCK,
    KeyUse.PIN_RELOAD,
    KeyUse.MAINTENANCE,
    KeyUse.INTERNAL_AUTHENTICATION,
    KeyUse.EXTERNAL_AUTHENTICATION,
)
SOCIAL_KEYS = (
    (KeyUse.INTERNAL_AUTHENTICATION, 0x00),
    (KeyUse.EXTERNAL_AUTHENTICATION, 0x0A),
    (KeyUse.MAINTENANCE, 0x01),
)


@dataclass(frozen=True)
class SocialSecurity:
    """What the social-security application of a card says."""

    issuer: IssuerItems
    holder: HolderItems


def card_keys(masters: Masters, public: PublicInformation, algorithm: int = 0) -> dict[KeyUse, bytes]:
    """This card's own keys of the purse applications: issuer first, then the right-most 8 bytes of its serial."""
    return {use: PROFILES[algorithm].diversify(masters[use], *public.factors) for use in PURSE_KEYS}


def citizen_card(
    public: PublicInformation,
    holder: Holder,
    masters: Masters,
    *,
    pin: bytes | None = b"\x12\x34\x56",
    balance: int = 0,
    social: SocialSecurity | None = None,
    management: Management | None = None,
    algorithm: int = 0,
    key_version: int = 1,
    manner: Manner = Manner.T1,
    profile: CardProfile = FULL_CARD,
    chip_serial: int = 1,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> VirtualCard:
    """A card in its holder's hands. `pin` as VERIFY presents it (BCD 123456; None = no PIN set); `balance` in fen, EP."""
    cells: dict[str, bytes] = {
        CPLC_CELL: cplc_of(chip_serial),
        f"file/{PublicInformationFile.FID:04x}": PublicInformationFile.encode(public),
        f"file/{HolderFile.FID:04x}": HolderFile.encode(holder),
        f"life/{EP_FID:04x}": bytes((Life.USE.value,)),
        **PurseState(purse_cell(EP_FID, EP), balance, 0, 0).writes(),
        **PurseState(purse_cell(EP_FID, ED), 0, 0, 0).writes(),
    }
    if management is not None:
        cells[f"file/{ManagementFile.FID:04x}"] = ManagementFile.encode(management)
    for use, key in card_keys(masters, public, algorithm).items():
        record = crypto.key_record(use, key, version=key_version, algorithm=algorithm)
        cells[key_cell(EP_FID, use, 1)] = record
    if pin is not None:
        cells |= pin_writes(EP_FID, crypto.pin_record(pin))
    if social is not None:
        cells |= _social_cells(social, masters, algorithm, manner)
    return VirtualCard(Eeprom(cells), profile=profile, manner=manner, random=random)


def _social_cells(social: SocialSecurity, masters: Masters, algorithm: int, manner: Manner) -> dict[str, bytes]:
    factors = crypto.social_factors(social.issuer.city, manner.value)
    cells = {
        f"file/{IssuerItemsFile.FID:04x}": IssuerItemsFile.encode(social.issuer),
        f"file/{HolderItemsFile.FID:04x}": HolderItemsFile.encode(social.holder),
        f"life/{SOCIAL_FID:04x}": bytes((Life.USE.value,)),
    }
    for use, index in SOCIAL_KEYS:
        key = PROFILES[algorithm].diversify(masters[use], *factors)
        cells[key_cell(SOCIAL_FID, use, index)] = crypto.key_record(use, key, algorithm=algorithm)
    return cells


def psam(
    masters: Masters,
    terminal: bytes,
    *,
    serial: bytes = bytes.fromhex("00000000003416000001"),
    algorithm: int = 0,
    key_version: int = 1,
    tries: int = 15,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> VirtualCard:
    """A purchase module: the purchase master itself (and only it), its own `terminal` number (6 bytes)."""
    master = crypto.key_record(
        KeyUse.PURCHASE, masters[KeyUse.PURCHASE], version=key_version, algorithm=algorithm, tries=tries
    )
    internal = crypto.key_record(
        KeyUse.INTERNAL_AUTHENTICATION, masters[KeyUse.INTERNAL_AUTHENTICATION], algorithm=algorithm
    )
    cells = {
        "file/0015": serial + bytes((1, 1)) + bytes(2),
        "file/0016": terminal,
        "file/0017": bytes((1, key_version)).ljust(25, b"\x00"),
        f"life/{PSAM_FID:04x}": bytes((Life.USE.value,)),
        key_cell(PSAM_FID, KeyUse.PURCHASE, 1): master,
        key_cell(PSAM_FID, KeyUse.INTERNAL_AUTHENTICATION, 1): internal,
    }
    return VirtualCard(Eeprom(cells), profile=PSAM_CARD, random=random)
