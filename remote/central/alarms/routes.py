"""Who hears of what: a TOML file of routes, and how the channels are reached. Without one nobody is told; the console shows all.

    [email]                                  # SMTP; the password from a file of its own
    host = "smtp.example.cn"
    port = 465
    security = "tls"                         # tls | starttls | none
    sender = "terminals@example.cn"
    user = "terminals"
    password_file = "/etc/bozhou-central/smtp-password"

    [webhook.duty]                           # POST of JSON, signed: X-Signature = hex HMAC-SHA256 of the body
    url = "https://duty.example.cn/alarms"
    secret_file = "/etc/bozhou-central/duty-secret"

    [sms]                                    # the city's gateway: POST {"to": [...], "text": ...}
    url = "https://sms.example.cn/send"
    token_file = "/etc/bozhou-central/sms-token"

    [[route]]
    regions = ["341602"]                     # prefixes of division codes; [""] everywhere
    least = "major"                          # critical | major | minor
    level = 0                                # 0 at once; 1, 2 ... as it is taken further up
    language = "zh_CN"
    to = ["email:ops@example.cn", "webhook:duty", "sms:13800000000"]
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from remote.central.alarms.rules import RANK, Severity

LANGUAGES = ("zh_CN", "en")


class RoutesWrong(ValueError):
    """The text names the file, the key and what is expected."""


@dataclass(frozen=True)
class Email:
    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Webhook:
    url: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Sms:
    url: str
    token: str = field(default="", repr=False)


@dataclass(frozen=True)
class Route:
    regions: tuple[str, ...]
    least: Severity
    level: int
    language: str
    to: tuple[tuple[str, str], ...]          # (channel, addressee)

    def hears(self, region: str, severity: str, level: int) -> bool:
        near = any(region.startswith(prefix) for prefix in self.regions)
        return near and RANK[Severity(severity)] <= RANK[self.least] and self.level == level


@dataclass(frozen=True)
class Routes:
    email: Email | None = None
    webhooks: Mapping[str, Webhook] = field(default_factory=dict)
    sms: Sms | None = None
    routes: tuple[Route, ...] = ()

    def addressees(self, region: str, severity: str, level: int) -> Iterator[tuple[str, str]]:
        """Each once. Who hears of level 0 hears of what is taken further up no second time."""
        seen: set[tuple[str, str]] = set()
        for route in self.routes:
            if route.hears(region, severity, level):
                for one in route.to:
                    if one not in seen:
                        seen.add(one)
                        yield one

    def language(self, channel: str, addressee: str) -> str:
        return next((route.language for route in self.routes if (channel, addressee) in route.to), LANGUAGES[0])


def load_routes(file: Path | None) -> Routes:
    """Raises RoutesWrong, OSError."""
    if file is None:
        return Routes()
    try:
        given = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RoutesWrong(f"{file}: {error}") from error
    if unknown := set(given) - {"email", "webhook", "sms", "route"}:
        raise RoutesWrong(f"{file}: {', '.join(sorted(unknown))}: expected email, webhook, sms, route")
    try:
        email = _email(file, given["email"]) if "email" in given else None
        hooks = given.get("webhook", {}).items()
        webhooks = {name: Webhook(str(one["url"]), _secret(file, one, "secret_file")) for name, one in hooks}
        sms = Sms(str(given["sms"]["url"]), _secret(file, given["sms"], "token_file")) if "sms" in given else None
        routes = Routes(email, webhooks, sms, tuple(_route(file, one) for one in given.get("route", [])))
    except (KeyError, TypeError, AttributeError) as error:
        raise RoutesWrong(f"{file}: {error} is missing or of the wrong kind") from error
    _reachable(file, routes)
    return routes


def _email(file: Path, given: Mapping[str, Any]) -> Email:
    security = given.get("security", "tls")
    if security not in ("tls", "starttls", "none"):
        raise RoutesWrong(f"{file}: email.security: expected tls, starttls or none")
    return Email(
        str(given["host"]), int(given["port"]), security, str(given["sender"]), str(given.get("user", "")),
        _secret(file, given, "password_file"),
    )  # fmt: skip


def _secret(file: Path, given: Mapping[str, Any], key: str) -> str:
    return (file.parent / str(given[key])).read_text("utf-8").strip() if key in given else ""


def _route(file: Path, given: Mapping[str, Any]) -> Route:
    if given.get("least", "minor") not in list(Severity):
        raise RoutesWrong(f"{file}: route.least: expected one of {', '.join(Severity)}")
    if given.get("language", LANGUAGES[0]) not in LANGUAGES:
        raise RoutesWrong(f"{file}: route.language: expected one of {', '.join(LANGUAGES)}")
    to = tuple((channel, addressee) for channel, _, addressee in (str(one).partition(":") for one in given["to"]))
    return Route(
        tuple(str(one) for one in given.get("regions", [""])), Severity(given.get("least", "minor")), int(given.get("level", 0)),
        given.get("language", LANGUAGES[0]), to,
    )  # fmt: skip


def _reachable(file: Path, routes: Routes) -> None:
    for route in routes.routes:
        for channel, addressee in route.to:
            there = {
                "email": routes.email is not None and "@" in addressee,
                "webhook": addressee in routes.webhooks,
                "sms": routes.sms is not None and addressee.isdigit(),
            }.get(channel, False)
            if not there:
                expected = "expected email:A@B, webhook:NAME or sms:DIGITS of a channel of this file"
                raise RoutesWrong(f"{file}: route.to: {channel}:{addressee}: {expected}")
