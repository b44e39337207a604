"""The call to somebody outside who is to take a debtor over.

It is a call of ours, by the trunk or to the headset of a supervisor of ours, *calling* until it is answered and then
*up*: with the agent who consults, with the debtor, or for five seconds with nobody (the dialplan then ends it). Our own
hang-up makes it *ending*; it leaves the books only when Asterisk says so (*over*). Until then one by the trunk takes a
line of it.

The table below is the whole machine: (stage, input) -> stage. What a stage does not list changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from dialer import transfer as t
from dialer.events import OutsideAsked


class Stage(StrEnum):
    CALLING = "calling"
    UP = "up"
    ENDING = "ending"
    OVER = "over"


class Input(StrEnum):
    ANSWERED = "answered"
    HANG_UP = "hang_up"
    ENDED = "ended"


S, I = Stage, Input  # noqa: E741 - the table reads as a table only with one-letter heads

TABLE: dict[tuple[Stage, Input], Stage] = {
    (S.CALLING, I.ANSWERED): S.UP,
    (S.CALLING, I.HANG_UP): S.ENDING,
    (S.CALLING, I.ENDED): S.OVER,
    (S.UP, I.HANG_UP): S.ENDING,
    (S.UP, I.ENDED): S.OVER,
    (S.ENDING, I.ENDED): S.OVER,
}


class OutsideLeg:
    """One such call: for the debtor of `attempt_id`, asked for at `asked_ms`. `inside`: to which supervisor, or ""."""

    __slots__ = ("asked_ms", "attempt_id", "inside", "outside_id", "stage")

    def __init__(self, outside_id: str, attempt_id: str, asked_ms: int, inside: str = "") -> None:
        self.outside_id = outside_id
        self.attempt_id = attempt_id
        self.asked_ms = asked_ms
        self.inside = inside
        self.stage = Stage.CALLING

    def take(self, what: Input) -> bool:
        """Move by the table; False (and nothing moved) when this is not news to the present stage."""
        to = TABLE.get((self.stage, what))
        if to is None:
            return False
        self.stage = to
        return True


class Outing(t.Transfer):
    """A debtor between an agent and the outside: `asked` is how. `outside_id`: its call, "" before there is one.

    `ring_ms`: how long it may be until that call has been answered or refused.
    """

    __slots__ = ("asked", "outside_id", "ring_ms")

    table: ClassVar[Mapping[tuple[t.Phase, t.Input], t.Phase]] = t.OUTSIDE_TABLE

    def __init__(self, attempt_id: str, asked: OutsideAsked, ring_ms: int) -> None:
        super().__init__(attempt_id, asked.agent_id, "", attended=asked.attended)
        self.asked = asked
        self.outside_id = ""
        self.ring_ms = ring_ms
        self.phase = t.Phase.HOLDING

    @property
    def inside(self) -> str:
        """The supervisor who is to have the debtor; "" when it is a telephone outside."""
        return self.asked.to if self.asked.endpoint else ""

    @property
    def wait_ms(self) -> int:
        return self.ring_ms if self.phase is t.Phase.RINGING else super().wait_ms
