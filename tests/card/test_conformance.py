"""The conformance suite at its three stations."""
from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

import pytest
import trio

from tests.card import benches
from tests.card.benches import Bench
from tests.card.conformance import CASES, IMPATIENT_CASES, Case
from tests.card.private_pcscd import PrivatePcscd
from tests.card.side_by_side import Outcomes, side_by_side
from tests.virtual_time import run_in_virtual_time

STUCK_S = 30.0
ALL = {**CASES, **IMPATIENT_CASES}


async def _run(bench: Callable[[], AbstractAsyncContextManager[Bench]], case: Case) -> None:
    with trio.fail_after(STUCK_S):
        async with bench() as opened:
            await case(opened)


@pytest.mark.parametrize("name", ALL)
def test_in_process(name: str) -> None:
    run_in_virtual_time(_run, benches.in_process, ALL[name])


@pytest.mark.parametrize("name", ALL)
def test_over_tcp(name: str) -> None:
    trio.run(_run, benches.over_tcp, ALL[name])


@pytest.fixture(scope="module")
def through_pcscd(request: pytest.FixtureRequest, pcscd: PrivatePcscd) -> Outcomes:
    """The cases that were asked for, side by side: each waits for its card to be seen, at a pair of slots of its own."""
    items = [item for item in request.session.items if isinstance(item, pytest.Function)]
    wanted = {item.callspec.params["name"] for item in items if item.originalname == test_through_pcscd.__name__}
    open_for = {name: partial(benches.over_pcscd, pcscd) for name in CASES}
    open_for |= {name: partial(benches.over_pcscd, pcscd, seen_within_s=0.7) for name in IMPATIENT_CASES}
    return side_by_side({name: partial(_run, open_for[name], ALL[name]) for name in ALL if name in wanted}, len(pcscd.pairs))


@pytest.mark.parametrize("name", ALL)
def test_through_pcscd(name: str, through_pcscd: Outcomes) -> None:
    through_pcscd[name].unwrap()
