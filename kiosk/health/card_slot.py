"""A look at the PC/SC reader that takes citizens' own cards. No card is touched: whoever has put hers in is not disturbed."""
from __future__ import annotations

from card.conditions import ReaderBusy
from card.pcsc import PcscStation
from card.transport import ReaderGone, ServiceDown
from kiosk.health.found import Looked

NAME = "citizen_card"


async def look(station: PcscStation) -> Looked:
    try:
        await station.check()
    except ReaderBusy:
        return Looked(NAME, works=False, troubles=(f"{NAME}_reader_hangs",))
    except ReaderGone:
        return Looked(NAME, works=False, troubles=(f"{NAME}_reader_away",))
    except ServiceDown:
        return Looked(NAME, works=False, troubles=(f"{NAME}_service_away",))
    return Looked(NAME, works=True)
