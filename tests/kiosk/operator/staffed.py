"""A hall whose terminal lists two colleagues, and what they do with their hands."""
from __future__ import annotations

from typing import Any

from kiosk.attendant.people import Colleague, Right
from kiosk.pin import PinHash
from kiosk.prompts import Prompt
from remote.central.demo_citizens import demo_citizens
from tests.kiosk.rig import MORNING, Hall, Post, Settings, id_card

CITIZENS = demo_citizens(MORNING.date())
WANG, LI, CHEN = "too_young", "already_has_card", "senior_card_lost"
PINS = {WANG: "111222", LI: "333444", CHEN: "555666"}
NAMES = {WANG: "王芳", LI: "李明", CHEN: "陈静"}


def colleague(key: str, *rights: Right) -> Colleague:
    card, pin = PinHash(PinHash.of_card(CITIZENS[key].id_number)), PinHash(PinHash.make(PINS[key]))
    return Colleague(NAMES[key], card, pin, frozenset(rights or Right))


def settings(**more: Any) -> Settings:
    people = (colleague(WANG), colleague(LI), colleague(CHEN, Right.ATTEND))
    return Settings(more={"people": people, **more})


def lay(post: Post, key: str) -> None:
    model = post.reader.model
    if model.card_lies_there:
        model.lift()
    model.lay(id_card(post.hall.citizens[key]))


def lift(post: Post) -> None:
    if post.reader.model.card_lies_there:
        post.reader.model.lift()


async def shows_pin(post: Post, key: str, card: str = "operator_card") -> None:
    await post.shows(card)
    lay(post, key)
    await post.shows("operator_pin")
    lift(post)


async def comes(post: Post, key: str = WANG) -> Prompt:
    """From home into the menu."""
    await post.shows("home", "out_of_service")
    post.touch("operator")
    await shows_pin(post, key)
    post.touch("done", PINS[key])
    return await post.shows("operator_menu")


async def second(post: Post, key: str = LI) -> None:
    await shows_pin(post, key, "operator_second_card")
    post.touch("done", PINS[key])


async def says(post: Post, prompt: str, choice: str, value: str | None = None) -> Prompt:
    shown = await post.shows(prompt)
    post.touch(choice, value)
    return shown


def audit(post: Post) -> list[dict[str, Any]]:
    """What stands in the audit: {"deed", and its facts}."""
    from kiosk.audit.log import Audit

    return [{"deed": one.deed, **one.facts} for one in Audit(post.terminal.heart.journal).entries()]


def deeds(post: Post, deed: str) -> list[dict[str, Any]]:
    return [row for row in audit(post) if row["deed"] == deed]


def incidents(hall: Hall) -> list[str]:
    with hall.centre.engine.connect() as connection:
        return [row.kind for row in connection.exec_driver_sql("SELECT kind FROM incidents")]
