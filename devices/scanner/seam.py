"""What the terminal asks of a scanner, whoever wrote its driver."""
from __future__ import annotations

from typing import Protocol

from devices.scanner.codec import Code


class Scanning(Protocol):
    """Errors, limits and meanings: devices.scanner.driver.Scanner."""

    async def wait_for_code(self) -> Code: ...

    async def identify(self) -> str: ...

    def forget(self) -> None: ...

    async def aclose(self) -> None: ...
