"""A call's life.

An attempt is *recorded* first and *placed* when its row is committed. Asterisk makes a channel (*dialing*), the far
end *rings* and somebody or something *picks up*. With the answering-machine detector the call is *screened*; a person
is then *waiting* until a free agent is *joined*. From the moment both hear each other they are *talking*, perhaps
*held* for a while. A person who waits too long hears the recorded *message*. Our own hang-up makes the call
*hanging up*: it leaves the books only when Asterisk says so (*over*).

The table below is the whole machine: (state, input) -> state. What a state does not list is late or repeated news,
which changes nothing.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from config.preset import Preset
from dialer.commands import DropContact, ReturnContact
from dialer.contact import Contact


class Stage(StrEnum):
    RECORDING = "recording"
    PLACING = "placing"
    DIALING = "dialing"
    RINGING = "ringing"
    SCREENING = "screening"
    WAITING = "waiting"
    JOINING = "joining"
    TALKING = "talking"
    HELD = "held"
    MESSAGE = "message"
    HANGING_UP = "hanging_up"
    REOPENED = "reopened"
    OVER = "over"


class Input(StrEnum):
    RECORDED = "recorded"
    CREATED = "created"
    RANG = "rang"
    SCREEN = "screen"
    PERSON = "person"
    MACHINE = "machine"
    JOIN = "join"
    UNJOIN = "unjoin"
    BRIDGED = "bridged"
    HOLD = "hold"
    NOBODY_FREE = "nobody_free"
    HANG_UP = "hang_up"
    REFUSED = "refused"
    ENDED = "ended"


S, I = Stage, Input  # noqa: E741 - the table reads as a table only with one-letter heads

TABLE: dict[tuple[Stage, Input], Stage] = {
    (S.RECORDING, I.RECORDED): S.PLACING,
    (S.PLACING, I.CREATED): S.DIALING,
    (S.PLACING, I.RANG): S.RINGING,
    (S.DIALING, I.RANG): S.RINGING,
    (S.PLACING, I.PERSON): S.WAITING,
    (S.DIALING, I.PERSON): S.WAITING,
    (S.RINGING, I.PERSON): S.WAITING,
    (S.SCREENING, I.PERSON): S.WAITING,
    (S.PLACING, I.SCREEN): S.SCREENING,
    (S.DIALING, I.SCREEN): S.SCREENING,
    (S.RINGING, I.SCREEN): S.SCREENING,
    (S.SCREENING, I.MACHINE): S.HANGING_UP,
    (S.WAITING, I.JOIN): S.JOINING,
    (S.JOINING, I.BRIDGED): S.TALKING,
    (S.JOINING, I.UNJOIN): S.WAITING,
    (S.JOINING, I.NOBODY_FREE): S.MESSAGE,
    (S.WAITING, I.NOBODY_FREE): S.MESSAGE,
    (S.TALKING, I.HOLD): S.HELD,
    (S.TALKING, I.UNJOIN): S.HELD,
    (S.HELD, I.BRIDGED): S.TALKING,
    (S.HELD, I.UNJOIN): S.HELD,
    (S.MESSAGE, I.BRIDGED): S.TALKING,
    (S.REOPENED, I.BRIDGED): S.TALKING,
    (S.REOPENED, I.RANG): S.RINGING,
    (S.REOPENED, I.PERSON): S.WAITING,
    (S.REOPENED, I.HOLD): S.HELD,
    (S.REOPENED, I.HANG_UP): S.HANGING_UP,
    (S.REOPENED, I.ENDED): S.OVER,
    (S.PLACING, I.REFUSED): S.OVER,
    (S.RECORDING, I.REFUSED): S.OVER,
    (S.PLACING, I.HANG_UP): S.HANGING_UP,
    (S.DIALING, I.HANG_UP): S.HANGING_UP,
    (S.RINGING, I.HANG_UP): S.HANGING_UP,
    (S.SCREENING, I.HANG_UP): S.HANGING_UP,
    (S.WAITING, I.HANG_UP): S.HANGING_UP,
    (S.JOINING, I.HANG_UP): S.HANGING_UP,
    (S.TALKING, I.HANG_UP): S.HANGING_UP,
    (S.HELD, I.HANG_UP): S.HANGING_UP,
    (S.MESSAGE, I.HANG_UP): S.HANGING_UP,
    (S.PLACING, I.ENDED): S.OVER,
    (S.DIALING, I.ENDED): S.OVER,
    (S.RINGING, I.ENDED): S.OVER,
    (S.SCREENING, I.ENDED): S.OVER,
    (S.WAITING, I.ENDED): S.OVER,
    (S.JOINING, I.ENDED): S.OVER,
    (S.TALKING, I.ENDED): S.OVER,
    (S.HELD, I.ENDED): S.OVER,
    (S.MESSAGE, I.ENDED): S.OVER,
    (S.HANGING_UP, I.ENDED): S.OVER,
}

BEFORE_ANSWER = frozenset({S.RECORDING, S.PLACING, S.DIALING, S.RINGING, S.SCREENING})
"""Stages in which the call may still become somebody's: what pacing calls in flight."""


class Call:
    """One attempt in the engine's books. Times are milliseconds, 0 where it never came to that.

    `after`: what the gestión, saved while they still talk, wants done with the case when the call is over.
    `allowed`: which rules allowed it, until when their word holds, and for whose call (`reserved_for`) they gave it.
    `reserved_for`: the agent who is held free for whoever answers; no other call is paced by them meanwhile.
    `given_up`: we hung up while it rang, because too many calls were on their way. `reopened`: a run before this one
    placed it. `outside`: who was called from outside and has the debtor now, "" while an agent has them. `seen` and
    `told`: the stage that pacing sees it at, and the end that it was told of.
    """

    __slots__ = (
        "after",
        "agent_id",
        "allowed",
        "amd",
        "answered_ms",
        "attempt_id",
        "cartera",
        "cause",
        "check_ms",
        "connected_ms",
        "contact",
        "dial_status",
        "given_up",
        "hung_up",
        "machine",
        "moved_ms",
        "outside",
        "phone_id",
        "picked_up_ms",
        "placed_ms",
        "rang",
        "reopened",
        "reserved_for",
        "seen",
        "stage",
        "told",
        "we_hung_up",
    )

    def __init__(self, attempt_id: str, cartera: str, contact: Contact, phone_id: int, amd: bool, now_ms: int) -> None:
        self.attempt_id = attempt_id
        self.cartera = cartera
        self.contact = contact
        self.phone_id = phone_id
        self.amd = amd
        self.stage = Stage.RECORDING
        self.placed_ms = now_ms
        self.moved_ms = now_ms
        self.picked_up_ms = 0
        self.answered_ms = 0
        self.connected_ms = 0
        self.rang = False
        self.hung_up = False
        self.machine = False
        self.we_hung_up = False
        self.given_up = False
        self.reopened = False
        self.seen: Literal["dialing", "detecting", "waiting", ""] = ""
        self.told: Literal["connected", "abandoned", ""] = ""
        self.agent_id = ""
        self.outside = ""
        self.allowed: tuple[Preset | None, int, str] = (None, 0, "")
        self.reserved_for = ""
        self.dial_status = ""
        self.cause = 0
        self.check_ms = 0
        self.after: ReturnContact | DropContact | None = None

    def take(self, what: Input) -> bool:
        """Move by the table; False (and nothing moved) when this is not news to the present stage."""
        to = TABLE.get((self.stage, what))
        if to is None:
            return False
        self.stage = to
        return True
