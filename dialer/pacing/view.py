"""What a pacing strategy may see: only what a dialer really sees. Times are integer milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

AgentState = Literal["free", "talking", "wrapping"]
CallStage = Literal["dialing", "detecting", "waiting"]


class AgentSeen(NamedTuple):
    """An agent of this cartera who is at work; one who is away is not in the view.

    `shared`: other carteras' calls may take them too. `leaving`: they have asked for a pause or the end of the shift,
    and will not be free when this conversation is over.
    """

    state: AgentState
    since_ms: int
    shared: bool = False
    leaving: bool = False


class CallSeen(NamedTuple):
    """A call that may end with one of those agents, whichever cartera placed it.

    `stage`: *dialing* is placed and not answered, *detecting* is answered and not yet known to be a person, *waiting*
    is a person without an agent. `stage_ms`: since when.
    """

    stage: CallStage
    placed_ms: int
    stage_ms: int
    cartera: str = ""


class Budget(NamedTuple):
    """Abandonment in the window that the law looks at (of all nodes), and how much of it is allowed.

    `least`: the answers that the window will hold at the least; what the first few allow is judged against these, or
    the first abandoned call of a day would be above any limit.
    """

    answered: int = 0
    abandoned: int = 0
    limit: float = 0.03
    least: int = 34

    @property
    def ratio(self) -> float:
        return self.abandoned / max(1, self.answered, self.least)

    @property
    def left(self) -> float:
        """How many more calls may be abandoned; not above zero when the budget is spent."""
        return self.limit * max(self.answered, self.least) - self.abandoned

    @property
    def spent(self) -> bool:
        return self.ratio >= self.limit


class View(NamedTuple):
    """One cartera's floor at one moment.

    The counts are the truth. `agents` and `calls` are the same by id: the caller's own tables, handed on and not
    copied, so a view costs nothing to make; strategies that count only never look at them.

    `room`: calls that the lines and the calls per second allow now. `wait_ms`: how long a person may wait for an
    agent before the call counts as abandoned. `shares`: of another cartera's persons, by its name, the share that would
    meet one of these agents; who is not named meets no others.
    """

    free: int = 0
    talking: int = 0
    wrapping: int = 0
    dialing: int = 0
    detecting: int = 0
    waiting: int = 0
    room: int = 1_000_000
    wait_ms: int = 2_000
    budget: Budget = Budget()
    agents: Mapping[str, AgentSeen] = {}
    calls: Mapping[str, CallSeen] = {}
    shares: Mapping[str, float] = {}

    @property
    def in_flight(self) -> int:
        """Calls that may still become somebody's: placed and not known to be a person."""
        return self.dialing + self.detecting

    @property
    def staffed(self) -> int:
        return self.free + self.talking + self.wrapping
