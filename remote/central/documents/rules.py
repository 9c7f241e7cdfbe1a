"""The rule file of documents: whole versions, each holding from its date on. A bad file names key, file and expectation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from remote.central.rules.dated import Dated, in_force, parse_versions
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


class DocumentRules(Dated):
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
        return in_force(self.versions, day, "the document rules", DocumentRulesError)


def parse_document_rules(text: str, file: str) -> DocumentRulesByDate:
    """Raises DocumentRulesError."""
    return DocumentRulesByDate(parse_versions(DocumentRules, text, file, DocumentRulesError))


@cache
def load_document_rules(path: Path = DEFAULT_FILE) -> DocumentRulesByDate:
    """Raises DocumentRulesError."""
    try:
        return parse_document_rules(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise DocumentRulesError(f"{path}: expected a readable rule file, but {error.strerror}") from error
