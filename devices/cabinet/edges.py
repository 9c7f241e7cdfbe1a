"""From the levels of a contact to what happened: contacts bounce, boards fall silent. Pure; the caller brings the time."""
from __future__ import annotations

import math

CONTACT_SETTLES_S = 0.6  # [A] a door's contact bounces some 10 ms when shut, and rattles while somebody turns the key


class Contact:
    """One input. It has moved when it stays at another level for `settles_s`; unknown when nothing was heard of it for
    `forgotten_s`. The first level heard counts at once."""

    def __init__(self, settles_s: float = CONTACT_SETTLES_S) -> None:
        self.active: bool | None = None
        self._settles_s = settles_s
        self._raw: bool | None = None
        self._since = math.inf

    def heard(self, active: bool, now: float) -> bool:
        """True where this makes it move."""
        if active != self._raw:
            self._raw, self._since = active, now
        if active == self.active or (self.active is not None and now - self._since < self._settles_s):
            return False
        self.active = active
        return True

    def forget(self) -> None:
        """The board is silent."""
        self.active = self._raw = None
        self._since = math.inf


class Proximity:
    """Somebody in front: as a contact, and unknown when somebody seems to stand there longer than anybody does."""

    def __init__(self, settles_s: float, stuck_after_s: float) -> None:
        self._contact = Contact(settles_s)
        self._stuck_after_s = stuck_after_s
        self._since = math.inf

    def heard(self, active: bool, now: float) -> bool:
        moved = self._contact.heard(active, now)
        if moved:
            self._since = now
        return moved

    def known(self, now: float) -> bool | None:
        """Is somebody there? None = unknown."""
        if self._contact.active and now - self._since >= self._stuck_after_s:
            return None
        return self._contact.active

    def forget(self) -> None:
        self._contact.forget()
        self._since = math.inf
