"""J12, her electronic credentials: only what a trusted seal covers is printed, and everything else has its own words."""
from __future__ import annotations

import base64
import hashlib
import io
import sys
import zipfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trio

from kiosk.ecredentials.on_the_spot import OnTheSpot
from kiosk.ecredentials.opened import Opened
from kiosk.ecredentials.reader import ReaderProcess
from kiosk.prompts import Facts, PageShown, Prompt
from kiosk.terminal import House
from remote.central.documents.tables import documents
from remote.central.ecredentials import service
from remote.central.ecredentials.package import Entries, pack
from remote.messages import ECredentialFile, FetchECredential, IdentityEvidence
from tests.kiosk.rig import Hall, Hand, Person, Settings, in_hall
from tests.print.ofd import maker

HOLDER = "already_has_card"
WORKER_THAT_HANGS = (sys.executable, "-c", "import time; time.sleep(3600)")
PAGE = "Doc_0/Pages/Page_0/Content.xml"
Story = Callable[[Hall], Awaitable[None]]


@dataclass
class Watching:
    """The real reading, with the names that it was told to hide."""

    reader: OnTheSpot
    names: list[Sequence[str]] = field(default_factory=list)

    async def open(self, file: bytes, names: Sequence[str], now: datetime) -> Opened:
        self.names.append(names)
        return await self.reader.open(file, names, now)


def settings(ofd: Callable[[Path], Any] = OnTheSpot) -> Settings:
    house = House(offered=("print_certificate", "my_matters"), identity=IdentityEvidence.CARD_ALONE)
    return Settings(pages=True, ofd=ofd, house=house)


def first(person: Person) -> None:
    prompt = person.post.screen.prompt
    assert prompt is not None
    person.post.touch(prompt.choices[0].name, prompt.choices[0].value)


def citizen(hall: Hall, key: str = HOLDER, **answers: str | Hand) -> Person:
    usual: dict[str, str | Hand] = {
        "choose_document": "my_ecredentials", "choose_ecredential": first, "seal_genuine": "print_now",
        "before_printing": "print_anyway", "take_ecredential": "have_pages", "not_printed": "later",
        "ecredential_in_part": "later", "ecredential_unknown": "finish", "ecredential_changed": "later",
        "no_ecredentials": "understood", "ecredential_not_opened": "understood",
    }  # fmt: skip
    return Person(hall.post, key, **{**usual, **answers})


async def prints(person: Person, *until: str) -> Prompt:
    await person.goes("privacy", service="print_certificate")
    return await person.goes_on(*(until or ("home",)))


def sides(hall: Hall) -> int:
    assert hall.post.pages is not None
    return len(hall.post.pages.model.printed)


def story(tell: Story) -> Callable[[Path], None]:
    def test(tmp_path: Path) -> None:
        in_hall(tmp_path, tell, settings=settings())

    test.__name__, test.__doc__ = getattr(tell, "__name__", "test"), tell.__doc__
    return test


def sends(hall: Hall, make: Callable[[bytes], bytes]) -> None:
    """What the centre sends goes through `make` on the way."""
    handlers = hall.centre.service
    plain = handlers.handle

    def handle(connection: Any, terminal: str, operation: str, body: Any, key: str | None = None) -> Any:
        answer = plain(connection, terminal, operation, body, key)
        if not isinstance(body, FetchECredential) or not isinstance(answer, ECredentialFile) or not answer.ofd_base64:
            return answer
        file = make(base64.b64decode(answer.ofd_base64))
        packed, digest = base64.b64encode(file).decode(), hashlib.sha256(file).hexdigest()
        return answer.model_copy(update={"ofd_base64": packed, "sha256": digest})

    handlers.handle = handle  # type: ignore[method-assign]


def entries_of(file: bytes) -> Entries:
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        return {name: package.read(name) for name in package.namelist()}


def altered(file: bytes) -> bytes:
    entries = entries_of(file)
    assert "周岁".encode() in entries[PAGE]
    entries[PAGE] = entries[PAGE].replace("周岁".encode(), "周月".encode())
    return pack(entries)


def sealed_anew(hall: Hall, at: datetime | None = None, extra: str = "") -> Callable[[bytes], bytes]:
    """By the centre's own service: another moment, or something more on the page."""

    when = at or hall.now()

    def make(file: bytes) -> bytes:
        kept = {name: data for name, data in entries_of(file).items() if "Signs" not in name}
        kept[PAGE] = kept[PAGE].replace(b"</ofd:Layer>", extra.encode() + b"</ofd:Layer>")
        assert hall.centre.service.ecredentials is not None
        return hall.centre.service.ecredentials().sealed(kept, when, "150 96 40 40")

    return make


@story
async def test_she_sees_that_the_seal_is_genuine_and_takes_the_page(hall: Hall) -> None:
    person = citizen(hall)
    taken = await prints(person, "take_ecredential")
    await person.goes_on("home")
    assert taken.params["pages"] == "1" and sides(hall) == 1
    assert "before_printing" not in hall.post.screen.names
    assert hall.post.terminal.heart.journal.open_plans() == []
    with hall.centre.engine.connect() as connection:
        assert connection.execute(documents.select()).all() == []          # nothing was numbered or counted


@story
async def test_both_of_hers_are_offered_by_their_titles_and_the_seal_names_its_office(hall: Hall) -> None:
    person = citizen(hall)
    chooses = await prints(person, "choose_ecredential")
    assert [choice.label for choice in chooses.choices] == ["老年人优待证", "社会保险参保凭证"]
    hall.post.touch("ecredential_social_insurance", "social_insurance")
    shown = await person.goes_on("seal_genuine")
    assert shown.params["signer"] == service.NAMES["office"]
    assert sides(hall) == 0


def test_her_name_and_number_are_hidden_on_the_screen(tmp_path: Path) -> None:
    watching: list[Watching] = []

    def reader(trust: Path) -> Watching:
        watching.append(Watching(OnTheSpot(trust)))
        return watching[-1]

    async def tell(hall: Hall) -> None:
        person = citizen(hall)
        await prints(person, "seal_genuine")
        assert watching[-1].names == [(person.citizen.name, person.citizen.id_number)]

    in_hall(tmp_path, tell, settings=settings(reader))


@story
async def test_what_was_changed_after_sealing_is_shown_as_such_and_not_printed(hall: Hall) -> None:
    sends(hall, altered)
    person = citizen(hall, seal_altered="understood")
    shown = await prints(person, "seal_altered")
    assert any(isinstance(content, PageShown) for content in shown.contents)
    assert [choice.name for choice in shown.choices] == ["understood"]
    hall.post.touch("print_now")                             # a touch that is not on the screen
    hall.post.touch("understood")
    await person.goes_on("home")
    assert sides(hall) == 0


@story
async def test_a_seal_of_nobody_whom_this_terminal_knows(hall: Hall) -> None:
    sends(hall, lambda file: maker.pack(maker.sealed("老年人优待证明", signed_at=maker.NOW - maker.YEAR)))
    await _refused(hall, "seal_unknown_issuer")


@story
async def test_a_seal_put_on_before_there_was_such_a_seal(hall: Hall) -> None:
    sends(hall, sealed_anew(hall, at=hall.now() - timedelta(days=4000)))
    await _refused(hall, "seal_forged")


def test_certificates_that_ended_since(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "OFFICE_LIFE", timedelta(hours=20))       # it began a day before the terminal's morning

    async def tell(hall: Hall) -> None:
        await _refused(hall, "seal_expired")

    in_hall(tmp_path, tell, settings=settings())


async def _refused(hall: Hall, name: str) -> None:
    person = citizen(hall, **{name: "understood"})
    await prints(person, name)
    await person.goes_on("home")
    assert sides(hall) == 0


@story
async def test_no_seal_at_all(hall: Hall) -> None:
    sends(hall, lambda file: pack({name: data for name, data in entries_of(file).items()
                                   if "Signs" not in name} | {"OFD.xml": _unsigned(entries_of(file)["OFD.xml"])}))  # fmt: skip
    await _refused(hall, "seal_unsigned")


def _unsigned(ofd: bytes) -> bytes:
    return ofd.replace(b"<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures>", b"")


@story
async def test_what_is_not_on_the_paper_is_named_before_it_is_printed(hall: Hall) -> None:
    sends(hall, sealed_anew(hall, extra='<ofd:ImageObject ID="50" ResourceID="999" Boundary="10 10 5 5"/>'))
    person = citizen(hall)
    named = await prints(person, "before_printing")
    [facts] = [content for content in named.contents if isinstance(content, Facts)]
    assert facts.rows == (("not_drawn", "pictures"),) and sides(hall) == 0
    await person.goes_on("home")
    assert sides(hall) == 1


@story
async def test_she_hears_what_is_missing_and_does_not_want_it(hall: Hall) -> None:
    sends(hall, sealed_anew(hall, extra='<ofd:Hologram ID="50"/>'))
    await prints(citizen(hall, before_printing="dont_print"))
    assert sides(hall) == 0


def test_where_no_list_of_revoked_seals_is_there_she_is_told(tmp_path: Path) -> None:
    def without_lists(trust: Path) -> OnTheSpot:
        for file in (trust / "revocation").glob("*"):
            file.unlink()
        return OnTheSpot(trust)

    async def tell(hall: Hall) -> None:
        named = await prints(citizen(hall), "before_printing")
        assert Facts((("not_asked", "revocation"),)) in named.contents

    in_hall(tmp_path, tell, settings=settings(without_lists))


@story
async def test_what_comes_is_no_ofd(hall: Hall) -> None:
    sends(hall, lambda file: b"%PDF-1.7 something else")
    person = citizen(hall)
    shown = await prints(person, "ecredential_not_opened")
    await person.goes_on("home")
    assert shown.params["file"] == "not_ofd" and sides(hall) == 0


def test_a_file_that_takes_too_long_is_given_up_and_its_process_killed(tmp_path: Path) -> None:
    async def tell(hall: Hall) -> None:
        person = citizen(hall)
        shown = await prints(person, "ecredential_not_opened")
        await person.goes_on("home")
        assert shown.params["file"] == "too_slow" and sides(hall) == 0

    in_hall(tmp_path, tell, settings=settings(lambda trust: ReaderProcess(trust, WORKER_THAT_HANGS)))


@story
async def test_the_centre_sends_another_file_for_the_paper_and_nothing_is_printed(hall: Hall) -> None:
    moments = iter([timedelta(0), timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=3)])
    start = hall.now()
    sends(hall, lambda file: sealed_anew(hall, at=start - next(moments))(file))
    person = citizen(hall, ecredential_changed="see_again")
    await prints(person)
    assert hall.post.screen.names.count("ecredential_changed") == 2 and sides(hall) == 0


@story
async def test_without_a_live_card_she_is_told_that_there_is_none(hall: Hall) -> None:
    await prints(citizen(hall, "senior_card_new"))
    assert "no_ecredentials" in hall.post.screen.names


def with_the_printer(do: Callable[[Any], None]) -> Hand:
    """As she touches 打印."""
    def act(person: Person) -> None:
        do(person.post.pages)
        person.post.touch("print_now")

    return act


@story
async def test_the_tray_is_empty_and_nothing_is_printed_or_left_open(hall: Hall) -> None:
    person = citizen(hall, seal_genuine=with_the_printer(lambda pages: pages.model.load(0)))
    told = await prints(person, "not_printed")
    await person.goes_on("home")
    assert told.params["printer"] == "media-empty"
    assert sides(hall) == 0 and hall.post.terminal.heart.journal.open_plans() == []


@story
async def test_the_printer_dies_in_mid_job_and_nobody_says_that_it_came_out(hall: Hall) -> None:
    person = citizen(hall, seal_genuine=with_the_printer(lambda pages: pages.faults.set("dies_in_mid_job")))
    await prints(person, "ecredential_unknown")
    await person.goes_on("home", "out_of_service")
    assert hall.post.terminal.heart.journal.open_plans() == []
    assert "take_ecredential" not in hall.post.screen.names


@story
async def test_killed_while_the_page_is_on_its_way_and_it_is_not_printed_twice(hall: Hall) -> None:
    person = citizen(hall)
    await prints(person, "printing_pages")
    await hall.post.until(lambda: "printing" in [stage for stage, _ in _stages(hall)])
    await hall.post.restart()
    await hall.post.shows("home")
    assert hall.post.terminal.heart.journal.open_plans() == [] and sides(hall) <= 1
    printed = sides(hall)
    await trio.sleep(600)
    assert sides(hall) == printed


def _stages(hall: Hall) -> list[tuple[str, float]]:
    board = hall.post.terminal.board
    return [stage for plan in hall.post.terminal.heart.journal.open_plans() for stage in board.stages(plan)]


def test_a_terminal_without_roots_does_not_offer_it(tmp_path: Path) -> None:
    async def tell(hall: Hall) -> None:
        shown = await prints(citizen(hall), "choose_document")
        assert "my_ecredentials" not in [choice.name for choice in shown.choices]

    in_hall(tmp_path, tell, settings=Settings(pages=True, house=settings().house))
