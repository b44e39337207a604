"""A supervisor's headset on an agent's line.

The headset is *calling* until its owner's telephone answers; then it is *on*: Asterisk's ChanSpy holds it on the
agent's leg, which is parked for the whole shift, so that between two conversations the supervisor hears silence and
then the next one. Hanging up makes it *ending*; it is *over* when Asterisk says so. How it is there (listen, whisper,
barge) and on whose leg changes without a new ring and is no other state.

The table below is the whole machine: (state, input) -> state. What a state does not list is refused.
"""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    CALLING = "calling"
    ON = "on"
    ENDING = "ending"
    OVER = "over"


class Input(StrEnum):
    UP = "up"
    DISMISS = "dismiss"
    ENDED = "ended"


S, I = Stage, Input  # noqa: E741 - the table reads as a table only with one-letter heads

TABLE: dict[tuple[Stage, Input], Stage] = {
    (S.CALLING, I.UP): S.ON,
    (S.CALLING, I.DISMISS): S.ENDING,
    (S.CALLING, I.ENDED): S.OVER,
    (S.ON, I.DISMISS): S.ENDING,
    (S.ON, I.ENDED): S.OVER,
    (S.ENDING, I.ENDED): S.OVER,
}


class Ear:
    """One headset that listens in. `by`: whose it is; `agent_id`, `leg_id`: on whose line; `mode`: how.

    `way`: how Asterisk was last told to hold it there. `since_ms`: since when it hears this agent; `talk_ms`: when the
    conversation that it hears began; `attempts`: the conversations that it heard on this line. `why`: what ended it.
    """

    __slots__ = (
        "agent_id",
        "asked_ms",
        "attempts",
        "by",
        "ear_id",
        "leg_id",
        "mode",
        "since_ms",
        "stage",
        "talk_ms",
        "way",
        "why",
    )

    def __init__(self, ear_id: str, by: str, agent_id: str, leg_id: str, mode: str, asked_ms: int) -> None:
        self.ear_id = ear_id
        self.by = by
        self.agent_id = agent_id
        self.leg_id = leg_id
        self.mode = self.way = mode
        self.asked_ms = asked_ms
        self.stage = Stage.CALLING
        self.since_ms = 0
        self.talk_ms = 0
        self.attempts: list[str] = []
        self.why = ""

    def take(self, what: Input) -> bool:
        """Move by the table; False (and nothing moved) when the present stage does not take this input."""
        to = TABLE.get((self.stage, what))
        if to is None:
            return False
        self.stage = to
        return True
