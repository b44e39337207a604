"""Everything that may be tuned, validated whole.

`Settings` is the root of the TOML file. `Floor` is the part that the engine sees (and the journal keeps): no secrets,
no addresses. Durations are written in seconds in the file (``ring_s``) and read in milliseconds by the code
(``ring_ms``).
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from config.contrato import Contrato
from config.faults import sentences
from config.headset import Headset
from config.jornada import PAUSAS, Metas, Pausas
from config.mandante import Mandante
from config.preset import Preset
from config.traspasos import Traspasos

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
Seconds = Annotated[float, Field(ge=0, le=86_400)]
Ratio = Annotated[float, Field(ge=0, le=1)]
Hour = Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
OrderKey = Literal["saldo", "mora", "promesa", "antiguedad", "tramo", "cambio_tramo", "hora", "telefono", "ultimo"]
Mode = Literal[
    "manual",
    "preview",
    "progressive",
    "ratio",
    "predictive",
    "vicidial_hard_limit",
    "vicidial_tapered",
    "vicidial_average",
    "issabel",
    "wombat_boost",
]
AIMING = frozenset({"predictive", "vicidial_hard_limit", "vicidial_tapered", "vicidial_average"})
"""Modes that steer by their share of abandoned calls: one of nothing, or of all, cannot be aimed at."""
DAY_MS = 86_400_000


class ConfigError(Exception):
    """The configuration cannot be used; the message names each key, its value and what is allowed."""


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Retry(Model):
    """When a case is tried again after a verdict: after `after_min` minutes, at most `max` such results in a row."""

    after_min: Annotated[float, Field(ge=0, le=525_600)]
    max: Annotated[int, Field(ge=1, le=1000)] = 10


RETRY_DEFAULT: dict[str, Retry] = {
    "no_answer": Retry(after_min=180, max=12),
    "busy": Retry(after_min=30, max=6),
    "rejected": Retry(after_min=180, max=6),
    "machine": Retry(after_min=1440, max=6),
    "unallocated": Retry(after_min=5, max=3),
    "congestion": Retry(after_min=10, max=20),
    "network": Retry(after_min=10, max=20),
    "hung_up": Retry(after_min=1440, max=6),
    "abandoned": Retry(after_min=4320, max=3),
    "cancelled": Retry(after_min=5, max=100),
    "failed": Retry(after_min=10, max=20),
    "lost": Retry(after_min=60, max=20),
}


def _rising(limits: tuple[int, ...]) -> tuple[int, ...]:
    if list(limits) != sorted(set(limits)):
        raise ValueError("each limit must be greater than the one before")
    return limits


Tramos = Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1), AfterValidator(_rising)]


class Informe(Model):
    """How the cartera's figures are told (see docs/formulas.md).

    `tramos`: the last day of each band of days overdue. `recorrido_min`: the share of gestionable cases that makes a
    whole pass. `recorrido_cap`: how many gestiones of one case count in the average, at most. `meta_clp`: pesos to
    recover in a calendar month; 0: no goal.
    """

    tramos: Tramos = (30, 60, 90, 180, 360)
    recorrido_min: Annotated[float, Field(gt=0.5, le=1)] = 0.95
    recorrido_cap: Annotated[int, Field(ge=1, le=1000)] = 5
    meta_clp: Annotated[int, Field(ge=0)] = 0


class Strategy(Model):
    """How one cartera is dialled.

    `abandon_target`: what is aimed at, None: the maximum. `careful_saldo`: from so many CLP on, a case is only called
    with an agent held for it; 0: none is. `amd_false_ratio`: persons among what the detector takes for machines.
    `history_days`: from how many of the last days `predictive` begins; 0: it begins without.
    """

    enabled: bool = True
    mode: Mode = "predictive"
    ratio: Annotated[float, Field(ge=1, le=10)] = 1.0
    abandon_ratio_max: Ratio = 0.03
    abandon_target: Annotated[float | None, Field(gt=0, lt=1)] = None
    abandon_window_days: Annotated[int, Field(ge=1, le=30)] = 1
    amd_false_ratio: Annotated[float, Field(ge=0, lt=1)] = 0.0
    hang_up_overdialed: bool = False
    history_days: Annotated[int, Field(ge=0, le=90)] = 7
    careful_saldo: Annotated[int, Field(ge=0)] = 0
    weight: Annotated[float, Field(gt=0, le=1000)] = 1.0
    order: Annotated[tuple[OrderKey, ...], Field(min_length=1, max_length=4)] = ("saldo", "mora")
    phone_choice: Literal["best", "rotate"] = "rotate"
    caller_id: Annotated[str, Field(pattern=r"^\+?\d{3,15}$")] = "600000000"
    hours_from: Hour = "08:00"
    hours_to: Hour = "20:00"
    amd: bool = False
    record: bool = True
    ring_s: Annotated[float, Field(ge=15, le=120)] = 30.0
    wait_s: Annotated[float, Field(ge=0.5, le=2.0)] = 2.0
    callback_grace_min: Annotated[float, Field(ge=0, le=1440)] = 15.0
    callback_within_min: Annotated[float, Field(gt=0, le=240)] = 5.0
    skip_min: Annotated[float, Field(ge=0, le=10_080)] = 60.0
    guion: Id = "facturas"
    arbol: Id = "generico"
    auto_ready: bool = True
    preset: Id = "cl_consumidor"
    preset_by_regime: dict[Literal["consumidor", "mype", "empresa"], Id] = Field(default_factory=dict)
    mandante: Id | Literal[""] = ""
    retry: dict[str, Retry] = Field(default_factory=dict)
    informe: Informe = Informe()
    contrato: Contrato = Contrato()

    @model_validator(mode="after")
    def _known_verdicts(self) -> Self:
        unknown = sorted(set(self.retry) - set(RETRY_DEFAULT))
        if unknown:
            raise ValueError(f"retry.{unknown[0]}: not a verdict; allowed: {', '.join(sorted(RETRY_DEFAULT))}")
        return self

    @model_validator(mode="after")
    def _hours_in_order(self) -> Self:
        if self.hours_from >= self.hours_to:
            said = {"key": "hours_to", "hours_from": self.hours_from, "hours_to": self.hours_to}
            sentence = "hours_from {hours_from} must be before hours_to {hours_to}"
            raise PydanticCustomError("hours_in_order", sentence, said)
        return self

    @model_validator(mode="after")
    def _possible_target(self) -> Self:
        limit, target = self.abandon_ratio_max, self.abandon_target
        if target is not None and target > limit:
            sentence = f"abandon_target {target:g} must not be above abandon_ratio_max {limit:g}"
            said = {"key": "abandon_target", "limit": limit, "said": sentence}
            raise PydanticCustomError("target_above_limit", "{said}", said)
        if self.mode in AIMING and not 0 < limit < 1:
            sentence = (
                f"mode {self.mode} with abandon_ratio_max {limit:g}: it must be above 0 and below 1, such as 0.03; "
                'for no abandoned call at all, use mode = "progressive"'
            )
            raise PydanticCustomError("cannot_aim", "{said}", {"key": "abandon_ratio_max", "said": sentence})
        return self

    @property
    def target(self) -> float:
        """The abandoned share aimed at."""
        return self.abandon_ratio_max if self.abandon_target is None else self.abandon_target

    @property
    def pacing(self) -> tuple[object, ...]:
        """What another strategy is made of when it changes."""
        return self.mode, self.ratio, self.abandon_ratio_max, self.target, self.hang_up_overdialed

    @property
    def window_ms(self) -> int:
        return self.abandon_window_days * DAY_MS

    @property
    def presets(self) -> tuple[str, ...]:
        """Every preset that may judge one of the cartera's debtors, its own first."""
        return tuple(dict.fromkeys((self.preset, *self.preset_by_regime.values())))

    def retry_for(self, verdict: str) -> Retry | None:
        """The retry rule of a verdict, or None where the verdict has none (connected: the disposition decides)."""
        return self.retry.get(verdict) or RETRY_DEFAULT.get(verdict)

    @property
    def ring_ms(self) -> int:
        return round(self.ring_s * 1000)

    @property
    def wait_ms(self) -> int:
        return round(self.wait_s * 1000)

    @property
    def callback_grace_ms(self) -> int:
        return round(self.callback_grace_min * 60_000)

    @property
    def callback_within_ms(self) -> int:
        return round(self.callback_within_min * 60_000)


class Limits(Model):
    """What bounds the whole floor."""

    calls_max: Annotated[int, Field(ge=1, le=10_000)] = 60
    calls_per_s_max: Annotated[float, Field(gt=0, le=1000)] = 10.0
    gap_between_contacts_s: Seconds = 10.0
    agent_ring_s: Annotated[float, Field(ge=5, le=60)] = 20.0
    overdue_s: Annotated[float, Field(ge=2, le=120)] = 10.0
    orphan_leg_s: Annotated[float, Field(ge=1, le=3600)] = 60.0

    @property
    def gap_ms(self) -> int:
        return round(self.gap_between_contacts_s * 1000)

    @property
    def agent_ring_ms(self) -> int:
        return round(self.agent_ring_s * 1000)

    @property
    def overdue_ms(self) -> int:
        return round(self.overdue_s * 1000)

    @property
    def orphan_leg_ms(self) -> int:
        return round(self.orphan_leg_s * 1000)


class Floor(Model):
    """What the engine sees of the settings. `codes`: by tree, the disposition that the system records for a verdict."""

    limits: Limits = Limits()
    carteras: Annotated[dict[Id, Strategy], Field(min_length=1)]
    reglas: dict[str, Preset]
    mandantes: dict[Id, Mandante] = Field(default_factory=dict)
    codes: dict[str, dict[str, str]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known_presets(self) -> Self:
        for name, strategy in self.carteras.items():
            unknown = next((preset for preset in strategy.presets if preset not in self.reglas), None)
            if unknown is not None:
                known = ", ".join(sorted(self.reglas))
                raise ValueError(f"carteras.{name}.preset = {unknown!r}: no such preset; there are: {known}")
        return self

    @model_validator(mode="after")
    def _known_mandantes(self) -> Self:
        for name, strategy in self.carteras.items():
            if strategy.mandante and strategy.mandante not in self.mandantes:
                known = ", ".join(sorted(self.mandantes)) or "none"
                raise ValueError(
                    f"carteras.{name}.mandante = {strategy.mandante!r}: no such mandante; there are: {known}"
                )
        return self


class Asterisk(Model):
    """`recordings`: the folder as Asterisk sees it; `recordings_here`: as Cintillo does, where that is another path."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65_535)] = 5038
    user: str = "cintillo"
    secret: str = "cintillo"
    trunk: Annotated[str, Field(pattern=r"^[A-Za-z]+/[^\s]*\{number\}[^\s]*$")] = "PJSIP/{number}@troncal"
    agent_endpoint: Annotated[str, Field(pattern=r"^[A-Za-z]+/[^\s]*\{agent\}[^\s]*$")] = "PJSIP/{agent}"
    recordings: str = "/var/spool/asterisk/monitor/cintillo"
    recordings_here: str = ""
    action_timeout_s: Annotated[float, Field(gt=0, le=60)] = 5.0
    ping_s: Annotated[float, Field(gt=0, le=300)] = 10.0


class Api(Model):
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8080
    session_hours: Annotated[float, Field(gt=0, le=72)] = 12.0


class Empresa(Model):
    """How the guiones name the firm that calls; what is empty is said in the guion's own neutral words."""

    nombre: str = "FASTCO"
    telefono: str = ""
    correo: str = ""


class Settings(Model):
    """The whole file.

    `scripts` is the site's own folder of ``guiones/`` and ``arboles/``, `reglas` that of its presets; empty: the
    packaged ones.
    """

    node: Annotated[str, Field(pattern=r"^[a-z0-9]{1,12}$")] = "n1"
    zone: str = "America/Santiago"
    database: str = "sqlite+aiosqlite:///cintillo.db"
    redis: str = "redis://127.0.0.1:6379/0"
    journal: str = "journal"
    journal_keep_days: Annotated[int, Field(ge=1, le=3650)] = 30
    scripts: str = ""
    reglas: str = ""
    empresa: Empresa = Empresa()
    asterisk: Asterisk = Asterisk()
    api: Api = Api()
    headset: Headset = Headset()
    limits: Limits = Limits()
    pausas: Pausas = PAUSAS
    metas: Metas = Metas()
    transfer: Traspasos = Traspasos()
    carteras: Annotated[dict[Id, Strategy], Field(min_length=1)]
    mandantes: dict[Id, Mandante] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known_carteras_outside(self) -> Self:
        for one in self.transfer.externos:
            unknown = next((name for name in one.carteras if name not in self.carteras), None)
            if unknown is not None:
                known = ", ".join(sorted(self.carteras))
                raise ValueError(
                    f"transfer.externos: {one.code!r} is offered in {unknown!r}: no such cartera; there are: {known}"
                )
        return self

    def floor(self, reglas: dict[str, Preset], codes: dict[str, dict[str, str]]) -> Floor:
        """The engine's part, with the presets that its carteras name. Raises `ConfigError` for an unknown one."""
        wanted = {preset for strategy in self.carteras.values() for preset in strategy.presets}
        named = {name: preset for name, preset in reglas.items() if name in wanted} if wanted <= set(reglas) else reglas
        try:
            return Floor(
                limits=self.limits, carteras=self.carteras, reglas=named, mandantes=self.mandantes, codes=codes
            )
        except ValidationError as bad:
            raise ConfigError("\n".join(sentences("config", bad))) from None


def parse(raw: dict[str, object], where: str = "config") -> Settings:
    """Validate a decoded TOML table whole.

    Raises `ConfigError` with one line for each fault: the key, the value found and what is allowed.
    """
    try:
        return Settings.model_validate(raw)
    except ValidationError as bad:
        raise ConfigError("\n".join(sentences(where, bad))) from None
