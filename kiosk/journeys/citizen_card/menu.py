"""市民卡: what can be done with it now; what cannot, greyed, and why when it is touched."""
from __future__ import annotations

from collections.abc import Sequence

from kiosk import leaflet
from kiosk.health.offers import NotNow
from kiosk.journeys.citizen_card.entries import ENTRIES, Entry, Group
from kiosk.leaflet import citizen_card as words
from kiosk.visit import Left, Visit


async def citizen_card(visit: Visit) -> None:
    """Raises Left, Refused, WalkedAway."""
    group = Group.FIRST
    while True:
        here = on_page(group, visit.own_tiles)
        others = [other for other in Group if group is Group.FIRST is not other and on_page(other, visit.own_tiles)]
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


def on_page(group: Group, own_tiles: Sequence[str]) -> list[Entry]:
    """Without what has a tile of its own at home."""
    return [entry for entry in ENTRIES if entry.group is group and entry.name not in own_tiles]
