"""What the terminal asks of an ID card reader, whoever wrote its driver."""
from __future__ import annotations

from typing import Protocol

from devices.id_reader.driver import Reading


class IdReading(Protocol):
    """Errors, limits and meanings: devices.id_reader.driver.IdReader."""

    async def sam_status(self) -> None: ...

    async def sam_number(self) -> str: ...

    async def read(self, *, fingerprint: bool = False, address: bool = False) -> Reading: ...

    async def wait_for_card(self, poll_s: float = 0.3, *, fingerprint: bool = False, address: bool = False) -> Reading: ...

    async def aclose(self) -> None: ...
