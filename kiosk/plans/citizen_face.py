"""The face of a citizen card: drawn before a blank moves."""
from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from typing import Any, Literal

from kiosk.plans.citizen_number import citizen_reservation_of
from kiosk.plans.face import Face, Sides
from print.layouts import citizen_card_face
from print.raster import panel_image
from remote.messages import CitizenReservation


def face_of(reservation: CitizenReservation, photo_png: str | None, *, photo_is_drawn: bool) -> citizen_card_face.CitizenCardFace:
    sex: Literal["男", "女"] = "女" if reservation.sex == "女" else "男"
    return citizen_card_face.CitizenCardFace(
        name=reservation.name, sex=sex, number=reservation.number, issued_on=reservation.issued_on,
        valid_to=reservation.valid_to, issuer=reservation.issuer, photo=b64decode(photo_png) if photo_png else None,
        photo_is_drawn=photo_is_drawn,
    )  # fmt: skip


def both_sides(face: citizen_card_face.CitizenCardFace) -> Sides:
    """Raises NoGlyph, DoesNotFit."""
    return panel_image(citizen_card_face.front(face)), panel_image(citizen_card_face.back(face))


class CitizenFace(Face):
    def _drawing(self) -> tuple[Callable[[Any], Sides], Any]:
        reservation = citizen_reservation_of(self._log)
        photo_png = reservation.photo_png or self._log.opened.get("photo_png")
        return both_sides, face_of(reservation, photo_png, photo_is_drawn=self._parts.photo_is_drawn)
