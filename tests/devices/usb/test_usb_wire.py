"""The ID card reader over USB: the real driver, the real pyusb and the real libusb, in both documented styles."""
from __future__ import annotations

import functools

import pytest

from devices.usb_bench.descriptors import SPLIT, WHOLE, Style
from tests.devices.usb.hall import needs_emulation, run_program
from tests.devices.usb.situations import SITUATIONS

pytestmark = needs_emulation


STYLES = {"split": SPLIT, "whole": WHOLE}


@functools.cache
def said() -> dict[Style, dict[str, str]]:
    """One process for all situations of a style: its start costs more than they do."""
    return run_program("tests.devices.usb.situations", list(STYLES.values()))


@pytest.mark.parametrize("situation", [each.__name__ for each in SITUATIONS])
@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_over_usb(style: Style, situation: str) -> None:
    if trouble := said()[style][situation]:
        pytest.fail(trouble, pytrace=False)
