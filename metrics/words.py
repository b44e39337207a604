"""The floor's own words (es-CL) for states, stages, verdicts, reasons and figures, as boards and reports show them."""

from __future__ import annotations

from agents.agent import State
from dialer.call import Stage
from dialer.outcome import Verdict
from dialer.rates import share

STATES: dict[str, str] = {
    State.DISPONIBLE: "disponible",
    State.RESERVADO: "reservado",
    State.HABLANDO: "hablando",
    State.ESPERA: "en espera",
    State.CIERRE: "cierre",
    State.PAUSA: "pausa",
    State.CONECTANDO: "conectando",
    State.DESCONECTADO: "desconectado",
}

STAGES: dict[str, str] = {
    Stage.RECORDING: "registrando",
    Stage.PLACING: "pidiendo",
    Stage.DIALING: "marcando",
    Stage.RINGING: "llamando",
    Stage.SCREENING: "¿buzón?",
    Stage.WAITING: "sin ejecutivo",
    Stage.JOINING: "conectando",
    Stage.TALKING: "hablando",
    Stage.HELD: "retenida",
    Stage.MESSAGE: "mensaje",
    Stage.HANGING_UP: "cortando",
    Stage.REOPENED: "retomada",
    Stage.OVER: "terminada",
}

VERDICTS: dict[str, str] = {
    Verdict.CONNECTED: "conectada",
    Verdict.ABANDONED: "abandonada",
    Verdict.HUNG_UP: "cortan sin hablar",
    Verdict.MACHINE: "buzón de voz",
    Verdict.NO_ANSWER: "no contesta",
    Verdict.BUSY: "ocupado",
    Verdict.REJECTED: "rechazada",
    Verdict.UNALLOCATED: "número no existe",
    Verdict.CONGESTION: "congestión",
    Verdict.NETWORK: "falla de red",
    Verdict.CANCELLED: "cancelada",
    Verdict.FAILED: "no se pudo marcar",
    Verdict.LOST: "se perdió el rastro",
}

REASONS: dict[str, str] = {
    "stop": "caso o persona detenidos",
    "opt_out": "pidió no ser contactado",
    "phone_kind": "tipo de teléfono no permitido",
    "hours": "fuera de horario",
    "contact_quota": "ya se usó el contacto de la semana",
    "remote_quota": "ya se usaron los mensajes de la semana",
    "conversation_quota": "ya se conversó esta semana",
    "attempt_quota": "ya se usaron los intentos de la semana",
    "day_quota": "ya se usó el contacto del día",
    "one_channel": "esta semana ya se le contactó por otro canal",
    "caller_id": "el número que se muestra no corresponde",
    "contract": "fuera de los días del contrato con el mandante",
    "machine": "hace poco contestó un buzón",
    "abandoned": "su última llamada quedó abandonada",
    "attempt_gap": "muy pronto tras el último intento",
    "attempts_per_day": "tope de intentos del día",
    "attempts_per_week": "tope de intentos de la semana",
    "no_phone": "sin teléfono que se pueda llamar",
    "queue_empty": "no queda a quién llamar ahora",
    "skipped": "fichas que el ejecutivo dejó para después",
    "queue_down": "la cola no responde",
    "database_down": "la base de datos no responde",
    "pbx_down": "Asterisk no responde",
    "lines_max": "tope de llamadas simultáneas",
    "calls_per_s_max": "tope de llamadas por segundo",
    "cartera_disabled": "cartera desactivada",
    "held": "cartera detenida por un supervisor",
    "floor_closed": "la sala está cerrando",
    "careful": "esperan a un ejecutivo libre para ellos",
    "other": "otras razones",
}

PACES: dict[str, str] = {
    "budget": "margen de abandono agotado: una por ejecutivo libre",
    "learning": "aprendiendo cómo contestan",
    "calls_per_agent": "tope de llamadas por ejecutivo",
    "burst": "subiendo de a poco",
    "price": "al ritmo que permite el abandono",
    "no_agents": "sin ejecutivos en la cartera",
    "by_hand": "se marca a mano",
}
"""What keeps a strategy from asking for more, where that says more than how many it asks for."""


def said(words: dict[str, str], word: str) -> str:
    """The floor's word, or the mechanism's own where the floor has none yet: nothing is hidden for lack of a word."""
    return words.get(word, word.replace("_", " "))


def number(n: int) -> str:
    """1.234.567"""
    return f"{n:,}".replace(",", ".")


def decimal(n: float) -> str:
    """1,5"""
    return f"{n:.1f}".replace(".", ",")


def percent(part: float, whole: float, *, least: bool = False) -> str:
    """12,0 % (of nothing: 0,0 %); `least` leaves out a decimal that is zero."""
    told = f"{100 * share(part, whole):.1f}"
    return f"{(told.removesuffix('.0') if least else told).replace('.', ',')} %"


def millis(ms: float | None) -> str:
    """12 ms, or a dash for what was not measured."""
    return "–" if ms is None else f"{number(round(ms))} ms"


def lapse(ms: int) -> str:
    """4:07, or 1:04:07 from an hour on."""
    seconds = max(0, ms) // 1000
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"
