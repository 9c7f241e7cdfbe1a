"""Scripts about faces: certified by the face, somebody else's card, a visit at home, a photo taken here, a card by the face."""
from __future__ import annotations

from collections.abc import Mapping

from tests.demo.citizen import Action, Around, lay_card, look_on, touch
from tests.demo.script import Check, Phase, Script
from tests.demo.world import World

HINTS = ("dark", "glare", "nobody", "two", "closer", "back", "mask", "sunglasses", "look_here", "blurred")
BEFORE_THE_CAMERA: Mapping[str, Action] = {
    "face_or_staff": touch("by_face"),
    "face_look": look_on,
    **{f"face_{hint}": look_on for hint in HINTS},
    "face_checked": look_on,
    "face_again": touch("once_more"),
    "face_to_staff": touch("back"),
    "certified": touch("finish"),
    "home_visit_offer": touch("ask_visit"),
    "home_visit_asked": touch("finish"),
    "photo_needed": touch("new_photo"),
    "photo_taken": touch("use_photo"),
}


def certifies(final: str, check: Check, citizen: str, **answers: Action) -> Script:
    usual = {**BEFORE_THE_CAMERA, "home": touch("certify_80_plus"), "certify_who": touch("here_myself")}
    return Script(citizen, (Phase(final, {**usual, **answers}),), check, "certify_80_plus")


# -- how the world must end -------------------------------------------------------------------------------------------

def certified_by_face(world: World) -> list[str]:
    return [
        *world.must(world.certifications("face") == 1, "not certified by the face"),
        *world.must(world.proofs() == 1, "no score was written down"),
        *world.books_agree(),
    ]


def nobody_certified(world: World) -> list[str]:
    return [
        *world.must(world.certifications() == 0, "somebody was certified"),
        *world.must(world.proofs() == 0, "another face counted as a proof"),
        *world.books_agree(),
    ]


def somebody_will_come(world: World) -> list[str]:
    return [*world.must(world.home_visits() == 1, "no visit was asked for"), *nobody_certified(world)]


def card_by_face(world: World) -> list[str]:
    return [
        *world.must(world.live_cards() == 1 and world.taken() == 1, "no card in her hand"),
        *world.must(world.proofs() == 1, "no score was written down"),
        *world.must(world.cases_with("identity", "face") == 1, "the case does not say that it was her face"),
        *world.books_agree(),
    ]


def card_with_new_photo(world: World) -> list[str]:
    return [
        *world.must(world.live_cards() == 1 and world.taken() == 1, "no card in her hand"),
        *world.must(world.cases_with("photo", "live") == 1, "the card does not bear the photo that was taken"),
        *world.books_agree(),
    ]


# -- what she does ----------------------------------------------------------------------------------------------------

def comes_as(*who: str, **scene: object) -> Action:
    """Lays the card, and these people stand there (keys of demo citizens)."""

    async def act(around: Around) -> None:
        await around.machine(machine="camera", do="stand", who=list(who))
        if scene:
            await around.machine(machine="camera", do="scene", **scene)
        await lay_card(around)

    return act


async def takes_off_the_mask(around: Around) -> None:
    await around.machine(machine="camera", do="scene", wearing="nothing")


async def the_other_steps_aside(around: Around) -> None:
    await around.machine(machine="camera", do="stand", who=["certify_80_plus"])


FACE_SCRIPTS: Mapping[str, Script] = {
    "certify_80_plus": certifies("certified", certified_by_face, "certify_80_plus"),
    "certify_with_mask": certifies(
        "certified", certified_by_face, "certify_80_plus", lay_id=comes_as("certify_80_plus", wearing="mask"),
        face_mask=takes_off_the_mask,
    ),
    "certify_with_companion": certifies(
        "certified", certified_by_face, "certify_80_plus", lay_id=comes_as("certify_80_plus", "senior_card_face"),
        face_two=the_other_steps_aside,
    ),
    "wrong_face": certifies("face_to_staff", nobody_certified, "wrong_face"),
    "certify_at_home": certifies("home_visit_asked", somebody_will_come, "certify_at_home", certify_who=touch("cannot_come")),
    "certified_already": certifies("refusal_already_certified", lambda world: world.books_agree(), "certified_already"),
    "senior_card_face": Script("senior_card_face", (Phase("done", BEFORE_THE_CAMERA),), card_by_face),
    "no_photo": Script(
        "no_photo", (Phase("done", {**BEFORE_THE_CAMERA, "lay_id": comes_as("senior_card_face")}),), card_with_new_photo
    ),
}  # fmt: skip
