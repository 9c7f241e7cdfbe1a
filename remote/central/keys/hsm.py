"""Card keys inside a PKCS#11 token: MACs come out, masters and load keys never.

The whole chain of a load runs in the token (facts/card.md 12.3): derive over F.~F, twice, gives the card's key; derive over
X8.X8 gives K|K, which as two-key 3DES is the single-DES session key K that cards use; CBC of the padded message, of which the
last block counts. Single-DES mechanisms are listed and fail (OpenSSL 3), therefore K|K. What is derived lives in the session
and is destroyed after each answer.

A TAC key folds its halves (left XOR right), and secure messaging's MAC ends with a block of its own, for which PKCS#11 has no
mechanisms; nor can it put a key into a record and seal that. So the TAC key of the one card that is checked, and the keys of
the one card that is being made or changed, are read out of the session for one answer and forgotten; masters stay inside.

3DES alone: SoftHSM 2.6.1 and most tokens know no SM4. Cards with SM4 keys are refused as NoSuchKey.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from card.crypto import FACTOR_SIZE, MAC_SIZE, TDES, KeyUse
from remote.central.keys.hsm_file import HsmFile, HsmProblem
from remote.central.keys.keystore import CardKeys, KeysAway, KeyStore, NoSuchKey

T = TypeVar("T")
BLOCK = 8  # bytes
IV = bytes(BLOCK)

__all__ = ["HsmFile", "HsmKeys", "HsmProblem", "Token"]


def binding() -> Any:
    """PyKCS11, which a centre without a token does not need. Raises HsmProblem."""
    try:
        return importlib.import_module("PyKCS11")
    except ImportError as error:
        raise HsmProblem("expected the Python package PyKCS11 to be installed") from error


@cache
def loaded(module: Path) -> Any:
    """The PKCS#11 library, once for each process: C_Initialize must not be called twice. Raises HsmProblem."""
    pkcs11 = binding()
    library = pkcs11.PyKCS11Lib()
    try:
        library.load(str(module))
    except pkcs11.PyKCS11Error as error:
        raise HsmProblem(f"{module}: expected a PKCS#11 library that starts ({error})") from error
    return library


@dataclass
class Token:
    """One logged-in session. Everything runs under one lock: a session is no place for two."""

    file: HsmFile
    _session: Any = field(default=None, repr=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def use(self, work: Callable[[Any, Any], T]) -> T:
        """`work(binding, session)`. A session that broke is opened anew once: another process may have reset the token.
        Raises KeysAway."""
        pkcs11 = binding()
        with self._lock:
            for last in (False, True):
                try:
                    return work(pkcs11, self._open(pkcs11))
                except pkcs11.PyKCS11Error as error:
                    self._session = None
                    if last:
                        raise KeysAway(f"the token answered {error}") from None
        raise AssertionError("the loop returns or raises")

    def _open(self, pkcs11: Any) -> Any:
        if self._session is None:
            library = loaded(self.file.module)
            session = library.openSession(self.slot(library), pkcs11.CKF_SERIAL_SESSION | pkcs11.CKF_RW_SESSION)
            try:
                session.login(self.file.pin())
            except pkcs11.PyKCS11Error as error:
                if error.value != pkcs11.CKR_USER_ALREADY_LOGGED_IN:
                    raise
            self._session = session
        return self._session

    def slot(self, library: Any) -> int:
        """Raises HsmProblem."""
        for slot in library.getSlotList(tokenPresent=True):
            if library.getTokenInfo(slot).label.strip(" \0") == self.file.token:
                return int(slot)
        raise HsmProblem(f"{self.file.module}: expected a token called {self.file.token!r}")


def label_of(use: KeyUse, version: int) -> str:
    """What a master is called in the token."""
    return f"card {use.name} {version}"


class HsmKeys(KeyStore):
    name = "hsm"

    def __init__(self, file: HsmFile) -> None:
        """Raises HsmProblem, KeysAway: a token that cannot be used is told at the start."""
        self._token = Token(file)
        self._token.use(lambda _pkcs11, _session: None)

    def _session_mac(self, card: CardKeys, use: KeyUse, seed: bytes, message: bytes) -> bytes:
        def work(pkcs11: Any, session: Any) -> bytes:
            with _destroyed(session) as made:
                key = _card_key(pkcs11, session, card, use, made)
                twice = _derived(pkcs11, session, key, seed + seed, made, for_use=True)
                padded = TDES.pad(message)
                mechanism = pkcs11.Mechanism(pkcs11.CKM_DES3_CBC, IV)
                return bytes(session.encrypt(twice, padded, mechanism))[-BLOCK:][:MAC_SIZE]

        return self._token.use(work)

    def _tac(self, card: CardKeys, message: bytes) -> bytes:
        return TDES.tac(self._own(card, KeyUse.TAC), message)

    def _own(self, card: CardKeys, use: KeyUse) -> bytes:
        def work(pkcs11: Any, session: Any) -> bytes:
            with _destroyed(session) as made:
                key = _card_key(pkcs11, session, card, use, made, readable=True)
                return bytes(session.getAttributeValue(key, [pkcs11.CKA_VALUE])[0])

        return self._token.use(work)


@contextmanager
def _destroyed(session: Any) -> Iterator[list[Any]]:
    """Keys put into the list are gone at the end."""
    made: list[Any] = []
    try:
        yield made
    finally:
        for key in made:
            session.destroyObject(key)


def _card_key(pkcs11: Any, session: Any, card: CardKeys, use: KeyUse, made: list[Any], *, readable: bool = False) -> Any:
    if card.algorithm != TDES.algorithm:
        raise NoSuchKey(f"algorithm {card.algorithm:02X} is not in the token")
    wanted = [(pkcs11.CKA_CLASS, pkcs11.CKO_SECRET_KEY), (pkcs11.CKA_LABEL, label_of(use, card.version))]
    masters = session.findObjects(wanted)
    if len(masters) != 1:
        raise NoSuchKey(f"{len(masters)} masters of version {card.version}")
    issuers = _derived(pkcs11, session, masters[0], _factor(card.issuer), made)
    return _derived(pkcs11, session, issuers, _factor(card.serial), made, readable=readable)


def _factor(factor: bytes) -> bytes:
    if len(factor) != FACTOR_SIZE:
        raise ValueError("a factor has 8 bytes")
    return factor + bytes(byte ^ 0xFF for byte in factor)


def _derived(
    pkcs11: Any, session: Any, key: Any, data: bytes, made: list[Any], *, readable: bool = False, for_use: bool = False
) -> Any:
    """A session key DES2 = E3(key, data), 16 bytes."""
    template = template_of(pkcs11, readable=readable) | {pkcs11.CKA_TOKEN: False, pkcs11.CKA_ENCRYPT: for_use,
                                                         pkcs11.CKA_DERIVE: not for_use}  # fmt: skip
    mechanism = pkcs11.KEY_DERIVATION_STRING_DATA_MechanismBase(data, pkcs11.CKM_DES3_ECB_ENCRYPT_DATA)
    derived = session.deriveKey(key, list(template.items()), mechanism)
    made.append(derived)
    return derived


def template_of(pkcs11: Any, *, readable: bool = False) -> dict[int, Any]:
    return {
        pkcs11.CKA_CLASS: pkcs11.CKO_SECRET_KEY, pkcs11.CKA_KEY_TYPE: pkcs11.CKK_DES2, pkcs11.CKA_PRIVATE: True,
        pkcs11.CKA_SENSITIVE: not readable, pkcs11.CKA_EXTRACTABLE: readable,
    }  # fmt: skip
