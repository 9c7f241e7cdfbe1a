from __future__ import annotations

from pathlib import Path

import pytest

from print.prepare_fonts import prepare


@pytest.fixture(autouse=True, scope="session")
def fonts_are_set_up() -> None:
    prepare()


@pytest.fixture
def golden() -> Path:
    return Path(__file__).parent / "golden"
