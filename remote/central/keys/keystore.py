"""Whoever has the cards' master keys. It is asked whether a card spoke, and answers for the issuer; no key ever leaves.

One seam, two implementations: `software.py` (embedded, for demonstrations) and `hsm.py` (any PKCS#11 token). Both only lend
their arithmetic; what a MAC is made over stands in card/crypto.py and is put together here, once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from card import crypto
from card.crypto import FACTOR_SIZE, MAC_SIZE, PROFILES, TERMINAL_SIZE, KeyUse


class KeysAway(Exception):
    """The keys cannot be asked now (the HSM does not answer). Nothing was decided."""


class NoSuchKey(Exception):
    """No master of this algorithm and version here: another city's card, or one of an issue this centre does not serve."""


class MacWrong(Exception):
    """Whoever made this MAC does not have the card's key, or said something else."""


@dataclass(frozen=True)
class CardKeys:
    """Which keys a card has. `issuer` 8 bytes and `serial` 8 bytes: the two levels between master and card (EF 0015)."""

    issuer: bytes
    serial: bytes
    algorithm: int
    version: int

    def __post_init__(self) -> None:
        if len(self.issuer) != FACTOR_SIZE or len(self.serial) != FACTOR_SIZE:
            raise ValueError("a factor has 8 bytes")


@dataclass(frozen=True)
class LoadAsked:
    """What INITIALIZE FOR LOAD said, and what it was asked. Fen; `random` and `mac1` 4 bytes, `terminal` 6 bytes."""

    balance: int
    sequence: int
    amount: int
    kind: int
    terminal: bytes
    random: bytes
    mac1: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.random) != MAC_SIZE or len(self.mac1) != MAC_SIZE or len(self.terminal) != TERMINAL_SIZE:
            raise ValueError("random and MAC1 have 4 bytes, a terminal number 6")


@dataclass(frozen=True)
class LoadBooked:
    """What CREDIT FOR LOAD claims to have booked. `balance` is the one after it; `moment` 7 bytes."""

    balance: int
    sequence: int
    amount: int
    kind: int
    terminal: bytes
    moment: bytes


class KeyStore(ABC):
    """All methods raise KeysAway and NoSuchKey. Any thread."""

    name: str

    def permit_load(self, card: CardKeys, asked: LoadAsked, moment: bytes) -> bytes:
        """Check MAC1, return MAC2 (4 bytes): the card is genuine, its balance is what it says, and it may be credited once.
        Raises MacWrong."""
        self.check_offer(card, asked)
        return self._session_mac(card, KeyUse.LOAD, _seed(asked), crypto.load_mac2(
            asked.amount, asked.kind, asked.terminal, moment))  # fmt: skip

    def check_offer(self, card: CardKeys, asked: LoadAsked) -> None:
        """Only look: MAC1 proves balance and online number, and nothing is permitted. Raises MacWrong."""
        message = crypto.load_mac1(asked.balance, asked.amount, asked.kind, asked.terminal)
        if not crypto.equal(self._session_mac(card, KeyUse.LOAD, _seed(asked), message), asked.mac1):
            raise MacWrong("MAC1")

    def is_booked(self, card: CardKeys, booked: LoadBooked, tac: bytes) -> bool:
        """Whether this TAC (4 bytes) is the card's own word that it was credited."""
        message = crypto.load_tac(
            booked.balance, booked.sequence, booked.amount, booked.kind, booked.terminal, booked.moment
        )
        return crypto.equal(self._tac(card, message), tac)

    def is_debited(
        self, card: CardKeys, amount: int, kind: int, terminal: bytes, terminal_seq: int, moment: bytes, tac: bytes
    ) -> bool:
        """The same for a purchase."""
        return crypto.equal(self._tac(card, crypto.purchase_tac(amount, kind, terminal, terminal_seq, moment)), tac)

    # -- what goes onto a card --------------------------------------------------------------------------------------

    def seal(
        self, card: CardKeys, use: KeyUse, challenge: bytes, header: bytes, data: bytes, *, encrypted: bool = True
    ) -> bytes:
        """The data of a command under secure messaging, `challenge` 4 bytes and `header` 4 bytes: what only this one chip
        takes, once."""
        return PROFILES[card.algorithm].seal(self._own(card, use), challenge, header, data, encrypted=encrypted)

    def sealed_key(
        self, under: CardKeys, under_use: KeyUse, card: CardKeys, use: KeyUse, challenge: bytes, header: bytes
    ) -> bytes:
        """The data of WRITE KEY: the card's own key of `use`, readable by the chip alone."""
        record = crypto.key_record(use, self._own(card, use), version=card.version, algorithm=card.algorithm)
        return self.seal(under, under_use, challenge, header, record)

    def is_authentic(self, card: CardKeys, data: bytes, answer: bytes) -> bool:
        """Whether INTERNAL AUTHENTICATE of `data` (8 bytes) was answered by this card's own key."""
        own = self._own(card, KeyUse.INTERNAL_AUTHENTICATION)
        return crypto.equal(crypto.simple_authentication(PROFILES[card.algorithm], own, data), answer)

    @abstractmethod
    def _own(self, card: CardKeys, use: KeyUse) -> bytes:
        """The card's own key (16 bytes), for the one answer that is being made. It goes nowhere else."""

    @abstractmethod
    def _session_mac(self, card: CardKeys, use: KeyUse, seed: bytes, message: bytes) -> bytes:
        """4 bytes under the session key that `seed` makes of the card's key of this use."""

    @abstractmethod
    def _tac(self, card: CardKeys, message: bytes) -> bytes:
        """4 bytes under the card's TAC key."""


def _seed(asked: LoadAsked) -> bytes:
    return crypto.load_seed(asked.random, asked.sequence)
