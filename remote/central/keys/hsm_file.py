"""Where a centre's token is: a TOML file with `module` (the PKCS#11 library), `token` (its label) and `pin_file`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from remote.central.settings import SettingsError


class HsmProblem(SettingsError):
    """The token cannot be used. The text names what is expected; never a PIN."""


@dataclass(frozen=True)
class HsmFile:
    module: Path
    token: str
    pin_file: Path

    @classmethod
    def load(cls, file: Path) -> HsmFile:
        """Relative paths begin at the folder of `file`. Raises HsmProblem."""
        try:
            values = tomllib.loads(file.read_text("utf-8"))
            module, token, pin_file = (values.pop(key) for key in ("module", "token", "pin_file"))
        except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
            raise HsmProblem(f"{file}: expected TOML with module, token and pin_file ({error!r})") from error
        if values:
            raise HsmProblem(f"{file}: expected module, token and pin_file, not {', '.join(values)}")
        return cls(file.parent / module, str(token), file.parent / pin_file)

    def pin(self) -> str:
        """Raises HsmProblem."""
        try:
            if self.pin_file.stat().st_mode & 0o077:
                raise HsmProblem(f"{self.pin_file}: expected to be readable by its owner alone (chmod 600)")
            return self.pin_file.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise HsmProblem(f"{self.pin_file}: expected a readable file with the token's PIN") from error
