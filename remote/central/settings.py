"""How a centre is set up. Production refuses what only a demo may do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from remote.central.alarms.routes import RoutesWrong, load_routes
from remote.central.alarms.rules import DEFAULT_FILE as ALARM_RULES
from remote.central.alarms.rules import RulesWrong
from remote.central.alarms.rules import load_rules as load_alarm_rules
from remote.central.payment.channels.files import LABELS, ChannelFilesError, check_for_production, load_channel_files
from remote.central.payment.tariffs import DEFAULT_FILE as TARIFFS
from remote.central.telemetry.thresholds import Thresholds
from remote.face_model import MODEL, THRESHOLD
from remote.messages import IdentityEvidence


class SettingsError(Exception):
    """The text names the setting and what is expected."""


@dataclass(frozen=True)
class Settings:
    mode: Literal["demo", "production"] = "production"
    identity_needed: tuple[IdentityEvidence, ...] = (IdentityEvidence.FACE, IdentityEvidence.STAFF)
    synthetic_population: int = 0  # people to draw at the first start
    seed: int = 2018
    bend_time: bool = False  # the demo's clock control
    chip_issuer: str = "3416000000000001"  # EF 0015 issuer identifier, 16 hex digits
    identity_folder: Path | None = None  # the CA of the terminals' certificates; demo: made beside the database
    face_threshold: float = THRESHOLD  # least cosine that counts as the same person; remote/face_model.py says what is known [A]
    face_by_terminal: bool = True  # a comparison made at a terminal is enough; False: only the centre's own
    face_models: tuple[str, ...] = (MODEL,)
    seal_folder: Path | None = None  # keys and certificates (remote/central/seal/authority.py); demo: beside the database
    staff_pin: str | None = None  # asked by the counter's pages where set
    channel: str = ""  # who takes payments: "" nobody, "simulated" for demonstrations; the first one where there are several
    sms: str = ""  # who sends codes to telephones: "" nobody, "simulated" for demonstrations, "city": Centre.codes.gateway is set
    payments: Path | None = None  # the real channels and their keys (remote/central/payment/channels/files.py)
    tariffs: Path = TARIFFS
    telemetry: Thresholds = Thresholds()
    broker: str | None = None  # HOST:PORT of an MQTT 5 broker that carries telemetry as well (remote/central/telemetry/mqtt.py)
    alarm_rules: Path = ALARM_RULES  # when something becomes an alarm (remote/central/alarms/rules.toml)
    alarm_routes: Path | None = None  # who hears of it (remote/central/alarms/routes.py); None: the console alone
    metrics_token: str | None = None  # who may read /metrics (Prometheus: authorization.credentials); None: nobody
    hsm: Path | None = None  # the token of card keys (remote/central/keys/hsm_file.py); demo: a file made beside the database
    public_url: str = "http://127.0.0.1:8080"  # where a phone finds this centre's pages

    def check(self) -> None:
        """Raises SettingsError."""
        if not self.identity_needed:
            raise SettingsError("identity_needed: expected at least one kind of evidence")
        if not 0.2 <= self.face_threshold <= 1:
            raise SettingsError("face_threshold: expected 0.2 to 1; under 0.2 everybody is the same person")
        try:
            self.telemetry.check()
            load_alarm_rules(self.alarm_rules)
            load_routes(self.alarm_routes)
        except (ValueError, RulesWrong, RoutesWrong, OSError) as error:
            raise SettingsError(str(error)) from error
        host, _, port = (self.broker or "localhost:8883").rpartition(":")
        if not host or not port.isdigit() or not 0 < int(port) < 65_536:
            raise SettingsError(f"broker: expected HOST:PORT, not {self.broker!r}")
        for channel in self.channels:
            if channel not in LABELS:
                raise SettingsError(f"channel: expected one of {', '.join(LABELS)}, not {channel!r}")
        if self.channel in ("wechat", "alipay") and self.channel not in self._real_channels():
            raise SettingsError(f"channel: {self.channel}: expected the file `payments` to name it")
        if self.mode == "demo":
            return
        self._check_keys()
        for name, switched_on in (
            ("identity_needed: card_alone", IdentityEvidence.CARD_ALONE in self.identity_needed),
            ("synthetic_population", self.synthetic_population > 0),
            ("bend_time", self.bend_time),
            ("channel: simulated", self.channel == "simulated"),
            ("sms: simulated", self.sms == "simulated"),
        ):
            if switched_on:
                raise SettingsError(f"{name}: expected to be off in production mode, it is for demonstrations only")
        if not self.staff_pin:
            raise SettingsError("staff_pin: expected to be set in production mode, the counter's pages move cards and money")

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of all channels, the first one first. Raises SettingsError."""
        first = (self.channel,) if self.channel else ()
        return tuple(dict.fromkeys((*first, *self._real_channels())))

    def _real_channels(self) -> tuple[str, ...]:
        try:
            return load_channel_files(self.payments).names if self.payments is not None else ()
        except ChannelFilesError as error:
            raise SettingsError(f"payments: {error}") from error

    def _check_keys(self) -> None:
        try:
            if self.payments is not None:
                check_for_production(self.payments)
        except ChannelFilesError as error:
            raise SettingsError(f"payments: {error}") from error


def demo_settings(population: int = 20_000, seed: int = 2018, **more: object) -> Settings:
    """Everything a demonstration needs: the ID card alone is trusted, and every such case is marked."""
    evidence = (IdentityEvidence.CARD_ALONE, IdentityEvidence.FACE, IdentityEvidence.STAFF)
    return Settings(
        mode="demo", identity_needed=evidence, synthetic_population=population, seed=seed, bend_time=True,
        **{"channel": "simulated", "sms": "simulated", **more},  # type: ignore[arg-type]
    )  # fmt: skip
