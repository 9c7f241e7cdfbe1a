"""Whoever has the master keys, in memory: what the centre's key store does in the product. And the cards it has issued."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from card import crypto
from card.crypto import PROFILES, KeyUse, Profile
from card.files import Holder, PublicInformation, serial_of
from card.purse import LoadOffer, Purse
from card.settling import LoadBegun
from card.social_files import HolderItems, IssuerItems
from card.social_security import AuthenticationAsked
from card.transit_files import CardKind, Management
from card.virtual import issue
from card.virtual.card import VirtualCard
from card.virtual.issue import SocialSecurity

TERMINAL = bytes.fromhex("341600000001")
NOW = datetime(2026, 11, 21, 8, 0, 0)
MOMENT = crypto.moment_of(NOW)
PUBLIC = PublicInformation(
    issuer=bytes.fromhex("00003416FFFFFFFF"),
    serial=serial_of("3416000000012345678"),
    start=date(2026, 11, 21),
    expiry=date(2046, 11, 20),
)
HOLDER = Holder("王𬱖英", "34160219440307251X")
SOCIAL = SocialSecurity(
    IssuerItems(
        "34160000000000010203040506070809", "3", "3.00", "0" * 24, date(2026, 11, 21), date(2036, 11, 20), "A12345678"
    ),
    HolderItems("34160219440307251X", "王𬱖英", "2", "01", "341602", date(1944, 3, 7)),
)
MANAGEMENT = Management("3400", "3416", CardKind.ORDINARY)
PIN = "123456"


class Refuses(Exception):
    """MAC1 or a TAC is wrong."""


@dataclass
class KeyHolder:
    """One issuer. Masters differ for every use."""

    algorithm: int = 0
    masters: dict[KeyUse, bytes] = field(default_factory=lambda: {use: bytes((use,)) * 3 + bytes(range(13)) for use in KeyUse})

    @property
    def profile(self) -> Profile:
        return PROFILES[self.algorithm]

    def card(self, *, balance: int = 0, **more: Any) -> VirtualCard:
        given: dict[str, Any] = {"social": SOCIAL, "management": MANAGEMENT, **more}
        return issue.citizen_card(
            given.pop("public", PUBLIC), HOLDER, self.masters, balance=balance, algorithm=self.algorithm, **given
        )

    def psam(self, **more: Any) -> VirtualCard:
        return issue.psam(self.masters, TERMINAL, algorithm=self.algorithm, **more)

    def key(self, use: KeyUse, public: PublicInformation = PUBLIC) -> bytes:
        return self.profile.diversify(self.masters[use], *public.factors)

    def permit(
        self,
        offer: LoadOffer,
        amount: int,
        kind: int,
        *,
        use: KeyUse = KeyUse.LOAD,
        moment: bytes = MOMENT,
        public: PublicInformation = PUBLIC,
    ) -> bytes:
        """Check MAC1, return MAC2: the one call of facts/card.md 12.2. Raises Refuses."""
        profile = PROFILES[offer.algorithm]
        session = profile.session_key(self.key(use, public), crypto.load_seed(offer.random, offer.sequence))
        mac1 = profile.mac(session, crypto.load_mac1(offer.balance, amount, kind, TERMINAL))
        if not crypto.equal(mac1, offer.mac1):
            raise Refuses("MAC1")
        return profile.mac(session, crypto.load_mac2(amount, kind, TERMINAL, moment))

    def is_load_tac(self, begun: LoadBegun, tac: bytes, public: PublicInformation = PUBLIC) -> bool:
        message = crypto.load_tac(
            begun.balance_after, begun.sequence, begun.amount, begun.kind, begun.terminal, begun.moment
        )
        return crypto.equal(self.profile.tac(self.key(KeyUse.TAC, public), message), tac)

    def is_purchase_tac(self, amount: int, kind: int, terminal_seq: int, moment: bytes, tac: bytes) -> bool:
        message = crypto.purchase_tac(amount, kind, TERMINAL, terminal_seq, moment)
        return crypto.equal(self.profile.tac(self.key(KeyUse.TAC), message), tac)

    async def seal(self, challenge: bytes, header: bytes, data: bytes) -> bytes:
        """EF 0016 (P1 96) goes encrypted, the others with a MAC."""
        return self.profile.seal(self.key(KeyUse.MAINTENANCE), challenge, header, data, encrypted=header[2] == 0x96)

    def admit(self, asked: AuthenticationAsked, *, atr: bytes) -> bytes:
        """Check the social-security card, answer for ourselves. Raises Refuses."""
        factors = crypto.social_factors(asked.identification[:6], atr)
        internal = self.profile.diversify(self.masters[KeyUse.INTERNAL_AUTHENTICATION], *factors)
        external = self.profile.diversify(self.masters[KeyUse.EXTERNAL_AUTHENTICATION], *factors)
        if crypto.authentication(self.profile, internal, asked.process, asked.source) != asked.cryptogram:
            raise Refuses("cryptogram")
        answer = crypto.authentication(self.profile, external, asked.external_process, asked.external_source)
        return answer + asked.external_process


def fixed(data: str) -> Any:
    """A chip's generator that always says the same."""
    return lambda size: bytes.fromhex(data).ljust(size, b"\x00")[:size]


async def load(
    purse: Purse, keys: KeyHolder, amount: int, *, kind: int = 2, moment: bytes = MOMENT, pin: str = PIN
) -> LoadBegun:
    """A whole load that goes well."""
    await purse.pin.verify(pin)
    offer = await purse.initialise_load(amount, TERMINAL)
    mac2 = keys.permit(offer, amount, kind, moment=moment)
    begun = LoadBegun(PUBLIC.serial, kind, offer.balance, offer.sequence, amount, TERMINAL, moment, mac2)
    tac = await purse.credit(moment, mac2)
    assert keys.is_load_tac(begun, tac)
    return begun
