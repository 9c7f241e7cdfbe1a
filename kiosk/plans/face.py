"""The face of the card: drawn before a blank moves, so that a character nobody can draw costs nothing; then printed."""
from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from typing import Any, Literal

from PIL import Image

from devices.card_printer.panels import CardImage
from devices.errors import DeviceError, DeviceFailed, DeviceRefused
from kiosk.parts import Parts
from kiosk.plans.number import reservation_of
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import Attempt, Facts, NotDone, Unknown
from print.fitting import DoesNotFit
from print.fonts import NoGlyph
from print.layouts import card_face
from print.raster import panel_image
from remote.messages import Reservation

MACHINE = "card_printer"
Sides = tuple[Image.Image, Image.Image]
"""Front and back on the printer's dots."""


def face_of(reservation: Reservation, photo_png: str | None, *, photo_is_drawn: bool) -> card_face.SeniorCardFace:
    sex: Literal["男", "女"] = "女" if reservation.sex == "女" else "男"
    colour: Literal["green", "red"] = "red" if reservation.age_class.colour == "red" else "green"
    return card_face.SeniorCardFace(
        name=reservation.name,
        sex=sex,
        birth=reservation.birth,
        number=reservation.number,
        age_class_label=reservation.age_class.label,
        colour=colour,
        issued_on=reservation.issued_on,
        valid_to=reservation.valid_to,
        photo=b64decode(photo_png) if photo_png else None,
        photo_is_drawn=photo_is_drawn,
    )


def both_sides(face: card_face.SeniorCardFace) -> Sides:
    """Raises NoGlyph, DoesNotFit."""
    return panel_image(card_face.front(face)), panel_image(card_face.back(face))


class Face:
    def __init__(self, parts: Parts, log: PlanLog) -> None:
        self._parts = parts
        self._log = log
        self._sides: Sides | None = None

    async def draw(self, this: Attempt) -> Facts:
        try:
            self._sides = await self._parts.offload(*self._drawing())
        except (NoGlyph, DoesNotFit) as error:
            raise NotDone("name_not_drawable") from error
        return {}

    def _drawing(self) -> tuple[Callable[[Any], Sides], Any]:
        """What draws this kind of card, and the face it is to draw."""
        reservation = reservation_of(self._log)
        photo_png = reservation.photo_png or self._log.opened.get("photo_png")
        return both_sides, face_of(reservation, photo_png, photo_is_drawn=self._parts.photo_is_drawn)

    async def print(self, this: Attempt) -> Facts:
        self._parts.stage(this.plan, "print")
        assert self._sides is not None      # drawn in this very run; a plan that was cut off is never resumed
        front, back = self._sides
        try:
            await self._parts.card_printer.print_card(CardImage(front), CardImage(back))
        except (DeviceRefused, DeviceFailed) as error:
            raise NotDone("printing", code=error.code) from error
        except DeviceError as error:
            raise Unknown(MACHINE) from error
        finally:
            self._sides = None
        return {}
