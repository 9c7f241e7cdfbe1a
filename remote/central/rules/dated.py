"""Rule files: a list of whole versions, each holding from its date on. A bad file names key, file and expectation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

Wrong = type[Exception]


class Dated(BaseModel):
    """One version of a rule file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    effective_from: date


V = TypeVar("V", bound=Dated)


def parse_versions(model: type[V], text: str, file: str, wrong: Wrong) -> tuple[V, ...]:
    """At least one, oldest first. Raises `wrong`."""
    try:
        data: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise wrong(f"{file}: expected YAML with a list `versions`, but {error}") from error
    if not isinstance(data, dict) or not isinstance(data.get("versions"), list) or not data["versions"]:
        raise wrong(f"{file}: versions: expected a list of at least one version")
    versions = tuple(_version(model, entry, f"versions[{index}]", file, wrong) for index, entry in enumerate(data["versions"]))
    dates = [version.effective_from for version in versions]
    if sorted(set(dates)) != dates:
        found = [str(day) for day in dates]
        raise wrong(f"{file}: versions: expected effective_from to rise from version to version, found {found}")
    return versions


def _version(model: type[V], entry: Any, where: str, file: str, wrong: Wrong) -> V:
    try:
        return model.model_validate(entry)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join([where, *(str(part) for part in first["loc"])])
        found = "" if first["type"] == "missing" else f", found {first['input']!r}"
        raise wrong(f"{file}: {key}: expected {first['msg'].removeprefix('Value error, ')}{found}") from error


def in_force(versions: Sequence[V], day: date, what: str, wrong: Wrong) -> V:
    """The version that holds on a day. Raises `wrong` before the first one."""
    held = [version for version in versions if version.effective_from <= day]
    if not held:
        raise wrong(f"no version of {what} holds on {day}: expected one with effective_from on or before it")
    return held[-1]
