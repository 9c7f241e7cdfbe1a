"""Putting masters into a token: `python -m remote.central.keys.ceremony --hsm FILE --keys FILE`; `--make-token` makes it first.

A demonstration and the tests take the masters from the embedded key file, so that virtual cards fit both. In a city the key
holders enter their parts at the HSM itself and this file is not used.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from card.crypto import TDES
from remote.central.keys.hsm import Token, binding, label_of, loaded, template_of
from remote.central.keys.hsm_file import HsmFile, HsmProblem
from remote.central.keys.keystore import KeysAway
from remote.central.keys.software import Issue, KeyFileError, Masters, read_masters


def make_token(file: HsmFile, so_pin: str) -> None:
    """Initialise the first free slot; nothing happens where the token is there already. Raises HsmProblem."""
    pkcs11, library = binding(), loaded(file.module)
    try:
        Token(file).slot(library)
        return
    except HsmProblem:
        pass
    try:
        slot = library.getSlotList()[-1]        # SoftHSM: the last one is always empty
        library.initToken(slot, so_pin, file.token.ljust(32))     # PKCS#11: padded with blanks
        session = library.openSession(Token(file).slot(library), pkcs11.CKF_SERIAL_SESSION | pkcs11.CKF_RW_SESSION)
        session.login(so_pin, pkcs11.CKU_SO)
        session.initPin(file.pin())
        session.logout()
        session.closeSession()
    except pkcs11.PyKCS11Error as error:
        raise HsmProblem(f"{file.token}: expected to be initialised ({error})") from error


def put_masters(file: HsmFile, masters: dict[Issue, Masters]) -> int:
    """The 3DES masters, sensitive, not extractable, good for deriving alone. Those that are there stay. Returns how many
    were put in. Raises HsmProblem, KeysAway."""
    token = Token(file)

    def put(pkcs11: Any, session: Any) -> int:
        count = 0
        for (algorithm, version), keys in masters.items():
            for use, key in keys.items() if algorithm == TDES.algorithm else ():
                label = label_of(use, version)
                if session.findObjects([(pkcs11.CKA_LABEL, label)]):
                    continue
                session.createObject(list((template_of(pkcs11) | {
                    pkcs11.CKA_TOKEN: True, pkcs11.CKA_LABEL: label, pkcs11.CKA_VALUE: key, pkcs11.CKA_DERIVE: True,
                    pkcs11.CKA_ENCRYPT: False, pkcs11.CKA_DECRYPT: False, pkcs11.CKA_MODIFIABLE: False,
                }).items()))  # fmt: skip
                count += 1
        return count

    return token.use(put)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m remote.central.keys.ceremony", description=__doc__)
    parser.add_argument("--hsm", type=Path, required=True)
    parser.add_argument("--keys", type=Path, required=True)
    parser.add_argument("--make-token", action="store_true")
    parser.add_argument("--so-pin-file", type=Path)
    given = parser.parse_args(arguments)
    try:
        file = HsmFile.load(given.hsm)
        if given.make_token:
            if given.so_pin_file is None:
                parser.error("--make-token needs --so-pin-file")
            make_token(file, given.so_pin_file.read_text("ascii").strip())
        count = put_masters(file, read_masters(given.keys))
    except (HsmProblem, KeyFileError, KeysAway, OSError) as error:
        print(f"ceremony: {error}", file=sys.stderr)
        return 2
    print(f"{count} masters put into {file.token}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
