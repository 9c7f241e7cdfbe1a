"""What became of a load whose end is not known: the card is asked, the centre judges. The same from a plan that was cut off
and at whichever terminal the card is put in next.

The order is that of facts/card.md 10: same card, GET TRANSACTION PROVE, and only then a new offer, which makes the card forget
the proof. The offer bears the centre's own challenge, so that it cannot be older than the question.
"""
from __future__ import annotations

from card.apdu import ApduError
from card.elementary_file import FileMalformed
from card.purse import Proof, Purse
from card.transport import CardError
from kiosk.citizen_slot import MACHINE
from kiosk.parts import Parts
from kiosk.plans.one_call import CENTRE
from kiosk.plans.purse_session import Hindered, hindered, offer, purse_of_card
from kiosk.transaction.plan import Later
from remote.messages import CardOffer, ConfirmLoad, FindLoads, LoadState, LoadView, ProveLoad
from remote.platform import PlatformAway, PlatformRefused


async def as_the_centre_knows(parts: Parts, load: LoadView) -> LoadView:
    """Raises Later."""
    try:
        found = await parts.platform.find_loads(FindLoads(order_id=load.order_id))
    except (PlatformAway, PlatformRefused) as error:
        raise Later(CENTRE) from error
    return next((one for one in found.loads if one.load_id == load.load_id), load)


async def found_out(parts: Parts, load: LoadView, key: str) -> LoadView:
    """The load as it stands once its card has spoken. `key` begins the keys of the questions. Raises Later: the card is not
    here, wants its PIN, or the centre is away."""
    load = await as_the_centre_knows(parts, load)
    if load.state is not LoadState.PERMITTED:
        return load
    slot = parts.citizen_card
    if slot is None:
        raise Later(MACHINE)
    try:
        async with slot.power_up() as transport:
            purse, public = await purse_of_card(transport, load.serial)
            for proof in await proofs_of(purse, load):
                told = await confirmed(parts, load, proof.tac, f"{key}:{proof.asked}")
                if told.state is not LoadState.PERMITTED:
                    return told
            _, said = await offer(purse, public, slot, load.fen, bytes.fromhex(load.challenge))
    except Hindered as error:
        raise Later(error.why if error.why.startswith("pin") else MACHINE) from error
    except CardError as error:
        raise Later(MACHINE) from error
    return await proven(parts, load, said, f"{key}:{said.random}")


async def proofs_of(purse: Purse, load: LoadView) -> list[Proof]:
    """For the load's number and for the one after it: which of them a card wants differs, and the other one may be about
    the transaction before; the centre knows by the TAC. Raises Hindered."""
    try:
        numbers = [number for number in (load.sequence, load.sequence + 1) if number <= 0xFFFF]
        return [proof for number in numbers if (proof := await purse.prove(load.kind, number)) is not None]
    except (ApduError, FileMalformed, CardError) as error:
        raise hindered(error) from error


async def confirmed(parts: Parts, load: LoadView, tac: bytes, key: str) -> LoadView:
    """Raises Later. Still PERMITTED: this TAC is not this load's."""
    try:
        answer = await parts.platform.confirm_load(ConfirmLoad(load_id=load.load_id, tac=tac.hex().upper()), key=f"{key}:confirm")
    except (PlatformAway, PlatformRefused) as error:
        raise Later(CENTRE) from error
    return answer.load or load


async def proven(parts: Parts, load: LoadView, said: CardOffer, key: str) -> LoadView:
    """Raises Later, also where the centre does not believe the card."""
    try:
        answer = await parts.platform.prove_load(ProveLoad(load_id=load.load_id, offer=said), key=f"{key}:prove")
    except (PlatformAway, PlatformRefused) as error:
        raise Later(CENTRE) from error
    if answer.refusal is not None:
        raise Later(MACHINE)
    return answer.load or load
