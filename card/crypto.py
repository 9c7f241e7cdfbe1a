"""The cryptography of citizen cards, pure and shared with the centre: bytes in, bytes out, no key is ever kept here.

Two profiles: 3DES, as JR/T 0025 and CJ/T 166 cards have it (facts/card.md 8.1, vectors 8.2), and SM4, in the form that is
common but published nowhere (8.4, [uncertain]: pluggable for that reason). What a MAC is made over is the same for both, so
these are functions of their own: whoever computes inside an HSM takes the seeds and messages from here and nothing else.

Amounts and balances are integer fen; sequence numbers are those before the increment; `terminal` is 6 bytes; `moment` is BCD
YYYYMMDDhhmmss, 7 bytes (`moment_of`); `factor` is 8 bytes; MACs and TACs are 4 bytes.
"""
from __future__ import annotations

import hmac
from abc import ABC, abstractmethod
from datetime import datetime
from enum import IntEnum

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, CipherAlgorithm, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4 as SM4Algorithm

KEY_SIZE = 16
MAC_SIZE = 4
FACTOR_SIZE = 8
TERMINAL_SIZE = 6
MOMENT_SIZE = 7
CHALLENGE_SIZE = 4  # of secure messaging
AUTHENTICATION_SIZE = 8


class Kind(IntEnum):
    """Transaction types (facts/card.md 7.2). ED = 电子存折, EP = 电子钱包."""

    LOAD_ED = 0x01
    LOAD_EP = 0x02
    UNLOAD = 0x03
    PURCHASE_ED = 0x05
    PURCHASE_EP = 0x06
    COMPOSITE = 0x09


class KeyUse(IntEnum):
    """What a key on a card is for. LOAD to EXTERNAL_AUTHENTICATION are diversified per card from one master each."""

    LOAD = 0x01  # DLK: session keys of loads
    PURCHASE = 0x02  # DPK: its master is in every PSAM
    UNLOAD = 0x03  # DULK
    TAC = 0x04  # DTK
    PIN_UNBLOCK = 0x05  # DPUK
    PIN_RELOAD = 0x06  # DRPK
    MAINTENANCE = 0x07  # DAMK: secure messaging of files and WRITE KEY
    INTERNAL_AUTHENTICATION = 0x08
    EXTERNAL_AUTHENTICATION = 0x0A  # the third generation's RKSSSE: key id 0A, facts/card.md 11.2
    TRANSPORT = 0x0B  # the maker's key on a white card, from the chip's own identity: MAINTENANCE until the card's own is written
    PIN = 0x0C  # no key: WRITE KEY brings the first PIN the same way


class Profile(ABC):
    """One family of keys and MACs. `algorithm` is the algId byte that the card names in its INITIALIZE answers."""

    algorithm: int
    name: str

    @abstractmethod
    def encrypt(self, key: bytes, data: bytes) -> bytes:
        """ECB over whole blocks."""

    @abstractmethod
    def decrypt(self, key: bytes, data: bytes) -> bytes:
        """ECB over whole blocks."""

    @property
    @abstractmethod
    def block_size(self) -> int:
        """Bytes."""

    @abstractmethod
    def derive(self, master: bytes, factor: bytes) -> bytes:
        """One level of diversification: 16 bytes."""

    @abstractmethod
    def session_key(self, key: bytes, seed: bytes) -> bytes:
        """`seed` 8 bytes: `load_seed` or `purchase_seed`."""

    @abstractmethod
    def mac(self, session_key: bytes, message: bytes) -> bytes:
        """MAC1, MAC2 and MAC3 under a session key: 4 bytes."""

    @abstractmethod
    def tac(self, key: bytes, message: bytes) -> bytes:
        """Under the card's TAC key itself: 4 bytes."""

    @abstractmethod
    def file_mac(self, key: bytes, challenge: bytes, message: bytes) -> bytes:
        """Secure messaging. `challenge` 4 bytes, from the card; `message` = header, Lc with the MAC counted, data."""

    def diversify(self, master: bytes, *factors: bytes) -> bytes:
        """Level after level: city or issuer first, the right-most 8 bytes of the card's serial last."""
        key = _sized("master key", master, KEY_SIZE)
        for factor in factors:
            key = self.derive(key, _sized("factor", factor, FACTOR_SIZE))
        return key

    def seal(self, key: bytes, challenge: bytes, header: bytes, data: bytes, *, encrypted: bool = False) -> bytes:
        """The data of a command under secure messaging: `data` (encrypted if asked) and the MAC over all of it."""
        _sized("header", header, 4)
        body = self.encrypt(key, self.pad(bytes((len(data),)) + data, only_if_needed=True)) if encrypted else data
        length = bytes((len(body) + MAC_SIZE,))
        return body + self.file_mac(key, challenge, header + length + body)

    def unseal(self, key: bytes, body: bytes) -> bytes | None:
        """What `seal` encrypted, without the MAC (which the caller has checked). None where it is no such thing."""
        if not body or len(body) % self.block_size:
            return None
        plain = self.decrypt(key, body)
        end = 1 + plain[0]
        return plain[1:end] if end <= len(plain) and plain == self.pad(plain[:end], only_if_needed=True) else None

    def pad(self, message: bytes, *, only_if_needed: bool = False) -> bytes:
        """80 00.. to whole blocks (ISO 9797-1 method 2)."""
        if only_if_needed and len(message) % self.block_size == 0:
            return message
        return message + b"\x80" + bytes(-(len(message) + 1) % self.block_size)


class TripleDesProfile(Profile):
    """Two-key 3DES masters, single-DES session keys of 8 bytes (facts/card.md 8.1)."""

    algorithm = 0x00
    name = "3DES"

    @property
    def block_size(self) -> int:
        return 8

    def encrypt(self, key: bytes, data: bytes) -> bytes:
        return _run(_des(key), modes.ECB(), data)

    def decrypt(self, key: bytes, data: bytes) -> bytes:
        return _run(_des(key), modes.ECB(), data, backwards=True)

    def derive(self, master: bytes, factor: bytes) -> bytes:
        return self.encrypt(master, factor + _inverted(factor))

    def session_key(self, key: bytes, seed: bytes) -> bytes:
        return self.encrypt(key, seed)

    def mac(self, session_key: bytes, message: bytes) -> bytes:
        return _run(_des(session_key), modes.CBC(bytes(8)), self.pad(message))[-8:][:MAC_SIZE]

    def tac(self, key: bytes, message: bytes) -> bytes:
        return self.mac(fold(key), message)

    def file_mac(self, key: bytes, challenge: bytes, message: bytes) -> bytes:
        left, right = key[:8], key[8:]
        initial = challenge.ljust(8, b"\x00")
        last = _run(_des(left), modes.CBC(initial), self.pad(message))[-8:]
        return self.encrypt(left, self.decrypt(right, last))[:MAC_SIZE]


class Sm4Profile(Profile):
    """SM4 in the form of JR/T 0025.17 [uncertain, facts/card.md 8.4]: session keys of 16 bytes, TAC key not folded."""

    algorithm = 0x04
    name = "SM4"

    @property
    def block_size(self) -> int:
        return 16

    def encrypt(self, key: bytes, data: bytes) -> bytes:
        return _run(SM4Algorithm(key), modes.ECB(), data)

    def decrypt(self, key: bytes, data: bytes) -> bytes:
        return _run(SM4Algorithm(key), modes.ECB(), data, backwards=True)

    def derive(self, master: bytes, factor: bytes) -> bytes:
        return self.encrypt(master, factor + _inverted(factor))

    def session_key(self, key: bytes, seed: bytes) -> bytes:
        return self.encrypt(key, seed + _inverted(seed))

    def mac(self, session_key: bytes, message: bytes) -> bytes:
        return self._cbc(session_key, bytes(16), message)

    def tac(self, key: bytes, message: bytes) -> bytes:
        return self._cbc(key, bytes(16), message)

    def file_mac(self, key: bytes, challenge: bytes, message: bytes) -> bytes:
        return self._cbc(key, challenge.ljust(16, b"\x00"), message)

    def _cbc(self, key: bytes, initial: bytes, message: bytes) -> bytes:
        return _run(SM4Algorithm(key), modes.CBC(initial), self.pad(message))[-16:][:MAC_SIZE]


TDES = TripleDesProfile()
SM4 = Sm4Profile()
PROFILES: dict[int, Profile] = {profile.algorithm: profile for profile in (TDES, SM4)}
"""By algId byte. A card's own profile is taken from what it says; an unknown byte is nobody's profile."""


def equal(one: bytes, other: bytes) -> bool:
    """Compare MACs, TACs, PINs and cryptograms in constant time."""
    return hmac.compare_digest(one, other)


def fold(key: bytes) -> bytes:
    """Left half XOR right half: the single-DES key of TACs and of RELOAD PIN."""
    half = len(key) // 2
    return bytes(a ^ b for a, b in zip(key[:half], key[half:], strict=True))


def moment_of(when: datetime) -> bytes:
    """7 bytes BCD YYYYMMDDhhmmss of the wall clock that `when` carries (Asia/Shanghai on this card)."""
    return bytes.fromhex(f"{when.year:04d}{when:%m%d%H%M%S}")


# -- seeds of session keys ---------------------------------------------------------------------------------------------


def load_seed(random: bytes, online_seq: int) -> bytes:
    """Load and unload. `random` 4 bytes, from the INITIALIZE answer."""
    return _sized("random", random, 4) + online_seq.to_bytes(2, "big") + b"\x80\x00"


def purchase_seed(random: bytes, offline_seq: int, terminal_seq: int) -> bytes:
    """`terminal_seq`: the PSAM's transaction number, of which the low two bytes count."""
    return _sized("random", random, 4) + offline_seq.to_bytes(2, "big") + (terminal_seq & 0xFFFF).to_bytes(2, "big")


# -- what MACs are made over -------------------------------------------------------------------------------------------


def load_mac1(balance: int, amount: int, kind: int, terminal: bytes) -> bytes:
    """Card to centre: proves the card and the balance it named. Also of an unload."""
    return _fen(balance) + _fen(amount) + bytes((kind,)) + _terminal(terminal)


def load_mac2(amount: int, kind: int, terminal: bytes, moment: bytes) -> bytes:
    """Centre to card: permits the credit (or, for an unload, the debit)."""
    return _fen(amount) + bytes((kind,)) + _terminal(terminal) + _sized("moment", moment, MOMENT_SIZE)


def load_tac(balance_after: int, online_seq: int, amount: int, kind: int, terminal: bytes, moment: bytes) -> bytes:
    """Card to centre: it is booked. The exact fields are [uncertain]."""
    return _fen(balance_after) + online_seq.to_bytes(2, "big") + load_mac2(amount, kind, terminal, moment)


def unload_mac3(balance_after: int, online_seq: int, amount: int, kind: int, terminal: bytes, moment: bytes) -> bytes:
    """Card to centre, under the session key: the unload is booked [own choice: the fields of the load's TAC]."""
    return load_tac(balance_after, online_seq, amount, kind, terminal, moment)


def purchase_mac1(amount: int, kind: int, terminal: bytes, moment: bytes) -> bytes:
    """PSAM to card."""
    return load_mac2(amount, kind, terminal, moment)


def purchase_mac2(amount: int) -> bytes:
    """Card to PSAM."""
    return _fen(amount)


def purchase_tac(amount: int, kind: int, terminal: bytes, terminal_seq: int, moment: bytes) -> bytes:
    """Card to whoever settles the purchase."""
    return (
        _fen(amount)
        + bytes((kind,))
        + _terminal(terminal)
        + terminal_seq.to_bytes(4, "big")
        + _sized("moment", moment, MOMENT_SIZE)
    )


# -- authentication ----------------------------------------------------------------------------------------------------


def social_factors(city_code: str, atr: bytes) -> tuple[bytes, bytes]:
    """The two levels of a social-security key (facts/card.md 11.3): city code (6 digits) and "sx" in ASCII; the last 8 bytes
    of the ATR."""
    return _sized("city", city_code.encode("ascii") + b"sx", FACTOR_SIZE), _sized("ATR", atr[-8:], FACTOR_SIZE)


def authentication(profile: Profile, key: bytes, process: bytes, source: bytes) -> bytes:
    """8 bytes: `source` under the key that `process` makes of the card's key. Both 8 bytes, random [own choice: nothing is
    published of the computation behind the commands of facts/card.md 11.2]."""
    source = _sized("source", source, AUTHENTICATION_SIZE)
    block = source if profile.block_size == 8 else source + _inverted(source)
    return profile.encrypt(profile.derive(key, _sized("process", process, FACTOR_SIZE)), block)[:AUTHENTICATION_SIZE]


def simple_authentication(profile: Profile, key: bytes, challenge: bytes) -> bytes:
    """8 bytes: INTERNAL and EXTERNAL AUTHENTICATE of the purse applications. A challenge of 4 bytes is padded with 00."""
    block = challenge.ljust(profile.block_size, b"\x00")
    return profile.encrypt(key, block)[:AUTHENTICATION_SIZE]


# -- personalisation ---------------------------------------------------------------------------------------------------


def key_record(use: KeyUse, key: bytes, *, version: int = 1, algorithm: int = 0, tries: int = 15) -> bytes:
    """The 21 bytes of WRITE KEY: use, version, algorithm, tries left, tries at most, the key (the size is facts/card.md 13.1's;
    the first five bytes are card-specific [own choice])."""
    return bytes((use, version, algorithm, tries, tries)) + _sized("key", key, KEY_SIZE)


def pin_record(pin: bytes, *, tries: int = 3) -> bytes:
    """The same for a PIN of 2..6 bytes as it is presented in VERIFY, padded FF."""
    if not 2 <= len(pin) <= 6:
        raise ValueError("a PIN is presented in 2..6 bytes")
    return key_record(KeyUse.PIN, pin.ljust(KEY_SIZE, b"\xff"), tries=tries)


def _fen(amount: int) -> bytes:
    return amount.to_bytes(4, "big")


def _terminal(terminal: bytes) -> bytes:
    return _sized("terminal number", terminal, TERMINAL_SIZE)


def _sized(name: str, value: bytes, size: int) -> bytes:
    if len(value) != size:
        raise ValueError(f"{name} has {size} bytes, not {len(value)}")
    return value


def _inverted(data: bytes) -> bytes:
    return bytes(byte ^ 0xFF for byte in data)


def _des(key: bytes) -> TripleDES:
    """Always 24 bytes: shorter keys are deprecated in the library (facts/card.md 12.4). 8 bytes = single DES."""
    return TripleDES(key * 3 if len(key) == 8 else _sized("key", key, KEY_SIZE) + key[:8])


def _run(algorithm: CipherAlgorithm, mode: modes.ECB | modes.CBC, data: bytes, *, backwards: bool = False) -> bytes:
    cipher = Cipher(algorithm, mode)
    context = cipher.decryptor() if backwards else cipher.encryptor()
    return context.update(data) + context.finalize()
