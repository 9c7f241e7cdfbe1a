"""The mains go, or the terminal is killed, at any instant of any act: what a probe says afterwards is true."""
from __future__ import annotations

import pytest
import trio

from devices.card_dispenser.crt import CrtDispenser, CrtOptions
from devices.card_dispenser.expected import End, When
from devices.card_dispenser.judging import Evidence, Verdict
from devices.card_dispenser.words import PathMedia, RejectEnd
from devices.errors import DeviceError, DeviceGone
from tests.devices.card_dispenser.rig import CRT, K720_MAKE, Hall, Make, in_hall
from tests.devices.card_dispenser.situations import ACT_OF, act, agrees, carried_out, machine, mended, prepare, really

DURABLE = CrtOptions(counter_survives_power=True)
INSTANTS_S = (0.1, 0.35, 0.8, 1.2, 1.6, 2.4, 3.5)


def mains_go(hall: Hall, after_s: float) -> None:
    hall.later(after_s, hall.simulator.power_off)
    hall.later(after_s + 40.0, hall.simulator.power_on)


@pytest.mark.parametrize("when", ACT_OF, ids=lambda when: str(when.value))
@pytest.mark.parametrize("make", (CRT, K720_MAKE), ids=str)
def test_the_mains_go_at_any_instant(make: Make, when: When) -> None:
    said: set[Verdict] = set()
    for instant in INSTANTS_S:

        async def cut(hall: Hall, instant: float = instant) -> None:
            outcome = await carried_out(hall, when, lambda: mains_go(hall, instant))
            await mended(hall)
            judgement = await hall.dispenser.probe(ACT_OF[when], outcome.before)
            assert agrees(judgement.verdict, really(hall, when)), f"{instant} s: {judgement}"
            if outcome.end is End.REFUSED:
                assert judgement.verdict is not Verdict.DONE
            said.add(judgement.verdict)

        in_hall(make, cut, model=machine())
    assert Verdict.NOT_DONE in said or when is When.TAKE


@pytest.mark.parametrize("when", ACT_OF, ids=lambda when: str(when.value))
def test_a_counter_that_is_kept_answers_more(when: When) -> None:
    """Killed terminal, another driver, and a machine whose counter is known to survive: every act is answered."""
    for instant in INSTANTS_S:

        async def kill(hall: Hall, instant: float = instant) -> None:
            hall.dispenser = CrtDispenser(hall.open_wire, options=DURABLE)
            await prepare(hall, when)
            before = Evidence.from_json((await hall.dispenser.evidence()).as_json())
            with trio.move_on_after(instant):
                await act(hall, when)
            hall.later(30.0, hall.simulator.power_off)
            hall.later(31.0, hall.simulator.power_on)
            await trio.sleep(60)
            judgement = await CrtDispenser(hall.open_wire, options=DURABLE).probe(ACT_OF[when], before)
            assert judgement.verdict is not Verdict.UNKNOWN, judgement
            assert agrees(judgement.verdict, really(hall, when)), judgement

        in_hall(CRT, kill, model=machine())


def test_a_forgetful_counter_is_not_believed_after_a_power_cut() -> None:
    async def cut(hall: Hall) -> None:
        hall.model.forgets = True
        outcome = await carried_out(hall, When.CAPTURE, lambda: mains_go(hall, 1.6))
        assert outcome.end is End.UNKNOWN and len(hall.model.bin.cards) == 1
        await mended(hall)
        judgement = await hall.dispenser.probe(ACT_OF[When.CAPTURE], outcome.before)
        assert judgement.verdict is Verdict.UNKNOWN

    in_hall(CRT, cut, model=machine())


@pytest.mark.parametrize("make", (CRT, K720_MAKE), ids=str)
def test_a_card_left_between_the_stations_can_be_rejected(make: Make) -> None:
    async def cut(hall: Hall) -> None:
        await hall.dispenser.status()
        hall.later(1.5, hall.simulator.power_off)
        with pytest.raises(DeviceError):
            await hall.dispenser.feed_to(hall.station)
        with pytest.raises(DeviceGone):
            await hall.dispenser.status()
        hall.simulator.power_on()
        assert hall.model.place is PathMedia.IN_TRANSPORT
        assert (await hall.dispenser.status()).path.inside
        assert await hall.dispenser.reject() is RejectEnd.CARD_REJECTED
        await hall.dispenser.feed_to(hall.station)

    in_hall(make, cut, model=machine())


@pytest.mark.parametrize("make", (CRT, K720_MAKE), ids=str)
def test_a_slot_left_open_by_a_cancelled_visit_is_closed(make: Make) -> None:
    async def leave(hall: Hall) -> None:
        await hall.dispenser.status()
        with trio.move_on_after(5.0):
            await hall.dispenser.accept(60.0)
        assert not hall.model.slot_open
        hall.hold_card()
        await trio.sleep(30)
        assert hall.model.in_slot is not None and not hall.model.path

    in_hall(make, leave)


@pytest.mark.parametrize("make", (CRT, K720_MAKE), ids=str)
def test_a_card_already_on_its_way_when_the_visit_is_cancelled_is_seen(make: Make) -> None:
    async def leave(hall: Hall) -> None:
        await hall.dispenser.status()
        hall.later(4.0, hall.hold_card)
        with trio.move_on_after(4.3):
            await hall.dispenser.accept(60.0)
        assert (await hall.dispenser.status()).path.inside
        await hall.dispenser.present()

    in_hall(make, leave)


@pytest.mark.parametrize("make", (CRT, K720_MAKE), ids=str)
def test_a_terminal_started_anew_in_mid_movement_waits_for_its_end(make: Make) -> None:
    async def restart(hall: Hall) -> None:
        await hall.dispenser.status()
        with trio.move_on_after(0.6):
            await hall.dispenser.feed_to(hall.station)
        assert hall.model.moving
        anew = hall.another_driver()
        hall.dispenser = anew
        await trio.sleep(0.1)
        await anew.present()
        assert hall.model.gate is not None and hall.model.fed == 1

    in_hall(make, restart)
