"""The rule file of documents: whole versions, each holding from its date on. A bad file names key, file and expectation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from remote.messages import DocumentKind

DEFAULT_FILE = Path(__file__).with_name("rules.yaml")


class DocumentRulesError(Exception):
    """The rule file cannot be used. The text names the key, the file and what is expected there."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class KindRule(_Part):
    issuer: str = Field(min_length=1)
    valid_days: int | None = Field(ge=1)
    purposes: bool
    window: str = ""
    """Where a person decides about it; empty = printed here."""


class DocumentRules(_Part):
    version: str
    effective_from: date
    copies_per_day: int = Field(ge=1, le=50)
    keep_days: int = Field(ge=1)
    number_prefix: str = Field(pattern=r"^[A-Z]{1,6}$")
    hotline: str
    purposes: dict[str, str]
    kinds: dict[DocumentKind, KindRule]


@dataclass(frozen=True, eq=False)
class DocumentRulesByDate:
    versions: tuple[DocumentRules, ...]

    def on(self, day: date) -> DocumentRules:
        """Raises DocumentRulesError before the first version."""
        in_force = [version for version in self.versions if version.effective_from <= day]
        if not in_force:
            raise DocumentRulesError(f"no version of the document rules holds on {day}: expected effective_from on or before it")
        return in_force[-1]


def parse_document_rules(text: str, file: str) -> DocumentRulesByDate:
    """Raises DocumentRulesError."""
    try:
        data: Any = yaml.safe_load(text)
        versions = tuple(DocumentRules.model_validate(entry) for entry in data["versions"])
    except (yaml.YAMLError, TypeError, KeyError) as error:
        raise DocumentRulesError(f"{file}: expected YAML with a list `versions`, but {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise DocumentRulesError(f"{file}: {'.'.join(str(part) for part in first['loc'])}: expected {first['msg']}") from error
    dates = [version.effective_from for version in versions]
    if not versions or sorted(set(dates)) != dates:
        raise DocumentRulesError(f"{file}: versions: expected at least one, and effective_from to rise from one to the next")
    return DocumentRulesByDate(versions)


@cache
def load_document_rules(path: Path = DEFAULT_FILE) -> DocumentRulesByDate:
    """Raises DocumentRulesError."""
    try:
        return parse_document_rules(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise DocumentRulesError(f"{path}: expected a readable rule file, but {error.strerror}") from error
