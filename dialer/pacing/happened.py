"""What a pacing strategy is told, in the past tense."""

from __future__ import annotations

from typing import Final, Literal, get_args

Kind = Literal[
    "placed",  # a call was placed
    "failed",  # it was busy, refused or could not be put through
    "not_answered",  # it rang out
    "cancelled",  # we hung up before anybody answered
    "answered",  # somebody or something picked up
    "machine",  # … and it was taken for an answering machine
    "person",  # … and it was taken for a person, who now needs an agent
    "connected",  # the person has an agent
    "abandoned",  # the person waited too long
    "talk_ended",  # the agent is wrapping up
    "agent_free",  # … or comes to work, and takes the next person
    "agent_leaving",  # … has asked for a pause or the end of the shift while on a call
    "agent_gone",  # … is paused or has left
]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


class Happened:
    """`call_id` of the first ten kinds, `agent_id` of *connected* and what follows it; `cartera` is the call's."""

    __slots__ = ("agent_id", "call_id", "cartera", "kind")

    def __init__(self, kind: Kind, call_id: str = "", agent_id: str = "", cartera: str = "") -> None:
        self.kind = kind
        self.call_id = call_id
        self.agent_id = agent_id
        self.cartera = cartera
