"""Is it she? By the camera or by a member of staff, as she likes; and a new photo where one is wanted."""

from __future__ import annotations

from math import ceil

from kiosk.face.seam import Hint
from kiosk.leaflet.choices import OK
from kiosk.prompts import Choice, Idle, PhotoShown, Picture, Prompt, Step, Tone, Weight

BY_FACE, BY_STAFF, BY_WINDOW = Choice("by_face"), Choice("by_staff"), Choice("by_window")
"""The same size: nobody is pushed before a camera."""


def face_or_staff() -> Prompt:
    return Prompt("face_or_staff", step=Step.CHECK, picture=Picture.CAMERA, choices=(BY_FACE, BY_STAFF), back=True)


def face_or_window() -> Prompt:
    """Nobody comes to the terminal here; at the window it is done without a camera."""
    return Prompt("face_or_window", step=Step.CHECK, picture=Picture.CAMERA, choices=(BY_FACE, BY_WINDOW), back=True)


def staff_only() -> Prompt:
    return Prompt(
        "staff_only", step=Step.CHECK, picture=Picture.PERSON_AT_DESK, choices=(Choice("by_staff", Weight.PRIMARY),), back=True
    )


def by_window() -> Prompt:
    return Prompt("by_window", picture=Picture.PERSON_AT_DESK, choices=(OK,))


def looking(picture: bytes | None, hint: Hint | None, *, staffed: bool) -> Prompt:
    """What the camera sees, and what would make it better. `hint` None: good, stay like that."""
    shown = (PhotoShown(picture, live=True, good=hint is None),) if picture is not None else ()
    return Prompt(
        f"face_{hint.value}" if hint is not None else "face_look",
        tone=Tone.ATTENTION,
        step=Step.CHECK,
        picture=Picture.NONE if shown else Picture.CAMERA,
        contents=shown,
        choices=((BY_STAFF if staffed else BY_WINDOW).quiet(),),
        idle=Idle.MACHINE,
        back=True,
    )


def face_checking() -> Prompt:
    return Prompt("face_checking", tone=Tone.BUSY, step=Step.CHECK, picture=Picture.HOURGLASS, idle=Idle.MACHINE)


def face_checked() -> Prompt:
    return Prompt("face_checked", tone=Tone.DONE, step=Step.CHECK, picture=Picture.TICK)


def face_again(*, staffed: bool) -> Prompt:
    """X4: never her fault, and never "you are not the holder"."""
    return Prompt(
        "face_again",
        step=Step.CHECK,
        picture=Picture.CAMERA,
        choices=(Choice("once_more", Weight.PRIMARY), BY_STAFF if staffed else BY_WINDOW),
        back=True,
    )


def camera_away(*, staffed: bool) -> Prompt:
    return Prompt(
        "camera_away",
        step=Step.CHECK,
        picture=Picture.PERSON_AT_DESK,
        choices=(Choice("by_staff", Weight.PRIMARY),) if staffed else (OK,),
        fault_code="P-104",
        back=staffed,
    )


def face_to_staff() -> Prompt:
    """Three looks were enough."""
    return Prompt(
        "face_to_staff", step=Step.CHECK, picture=Picture.PERSON_AT_DESK, choices=(Choice("by_staff", Weight.PRIMARY),), back=True
    )


def not_proven() -> Prompt:
    return Prompt("not_proven", tone=Tone.REFUSAL, picture=Picture.PERSON_AT_DESK, choices=(OK,), fault_code="P-219")


def staff_coming(seconds: float) -> Prompt:
    return Prompt(
        "staff_coming",
        tone=Tone.BUSY,
        step=Step.CHECK,
        picture=Picture.PERSON_AT_DESK,
        params={"minutes": str(ceil(seconds / 60))},
        choices=(Choice("stop_waiting", Weight.QUIET),),
        idle=Idle.MACHINE,
    )


def staff_unsure() -> Prompt:
    return Prompt("staff_unsure", tone=Tone.REFUSAL, picture=Picture.PERSON_AT_DESK, choices=(OK,), fault_code="P-220")


def staff_nobody() -> Prompt:
    return Prompt(
        "staff_nobody",
        step=Step.CHECK,
        picture=Picture.PERSON_AT_DESK,
        choices=(Choice("wait_again", Weight.PRIMARY), Choice("stop_here", Weight.QUIET)),
    )


# -- a new photo


def photo_or_new(picture: bytes) -> Prompt:
    return Prompt(
        "photo_or_new",
        step=Step.CHECK,
        contents=(PhotoShown(picture),),
        choices=(Choice("keep_photo"), Choice("new_photo")),
        back=True,
    )


def photo_needed() -> Prompt:
    """X5."""
    return Prompt(
        "photo_needed",
        step=Step.CHECK,
        picture=Picture.CAMERA,
        choices=(Choice("new_photo", Weight.PRIMARY), Choice("not_now", Weight.QUIET)),
        back=True,
    )


def counting(left: int, picture: bytes | None) -> Prompt:
    """`photo_in_3`, `photo_in_2`, `photo_in_1`."""
    shown = (PhotoShown(picture, live=True, good=True),) if picture is not None else ()
    return Prompt(f"photo_in_{left}", tone=Tone.ATTENTION, step=Step.CHECK, contents=shown, idle=Idle.FIXED, seconds=1.0)


def photo_taken(picture: bytes, *, again: bool) -> Prompt:
    return Prompt(
        "photo_taken",
        step=Step.CHECK,
        contents=(PhotoShown(picture),),
        choices=(Choice("use_photo", Weight.PRIMARY), *((Choice("retake"),) if again else ())),
        back=True,
    )


def photo_failed() -> Prompt:
    return Prompt("photo_failed", tone=Tone.REFUSAL, picture=Picture.CAMERA, choices=(OK,), fault_code="P-221")
