"""Open of day (facts/journeys.md O1): every device and every unit with its light, and a test slip."""
from __future__ import annotations

from devices.errors import DeviceError
from devices.receipt_printer.driver import PrintEnd
from devices.receipt_printer.items import Cut, Feed, Item, Text
from kiosk.conversation import Conversation
from kiosk.health.found import Found, Light, light_of
from kiosk.health.health import Health
from kiosk.health.streaks import Streak
from kiosk.leaflet import staff
from kiosk.prompts import Lamp

A_PAGE = 5
WORST_FIRST = {Light.RED: 0, Light.AMBER: 1, Light.GREEN: 2}
TEST_FEED = 3            # from the head to the knife


def lamps(found: Found, min_free_mb: float, clock_skew_s: float) -> list[Lamp]:
    """Everything that was looked at, the worst first."""
    rows = [Lamp(name, looked.light, looked.troubles) for name, looked in found.devices.items()]
    rows += [Lamp(name, light_of(unit), unit.troubles, unit.state, unit.count) for name, unit in found.units.items()]
    off = found.clock_off_s
    wrong = off is not None and abs(off) > clock_skew_s
    rows += [
        Lamp("centre", Light.GREEN if found.centre else Light.RED, () if found.centre else ("centre_away",)),
        Lamp("clock", Light.RED if wrong else Light.AMBER if off is None else Light.GREEN, ("clock_wrong",) if wrong else (),
             "unknown" if off is None else "ok"),
        Lamp("disk", Light.RED if found.free_mb < min_free_mb else Light.GREEN,
             ("disk_full",) if found.free_mb < min_free_mb else ()),
    ]  # fmt: skip
    return sorted(rows, key=lambda row: WORST_FIRST[Light(row.light)])


class StatusPage:
    def __init__(self, talk: Conversation, health: Health) -> None:
        self._talk = talk
        self._health = health

    async def show(self) -> None:
        """Until it is closed; looks at everything each time the page turns. Raises WalkedAway."""
        page = 0
        while True:
            found, limits = await self._health.look(), self._health.parts.limits
            rows = lamps(found, limits.min_free_mb, limits.clock_skew_s)
            pages = -(-len(rows) // A_PAGE)
            page %= pages
            shown = rows[page * A_PAGE : (page + 1) * A_PAGE]
            ask = staff.status_page(shown, more=pages > 1, may_print=found.works("receipt_printer"))
            match (await self._talk.ask(ask)).choice:
                case "next_lamps":
                    page += 1
                case "test_slip":
                    await self._test_slip()
                case _:
                    return

    async def _test_slip(self) -> None:
        """Harmless: the terminal's name and the time, nobody's data."""
        parts = self._health.parts
        lines = (parts.hall, parts.terminal, f"{parts.now():%Y-%m-%d %H:%M}", "试打凭条,中文打印正常")
        items: list[Item] = [*(Text(line) for line in lines), Feed(TEST_FEED), Cut()]
        try:
            outcome = await parts.receipt_printer.print_items(items)
            delivered = outcome.end is PrintEnd.DELIVERED
        except DeviceError:
            delivered = False
        self._health.streaks.was(Streak.SLIP_NOT_DELIVERED, good=delivered)
        await self._talk.ask(staff.test_slip(delivered=delivered))
