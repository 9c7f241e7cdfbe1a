"""Reading one table of a TOML file so that every mistake is named: the key, the file, and what is expected."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


class ConfigError(Exception):
    """A configuration that cannot be used. Its text names the file, the key and what is expected."""


class Table:
    """One table. Every key that is asked for is taken out; `done` refuses what nobody asked for."""

    def __init__(self, file: Path, name: str, values: object) -> None:
        self.file = file
        self.name = name
        if not isinstance(values, Mapping):
            raise ConfigError(f"{file}: {name}: expected a table, [{name}]")
        self._left: dict[str, Any] = dict(values)

    def wrong(self, key: str, expected: str, found: object = None) -> ConfigError:
        what = "" if found is None else f", not {found!r}"
        return ConfigError(f"{self.file}: {self.key(key)}: expected {expected}{what}")

    def key(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key

    def table(self, key: str) -> Table:
        """The table under `key`; an empty one where there is none."""
        return Table(self.file, self.key(key), self._left.pop(key, {}))

    def names(self) -> tuple[str, ...]:
        """What is in it and was not asked for yet: where the names are the writer's own."""
        return tuple(self._left)

    def has(self, key: str) -> bool:
        return key in self._left

    def text(self, key: str, default: str | None = None, *, expected: str = "a text") -> str:
        """A text that is not empty, unless the default is."""
        value = self._left.pop(key, default)
        if not isinstance(value, str) or (not value and default != ""):
            raise self.wrong(key, expected, value)
        return value

    def made(self, key: str, expected: str, make: Callable[[str], T], default: str | None = None) -> T:
        """A text turned into something by `make`, whose ValueError or KeyError means that it cannot be."""
        value = self.text(key, default, expected=expected)
        try:
            return make(value)
        except (ValueError, KeyError) as error:
            raise self.wrong(key, expected, value) from error

    def one_of(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        names = tuple(allowed)
        value = self.text(key, default, expected=" | ".join(names))
        if value not in names:
            raise self.wrong(key, " | ".join(names), value)
        return value

    def some_of(self, key: str, allowed: Iterable[str], default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        names = tuple(allowed)
        expected = f"a list of one or more of {', '.join(names)}"
        value = self._left.pop(key, default)
        if not isinstance(value, list | tuple) or not value or len(set(value)) != len(value) or set(value) - set(names):
            raise self.wrong(key, expected, value)
        return tuple(value)

    def free(self, key: str) -> dict[str, object]:
        """A table whose keys somebody else knows; an empty one where there is none."""
        return dict(self.table(key)._left)

    def flag(self, key: str, default: bool) -> bool:
        value = self._left.pop(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false", value)
        return value

    def number(self, key: str, default: float | None = None, *, least: float, most: float, unit: str = "") -> float:
        value = self._left.pop(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise self.wrong(key, f"a number from {least:g} to {most:g}{' ' if unit else ''}{unit}", value)
        return float(value)

    def whole(self, key: str, default: int | None = None, *, least: int, most: int, unit: str = "") -> int:
        value = self._left.pop(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.wrong(key, f"a whole number from {least} to {most}{' ' if unit else ''}{unit}", value)
        return value

    def path(self, key: str, default: str | None = None) -> Path:
        """A path; a relative one begins at the folder of the file."""
        return self.file.parent / self.text(key, default, expected="a path")

    def path_or_none(self, key: str) -> Path | None:
        return self.path(key) if self.has(key) else None

    def done(self) -> None:
        """Raises ConfigError for a key that means nothing: a misspelt one must not pass for the default."""
        for key in self._left:
            raise ConfigError(f"{self.file}: {self.key(key)}: is not a setting; look for a misspelling in kiosk.toml's comments")
