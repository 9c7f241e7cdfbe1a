from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.hall.toml_text import toml_text


def test_what_is_written_is_read_back() -> None:
    values = tomllib.loads((Path(__file__).resolve().parents[2] / "kiosk.toml").read_text("utf-8"))
    assert tomllib.loads(toml_text(values)) == values


def test_quotes_and_backslashes_survive() -> None:
    values = {"a": {"b": 'C:\\x "y"\n龚', "c": [1, 2.5, True], "d": {}}}
    assert tomllib.loads(toml_text(values)) == {"a": {"b": 'C:\\x "y"\n龚', "c": [1, 2.5, True]}}


def test_nothing_is_written_that_toml_cannot_say() -> None:
    with pytest.raises(TypeError):
        toml_text({"a": None})
