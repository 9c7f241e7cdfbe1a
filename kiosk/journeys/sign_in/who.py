"""Who has signed in, as far as the centre lets it be shown."""
from __future__ import annotations

from kiosk.journeys.asking import patiently
from kiosk.visit import Named, Person, Visit
from remote.messages import AskSignedIn, SignedIn


async def who(visit: Visit, signed: SignedIn) -> Person:
    """Becomes the visit's person. Raises Left, Refused."""
    ask = AskSignedIn(sign_in=signed.sign_in or "")
    said = await patiently(visit, lambda: visit.parts.platform.who_signed_in(ask))
    person = Person(Named(said.name, said.id_masked), said.person, signed=signed)
    visit.person = person
    if not person.elder and visit.talk.look.elder:
        visit.talk.relax()
    return person
