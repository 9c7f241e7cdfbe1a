"""A SoftHSM token of the test's own, in a folder of its own: the machine's are left alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from remote.central.keys.ceremony import make_token, put_masters
from remote.central.keys.hsm import loaded
from remote.central.keys.hsm_file import HsmFile
from remote.central.keys.software import masters_of_seed

LIBRARIES = (Path("/usr/lib/softhsm/libsofthsm2.so"), Path("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"))


def library() -> Path | None:
    return next((path for path in LIBRARIES if path.exists()), None)


def why_not() -> str | None:
    """Why there is no token here. On Debian and Ubuntu `./run set-up` installs both, so that is a failure there."""
    try:
        import PyKCS11  # noqa: F401
    except ImportError:
        return "PyKCS11 is not installed"
    return None if library() is not None else "softhsm2 is not installed"


def must_be_there() -> bool:
    return Path("/etc/debian_version").exists()


@contextmanager
def private_token(folder: Path, seed: int) -> Iterator[HsmFile]:
    """With the 3DES masters of `SoftwareKeys.of_seed(seed)`. The library reads SOFTHSM2_CONF when it starts: one at a time."""
    module = library()
    assert module is not None
    (folder / "tokens").mkdir(parents=True)
    conf, pin = folder / "softhsm2.conf", folder / "pin"
    conf.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
    pin.write_text("2468\n")
    pin.chmod(0o600)
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(conf)
    loaded.cache_clear()
    try:
        file = HsmFile(module, "cards under test", pin)
        make_token(file, "13572468")
        put_masters(file, masters_of_seed(seed))
        yield file
    finally:
        loaded.cache_clear()
        if before is None:
            os.environ.pop("SOFTHSM2_CONF")
        else:
            os.environ["SOFTHSM2_CONF"] = before
