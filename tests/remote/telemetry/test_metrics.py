"""What Prometheus reads of a centre: nothing without the token, names with units, the fleet as it is."""
from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from remote.central.telemetry.metrics import metrics_router
from tests.remote.telemetry.test_ingest import Hours, a_centre, hopper, journey, told


def client(token: str | None) -> FastAPI:
    clock = Hours()
    centre = a_centre(clock)
    told(centre, journey(1), journey(2, "refused", "too_young"), hopper(3, 5, state="low"))
    clock.at += timedelta(seconds=90)
    app = FastAPI()
    app.include_router(metrics_router(centre.engine, clock, centre.ear, token))
    return app


def page(of: FastAPI, token: str) -> httpx.Response:
    async def got() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(of), base_url="http://centre") as http:
            return await http.get("/metrics", headers={"Authorization": f"Bearer {token}"})

    return asyncio.run(got())


def test_without_a_configured_token_there_is_no_page() -> None:
    assert page(client(None), "").status_code == 404 and page(client(""), "").status_code == 404


@pytest.mark.parametrize("wrong", ["", "x", "Secret", "None"])
def test_a_wrong_token_gets_nothing(wrong: str) -> None:
    answer = page(client("secret"), wrong)
    assert answer.status_code == 401 and "bozhou" not in answer.text


def test_figures_of_the_fleet() -> None:
    answer = page(client("secret"), "secret")
    lines = answer.text.splitlines()
    assert 'bozhou_terminals{presence="never_seen",region="341602"} 1.0' in lines
    assert 'bozhou_journeys_total{journey="senior_card",outcome="refused"} 1.0' in lines
    assert 'bozhou_storage_units{kind="card_hopper",state="low"} 1.0' in lines
    assert "bozhou_newest_fact_age_seconds 90.0" in lines and "bozhou_centre_deaf 0.0" in lines
