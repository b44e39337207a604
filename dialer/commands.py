"""What the engine asks for: every output, frozen, in the imperative. An `edge/` carries each one out.

Commands carry ids, never names or numbers: the edge that places a call looks the telephone number up by `phone_id`.
"""

from __future__ import annotations

import msgspec


class Command(msgspec.Struct, frozen=True, tag=True, omit_defaults=True):
    """Base of all commands; its class name is its tag in JSON."""


# ── queue and store ─────────────────────────────────────────────────────────────────────────────────


class ClaimContacts(Command, frozen=True):
    """Take up to `count` due contacts of a cartera from the queue. Answer: `ContactsClaimed` or `ClaimFailed`.

    With `agent_id`, those that are bound to this ejecutivo, callbacks first; with `pool` besides, anybody's after them.
    """

    cartera: str
    count: int
    agent_id: str = ""
    pool: bool = False


class ReturnContact(Command, frozen=True):
    """Put a claimed case back: due at `due_ms`. `why` is the verdict, disposition or rule that decided it.

    `agent_id` alone may claim it, until `release_ms` (0: for ever). `callback_ms`: a rellamado was agreed for then,
    and the case comes before all that are not.
    """

    cartera: str
    case_id: int
    person_id: int
    due_ms: int
    score: float
    why: str
    agent_id: str = ""
    callback_ms: int = 0
    release_ms: int = 0


class DropContact(Command, frozen=True):
    """Take a claimed case off the queue for good (stop, no phone left). The store marks why."""

    cartera: str
    case_id: int
    person_id: int
    why: str


class RecordAttempt(Command, frozen=True):
    """Commit this attempt's row, then answer `AttemptsRecorded`. `rule` is the version of the rules that allowed it."""

    attempt_id: str
    cartera: str
    case_id: int
    person_id: int
    phone_id: int
    at_ms: int
    rule: str


class NoteAnswered(Command, frozen=True):
    """A person answered (kept in the attempt's row so that a restart knows)."""

    attempt_id: str
    at_ms: int


class NoteConnected(Command, frozen=True):
    """Debtor and agent are talking: from here on the agent owes a gestión."""

    attempt_id: str
    agent_id: str
    at_ms: int


class NoteTransfer(Command, frozen=True):
    """A transfer is over. With the outcome ``done`` the call is `to`'s from here on, and so is its gestión.

    `kind`: blind, attended. `outcome`: done, back, failed, lost (the debtor hung up); `why` it failed, as a word.
    `outside`: `to` is no agent, and the gestión stays the first one's.
    """

    attempt_id: str
    cartera: str
    agent_id: str
    to: str
    kind: str
    outcome: str
    at_ms: int
    why: str = ""
    outside: bool = False


class NoteTaken(Command, frozen=True):
    """The ejecutivo has the card, or the call, of a case that is on a manual list of theirs."""

    cartera: str
    case_id: int
    agent_id: str
    at_ms: int


class NoteSkipped(Command, frozen=True):
    """The ejecutivo read the case's card and left it for later; `reason` is a short code of theirs."""

    cartera: str
    case_id: int
    agent_id: str
    at_ms: int
    reason: str = ""


class CloseAttempt(Command, frozen=True):
    """The call is over: commit its verdict and times (milliseconds; 0 where it never came to that).

    `gestion` is the code that the system itself records (M02, S01…) or empty when an agent owes the gestión.
    """

    attempt_id: str
    verdict: str
    cause: int
    dial_status: str
    at_ms: int
    rang: bool
    answered_ms: int
    connected_ms: int
    agent_id: str = ""
    gestion: str = ""


# ── Asterisk ────────────────────────────────────────────────────────────────────────────────────────


class PlaceCall(Command, frozen=True):
    """Originate the debtor's call with `attempt_id` as ChannelId."""

    attempt_id: str
    cartera: str
    phone_id: int
    caller_id: str
    ring_ms: int
    wait_ms: int
    amd: bool
    record: bool


class CallAgent(Command, frozen=True):
    """Call the agent's endpoint and park it, with `leg_id` as ChannelId."""

    leg_id: str
    endpoint: str
    ring_ms: int


class CallOutside(Command, frozen=True):
    """Call `to`, to take a debtor over, with `outside_id` as ChannelId: its number by the trunk, or the `endpoint`."""

    outside_id: str
    to: str
    caller_id: str
    ring_ms: int
    max_ms: int
    endpoint: str = ""


class StopRecording(Command, frozen=True):
    """Record the debtor's channel no further: none of ours is on the line any more."""

    attempt_id: str


class JoinCall(Command, frozen=True):
    """Bridge the debtor's channel with the agent's parked leg, or with who was called from outside, now."""

    attempt_id: str
    leg_id: str


class JoinLegs(Command, frozen=True):
    """Bridge an agent's parked leg with another's, or with who was called from outside, now."""

    leg_id: str
    other_id: str


class HoldCall(Command, frozen=True):
    """Send the debtor's channel to music on hold; the agent's leg falls back to its loop."""

    attempt_id: str


class HangUp(Command, frozen=True):
    """Hang up an attempt's or a leg's channel. The books change when `CallEnded`/`LegEnded` comes."""

    channel_id: str


class CallEar(Command, frozen=True):
    """Call a supervisor's headset and put it on the agent's leg, with `ear_id` as ChannelId."""

    ear_id: str
    endpoint: str
    leg_id: str
    mode: str
    ring_ms: int


class AimEar(Command, frozen=True):
    """What the headset hears from its next `TurnEar` on: this leg."""

    ear_id: str
    leg_id: str


class TurnEar(Command, frozen=True):
    """Put the headset on its leg anew, in this mode; nothing rings."""

    ear_id: str
    mode: str


class ListChannels(Command, frozen=True):
    """Ask Asterisk for all channels: something in the books is overdue. Answer: `ChannelsListed`."""


# ── consoles ────────────────────────────────────────────────────────────────────────────────────────


class TellAgent(Command, frozen=True):
    """The agent's state changed: show it. `state` as in agents/agent.py; `reason` for pauses."""

    agent_id: str
    state: str
    since_ms: int
    reason: str = ""
    attempt_id: str = ""


class TellHand(Command, frozen=True):
    """The agent's hand is up since `since_ms`, or down (0): show it. `kept`: it is down because the console went, and
    comes up again with it."""

    agent_id: str
    since_ms: int
    kept: bool = False


class TellConsult(Command, frozen=True):
    """How the agent's transfer to `to` goes; `state` as in `agents.messages.Consult`, `why` it failed as a word.

    `outside`: `to` is no agent, and takes no gestión.
    """

    agent_id: str
    state: str
    to: str
    why: str = ""
    outside: bool = False


class TellHandover(Command, frozen=True):
    """A debtor is being handed to the supervisor `to` (``sup:<code>``), who has only the floor's page.

    `state`: ringing (their headset is called), yours (they have the debtor), over (it ended or came to nothing; the
    rest is then empty).
    """

    to: str
    state: str
    agent_id: str = ""
    attempt_id: str = ""
    cartera: str = ""
    case_id: int = 0
    phone_id: int = 0
    attended: bool = False


class TellEar(Command, frozen=True):
    """`by`'s headset is on the agent's line in this mode; `mode` "": it is off it, `why` (a word) says why.

    `since_ms`: since when it was there (0: it never came to that); `attempts`: the conversations that it heard.
    """

    by: str
    agent_id: str
    mode: str
    since_ms: int
    why: str = ""
    attempts: tuple[str, ...] = ()


class ShowCall(Command, frozen=True):
    """Put the debtor's card and script on the agent's screen; with `preview`, before any call (no `attempt_id`)."""

    agent_id: str
    attempt_id: str
    cartera: str
    case_id: int
    phone_id: int
    preview: bool = False


# ── the books of the board ──────────────────────────────────────────────────────────────────────────


class NoteCallback(Command, frozen=True):
    """A rellamado is being made, `late_ms` after the agreed time (before it: negative).

    `agent_id`: the ejecutivo who kept it for themselves; "" when the pool makes it. `on_time`: within the strategy's
    `callback_within_min`.
    """

    cartera: str
    attempt_id: str
    late_ms: int
    on_time: bool
    agent_id: str = ""


class CountNotPlaced(Command, frozen=True):
    """`count` calls that pacing asked for and that were not placed, by reason (a rule's id, or a limit's name)."""

    cartera: str
    reason: str
    count: int


class NotePacing(Command, frozen=True):
    """Why the pacer asked for what it asked: shown on the board and in the metrics.

    `bound_by`: the limit of the floor that kept wanted calls from being placed, or "". `why`: the strategy's own word
    for what kept it from wanting more. The figures are those of `pacing.decision.Decision`.
    """

    cartera: str
    wanted: int
    placed: int
    free: int
    in_flight: int
    waiting: int
    bound_by: str
    why: str = ""
    answers: float = 0.0
    supply: float = 0.0
    price: float = 0.0
    risk: float = 0.0
    budget_left: float = 0.0


AnyCommand = (
    ClaimContacts
    | ReturnContact
    | DropContact
    | RecordAttempt
    | NoteAnswered
    | NoteConnected
    | NoteTransfer
    | NoteTaken
    | NoteSkipped
    | CloseAttempt
    | PlaceCall
    | CallAgent
    | CallOutside
    | StopRecording
    | JoinCall
    | JoinLegs
    | HoldCall
    | HangUp
    | CallEar
    | AimEar
    | TurnEar
    | ListChannels
    | TellAgent
    | TellHand
    | TellConsult
    | TellHandover
    | TellEar
    | ShowCall
    | NoteCallback
    | CountNotPlaced
    | NotePacing
)

COMMANDS: msgspec.json.Decoder[AnyCommand] = msgspec.json.Decoder(AnyCommand)
