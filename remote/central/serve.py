"""The centre as a process of its own: `python -m remote.central.serve --db sqlite:////path/centre.db --port 8080`."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import uvicorn
from alembic.util.exc import CommandError
from sqlalchemy.exc import SQLAlchemyError

from remote.central.centre import Centre
from remote.central.http import make_app
from remote.central.keys.keystore import KeysAway
from remote.central.payment.channels.files import ChannelFilesError
from remote.central.rules.ruleset import DEFAULT_FILE, RulesFileError, load_rules
from remote.central.settings import Settings, SettingsError, demo_settings
from remote.central.telemetry.thresholds import load_thresholds
from remote.central.times import BentClock, Clock, beijing_now

KEEP_ALIVE_S = 60  # longer than between two heartbeats: a new handshake costs six times as much (facts/remote.md 5.1)
DEMO_TERMINALS = {
    "bz-01": ("demo-token-bz-01", "政务大厅一楼1号机"),          # the one of the sample kiosk.toml
    "T1": ("demo-token-1", "政务大厅一楼1号机"),
    "T2": ("demo-token-2", "政务大厅一楼2号机"),
}


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
    terminals: tuple[tuple[str, str, str], ...] = ()  # (terminal, token, place)
    seal_folder: Path | None = None
    channel: str | None = None  # who takes payments; None: simulated in demo mode, nobody in production
    payments: Path | None = None
    hsm: Path | None = None
    certificate: str | None = None
    certificate_key: str | None = None
    public_url: str | None = None  # where a phone finds this centre; default: host and port
    terminals_authority: str | None = None  # with it only fleet members may connect (mTLS)
    telemetry: Path | None = None  # TOML file of thresholds (remote/central/telemetry/thresholds.py)


def settings_of(config: ServeConfig) -> Settings:
    """Raises SettingsError."""
    enrolled = {terminal: (token, place) for terminal, token, place in config.terminals}
    if config.mode == "demo":
        settings = demo_settings(config.population, config.seed, terminal_tokens={**DEMO_TERMINALS, **enrolled})
        settings = replace(settings, staff_pin=config.staff_pin)
    else:
        settings = Settings(
            synthetic_population=config.population, seed=config.seed, staff_pin=config.staff_pin, terminal_tokens=enrolled
        )
    settings = replace(settings, public_url=config.public_url or f"http://{config.host}:{config.port}")
    settings = replace(settings, seal_folder=config.seal_folder, payments=config.payments, hsm=config.hsm)
    if config.channel is not None:
        settings = replace(settings, channel=config.channel)
    if config.telemetry is not None:
        try:
            settings = replace(settings, telemetry=load_thresholds(config.telemetry))
        except ValueError as error:
            raise SettingsError(str(error)) from error
    settings.check()
    return settings


def serve(config: ServeConfig) -> None:
    """Run until stopped. Raises SettingsError or RulesFileError before anything is opened."""
    settings, rules = settings_of(config), load_rules(config.rules)
    clock: Clock = BentClock() if settings.bend_time else beijing_now
    centre = Centre.open(config.db, settings, clock, rules)
    options = {"timeout_keep_alive": KEEP_ALIVE_S, "ssl_certfile": config.certificate, "ssl_keyfile": config.certificate_key}
    if config.terminals_authority:
        options |= {"ssl_ca_certs": config.terminals_authority, "ssl_cert_reqs": 2}
    uvicorn.run(make_app(centre), host=config.host, port=config.port, log_level="warning", access_log=False, **options)  # type: ignore[arg-type]


def read_terminals(file: Path) -> tuple[tuple[str, str, str], ...]:
    """Raises SettingsError naming the line, OSError."""
    terminals: list[tuple[str, str, str]] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = line.split("\t")
        if len(parts) != 3 or not all(part.strip() for part in parts):
            raise SettingsError(f"{file}, line {number}: expected ID, token and place, separated by tabs")
        terminals.append((parts[0].strip(), parts[1].strip(), parts[2].strip()))
    return tuple(terminals)


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
    parser.add_argument("--telemetry", type=Path, default=None, help="TOML file: when a terminal is late, down or frozen")
    parser.add_argument("--payments", type=Path, default=None, help="TOML file that names the channels and their keys")
    parser.add_argument(
        "--terminals", type=Path, help="file of terminals to enrol, one a line: ID, token and place, separated by tabs"
    )
    given = parser.parse_args(arguments)
    population = given.population if given.population is not None else (20_000 if given.mode == "demo" else 0)
    try:
        pin = given.staff_pin_file.read_text(encoding="utf-8").strip() if given.staff_pin_file else None
        enrolled = read_terminals(given.terminals) if given.terminals else ()
        config = ServeConfig(given.db, given.host, given.port, given.mode, population, given.seed, given.rules, pin, enrolled)
        config = replace(config, public_url=given.public_url, seal_folder=given.seal_folder)
        config = replace(config, channel=given.channel, payments=given.payments, hsm=given.hsm, telemetry=given.telemetry)
        serve(config)
    except (SettingsError, KeysAway, ChannelFilesError, RulesFileError, SQLAlchemyError, CommandError, OSError) as error:
        print(f"central: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
