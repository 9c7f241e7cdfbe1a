"""The pages of people: forms from elsewhere, sessions that somebody else chose, guesses, payment calls that no channel signed."""

from __future__ import annotations

import random
import re

import httpx

from remote.central.access.sessions import COOKIE, csrf_of
from remote.console.pages import PAGES
from tests.attack.target import Target

ODD = (
    "",
    "\x00",
    "\u00b2",
    "\u00e9" * 300,
    "9" * 400,
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "-1",
    "NaN",
    "'; DROP TABLE x --",
    "<script>",
)
PUBLIC = (
    "/console/login",
    "/counter/login",
    "/v1/identity/enrol",
    "/pay/notify/wechat",
    "/pay/notify/alipay",
    "/pay/notify/simulated",
)
FIELDS = (
    "terminal",
    "region",
    "place",
    "name",
    "why",
    "to",
    "for",
    "ends",
    "window",
    "kind",
    "reason",
    "replaces",
    "csrf",
    "token",
    "said",
    "password",
    "code",
    "new",
    "onward",
    "staff",
    "pin",
    "hours",
    "percent",
    "version",
    "release",
    "words",
    "by",
    "number",
)


def attack(target: Target, chance: random.Random, rounds: int) -> None:
    """By a viewer with her own right token, by nobody, and with a token of another session."""
    acts = [(act.path, act.right) for page in PAGES for act in page.acts]
    own = csrf_of(target.cookie)
    with httpx.Client(base_url=target.url, timeout=30) as client, target.nothing_changes("forms"):
        for _ in range(rounds):
            for path, _right in acts:
                for cookie, token in (
                    (target.cookie, own),
                    (target.cookie, "\u00e9"),
                    (None, own),
                    ("x" * 43, csrf_of("x" * 43)),
                ):
                    form = {name: chance.choice(ODD) for name in FIELDS} | {"csrf": token}
                    where = "/console/" + re.sub(r"{\w+}", lambda _: chance.choice(("1", "%C2%B2", "%00", "T1", "-1")), path)
                    headers = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
                    answer = client.post(where, data=form, headers=headers | {"Origin": "https://evil.example"})
                    target.heard(f"POST {where}: {answer.text[:80]}", answer.status_code)
                    if answer.status_code in (200, 303):
                        target.effect(f"{where}: answered {answer.status_code}")
            for path in PUBLIC:
                form = {name: chance.choice(ODD) for name in FIELDS}
                answer = client.post(path, data=form)
                target.heard(f"POST {path}: {form}", answer.status_code)
                if "set-cookie" in answer.headers:
                    target.effect(f"{path} lets somebody in")


def attack_acts_of_technician(target: Target, cookie: str, chance: random.Random, rounds: int) -> None:
    """By somebody who may: whatever stands in the form, the server has an answer."""
    with httpx.Client(base_url=target.url, timeout=30, headers={"Cookie": f"{COOKIE}={cookie}"}) as client:
        for _ in range(rounds):
            for page in PAGES:
                query = {
                    name: chance.choice(ODD)
                    for name in ("page", "by", "region", "sort", "part", "search", "days", "cell", "kind")
                }
                for suffix in ("", ".csv"):
                    where = "/console/" + re.sub(r"{\w+}", lambda _: chance.choice(("1", "%C2%B2", "T1")), page.path) + suffix
                    target.heard(f"GET {where} {query}", client.get(where, params=query).status_code)
                for act in page.acts:
                    form = {name: chance.choice((*ODD, "T1", "341602", "1")) for name in FIELDS} | {"csrf": csrf_of(cookie)}
                    where = "/console/" + re.sub(r"{\w+}", lambda _: chance.choice(("1", "%C2%B2", "%00", "T1", "-1")), act.path)
                    target.heard(f"POST {where} {form}", client.post(where, data=form).status_code)


def attack_sessions(target: Target) -> None:
    """A session somebody else chose is not entered: signing in gives a new cookie; a wrong password gives none."""
    from remote.central.access.demo import shown
    from remote.central.times import beijing_now

    chosen = "chosen-by-somebody-else-0123456789abcdefghi"
    name, password, code = next(one for one in shown(beijing_now()) if one[0] == "li")
    with httpx.Client(base_url=target.url, timeout=30) as client:
        headers = {"Cookie": f"{COOKIE}={chosen}"}
        form = {"name": name, "password": password, "code": code, "onward": "//evil.example"}
        answer = client.post("/console/login", data=form, headers=headers)
        target.heard("sign-in over a chosen session", answer.status_code)
        if answer.status_code == 303 and (chosen in answer.headers["set-cookie"] or "evil" in answer.headers["location"]):
            target.effect("a chosen session was entered")
        client.cookies.clear()
        after = client.get("/console/stock", headers=headers)
        target.heard("the chosen session", after.status_code)
        if after.status_code == 200:
            target.effect("the chosen session is somebody's")
