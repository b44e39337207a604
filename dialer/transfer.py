"""A transfer's life.

The *first* agent hands the debtor to the *other*. A blind one is *passing* at once: the debtor is being joined with the
other. In an attended one the debtor is sent to the music (*holding*), the two agents' legs are joined (*calling*) and
they talk (*consulting*); then the first finishes it, and the debtor is *passing*, or somebody cancels it, and the first
has the debtor *back*. It is *done* when debtor and other hear each other: from there on the other owes the gestión.

Until then the debtor is the first's, held in the books whatever they hear, so whatever fails (a leg, a bridge, a
time) gives them back to the first. Only where the first's headset drops in mid-consultation the first is *away*: they
have `AWAY_MS` to be back, and then the other, who has heard the story, takes the debtor over: nobody waits for a
headset that may never return. A debtor who hangs up has *lost* patience: the first owes the gestión, and the other is
free again.

Somebody *outside*, at a telephone, has no leg that waits: once the debtor hears music they are called (*ringing*).
Blind, the debtor is passing as soon as they answer; attended, the first talks to them before. They know nothing of the
gestión, which stays the first's, and nobody is handed to them but by the first's own word: where the first's headset
drops before, the debtor waits for it with music, and the call outside ends.

The tables below are the whole machine, among agents and to the outside: (phase, input) -> phase. What a phase does not
list changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

HOLD_MS = 3_000
"""The leg says that it is parked at once, or two seconds later (config/asterisk/extensions_cintillo.conf)."""
JOIN_MS = 2_000
AWAY_MS = 5_000
"""As long as the dialplan keeps a debtor who has lost their agent."""


class Phase(StrEnum):
    HOLDING = "holding"
    RINGING = "ringing"
    CALLING = "calling"
    CONSULTING = "consulting"
    AWAY = "away"
    PASSING = "passing"
    DONE = "done"
    BACK = "back"
    FAILED = "failed"
    LOST = "lost"


class Input(StrEnum):
    PARKED = "parked"
    ANSWERED = "answered"
    ANSWERED_BLIND = "answered_blind"
    JOINED = "joined"
    FINISH = "finish"
    CANCEL = "cancel"
    PASSED = "passed"
    FIRST_GONE = "first_gone"
    FIRST_BACK = "first_back"
    OTHER_GONE = "other_gone"
    LATE = "late"
    CALL_OVER = "call_over"


P, I = Phase, Input  # noqa: E741 - the table reads as a table only with one-letter heads

OPEN = frozenset({P.HOLDING, P.RINGING, P.CALLING, P.CONSULTING, P.AWAY, P.PASSING})
"""Phases that are not an end."""

AGENTS = OPEN - {P.RINGING}
OUTSIDE = OPEN - {P.AWAY}
"""The open phases of a transfer to a colleague, and of one to the outside."""

TABLE: dict[tuple[Phase, Input], Phase] = {
    (P.HOLDING, I.PARKED): P.CALLING,
    (P.HOLDING, I.LATE): P.FAILED,
    (P.HOLDING, I.CANCEL): P.BACK,
    (P.HOLDING, I.FIRST_GONE): P.FAILED,
    (P.CALLING, I.JOINED): P.CONSULTING,
    (P.CALLING, I.LATE): P.FAILED,
    (P.CALLING, I.CANCEL): P.BACK,
    (P.CALLING, I.FIRST_GONE): P.FAILED,
    (P.CONSULTING, I.FINISH): P.PASSING,
    (P.CONSULTING, I.CANCEL): P.BACK,
    (P.CONSULTING, I.FIRST_GONE): P.AWAY,
    (P.AWAY, I.FIRST_BACK): P.BACK,
    (P.AWAY, I.LATE): P.PASSING,
    (P.PASSING, I.PASSED): P.DONE,
    (P.PASSING, I.LATE): P.FAILED,
    **{(phase, I.OTHER_GONE): P.FAILED for phase in P if phase in AGENTS},
    **{(phase, I.CALL_OVER): P.LOST for phase in P if phase in AGENTS},
}

OUTSIDE_TABLE: dict[tuple[Phase, Input], Phase] = {
    (P.HOLDING, I.PARKED): P.RINGING,
    (P.RINGING, I.ANSWERED): P.CALLING,
    (P.RINGING, I.ANSWERED_BLIND): P.PASSING,
    (P.CALLING, I.JOINED): P.CONSULTING,
    (P.CONSULTING, I.FINISH): P.PASSING,
    (P.PASSING, I.PASSED): P.DONE,
    (P.PASSING, I.LATE): P.FAILED,
    **{(phase, I.LATE): P.FAILED for phase in (P.HOLDING, P.RINGING, P.CALLING)},
    **{(phase, I.CANCEL): P.BACK for phase in (P.HOLDING, P.RINGING, P.CALLING, P.CONSULTING)},
    **{(phase, I.FIRST_GONE): P.FAILED for phase in (P.HOLDING, P.RINGING, P.CALLING, P.CONSULTING)},
    **{(phase, I.OTHER_GONE): P.FAILED for phase in P if phase in OUTSIDE},
    **{(phase, I.CALL_OVER): P.LOST for phase in P if phase in OUTSIDE},
}

WAITS_MS: dict[Phase, int] = {P.HOLDING: HOLD_MS, P.CALLING: JOIN_MS, P.AWAY: AWAY_MS, P.PASSING: JOIN_MS}
"""How long a phase may last before it is late; a consultation takes as long as it takes."""


class Transfer:
    """One debtor between two agents: `first_id` has them, `other_id` is to have them. Times are milliseconds.

    `why`: what made it fail, as a short word. `late_ms`: when the present phase is, 0: never.
    """

    table: ClassVar[Mapping[tuple[Phase, Input], Phase]] = TABLE

    __slots__ = ("attempt_id", "attended", "first_id", "late_ms", "other_id", "phase", "why")

    def __init__(self, attempt_id: str, first_id: str, other_id: str, *, attended: bool) -> None:
        self.attempt_id = attempt_id
        self.first_id = first_id
        self.other_id = other_id
        self.attended = attended
        self.phase = Phase.PASSING
        self.late_ms = 0
        self.why = ""

    @property
    def kind(self) -> str:
        return "attended" if self.attended else "blind"

    @property
    def wait_ms(self) -> int:
        """How long the present phase may last; 0: as long as it takes."""
        return WAITS_MS.get(self.phase, 0)

    def take(self, what: Input) -> bool:
        """Move by the table; False (and nothing moved) when this is not news to the present phase."""
        to = self.table.get((self.phase, what))
        if to is None:
            return False
        self.phase = to
        return True
