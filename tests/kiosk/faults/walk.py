"""One row of the table, lived through: the machine gets the fault, a citizen comes, and everything is noted that she saw and
heard and that the centre was told."""
from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import trio

from devices.faults import Faults
from kiosk.parts import Limits
from kiosk.prompts import Look, Prompt
from kiosk.stock import Stock
from kiosk.terminal import House
from kiosk.texts import catalogue
from kiosk.transaction.journal import Journal
from print.ipp.simulator.faults import Faults as PageFaults
from remote.messages import IdentityEvidence
from tests.faces.subjects import subject
from tests.kiosk.rig import Hall, Hand, Person, Post, Settings, in_hall

BLANKS = 20                  # enough that "few are left" is not said as well
AFTER_S = 30.0               # from her last screen to the next look, with what it tells
LOOKS = Limits(look_every_s=15.0)
HOUSES = {
    "a4_printer": House(offered=("print_certificate", "my_matters"), identity=IdentityEvidence.CARD_ALONE),
    "camera": House(evidence=(IdentityEvidence.FACE, IdentityEvidence.STAFF)),
}
VISITS = {"a4_printer": ("print_certificate", "senior_card_new"), "camera": ("certify_80_plus", "certify_80_plus")}


@dataclass
class Heard:
    """`kiosk.display.Voice`: keys of the catalogue that were spoken, and the words that filled them."""

    keys: set[str] = field(default_factory=set)
    text: str = ""

    def say(self, prompt: Prompt, look: Look) -> None:
        rendered = catalogue().render(prompt, look.language)
        self.keys |= {spoken.id for spoken in rendered.spoken}
        self.text += "".join(spoken.text for spoken in rendered.spoken)

    def silence(self) -> None:
        """Nothing is being said."""


@dataclass
class Seen:
    screens: list[str]
    heard: Heard
    incidents: dict[str, str]          # kind -> words, as the centre has them
    healths: list[dict[str, Any]]
    post: Post


def first(person: Person) -> None:
    prompt = person.post.screen.prompt
    assert prompt is not None
    person.post.touch(prompt.choices[0].name)


def once_more(person: Person) -> None:
    """Another card where it is offered."""
    prompt = person.post.screen.prompt
    assert prompt is not None
    person.post.touch("again" if "again" in {choice.name for choice in prompt.choices} else "later")


def free_document(person: Person) -> None:
    person.post.touch("document_social_insurance", "social_insurance")


def first_value(person: Person) -> None:
    prompt = person.post.screen.prompt
    assert prompt is not None
    person.post.touch(prompt.choices[0].name, prompt.choices[0].value)


ANSWERS: Mapping[str, str | Hand] = {
    "mail_only": "mail", "choose_address": first, "confirm_address": "mail_there", "card_unreadable": "understood",
    "id_reader_away": "understood", "wrong_card_type": "understood", "refusal_not_matched": "understood",
    "still_there": "i_leave", "not_here_now": "understood", "not_now": "understood",
    "spoiled_choose": once_more, "not_made_choose": once_more, "choose_document": free_document,
    "choose_period": first_value, "choose_purpose": first_value, "preview_document": "print_now", "take_pages": "have_pages",
    "not_printed": "later", "printed_in_part": "later", "pages_unknown": "finish",
    "certify_who": "here_myself", "face_or_staff": "by_face", "certified": "finish",
}  # fmt: skip


def faults_of(post: Post, device: str) -> Faults | PageFaults:
    if device == "a4_printer":
        assert post.pages is not None
        return post.pages.faults
    return {
        "id_reader": post.reader.faults, "card_printer": post.machine.faults, "receipt_printer": post.slips.faults,
        "cabinet": post.board.faults, "camera": post.camera.faults, "ups": post.upsd.faults,
    }[device]  # fmt: skip


def walk(
    folder: Path, break_it: Callable[[Post], None], when: str, until: str, citizens: int = 1, fitted: str = "",
) -> Seen:  # fmt: skip
    """`when`: "before" she comes, or the prompt at which it happens. `until`: the screen on which each visit ends.
    `fitted`: the machine in question, where a terminal need not have it."""
    heard = Heard()
    service, who = VISITS.get(fitted, ("senior_card", "senior_card_new"))
    seen: list[Seen] = []

    async def story(hall: Hall) -> None:
        post = hall.post
        post.voice = heard
        if fitted == "camera":
            post.camera.model.stand(subject("man_a_3"))
        refill(hall, post)
        await post.start()
        await post.shows("home")
        if when == "before":
            break_it(post)
            post.terminal.health.look_again()
            await post.terminal.health.looked()
            await trio.sleep(1)
        hands = dict(ANSWERS)
        if when != "before":
            hands[when] = breaking(break_it, when)
        for _ in range(citizens):
            await comes(Person(post, who, **hands), until, service)
        screens = list(post.screen.names)
        await trio.sleep(AFTER_S)
        with trio.move_on_after(120):
            await post.until(lambda: not post.terminal.heart.journal.count_waiting())
        with hall.centre.engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT kind, words FROM incidents").all()
            told = connection.exec_driver_sql("SELECT body FROM events WHERE kind = 'health' ORDER BY rowid").all()
        bodies = [body for row in told if "words" in (body := json.loads(row[0]))]        # scores of faces have none
        seen.append(Seen(screens, heard, dict(tuple(row) for row in rows), bodies, post))

    settings = Settings(limits=LOOKS, cabinet=fitted == "cabinet", ups=fitted == "ups",
                        pages=fitted == "a4_printer", camera=fitted == "camera")  # fmt: skip
    if fitted in HOUSES:
        settings = replace(settings, house=HOUSES[fitted])
    in_hall(folder, story, settings=settings, start=False)
    return seen[0]


def refill(hall: Hall, post: Post) -> None:
    more = len(post.machine.refill(BLANKS))
    journal = Journal(post.folder, hall.now)
    Stock(journal).load(more)
    journal.close()


def breaking(break_it: Callable[[Post], None], when: str) -> Hand:
    """Breaks the machine the first time the prompt is shown, then does what a person does."""
    from tests.kiosk.rig import USUAL

    broken: list[bool] = []
    usual = {**USUAL, **ANSWERS}.get(when)

    async def hand(person: Person) -> None:
        if not broken:
            broken.append(True)
            break_it(person.post)
        if isinstance(usual, str):
            await trio.sleep(0.5)
            person.post.touch(usual)
        elif usual is not None and (done := usual(person)) is not None:
            await done

    return hand


async def comes(person: Person, until: str, service: str) -> None:
    """She touches home and goes as far as she can; a terminal that is closed sends her away at once."""
    shown = await person.post.shows("home", "out_of_service")
    if shown.name == until:
        return
    await person.goes(until, service=service)
    person.lifts()
