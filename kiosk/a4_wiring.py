"""The A4 printer as kiosk.toml names it: straight to the machine, or through a print service with the machine beside it."""
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.config_table import Table
from print.ipp.address import http_url
from print.ipp.patience import Strangers

if TYPE_CHECKING:
    from print.ipp.client import IppClient
    from print.ipp.printer import A4Printer

ADDRESS = "ipp://HOST[:PORT]/PATH | ipps://... | http(s)://..."
SERVICE_PATHS = ("/printers/", "/classes/")
"""Where CUPS keeps its queues (facts/print.md 3.1)."""


@dataclass(frozen=True)
class A4PrinterSettings:
    """`machine` None: behind a print service nobody can ask the machine itself; no page is then ever called delivered."""

    uri: str
    machine: str | None
    authority: str | None
    strangers: Strangers
    colour: bool

    def open(self) -> A4Printer:
        """Nothing is connected before it is used, and nothing loaded before the first screen is up."""
        from print.ipp.printer import A4Printer

        entry = self._client(self.uri)
        machine = entry if self.machine == self.uri else self._client(self.machine) if self.machine else None
        return A4Printer(entry, machine, strangers=self.strangers, colour=self.colour)

    def _client(self, uri: str) -> IppClient:
        from print.ipp.client import IppClient
        from print.ipp.http_post import HttpPost

        return IppClient(HttpPost(uri, authority=self.authority), uri)


def a4_printer_from(table: Table) -> A4PrinterSettings:
    """Raises ConfigError."""
    uri = _address(table, "uri")
    machine = _address(table, "machine") if table.has("machine") else None if _is_service(uri) else uri
    authority = table.path_or_none("authority")
    settings = A4PrinterSettings(
        uri, machine, str(authority) if authority else None,
        Strangers(table.one_of("strangers", list(Strangers), Strangers.REFUSE)), table.flag("colour", True),
    )  # fmt: skip
    table.done()
    return settings


def _address(table: Table, key: str) -> str:
    uri = table.text(key, expected=ADDRESS)
    try:
        http_url(uri)
    except ValueError as error:
        raise table.wrong(key, ADDRESS, uri) from error
    return uri


def _is_service(uri: str) -> bool:
    return any(path in uri for path in SERVICE_PATHS)
