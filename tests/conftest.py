"""Options of the whole test suite."""
from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--hardware",
        metavar="PORT",
        default=None,
        help="run the contract tests against the real machine at this port too, e.g. /dev/ttyUSB0 or usb:0400:c35a",
    )
