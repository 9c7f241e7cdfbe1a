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


@pytest.mark.parametrize("name", CASES)
def test_over_pcscd(name: str, pcscd: PrivatePcscd) -> None:
    trio.run(_run, partial(benches.over_pcscd, pcscd), CASES[name])


@pytest.mark.parametrize("name", IMPATIENT_CASES)
def test_over_pcscd_impatiently(name: str, pcscd: PrivatePcscd) -> None:
    trio.run(_run, partial(benches.over_pcscd, pcscd, seen_within_s=0.7), IMPATIENT_CASES[name])
