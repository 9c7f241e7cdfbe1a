"""One private pcscd for the whole run of tests/card."""
from __future__ import annotations

import warnings
from collections.abc import Iterator

import pytest

from tests.card.private_pcscd import PrivatePcscd, private_pcscd, why_not


@pytest.fixture(scope="session")
def pcscd() -> Iterator[PrivatePcscd]:
    reason = why_not()
    if reason is not None:
        warnings.warn(f"the card tests did not run over PC/SC: {reason}", stacklevel=1)
        pytest.skip(reason)
    with private_pcscd() as daemon:
        yield daemon
