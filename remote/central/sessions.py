"""Who sits at the counter: a name (and the PIN where one is set) in a signed cookie, and a form token that belongs to it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time

TRIES = 5  # wrong PINs, then everybody waits
WAIT_S = 60.0
COOKIE = "counter"
LENGTH_S = 12 * 3600


class TooManyTries(Exception):
    """Wait a minute before the next PIN."""


class Sessions:
    def __init__(self, pin: str | None) -> None:
        self._secret = secrets.token_bytes(32)
        self._pin = pin
        self._wrong = 0
        self._closed_until = 0.0

    @property
    def needs_pin(self) -> bool:
        return self._pin is not None

    def enter(self, staff: str, pin: str) -> str | None:
        """The cookie's value, or None where the PIN is wrong. Raises TooManyTries."""
        if time.monotonic() < self._closed_until:
            raise TooManyTries()
        if self._pin is not None and not hmac.compare_digest(pin.encode(), self._pin.encode()):
            self._wrong += 1
            if self._wrong >= TRIES:
                self._wrong, self._closed_until = 0, time.monotonic() + WAIT_S
            return None
        self._wrong = 0
        payload = base64.urlsafe_b64encode(
            f"{int(time.time()) + LENGTH_S}|{secrets.token_hex(8)}|{staff.strip()}".encode()
        ).decode()
        return f"{payload}.{self._sign('cookie', payload)}"

    def staff(self, cookie: str | None) -> str | None:
        """The name in a cookie of ours that has not ended, else None."""
        payload, _, signature = (cookie or "").partition(".")
        if not payload or not _same(signature, self._sign("cookie", payload)):
            return None
        until, _nonce, name = base64.urlsafe_b64decode(payload).decode().split("|", 2)
        return name if int(until) > time.time() else None

    def form_token(self, cookie: str) -> str:
        return self._sign("form", cookie)

    def own_form(self, cookie: str, token: str) -> bool:
        """Was this form given out to this very session?"""
        return _same(token, self.form_token(cookie))

    def said_proof(self, cookie: str, words: str, good: str) -> str:
        """So that a link from elsewhere cannot make a page say something."""
        return self._sign("said", f"{cookie}|{good}|{words}")

    def said_here(self, cookie: str, words: str, good: str, proof: str) -> bool:
        return _same(proof, self.said_proof(cookie, words, good))

    def _sign(self, purpose: str, text: str) -> str:
        return hmac.new(self._secret, f"{purpose}|{text}".encode(), hashlib.sha256).hexdigest()


def _same(given: str, right: str) -> bool:
    """As bytes: what a stranger sends need not be ASCII."""
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), right.encode())
