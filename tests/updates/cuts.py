"""One terminal's update, the power cut at any operation on its disk, and what starts afterwards."""
from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from functools import cache
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from remote.messages.releases import Kind
from remote.updates.agent import Place, Updates
from remote.updates.bundles import Bundles
from remote.updates.launcher.books import Head
from remote.updates.launcher.disk import make_folders, put
from remote.updates.launcher.slots import BACK, HELD, KEPT, Home, Mark, NothingToStart
from remote.updates.launcher.start import choose, end
from remote.updates.trust import Chain
from remote.updates.unpack import ReleaseWrong, checked, unpack
from remote.updates.window import Window
from tests.updates.paper_centre import PaperCentre, program
from tests.updates.power_disk import Cut, PowerDisk

T = TypeVar("T")
HOME = Path("/home")
JOURNAL, IMAGE = Path("/state/journal"), Path("/state/journal.before-update")
ALL_DAY = Window(time(0), time(23, 59))
MOST_STARTS = 12
LIBRARIES = b"libraries" * 100


def now_or_never(work: Coroutine[Any, Any, T]) -> T:
    """Nothing in it waits."""
    try:
        work.send(None)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]
    raise AssertionError("it waited")


@dataclass(frozen=True)
class Story:
    """`main`: how release 2 behaves: well, dies, silent. `journal`: its schema. `writes`: a row before it proves itself."""

    name: str
    main: bytes
    ends: str                    # release that runs in the end
    phase: str = KEPT
    journal: int = 1
    writes: bool = False
    bundle: bool = False


STORIES = (
    Story("well", b"well", "two"),
    Story("dies", b"dies", "one", BACK),
    Story("silent", b"silent", "one", BACK),
    Story("schema_grows_well", b"well", "two", journal=2, writes=True),
    Story("schema_grows_dies", b"dies", "one", BACK, journal=2),
    Story("schema_grows_writes_dies", b"dies", "two", HELD, journal=2, writes=True),
    Story("bundle", b"well", "one", "", bundle=True),
)


class PaperBooks:
    """A journal of one file: schema and rows."""

    def __init__(self, disk: PowerDisk) -> None:
        self._disk = disk

    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._disk.read(JOURNAL))
        return found

    def keep(self, schema: int, rows: list[str]) -> None:
        put(self._disk, JOURNAL, json.dumps({"schema": schema, "rows": rows}).encode())

    def head(self) -> Head:
        told = self.told()
        return Head(told["schema"], str(told["rows"][-1:]))

    def copy(self) -> None:
        put(self._disk, IMAGE, self._disk.read(JOURNAL))

    def put_back(self) -> None:
        put(self._disk, JOURNAL, self._disk.read(IMAGE))


def toy_replay(kind: Kind, files: Mapping[str, bytes]) -> None:
    if files.get("texts.toml", b"").startswith(b"bad"):
        raise ReleaseWrong("replay")


async def at_once(work: Callable[..., T], *args: Any) -> T:
    return work(*args)


@cache
def story_told(story: Story) -> tuple[PaperCentre, dict[str, dict[str, str]]]:
    """The centre with everything published, and what each release truly is: release -> path -> SHA-256."""
    centre = PaperCentre()
    one = program("1", b"well")
    two = program("2", story.main, story.journal, kiosk__more=b"more", lib__deep__er=b"x" * 9000)
    truth = {
        name: {path: hashlib.sha256(data).hexdigest() for path, data, _ in checked(tar)[1]}
        for name, tar in (("one", one), ("two", two))
    }
    centre.stored["one"] = one
    if story.bundle:
        bundle = program("texts", b"", 0, texts__toml=b"good")
        centre.orders = [centre.publish("texts-1", 1, bundle, Kind.CATALOGUE)]
    else:
        centre.orders = [centre.publish("two", 2, two)]
    return centre, truth


@cache
def installed(story: Story) -> PowerDisk:
    """As ./run install leaves it. Copied for each run by `survives`, which loses nothing of what is durable."""
    centre, _ = story_told(story)
    disk = PowerDisk()
    home = Home(disk, HOME)
    for folder in (HOME / "slots", HOME / "trust", Path("/state")):
        make_folders(disk, folder)
    manifest, found = checked(centre.stored["one"])
    unpack(disk, home.slot("a"), found)
    disk.write(HOME / "trust/root.json", centre.files["1.root.json"])
    disk.sync_all()
    home.put_mark("a", Mark("one", "1", 1, manifest.digest, 1))
    home.point("a")
    PaperBooks(disk).keep(1, ["opened"])
    disk.sync_all()
    return disk


@dataclass
class Terminal:
    story: Story
    disk: PowerDisk
    wrong: list[str] = field(default_factory=list)
    told: set[str] = field(default_factory=lambda: {"opened"})    # rows whose writer was told that they are durable
    ids: count[int] = field(default_factory=lambda: count(1))

    def live(self) -> None:
        """From power on until it has nothing more to do. Raises Cut."""
        for _ in range(MOST_STARTS):
            home, books = Home(self.disk, HOME), PaperBooks(self.disk)
            try:
                start = choose(home, books)
            except NothingToStart:
                self.wrong.append("does not start")
                return
            self._look(home, start.slot)
            main = self.disk.read(home.slot(start.slot) / "main.py")
            if start.trial is not None:
                self._migrate(home, books, start.slot)
                if main == b"dies":
                    continue
                if main == b"silent":
                    end(home, start.trial, BACK, "not_proved_in_time", books)
                    continue
                home.prove(start.trial.trial)
                home.put_trial(replace(home.trial() or start.trial, phase=KEPT))
            if not now_or_never(self._updates(home, start.slot).once()):
                return
        self.wrong.append("never comes to rest")

    def _look(self, home: Home, slot: str) -> None:
        """Every file that would run is one that was signed, whole."""
        _, truth = story_told(self.story)
        mark = home.mark(slot)
        files = truth[mark.release] if mark is not None else {}
        for path, digest in files.items():
            if hashlib.sha256(self.disk.read(home.slot(slot) / path)).hexdigest() != digest:
                self.wrong.append(f"unverified {path}")
        if not files or (slot == "b" and self.disk.read(home.slot(slot) / ".venv/made") != LIBRARIES):
            self.wrong.append("unverified: not set up")

    def _migrate(self, home: Home, books: PaperBooks, slot: str) -> None:
        told, mark = books.told(), home.mark(slot)
        assert mark is not None
        rows = list(told["rows"])
        if self.story.writes:
            rows.append(f"act {len(rows)}")
        books.keep(max(told["schema"], mark.journal), rows)
        self.told |= set(rows)

    def _updates(self, home: Home, slot: str) -> Updates:
        async def set_up(folder: Path) -> str:
            make_folders(self.disk, folder / ".venv")
            self.disk.write(folder / ".venv/made", LIBRARIES)
            return ""

        place = Place(
            home=home, chain=Chain(self.disk, HOME / "trust"), bundles=Bundles(self.disk, HOME, toy_replay), window=ALL_DAY,
            set_up=set_up, quiet=lambda: "", new_id=lambda: f"trial-{next(self.ids)}", slot=slot, offload=at_once,
        )  # fmt: skip
        return Updates(place, story_told(self.story)[0])

    def judge(self) -> None:
        """At rest: what runs, how the trial ended, and every act that was told to be durable is in the journal."""
        home = Home(self.disk, HOME)
        mark, trial = home.mark(home.running()), home.trial()
        if mark is None or mark.release != self.story.ends:
            self.wrong.append(f"runs {mark.release if mark else None}, expected {self.story.ends}")
        if self.story.phase and (trial is None or trial.phase != self.story.phase):
            self.wrong.append(f"the trial ended {trial.phase if trial else None}, expected {self.story.phase}")
        if not self.told <= set(PaperBooks(self.disk).told()["rows"]):
            self.wrong.append("an act is lost")
        if self.story.bundle:
            centre, _ = story_told(self.story)
            if Bundles(self.disk, HOME, toy_replay).in_force(Kind.CATALOGUE, centre.now) is None:
                self.wrong.append("the bundle is not in force")


def operations(story: Story) -> list[str]:
    """Every operation of the whole story, uncut; the story must end as told."""
    terminal = Terminal(story, installed(story).survives(Random(0)))
    terminal.live()
    terminal.judge()
    assert not terminal.wrong, (story.name, terminal.wrong)
    return terminal.disk.done


def cut(story: Story, at: int, seed: int) -> tuple[str, ...]:
    """The power goes at operation `at`, and, for odd seeds, once more while it recovers. What is wrong then."""
    random = Random(f"{story.name} {at} {seed}")
    terminal = Terminal(story, installed(story).survives(random, at, late=seed % 3 != 0))
    again = random.randint(1, 40) if seed % 2 else 0
    for second in (again, 0):
        try:
            terminal.live()
            break
        except Cut:
            terminal.disk = terminal.disk.survives(random, second)
    else:
        try:
            terminal.live()
        except Cut:
            terminal.wrong.append("cut where none was asked")
    if "does not start" not in terminal.wrong:
        terminal.judge()
    return tuple(terminal.wrong)
