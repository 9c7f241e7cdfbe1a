"""The centre as a process of its own: `python -m remote.central.serve --db sqlite:////path/centre.db --port 8080`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import uvicorn
from alembic.util.exc import CommandError
from sqlalchemy.exc import SQLAlchemyError

from remote.central.access.demo import shown
from remote.central.access.oidc import Oidc, OidcConfigError, load_oidc
from remote.central.access.web import Access
from remote.central.alarms.rules import DEFAULT_FILE as ALARM_RULES
from remote.central.centre import Centre
from remote.central.enrolment.tls import server_options
from remote.central.http import make_app
from remote.central.keys.keystore import KeysAway
from remote.central.payment.channels.files import ChannelFilesError
from remote.central.rules.ruleset import DEFAULT_FILE, RulesFileError, load_rules
from remote.central.settings import Settings, SettingsError, demo_settings
from remote.central.telemetry.thresholds import load_thresholds
from remote.central.times import BentClock, Clock, beijing_now

KEEP_ALIVE_S = 60  # longer than between two heartbeats: a new handshake costs six times as much (facts/remote.md 5.1)



@dataclass(frozen=True)
class ServeConfig:
    db: str
    host: str = "127.0.0.1"
    port: int = 8080
    mode: Literal["demo", "production"] = "demo"
    population: int = 20_000
    seed: int = 2018
    rules: Path = DEFAULT_FILE
    staff_pin: str | None = None
    seal_folder: Path | None = None
    channel: str | None = None  # who takes payments; None: simulated in demo mode, nobody in production
    payments: Path | None = None
    hsm: Path | None = None
    identity_folder: Path | None = None  # the CA of the terminals' certificates; demo: beside the database
    tls_names: tuple[str, ...] = ()  # with them this process ends TLS itself, under a certificate of that CA
    oidc: Path | None = None  # TOML file of the city's own sign-in (remote/central/access/oidc.py)
    public_url: str | None = None  # where a phone finds this centre; default: host and port
    metrics_token: str | None = None
    alarms: Path | None = None  # TOML file of who hears of alarms (remote/central/alarms/routes.py)
    alarm_rules: Path = ALARM_RULES
    telemetry: Path | None = None  # TOML file of thresholds (remote/central/telemetry/thresholds.py)
    broker: str | None = None  # HOST:PORT of an MQTT 5 broker that carries telemetry as well


def settings_of(config: ServeConfig) -> Settings:
    """Raises SettingsError."""
    if config.mode == "demo":
        settings = demo_settings(config.population, config.seed)
        settings = replace(settings, staff_pin=config.staff_pin)
    else:
        settings = Settings(synthetic_population=config.population, seed=config.seed, staff_pin=config.staff_pin)
    settings = replace(settings, public_url=config.public_url or f"http{'s' if config.tls_names else ''}://{config.host}:{config.port}")
    settings = replace(settings, seal_folder=config.seal_folder, payments=config.payments, hsm=config.hsm)
    settings = replace(settings, identity_folder=config.identity_folder)
    if config.channel is not None:
        settings = replace(settings, channel=config.channel)
    settings = replace(settings, metrics_token=config.metrics_token, broker=config.broker)
    settings = replace(settings, alarm_routes=config.alarms, alarm_rules=config.alarm_rules)
    if config.telemetry is not None:
        try:
            settings = replace(settings, telemetry=load_thresholds(config.telemetry))
        except ValueError as error:
            raise SettingsError(str(error)) from error
    settings.check()
    return settings


def serve(config: ServeConfig, opened: Callable[[Centre], None] | None = None) -> None:
    """Run until stopped. `opened` is called before the first request. Raises SettingsError or RulesFileError before anything
    is opened."""
    settings, rules = settings_of(config), load_rules(config.rules)
    oidc = Oidc(load_oidc(config.oidc)) if config.oidc is not None else None
    clock: Clock = BentClock() if settings.bend_time else beijing_now
    centre = Centre.open(config.db, settings, clock, rules)
    if opened is not None:
        opened(centre)
    demo = shown if settings.mode == "demo" else None
    print(f"console: {settings.public_url}/console", flush=True)
    for name, password, code in shown(beijing_now()) if demo is not None else ():
        print(f"console: {name} / {password} / {code}", flush=True)
    app = make_app(centre, Access(centre.engine, oidc=oidc, demo_people=demo))
    with tempfile.TemporaryDirectory(prefix="centre-tls-") as folder:
        tls = server_options(centre, config.tls_names, Path(folder)) if config.tls_names else {}
        uvicorn.run(
            app, host=config.host, port=config.port, log_level="warning", access_log=False,
            timeout_keep_alive=KEEP_ALIVE_S, **tls,
        )  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./run central", description="The central platform, embedded.")
    parser.add_argument("--db", default="sqlite:///centre.db", help="sqlite:////path or postgresql+psycopg://user@host/name")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--mode", choices=("demo", "production"), default="demo")
    parser.add_argument("--population", type=int, default=None, help="synthetic people at the first start (demo: 20000)")
    parser.add_argument("--seed", type=int, default=2018)
    parser.add_argument("--public-url", default=None, help="where a phone finds this centre's pages")
    parser.add_argument("--rules", type=Path, default=DEFAULT_FILE)
    parser.add_argument("--staff-pin-file", type=Path, default=None)
    parser.add_argument("--seal-folder", type=Path, default=None, help="keys and certificates of the seal (demo: made here)")
    parser.add_argument("--channel", default=None, help="who takes payments first: wechat, alipay, simulated (demo)")
    parser.add_argument("--hsm", type=Path, default=None, help="TOML file that names the token with the card keys")
    parser.add_argument("--metrics-token-file", type=Path, default=None, help="/metrics for whoever has this token")
    parser.add_argument("--telemetry", type=Path, default=None, help="TOML file: when a terminal is late, down or frozen")
    parser.add_argument(
        "--broker", default=None, help="HOST:PORT of an MQTT 5 broker over TLS that carries heartbeats and facts as well"
    )
    parser.add_argument("--alarms", type=Path, default=None, help="TOML file: who hears of alarms, by mail, webhook or message")
    parser.add_argument("--alarm-rules", type=Path, default=ALARM_RULES, help="TOML file: when something becomes an alarm")
    parser.add_argument("--payments", type=Path, default=None, help="TOML file that names the channels and their keys")
    parser.add_argument("--identity-folder", type=Path, default=None, help="CA of the terminals' certificates (demo: made here)")
    parser.add_argument(
        "--tls-name", action="append", default=[], help="end TLS here, for this name or address; terminals show certificates"
    )
    parser.add_argument("--oidc", type=Path, default=None, help="TOML file of the city's own sign-in for the console")
    given = parser.parse_args(arguments)
    population = given.population if given.population is not None else (20_000 if given.mode == "demo" else 0)
    try:
        pin = given.staff_pin_file.read_text(encoding="utf-8").strip() if given.staff_pin_file else None
        config = ServeConfig(given.db, given.host, given.port, given.mode, population, given.seed, given.rules, pin)
        config = replace(config, public_url=given.public_url, seal_folder=given.seal_folder)
        config = replace(config, channel=given.channel, payments=given.payments, hsm=given.hsm, telemetry=given.telemetry)
        token = given.metrics_token_file.read_text(encoding="utf-8").strip() if given.metrics_token_file else None
        config = replace(config, broker=given.broker, metrics_token=token, alarms=given.alarms, alarm_rules=given.alarm_rules)
        config = replace(config, identity_folder=given.identity_folder, tls_names=tuple(given.tls_name), oidc=given.oidc)
        serve(config)
    except (SettingsError, OidcConfigError, KeysAway, ChannelFilesError, RulesFileError) as error:
        print(f"central: {error}", file=sys.stderr)
        return 2
    except (SQLAlchemyError, CommandError, OSError) as error:
        print(f"central: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
