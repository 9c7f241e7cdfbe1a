"""`/metrics` for Prometheus: what the fleet looks like and how the centre keeps up. Off unless a token is configured."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool

from remote.central.store.database import reading
from remote.central.store.schema import incidents, obligations
from remote.central.telemetry.fleet import ALL, PRESENCE, REGION
from remote.central.telemetry.presence import Ear
from remote.central.telemetry.tables import facts, region_journeys, states, units
from remote.central.times import Clock

Family = GaugeMetricFamily | CounterMetricFamily


class FleetFigures(Collector):
    """Read from the database at each scrape: a second process of the same centre tells the same."""

    def __init__(self, engine: sa.Engine, clock: Clock, ear: Ear) -> None:
        self._engine, self._clock, self._ear = engine, clock, ear

    def collect(self) -> Iterator[Family]:
        with reading(self._engine) as connection:
            yield self._terminals(connection)
            yield self._units(connection)
            yield self._journeys(connection)
            owed = _count(connection, obligations.c.settled_at)
            yield _gauge("bozhou_open_obligations", "owed to people and not settled", owed)
            yield _gauge("bozhou_open_incidents", "not closed", _count(connection, incidents.c.closed_at))
            waiting = connection.execute(sa.select(sa.func.coalesce(sa.func.sum(states.c.waiting), 0))).scalar_one()
            yield _gauge("bozhou_facts_waiting", "at the terminals, not yet arrived", waiting)
            newest = connection.execute(sa.select(sa.func.max(facts.c.heard_at))).scalar()
        yield _gauge("bozhou_newest_fact_age_seconds", "since any terminal told anything; -1 never", self._age(newest))
        looked = self._age(self._ear.looked_at)
        yield _gauge("bozhou_presence_look_age_seconds", "since the centre looked who is missing; -1 never", looked)
        deaf = float(self._ear.deaf_since is not None)
        yield _gauge("bozhou_centre_deaf", "1: it hears nearly nobody, most likely its own network", deaf)

    def _age(self, at: datetime | None) -> float:
        return -1.0 if at is None else (self._clock() - at).total_seconds()

    @staticmethod
    def _terminals(connection: sa.Connection) -> Family:
        family = GaugeMetricFamily("bozhou_terminals", "by presence and county", labels=("presence", "region"))
        asked = sa.select(PRESENCE, REGION, sa.func.count()).select_from(ALL).group_by(PRESENCE, REGION)
        for presence, region, count in connection.execute(asked).all():
            family.add_metric((presence, region), count)
        return family

    @staticmethod
    def _units(connection: sa.Connection) -> Family:
        family = GaugeMetricFamily("bozhou_storage_units", "by kind and state", labels=("kind", "state"))
        for kind, state, count in connection.execute(
            sa.select(units.c.kind, units.c.state, sa.func.count()).group_by(units.c.kind, units.c.state)
        ).all():
            family.add_metric((kind, state), count)
        return family

    @staticmethod
    def _journeys(connection: sa.Connection) -> Family:
        family = CounterMetricFamily("bozhou_journeys", "ended, by outcome", labels=("journey", "outcome"))
        of = region_journeys.c
        for journey, outcome, count in connection.execute(
            sa.select(of.journey, of.outcome, sa.func.sum(of.times)).group_by(of.journey, of.outcome)
        ).all():
            family.add_metric((journey, outcome), count)
        return family


def _gauge(name: str, words: str, value: float) -> Family:
    return GaugeMetricFamily(name, words, value=float(value))


def _count(connection: sa.Connection, ended: sa.Column[datetime]) -> float:
    return float(connection.execute(sa.select(sa.func.count()).where(ended.is_(None))).scalar_one())


def metrics_router(engine: sa.Engine, clock: Clock, ear: Ear, token: str | None) -> APIRouter:
    """Without a token there is no such page."""
    router = APIRouter(include_in_schema=False)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(FleetFigures(engine, clock, ear))

    async def metrics(request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return Response("expected the token of the metrics\n", 401, {"WWW-Authenticate": "Bearer"}, "text/plain")
        try:
            page = await run_in_threadpool(generate_latest, registry)
        except sa.exc.SQLAlchemyError as error:
            return Response(f"the database does not answer: {type(error).__name__}\n", 503, media_type="text/plain")
        return Response(page, media_type=CONTENT_TYPE_LATEST)

    if token:
        router.add_api_route("/metrics", metrics, methods=["GET"])
    return router
