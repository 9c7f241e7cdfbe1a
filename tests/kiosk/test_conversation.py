"""Between the journeys and the screen: patience, the bottom bar, touches that no longer count, and forgetting."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest
import trio

from kiosk.conversation import LOUDEST, Conversation, Patience, WalkedAway
from kiosk.display import Silence
from kiosk.prompts import Answer, Choice, Idle, Look, Prompt, Tone
from tests.kiosk.rig import Screen
from tests.virtual_time import run_in_virtual_time

QUESTION = Prompt("privacy", choices=(Choice("agree"), Choice("not_now")))
OTHER = Prompt("lay_id", back=True)
WORK = Prompt("checking", tone=Tone.BUSY, idle=Idle.MACHINE)
TAKE = Prompt("take_card", tone=Tone.ATTENTION, idle=Idle.MACHINE)


class Voice(Silence):
    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, prompt: Prompt, look: Look) -> None:
        self.said.append(prompt.name)

    def silence(self) -> None:
        self.said.append("-")


@dataclass
class Room:
    language: str = "zh_CN"
    screen: Screen = field(default_factory=Screen)
    voice: Voice = field(default_factory=Voice)
    help: list[str] = field(default_factory=list)
    talk: Conversation = field(init=False)
    answers: list[Answer | str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.talk = Conversation(self.screen, self.voice, Patience(), self.help.append, self.language)

    async def asks(self, prompt: Prompt = QUESTION) -> None:
        try:
            self.answers.append(await self.talk.ask(prompt))
        except WalkedAway:
            self.answers.append("walked away")

    async def touch(self, name: str, value: str | None = None) -> None:
        self.screen.touch(name, value)
        await trio.testing.wait_all_tasks_blocked()

    @property
    def shown(self) -> str:
        return self.screen.prompt.name if self.screen.prompt else ""


def in_room(story: Callable[[Room, trio.Nursery], Awaitable[None]], **settings: str) -> None:
    async def main() -> None:
        room = Room(**settings)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(room.talk.listen)
            await story(room, nursery)
            nursery.cancel_scope.cancel()

    run_in_virtual_time(main)


@pytest.mark.parametrize(("elder", "limit_s"), [(False, 60), (True, 120)])
def test_patience_then_a_question_then_she_has_gone(elder: bool, limit_s: float) -> None:
    async def story(room: Room, nursery: trio.Nursery) -> None:
        if not elder:
            room.talk.relax()
        nursery.start_soon(room.asks)
        await trio.sleep(limit_s - 1)
        assert room.shown == "privacy"
        await trio.sleep(2)
        assert room.shown == "still_there"
        await trio.sleep(28)
        assert not room.answers
        await trio.sleep(2)
        assert room.answers == ["walked away"]

    in_room(story)


def test_she_may_say_that_she_is_here_as_often_as_she_likes() -> None:
    async def story(room: Room, nursery: trio.Nursery) -> None:
        nursery.start_soon(room.asks)
        for _ in range(25):
            await trio.sleep(125)
            assert room.shown == "still_there"
            await room.touch("i_am_here")
            assert room.shown == "privacy"
        await room.touch("agree")
        assert room.answers == [Answer("agree")]

    in_room(story)


def test_she_may_say_that_she_leaves() -> None:
    async def story(room: Room, nursery: trio.Nursery) -> None:
        nursery.start_soon(room.asks)
        await trio.sleep(125)
        await room.touch("i_leave")
        assert room.answers == ["walked away"]

    in_room(story)


def test_nobody_is_hurried_while_the_machine_works_and_a_notice_goes_by_itself() -> None:
    async def story(room: Room, nursery: trio.Nursery) -> None:
        with trio.move_on_after(100_000) as long:
            await room.asks(WORK)
        assert long.cancelled_caught and room.screen.names == ["checking"]
        began = trio.current_time()
        await room.talk.show_for(Prompt("goodbye"), 3)
        assert trio.current_time() - began == 3

    in_room(story)


def test_the_bar_changes_the_look_and_keeps_the_question() -> None:
    async def story(room: Room, nursery: trio.Nursery) -> None:
        nursery.start_soon(room.asks)
        await trio.sleep(1)
        for touch, look in (
            ("size", Look(elder=False)), ("size", Look()), ("language", Look(language="en")), ("language", Look()),
            ("seated", Look(seated=True)),
        ):  # fmt: skip
            await room.touch(touch)
            assert room.screen.look == look and room.shown == "privacy"
        assert not room.answers

    in_room(story)


def test_the_bar_while_the_machine_works() -> None:
    async def story(room: Room, nursery: trio.Nursery) -> None:
        heard: list[Answer] = []
        room.talk.tell(WORK, on_answer=heard.append)
        await room.touch("size")
        assert room.screen.look.elder is False and room.shown == "checking"
        await room.touch("cancel")
        await room.touch("help")
        assert room.shown == "help_called" and room.help == ["checking"]
        room.talk.tell(WORK)
        assert room.shown == "help_called"                  # what she reads is not taken from her
        await room.touch("go_on")
        assert room.shown == "checking" and heard == [Answer("cancel")]

    in_room(story)


def test_a_card_that_waits_to_be_taken_is_shown_over_everything() -> None:
    async def story(room: Room, nursery: trio.Nursery) -> None:
        room.talk.tell(WORK)
        await room.touch("help")
        room.talk.tell(TAKE)
        assert room.shown == "take_card"

    in_room(story)


def test_a_cover_that_was_never_closed_does_not_hide_what_comes_later() -> None:
    async def story(room: Room, nursery: trio.Nursery) -> None:
        room.talk.tell(WORK)
        await room.touch("repeat")
        assert room.shown == "volume"
        nursery.start_soon(room.asks)
        await trio.sleep(1)
        await room.touch("agree")
        room.talk.tell(Prompt("submitting", tone=Tone.BUSY, idle=Idle.MACHINE))
        assert room.shown == "submitting"

    in_room(story)


def test_help_from_a_question_and_back() -> None:
    async def story(room: Room, nursery: trio.Nursery) -> None:
        nursery.start_soon(room.asks)
        await trio.sleep(1)
        await room.touch("help")
        assert room.shown == "help_called" and room.help == ["privacy"]
        await room.touch("go_on")
        assert room.shown == "privacy" and not room.answers

    in_room(story)


def test_volume_by_repeat_louder_to_its_ends_and_gone_by_itself() -> None:
    async def story(room: Room, nursery: trio.Nursery) -> None:
        nursery.start_soon(room.asks)
        await trio.sleep(1)
        for _ in range(4):
            await room.touch("repeat")
            assert room.shown == "volume" and room.voice.said[-1] == "privacy"
            await room.touch("louder")
        assert room.screen.look.volume == LOUDEST
        for _ in range(6):
            await room.touch("repeat")
            await room.touch("quieter")
        assert room.screen.look.volume == 0
        await room.touch("repeat")
        await trio.sleep(16)
        assert room.shown == "privacy"

    in_room(story)


def test_a_touch_on_what_is_no_longer_shown_is_dropped() -> None:
    async def story(room: Room, nursery: trio.Nursery) -> None:
        nursery.start_soon(room.asks)
        await trio.sleep(1)
        old = room.screen.showing
        await room.touch("agree")
        nursery.start_soon(room.asks, OTHER)
        await trio.sleep(1)
        room.screen.touch("agree", showing=old)
        await trio.sleep(1)
        assert room.answers == [Answer("agree")] and room.shown == "lay_id"

    in_room(story)


def test_a_hand_that_drums_on_the_glass_is_one_touch() -> None:
    async def story(room: Room, nursery: trio.Nursery) -> None:
        nursery.start_soon(room.asks)
        await trio.sleep(1)
        for _ in range(40):
            room.screen.touch("agree")
        await trio.sleep(1)
        assert room.answers == [Answer("agree")]
        nursery.start_soon(room.asks, OTHER)
        await trio.sleep(1)
        assert room.shown == "lay_id" and len(room.answers) == 1

    in_room(story)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_after_the_visit_everything_is_as_it_was(language: str) -> None:
    async def story(room: Room, nursery: trio.Nursery) -> None:
        nursery.start_soon(room.asks)
        await trio.sleep(1)
        for touch in ("size", "language", "seated", "repeat", "louder"):
            await room.touch(touch)
        await room.touch("agree")
        heard: list[Answer] = []
        room.talk.tell(WORK, on_answer=heard.append)
        room.talk.wipe()
        assert room.talk.look == Look(language=language) and room.screen.prompt is None and room.voice.said[-1] == "-"
        await room.touch("cancel")
        assert not heard and not [value for value in vars(room.talk).values() if isinstance(value, Prompt)]

    in_room(story, language=language)
