"""The rules of signing in: a dated file, and plain functions from way and proof to what is opened."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from remote.central.rules.dated import Dated, in_force, parse_versions
from remote.central.rules.ruleset import RulesFileError
from remote.messages import BY_NAME, SignInWay

DEFAULT_FILE = Path(__file__).with_name("levels.yaml")
STRONG = 3
PROOFS = ("pin", "face", "staff", "card_alone")
NEVER = frozenset({"submit_case", "convert_case", "mail_case", "reserve", "register", "report_loss", "create_order", "put_photo"})
"""Making a card, money, a loss: opened by the ID card alone, whatever a rule file says."""


class SmsRules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    length: int = Field(ge=6, le=6)
    life_s: int = Field(ge=60, le=900)
    tries: int = Field(ge=1, le=5)
    again_after_s: int = Field(ge=30, le=600)
    a_day: int = Field(ge=1, le=20)
    a_terminal_in_10_minutes: int = Field(ge=1, le=100)


class SignInRules(Dated):
    alone: dict[SignInWay, int]
    with_proof: dict[str, int]
    opens: dict[str, int]
    items: dict[str, list[str]]
    see_matters: int = Field(ge=1, le=STRONG)
    life_minutes: int = Field(ge=1, le=60)
    card_issues: list[tuple[int, int]]
    challenge_life_s: int = Field(ge=10, le=300)
    sms: SmsRules

    def strength(self, way: SignInWay, proof: str) -> int:
        """0 where the way is not taken in this city."""
        alone = self.alone.get(way, 0)
        return max(alone, self.with_proof.get(proof, 0)) if alone else 0

    def opened(self, strength: int) -> list[str]:
        return [operation for operation, least in self.opens.items() if strength >= least]

    def allows(self, operation: str, strength: int) -> bool:
        least = self.opens.get(operation)
        return least is not None and operation not in NEVER and strength >= least

    def leads_to(self, item: str) -> list[SignInWay]:
        """Ways that open all of an item, with a proof besides where that is needed."""
        wanted = self.items.get(item)
        if not wanted:
            return []
        most = max(self.with_proof.values(), default=0)
        needed = max(self._needed(one) for one in wanted)
        ways = [way for way in self.alone if way is not SignInWay.ID_CARD and self.alone[way] > 0]
        return [way for way in ways if max(self.alone[way], most) >= needed]

    def _needed(self, operation: str) -> int:
        return self.see_matters if operation == "see_matters" else self.opens[operation]


def parse(text: str, file: str) -> tuple[SignInRules, ...]:
    """Raises RulesFileError."""
    versions = parse_versions(SignInRules, text, file, RulesFileError)
    for version in versions:
        _check(version, file)
    return versions


def _check(rules: SignInRules, file: str) -> None:
    forbidden = sorted(NEVER & set(rules.opens))
    if forbidden:
        raise RulesFileError(f"{file}: opens: {', '.join(forbidden)}: expected to be opened by the ID card alone")
    unknown = sorted(set(rules.opens) - set(BY_NAME))
    if unknown:
        raise RulesFileError(f"{file}: opens: {', '.join(unknown)}: expected operations of remote/messages/operations.py")
    for item, wanted in rules.items.items():
        if missing := sorted(set(wanted) - set(rules.opens) - {"see_matters"}):
            raise RulesFileError(f"{file}: items.{item}: {', '.join(missing)}: expected to stand under opens")
    if wrong := sorted(set(rules.with_proof) - set(PROOFS)):
        raise RulesFileError(f"{file}: with_proof: {', '.join(wrong)}: expected {', '.join(PROOFS)}")


@cache
def _default() -> tuple[SignInRules, ...]:
    return parse(DEFAULT_FILE.read_text(encoding="utf-8"), str(DEFAULT_FILE))


def rules_on(day: date, versions: tuple[SignInRules, ...] | None = None) -> SignInRules:
    """Raises RulesFileError before the first version."""
    return in_force(versions or _default(), day, "the sign-in rules", RulesFileError)
