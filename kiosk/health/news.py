"""What the centre hears of this terminal's health: once per change, and each new trouble as an incident with what to do."""
from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime

from kiosk.health.found import Found
from kiosk.health.offers import NotNow, Verdict
from kiosk.texts import LANGUAGES, catalogue
from kiosk.transaction.journal import Event, Journal, JournalBroken
from remote.messages import EventKind, IncidentNews

LANGUAGE = LANGUAGES[0]          # the technicians'


def trouble_words(word: str, language: str = LANGUAGE) -> str:
    """What is wrong, in plain words."""
    return catalogue().text(language, f"word.troubles.{word}")


def todo_words(word: str, language: str = LANGUAGE) -> str:
    """What to do about it."""
    return catalogue().text(language, f"todo.{word}")


class HealthNews:
    def __init__(self, journal: Journal, terminal: str, now: Callable[[], datetime], sent: Callable[[], None]) -> None:
        """`sent` is called when something was queued, so that it goes out soon."""
        self._journal, self._terminal, self._now, self._sent = journal, terminal, now, sent
        self._told: tuple[object, ...] | None = None
        self._standing: frozenset[str] = frozenset()

    def tell(self, found: Found, verdicts: dict[str, Verdict], reason: str | None) -> None:
        """With a broken journal nothing can be queued: then the screen is all there is."""
        not_now = {name: one.reason for name, one in sorted(verdicts.items()) if isinstance(one, NotNow)}
        state = (frozenset(found.words), tuple(not_now.items()), reason)
        if state == self._told:
            return
        with contextlib.suppress(JournalBroken):
            body = {
                "words": list(found.words), "troubles": [trouble_words(word) for word in found.words],
                "not_now": not_now, "out_of_service": reason or "",
                "lights": {name: looked.light.value for name, looked in found.devices.items()},
                "units": {name: {"state": unit.state.value, "count": unit.count} for name, unit in found.units.items()},
            }  # fmt: skip
            self._journal.queue(Event(secrets.token_hex(16), EventKind.HEALTH.value, body))
            for word in found.words:
                if word not in self._standing:
                    self._journal.queue(self._incident(word))
            self._told, self._standing = state, frozenset(found.words)
            self._sent()

    def _incident(self, word: str) -> Event:
        """One in an hour of a kind: a loose plug, or a terminal that starts again and again, must not bury the others. The centre
        stores an event once, so the hour is in its id."""
        hour = self._now().strftime("%Y-%m-%dT%H")
        event_id = hashlib.sha256(f"{self._terminal}|{word}|{hour}".encode()).hexdigest()[:32]
        body = IncidentNews(kind=word, words=f"{trouble_words(word)}。{todo_words(word)}")
        return Event(event_id, EventKind.INCIDENT.value, body.model_dump(mode="json"))
