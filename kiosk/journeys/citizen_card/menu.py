"""市民卡: what can be done with it now; what cannot, greyed, and why when it is touched."""
from __future__ import annotations

from kiosk import leaflet
from kiosk.health.offers import NotNow
from kiosk.journeys.citizen_card.entries import ENTRIES, Entry, Group
from kiosk.leaflet import citizen_card as words
from kiosk.visit import Left, Visit


async def citizen_card(visit: Visit) -> None:
    """Raises Left, Refused, WalkedAway."""
    group = Group.FIRST
    while True:
        here = on_page(visit, group)
        others = [other for other in Group if group is Group.FIRST is not other and on_page(visit, other)]
        verdicts = {entry.name: visit.health.offer(entry.name) for entry in here}
        answer = await visit.ask(words.menu(group.value, list(verdicts), verdicts, [other.value for other in others]))
        chosen = next((entry for entry in here if entry.name == answer.choice), None)
        if chosen is None:
            if answer.choice == "back" and group is Group.FIRST:
                raise Left
            group = Group(answer.choice) if answer.choice in others else Group.FIRST
        elif isinstance(verdict := verdicts[chosen.name], NotNow):
            await visit.ask(leaflet.not_now(verdict.reason, visit.nearest))
        else:
            return await chosen.journey(visit)


def on_page(visit: Visit, group: Group) -> list[Entry]:
    """Without what has a tile of its own at home, and what needs to know who stands there where nobody can say it."""
    return [
        entry for entry in ENTRIES
        if entry.group is group and entry.name not in visit.own_tiles and (visit.can_prove or not entry.proof)
    ]  # fmt: skip
