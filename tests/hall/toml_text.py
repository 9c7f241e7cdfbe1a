"""Tables as TOML text: Python reads TOML and does not write it."""
from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def toml_text(tables: Mapping[str, Any]) -> str:
    """Texts, numbers, booleans, lists of them, and tables of any depth."""
    return "\n".join(_lines(tables, ())) + "\n"


def _lines(table: Mapping[str, Any], name: tuple[str, ...]) -> list[str]:
    own = [f"{key} = {_value(value)}" for key, value in table.items() if not isinstance(value, Mapping)]
    lines = [f"[{'.'.join(name)}]", *own] if name and own else own
    for key, value in table.items():
        if isinstance(value, Mapping):
            lines += _lines(value, (*name, key))
    return lines


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, bool | int | float | str):
        return json.dumps(value, ensure_ascii=False)  # a JSON scalar is a TOML scalar
    raise TypeError(f"no TOML for {value!r}")
