"""A SoftHSM token of the hall's own, with the card keys that its cards were issued under. The machine's tokens are left alone."""
from __future__ import annotations

import os
from pathlib import Path

from remote.central.keys.ceremony import make_token, put_masters
from remote.central.keys.hsm_file import HsmFile, HsmProblem
from remote.central.keys.software import made_in, read_masters

LIBRARIES = (Path("/usr/lib/softhsm/libsofthsm2.so"), Path("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"))
LABEL, PIN, SO_PIN = "cards of this hall", "2468", "13572468"


def token_in(hall: Path) -> Path:
    """Made once, and found again; the file that names it. SoftHSM reads its configuration from this process' environment.
    Raises HsmProblem."""
    module = next((path for path in LIBRARIES if path.exists()), None)
    if module is None:
        raise HsmProblem("--hsm: expected SoftHSM to be installed (apt-get install softhsm2)")
    folder, keys = hall / "hsm", hall / "keys" / "card_keys.json"
    (folder / "tokens").mkdir(parents=True, exist_ok=True, mode=0o700)
    conf, pin, named = folder / "softhsm2.conf", folder / "pin", folder / "hsm.toml"
    conf.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
    pin.touch(mode=0o600)
    pin.write_text(f"{PIN}\n")
    named.write_text(f'module = "{module}"\ntoken = "{LABEL}"\npin_file = "pin"\n')
    os.environ["SOFTHSM2_CONF"] = str(conf)
    made_in(keys)
    file = HsmFile.load(named)
    make_token(file, SO_PIN)
    put_masters(file, read_masters(keys))
    return named
