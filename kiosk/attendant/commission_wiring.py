"""Putting into use, from kiosk.toml: the identity's folder, the pairing code, the slots of this front."""
from __future__ import annotations

import trio

from kiosk.config import Config
from kiosk.enrol import enrol_terminal
from kiosk.prompts import Slot
from remote.enrolment.identity import IdentityError, IdentityFolder, NotEnrolled


class OfConfig:
    def __init__(self, config: Config) -> None:
        self._config = config
        self._identity = IdentityFolder(config.centre.identity)
        fitted = {
            Slot.SCANNER: config.scanner, Slot.CITIZEN_CARD: config.citizen_card, Slot.A4_EXIT: config.a4_printer,
        }  # fmt: skip
        self.slots = tuple(slot for slot in config.front.slots if fitted.get(slot, True) is not None)

    def enrolled(self) -> bool:
        """An identity that is there and cannot be used is another trouble, and one that the centre's answers tell."""
        try:
            self._identity.load()
        except NotEnrolled:
            return False
        except IdentityError:
            return True
        return True

    async def enrol(self, code: str) -> None:
        await trio.to_thread.run_sync(enrol_terminal, self._config, code)
