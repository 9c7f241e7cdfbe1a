"""Every fault on every driver comes out as the table says, and what a probe says afterwards is true."""
from __future__ import annotations

from collections.abc import Callable

import pytest

from devices.card_dispenser.expected import EXPECTED, Expected, When
from devices.card_dispenser.machine import LINE_FAULTS
from devices.errors import DeviceRefused
from tests.contract.device_class import FaultTable
from tests.devices.card_dispenser.rig import CRT, CRT_591H, CRT_ADDRESSED, K720_MAKE, Hall, Make, in_hall
from tests.devices.card_dispenser.situations import ACT_OF, agrees, carried_out, machine, mended, really

TABLE_OF = {CRT: EXPECTED["crt"], CRT_591H: EXPECTED["crt"], K720_MAKE: EXPECTED["k720"]}
ROWS = [
    pytest.param(make, fault, row, id=f"{make}-{fault}-{row.when.value}{'-once' if row.times else ''}")
    for make, table in TABLE_OF.items()
    for fault, rows in table.items()
    for row in rows
    if make is not CRT_591H or (fault in LINE_FAULTS and row is rows[0])  # the same metal behind another framing
]


def situation(make: Make, fault: str, row: Expected) -> Callable[[], None]:
    """One row of the table, as a test without arguments."""
    rig = CRT_ADDRESSED if fault == "antenna_dead" else make  # its station is the antenna

    async def come_out(hall: Hall) -> None:
        def break_it() -> None:
            hall.faults.set(fault, row.times)
            if row.beside:
                hall.faults.set(row.beside)

        outcome = await carried_out(hall, row.when, break_it)
        assert (outcome.end, outcome.code) == (row.end, row.code)
        await mended(hall)
        if row.when in ACT_OF:
            judgement = await hall.dispenser.probe(ACT_OF[row.when], outcome.before)
            assert judgement.verdict is row.then, judgement.because
            assert agrees(judgement.verdict, really(hall, row.when)), judgement.because

    return lambda: in_hall(rig, come_out, model=machine())


def fault_table(make: Make) -> FaultTable:
    """For ./run contract."""
    table = FaultTable(make.simulator(machine()).faults.known)
    for fault, rows in TABLE_OF[make].items():
        for row in rows:
            table.add((fault,), f"{row.when.value} {row.end.value} {row.code}".strip(), situation(make, fault, row))
    return table


@pytest.mark.parametrize(("make", "fault", "row"), ROWS)
def test_it_comes_out_as_the_table_says(make: Make, fault: str, row: Expected) -> None:
    situation(make, fault, row)()


@pytest.mark.parametrize("make", TABLE_OF, ids=str)
def test_the_table_knows_every_fault(make: Make) -> None:
    assert set(TABLE_OF[make]) == set(make.simulator(machine()).faults.known)
    assert len(TABLE_OF[make]) >= 12
    assert fault_table(make).not_shown == set()


def test_a_movement_is_sent_once_whatever_becomes_of_its_answer() -> None:
    for fault in ("answer_lost", "answer_late", "unplugged"):

        async def once(hall: Hall, fault: str = fault) -> None:
            await carried_out(hall, When.FEED, lambda: hall.faults.set(fault, 1))
            await mended(hall)
            await hall.dispenser.status()
            assert [name for name in hall.simulator.commands if name.startswith("32")] == ["32 31"]
            assert len(hall.model.path) == 1

        in_hall(CRT, once, model=machine())


def test_a_chip_hanging_in_a_cancelled_visit_does_not_stop_the_next_one() -> None:
    async def two_visits(hall: Hall) -> None:
        assert (await carried_out(hall, When.CHIP, lambda: hall.faults.set("chip_hangs", 1))).end.value == "unknown"
        await hall.dispenser.reject()
        await hall.dispenser.feed_to(hall.station)

    in_hall(CRT, two_visits, model=machine())


def test_a_station_that_the_machine_has_not_is_refused() -> None:
    async def no_station(hall: Hall) -> None:
        with pytest.raises(DeviceRefused) as refused:
            hall.dispenser.station(hall.station)
        assert refused.value.code == "UNSUPPORTED"

    in_hall(K720_MAKE, no_station)
