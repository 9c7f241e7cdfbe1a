"""The one list of what decides whether somebody or something is let in.

Each check is registered here, and a test breaks the database under every one of them (tests/remote/access): a check that
is not in the test's table fails it, and so does a route of the centre that answers although nobody could be asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

CHECKS: dict[str, Callable[..., Any]] = {}
"""Name -> the function that decides. It raises, or answers what means no, where the database cannot be asked."""


def authorisation_check(name: str) -> Callable[[F], F]:
    def register(function: F) -> F:
        if name in CHECKS:
            raise ValueError(f"{name}: registered twice")
        CHECKS[name] = function
        return function

    return register


PUBLIC: dict[str, str] = {
    "/": "leads to the counter, which asks for a name",
    "/openapi.json": "the description of the interface",
    "/console/login": "where one signs in",
    "/console/static/{version}/{name:path}": "the console's style, scripts and boundaries: nothing of any terminal",
    "/console/oidc/start": "leads to the city's own sign-in",
    "/console/oidc/done": "comes back from there with a signed token",
}
"""Paths that ask nobody who they are, and why. Everything else is tested to be closed to strangers."""
