"""A photo taken here and now: where the database has none (X5), or where she wants another one."""
from __future__ import annotations

from base64 import b64encode

from devices.errors import DeviceError
from kiosk.face.seam import FaceAway
from kiosk.journeys.look import Seen, count_down, look
from kiosk.journeys.prove import another_way
from kiosk.leaflet import face
from kiosk.parts import Eyes
from kiosk.prompts import Answer
from kiosk.visit import Left, Person, Proof, Refused, Visit
from remote.messages import PutPhoto
from remote.platform import PlatformAway, PlatformRefused

RETAKES = 3                  # facts/journeys.md J3: photo preview rejected -> retake max 3


async def new_photo(visit: Visit, person: Person, proof: Proof) -> bool:
    """Take, show, keep by her choice, give to the centre. False: she keeps what she had. Raises Left, Refused, WalkedAway."""
    eyes = visit.parts.eyes
    if eyes is None:
        return False
    try:
        png = await taken(visit, eyes)
    except (DeviceError, FaceAway):
        visit.health.look_again()
        png = None
    finally:
        await eyes.camera.aclose()
    if png is None:
        await visit.ask(face.photo_failed())
        return False
    await give(visit, person, proof, png)
    return True


async def taken(visit: Visit, eyes: Eyes) -> bytes | None:
    """None: it did not come about in RETAKES tries. Raises Left, DeviceError, FaceAway."""
    for retakes_left in range(RETAKES, -1, -1):
        seen = await look(visit, eyes, staffed=False)
        if isinstance(seen, Answer):
            await another_way(visit, seen)
        if not isinstance(seen, Seen):
            return None
        png = await eyes.sight.portrait((await count_down(visit, eyes)).jpeg)
        if png is None:
            continue
        answer = await visit.ask(face.photo_taken(png, again=retakes_left > 0))
        if answer.choice == "use_photo":
            return png
        if answer.choice == "back":
            raise Left
    return None


async def give(visit: Visit, person: Person, proof: Proof, png: bytes) -> None:
    ask = PutPhoto(person_ref=person.said.person_ref, png=b64encode(png).decode("ascii"), **proof.fields)
    try:
        put = await visit.parts.platform.put_photo(ask, key=f"{visit.heart.new_plan_id()}:put_photo:1")
    except (PlatformAway, PlatformRefused):
        await visit.ask(face.photo_failed())
        raise Left from None
    if put.refusal is not None:
        raise Refused(put.refusal)
    person.live_photo, person.photo_ref = png, put.photo_ref
