"""Where a centre's card keys come from: a token, an embedded file (demonstrations), or nowhere: then nothing is loaded."""

from __future__ import annotations

from pathlib import Path

from remote.central.keys.hsm_file import HsmFile
from remote.central.keys.keystore import KeyStore
from remote.central.keys.software import SoftwareKeys, made_in
from remote.central.settings import Settings

FILE = Path("keys", "card_keys.json")


def key_store(settings: Settings, folder: Path | None) -> KeyStore | None:
    """`folder`: where a demonstration keeps its database; None: keys of the seed, in memory. Raises SettingsError, KeysAway."""
    if settings.hsm is not None:
        from remote.central.keys.hsm import HsmKeys

        return HsmKeys(HsmFile.load(settings.hsm))
    if settings.mode != "demo":
        return None
    if folder is None:
        return SoftwareKeys.of_seed(settings.seed)
    made_in(folder / FILE)
    return SoftwareKeys.of_file(folder / FILE)
