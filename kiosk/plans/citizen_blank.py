"""The blank of one citizen card: every step of its script comes from the centre, sealed for this one chip, and its answers go
back. What stands in the chip is read back with codecs of our own before the card is printed and, where the printer can, after."""
from __future__ import annotations

from card import personalise
from card.apdu import ApduError, Response
from card.elementary_file import FileMalformed
from card.files import Holder, PublicInformation
from card.names import name_for_chip
from card.personalise import ChipContent, ReadBackDiffers, compare
from card.session import ApplicationMissing
from card.transport import CardError, CardTransport
from kiosk.plans.blank import Blank
from kiosk.plans.citizen_number import citizen_reservation_of
from kiosk.plans.one_call import CENTRE
from kiosk.transaction.plan import Attempt, Facts, NotDone
from remote.messages import CardCommand, CardCommands, PersonaliseCitizenCard
from remote.platform import PlatformAway, PlatformRefused

CHIP_TROUBLES = (CardError, ApduError, ApplicationMissing, ReadBackDiffers, FileMalformed)
PIECES = 64                  # of a script at most; a centre that never ends is no centre


class StepRefused(Exception):
    """The chip answered a step with a status word that the script does not expect."""


class CitizenBlank(Blank):
    async def write_chip(self, this: Attempt) -> Facts:
        """A blank that was lost half way is spoiled: no script is begun twice on the same chip."""
        self._parts.stage(this.plan, "write")
        public, holder = self._content()
        try:
            async with self._chip.power_up() as transport:
                pieces = await self._personalise(transport)
                found = await compare(transport, public, holder)
        except (*CHIP_TROUBLES, StepRefused) as error:
            raise NotDone("chip", problem=type(error).__name__) from error
        except (PlatformAway, PlatformRefused) as error:
            raise NotDone("centre_away", problem=CENTRE) from error
        if found is not ChipContent.WRITTEN:
            raise NotDone("chip", problem=found.value)
        return {"pieces": pieces}

    async def _personalise(self, transport: CardTransport) -> int:
        """Returns how many pieces the script had."""
        identity = await personalise.serial(transport)
        request = PersonaliseCitizenCard(
            reserve_key=Attempt(self._log.plan, "reserve", 1).key, chip=identity.hex().upper() if identity else ""
        )
        for count in range(PIECES):
            said = await self._parts.platform.personalise_citizen_card(request)
            if said.refusal is not None:
                raise NotDone("chip", problem=said.refusal.code.value)
            if said.done:
                return count
            request = request.model_copy(update={"position": said.position, "answers": await carried_out(transport, said)})
        raise NotDone("chip", problem="endless")

    def _content(self) -> tuple[PublicInformation, Holder]:
        reservation = citizen_reservation_of(self._log)
        public = PublicInformation(
            issuer=bytes.fromhex(reservation.chip_issuer), serial=reservation.chip_serial, start=reservation.issued_on,
            expiry=reservation.valid_to, application_type=reservation.in_use,
        )  # fmt: skip
        name = name_for_chip(reservation.name, shorten=True)
        return public, Holder(name=name.stored, id_number=reservation.id_number)


async def carried_out(transport: CardTransport, said: CardCommands) -> list[str]:
    """Response data to each command. Raises StepRefused and the transport's errors."""
    return [(await sent(transport, command)).hex().upper() for command in said.commands]


async def sent(transport: CardTransport, command: CardCommand) -> bytes:
    response = Response.decode(await transport.transmit(bytes.fromhex(command.apdu)))
    while response.sw >> 8 == 0x61:     # T=0: the data wait for GET RESPONSE
        response = Response.decode(await transport.transmit(bytes((0x00, 0xC0, 0x00, 0x00, response.sw & 0xFF))))
    if f"{response.sw:04X}" not in command.expected:
        raise StepRefused(f"{command.purpose}: {response.sw:04X}")
    return response.data
