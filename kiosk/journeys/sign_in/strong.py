"""Her own accounts open to nobody who has not shown who she is: by the card's PIN, her face, or a member of staff."""
from __future__ import annotations

from kiosk.journeys.asking import fresh_key, patiently
from kiosk.journeys.prove import prove
from kiosk.visit import Person, Refused, Visit
from remote.messages import SignedIn, Strengthen


async def strong(visit: Visit, person: Person, item: str) -> str:
    """The sign-in to go on with. Raises Refused, Left, WalkedAway."""
    if person.signed is None or not person.signed.strong:
        await prove(visit, person, item)
        person.signed = await strengthened(visit, person)
    return person.signed.sign_in or ""


async def strengthened(visit: Visit, person: Person) -> SignedIn:
    """With the proof that she has just given. Raises Refused, Left."""
    assert person.proof is not None
    ask, key = Strengthen(person_ref=person.ref, **person.proof.fields), fresh_key(visit, "strengthen")
    signed = await patiently(visit, lambda: visit.parts.platform.strengthen(ask, key=key))
    if signed.refusal is not None:
        raise Refused(signed.refusal)
    return signed
