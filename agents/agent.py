"""An agent's states.

An agent who logs in is *conectando* while the headset is called; once the leg is parked they are in *pausa* until they
say they are *disponible*. A call makes them *reservado* (being bridged), *hablando* and perhaps *espera* (the debtor
on hold); then they are in *cierre* until the gestión is saved and the rest between contacts is over. A leg that drops
makes them *conectando* again, whatever they did: the conversation, if any, is taken up when the leg is back. A
colleague who hands them a debtor makes them *reservado* too, a supervisor even out of a *pausa*.

The table below is the whole machine: (state, input) -> state. What a state does not list is refused.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """What the agent is doing, in the floor's own words."""

    DESCONECTADO = "desconectado"
    CONECTANDO = "conectando"
    DISPONIBLE = "disponible"
    RESERVADO = "reservado"
    HABLANDO = "hablando"
    ESPERA = "espera"
    CIERRE = "cierre"
    PAUSA = "pausa"


class Input(StrEnum):
    LOGIN = "login"
    PARKED = "parked"
    PARKED_OWING = "parked_owing"
    READY = "ready"
    PAUSE = "pause"
    RESERVE = "reserve"
    CALLED = "called"
    RELEASE = "release"
    TALK = "talk"
    HOLD = "hold"
    TALK_OVER = "talk_over"
    LEG_LOST = "leg_lost"
    LEAVE = "leave"


S, I = State, Input  # noqa: E741 - the table reads as a table only with one-letter heads

TABLE: dict[tuple[State, Input], State] = {
    (S.DESCONECTADO, I.LOGIN): S.CONECTANDO,
    (S.DESCONECTADO, I.TALK): S.HABLANDO,  # after a restart the conversation is here before the console
    (S.CONECTANDO, I.PARKED): S.PAUSA,
    (S.CONECTANDO, I.PARKED_OWING): S.CIERRE,
    (S.CONECTANDO, I.TALK): S.HABLANDO,
    (S.CONECTANDO, I.TALK_OVER): S.CONECTANDO,
    (S.PAUSA, I.READY): S.DISPONIBLE,
    (S.PAUSA, I.PAUSE): S.PAUSA,
    (S.DISPONIBLE, I.PAUSE): S.PAUSA,
    (S.DISPONIBLE, I.RESERVE): S.RESERVADO,
    (S.DISPONIBLE, I.CALLED): S.RESERVADO,
    (S.PAUSA, I.CALLED): S.RESERVADO,
    (S.RESERVADO, I.RELEASE): S.DISPONIBLE,
    (S.RESERVADO, I.TALK): S.HABLANDO,
    (S.HABLANDO, I.HOLD): S.ESPERA,
    (S.ESPERA, I.TALK): S.HABLANDO,
    (S.HABLANDO, I.TALK_OVER): S.CIERRE,
    (S.ESPERA, I.TALK_OVER): S.CIERRE,
    (S.CIERRE, I.READY): S.DISPONIBLE,
    (S.CIERRE, I.PAUSE): S.PAUSA,
    (S.PAUSA, I.LEG_LOST): S.CONECTANDO,
    (S.DISPONIBLE, I.LEG_LOST): S.CONECTANDO,
    (S.RESERVADO, I.LEG_LOST): S.CONECTANDO,
    (S.HABLANDO, I.LEG_LOST): S.CONECTANDO,
    (S.ESPERA, I.LEG_LOST): S.CONECTANDO,
    (S.CIERRE, I.LEG_LOST): S.CONECTANDO,
    **{(state, I.LEAVE): S.DESCONECTADO for state in S if state is not S.DESCONECTADO},
}


class Agent:
    """One agent in the roster. `owes`: attempts whose gestión is due, oldest first. Times are milliseconds.

    `present`: the console is open. `wants`: what happens when the present call and its gestión are over (ready, pause,
    leave, or "" for the cartera's habit), with its `wants_reason`. `free_from_ms`: the end of the rest between
    contacts. `hand_ms`: since when the hand is up, 0: it is down.
    """

    __slots__ = (
        "agent_id",
        "carteras",
        "endpoint",
        "free_from_ms",
        "hand_ms",
        "leg_id",
        "leg_tries",
        "leg_up",
        "on_call",
        "owes",
        "present",
        "reason",
        "since_ms",
        "state",
        "wants",
        "wants_reason",
    )

    def __init__(self, agent_id: str) -> None:
        self.agent_id = agent_id
        self.endpoint = ""
        self.carteras: tuple[str, ...] = ()
        self.state = State.DESCONECTADO
        self.since_ms = 0
        self.reason = ""
        self.leg_id = ""
        self.leg_up = False
        self.leg_tries = 0
        self.present = False
        self.on_call = ""
        self.owes: list[str] = []
        self.wants = ""
        self.wants_reason = ""
        self.free_from_ms = 0
        self.hand_ms = 0

    def take(self, what: Input, now_ms: int) -> bool:
        """Move by the table; False (and nothing moved) when the present state does not take this input."""
        to = TABLE.get((self.state, what))
        if to is None:
            return False
        self.state = to
        self.since_ms = now_ms
        return True
