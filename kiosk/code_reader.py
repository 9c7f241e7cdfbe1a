"""The scanner as the terminal uses it: lit only while somebody is asked, looked after without disturbing whoever holds a phone.

What a phone showed for paying is money: it stays in memory until its order is made, and is never written down.
"""
from __future__ import annotations

from dataclasses import dataclass, field

from devices.errors import DeviceGone
from devices.scanner.errors import ScannerSilent
from devices.scanner.seam import Scanning


@dataclass
class CodeReader:
    scanner: Scanning
    works: bool = True                                     # as of the last time that somebody looked or read
    _reading: bool = False
    _held: dict[str, str] = field(default_factory=dict, repr=False)

    async def next_code(self) -> str:
        """What somebody shows. The caller sets the time limit. Raises DeviceGone."""
        self._reading = True
        try:
            code = (await self.scanner.wait_for_code()).text
        except DeviceGone:
            self.works = False
            raise
        finally:
            self._reading = False
        self.works = True
        return code

    async def check(self) -> bool:
        """While somebody is asked for a code nothing is sent to the scanner: as it was known before."""
        if not self._reading:
            try:
                await self.scanner.identify()
                self.works = True
            except ScannerSilent:
                self.works = True
            except DeviceGone:
                self.works = False
        return self.works

    # -- codes that pay ----------------------------------------------------------------------------------------------

    def hold(self, plan: str, code: str) -> None:
        """For the plan that is about to make an order with it."""
        self._held[plan] = code

    def take(self, plan: str) -> str:
        """Once; "" where none is held."""
        return self._held.pop(plan, "")

    def forget(self) -> None:
        """The visit is over."""
        self._held.clear()
        self.scanner.forget()
