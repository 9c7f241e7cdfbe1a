"""Before the camera: hints until the picture is good, and the pictures that are then compared or kept."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import trio

from devices.camera.driver import Frame
from kiosk.face.seam import Hint
from kiosk.leaflet import face
from kiosk.parts import Eyes
from kiosk.prompts import Answer
from kiosk.visit import Visit

GOOD_PICTURES = 3            # one after the other, then she is compared [A]
APART_S = 0.3                # between two of them: a face that lives has moved a little [A]
HINT_STANDS_S = 1.5          # a hint is read before another one takes its place [A]
LOOK_S = 40.0                # one look at one person, hints included; then it counts as not seen [A]
COUNT_S = 1.0                # facts/inclusion.md 3: a count-down before a photo


@dataclass(frozen=True)
class Seen:
    """Good pictures of one look, the last one last."""

    frames: tuple[Frame, ...]


@dataclass(frozen=True)
class NotSeen:
    """She did not come before the camera so that it could see her; the last hint says why."""

    hint: Hint | None


async def look(visit: Visit, eyes: Eyes, *, staffed: bool) -> Seen | NotSeen | Answer:
    """An Answer: she wants it another way. Raises DeviceError (the camera) and FaceAway."""
    touched: list[Answer] = []
    good: list[Frame] = []
    shown = _Shown()
    with trio.move_on_after(LOOK_S):
        while not touched:
            frame = await eyes.camera.frame()
            hint = (await eyes.sight.look(frame.jpeg)).hint
            if hint is not None:
                good = []
            elif not good or frame.jpeg != good[-1].jpeg:       # the same bytes again are no other picture of her
                good.append(frame)
            if shown.may_change_to(hint):
                visit.talk.tell(face.looking(frame.jpeg, hint, staffed=staffed), on_answer=_listener(touched))
            if len(good) >= GOOD_PICTURES:
                return Seen(tuple(good))
            await trio.sleep(APART_S)
    return touched[0] if touched else NotSeen(shown.hint)


async def count_down(visit: Visit, eyes: Eyes) -> Frame:
    """Three, two, one; the picture is taken at the end. Raises DeviceError."""
    picture: bytes | None = None
    for left in (3, 2, 1):
        visit.talk.tell(face.counting(left, picture))
        began = trio.current_time()
        picture = (await eyes.camera.frame()).jpeg
        await trio.sleep_until(began + COUNT_S)
    return await eyes.camera.frame()


class _Shown:
    """The hint on the screen. The picture moves on all the time; a hint stays long enough to be heard."""

    def __init__(self) -> None:
        self.hint: Hint | None = None
        self._since = float("-inf")

    def may_change_to(self, hint: Hint | None) -> bool:
        """Whether to draw anew now."""
        now = trio.current_time()
        if hint is not self.hint and now - self._since < HINT_STANDS_S:
            return False
        if hint is not self.hint or self._since == float("-inf"):
            self.hint, self._since = hint, now
        return True


def _listener(touched: list[Answer]) -> Callable[[Answer], None]:
    def hear(answer: Answer) -> None:
        if answer.choice in ("by_staff", "by_window", "back"):
            touched.append(answer)

    return hear
