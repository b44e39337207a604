"""What happened: every input of the engine, frozen, in the past tense.

An event carries ids and numbers, never a name, a RUT or a telephone number: the journal keeps each one
for ever. Times are integer milliseconds since the Unix epoch, in the floor's clock.

`AnyEvent` is the closed list; `EVENTS` decodes one from JSON (the journal's lines are made of it).
"""

from __future__ import annotations

from typing import Any

import msgspec

from dialer.contact import Contact
from dialer.pacing.experience import History


class Event(msgspec.Struct, frozen=True, tag=True, omit_defaults=True):
    """Base of all events; its class name is its tag in JSON."""


# ── the floor's own life ────────────────────────────────────────────────────────────────────────────


class EngineStarted(Event, frozen=True):
    """The first event of every journal. `run` makes the ids of this run unique; `floor` is `settings.Floor` as JSON."""

    node: str
    run: str
    floor: dict[str, Any]


class FloorChanged(Event, frozen=True):
    """Ops changed what may be tuned; calls in progress keep what they were placed with."""

    floor: dict[str, Any]


class Ticked(Event, frozen=True):
    """Time passed: sent when `Engine.next_wake_ms` is due, and at least twice a second."""


class FloorClosed(Event, frozen=True):
    """Place nothing more; what is in progress goes on to its end."""


# ── agents ──────────────────────────────────────────────────────────────────────────────────────────


class AgentConnected(Event, frozen=True):
    """An agent's console is open. `endpoint`: what to call (``PJSIP/e01``); `pending`: attempts without gestión;
    `hand_ms`: since when their hand was up when the console, or the node, went (0: it was not)."""

    agent_id: str
    endpoint: str
    carteras: tuple[str, ...]
    pending: tuple[str, ...] = ()
    hand_ms: int = 0


class AgentReady(Event, frozen=True):
    """The agent asks for calls (ends a pause or the wrap-up)."""

    agent_id: str


class AgentPaused(Event, frozen=True):
    """The agent asks for a pause; it begins when the present call and its gestión are over."""

    agent_id: str
    reason: str


class AgentMoved(Event, frozen=True):
    """`by` gave the agent these carteras: theirs from the next call on."""

    agent_id: str
    carteras: tuple[str, ...]
    by: str


class AgentLeft(Event, frozen=True):
    """The agent logged out, or was sent off the floor.

    The parked leg is hung up; a pending gestión waits for the next login.
    """

    agent_id: str


class AgentVanished(Event, frozen=True):
    """The console's connection is gone (crash, Wi-Fi). A conversation in progress goes on."""

    agent_id: str


class AgentHungUp(Event, frozen=True):
    """The agent ends the call on their screen."""

    agent_id: str


class AgentHeld(Event, frozen=True):
    """The agent puts the debtor on hold."""

    agent_id: str


class AgentResumed(Event, frozen=True):
    """The agent takes the debtor back from hold."""

    agent_id: str


class HeadsetRegistered(Event, frozen=True):
    """The agent's headset in the browser is registered and no call is on it."""

    agent_id: str


class TransferAsked(Event, frozen=True):
    """The agent hands the debtor to a colleague of this node; `even_paused`: also if that one is in a pause.

    Blind: at once. `attended`: the debtor hears music while the two talk.
    """

    agent_id: str
    to: str
    attended: bool = False
    even_paused: bool = False


class OutsideAsked(Event, frozen=True):
    """The agent hands the debtor to a telephone outside, or to the headset of a supervisor who takes no calls.

    `to` names it and is never a number: the edge that places the call knows that. It rings for `ring_ms` and ends after
    `max_ms`; `record`: the recording goes on once the agent is off the line. `endpoint`: the supervisor's, "" when the
    call goes by the trunk.
    """

    agent_id: str
    to: str
    attended: bool
    ring_ms: int
    max_ms: int
    record: bool = False
    endpoint: str = ""


class TransferFinished(Event, frozen=True):
    """The agent hands the debtor, who is on hold, over to whom they are talking to."""

    agent_id: str


class TransferCancelled(Event, frozen=True):
    """One of the two who consult ends it: the debtor goes back to whom they talked to."""

    agent_id: str


class AgentDialed(Event, frozen=True):
    """The agent read the card of a preview and wants the call placed."""

    agent_id: str
    case_id: int


class AgentSkipped(Event, frozen=True):
    """The agent read the card of a preview and leaves it for later; `reason` is a short code."""

    agent_id: str
    case_id: int
    reason: str = ""


class AgentRaisedHand(Event, frozen=True):
    """The agent asks for a supervisor."""

    agent_id: str


class AgentLoweredHand(Event, frozen=True):
    """The agent needs nobody any more, or a supervisor saw to it."""

    agent_id: str


class PhoneBarred(Event, frozen=True):
    """Somebody said that this telephone is not the person's: a card that is being read must not be dialled on it."""

    person_id: int
    phone_id: int


class GestionSaved(Event, frozen=True):
    """A gestión is committed: the case goes back to the queue for `next_due_ms`, or off it when `stop` says so.

    `effective`: the disposition uses the weekly contact (Ley 19.496 art. 37, see rules.py). `reserved_for` keeps the
    case for the same ejecutivo; `callback_ms` is when a rellamado was agreed for (0: none was).
    """

    attempt_id: str
    agent_id: str
    cartera: str
    case_id: int
    person_id: int
    code: str
    effective: bool
    next_due_ms: int
    score: float = 0.0
    stop: bool = False
    reserved_for: str = ""
    callback_ms: int = 0


# ── the agents' legs ────────────────────────────────────────────────────────────────────────────────


class LegParked(Event, frozen=True):
    """The agent's leg is up and waits in its loop (after login, and again after each conversation)."""

    leg_id: str


class LegEnded(Event, frozen=True):
    """The agent's leg is gone; `cause` is the Q.850 hang-up cause."""

    leg_id: str
    cause: int


class OutsideUp(Event, frozen=True):
    """Who was called from outside to take a debtor over has answered, and may be joined."""

    outside_id: str


class OutsideEnded(Event, frozen=True):
    """That call is over, or was never made; `cause` is the Q.850 cause (0: none given)."""

    outside_id: str
    cause: int


# ── debtors' calls ──────────────────────────────────────────────────────────────────────────────────


class CallCreated(Event, frozen=True):
    """Asterisk made the channel: from here on a hang-up will be reported with its cause."""

    attempt_id: str


class CallRinging(Event, frozen=True):
    """The far end rings."""

    attempt_id: str


class CallPickedUp(Event, frozen=True):
    """The far end answered, the recording (if asked) runs, and the call may be bridged."""

    attempt_id: str


class CallScreened(Event, frozen=True):
    """The answering-machine detector's word: HUMAN, MACHINE, NOTSURE or HANGUP, with its own reason."""

    attempt_id: str
    word: str
    detail: str = ""


class CallBridged(Event, frozen=True):
    """Debtor and agent hear each other; or debtor and who was called from outside."""

    attempt_id: str
    leg_id: str


class LegsBridged(Event, frozen=True):
    """Two agents hear each other; or an agent and who was called from outside."""

    leg_id: str
    other_id: str


class CallUnbridged(Event, frozen=True):
    """The debtor's channel left the bridge (its end, a hold)."""

    attempt_id: str


class CallAbandoned(Event, frozen=True):
    """The dialplan's wait ran out with nobody free: the recorded message begins, and the call ends after it."""

    attempt_id: str


class DialEnded(Event, frozen=True):
    """Asterisk's DIALSTATUS: ANSWER, BUSY, NOANSWER, CANCEL, CONGESTION, CHANUNAVAIL…"""

    attempt_id: str
    dial_status: str


class CallEnded(Event, frozen=True):
    """The channel hung up; `cause` is the Q.850 cause (0 when the network gave none)."""

    attempt_id: str
    cause: int


class CallRefused(Event, frozen=True):
    """Asterisk would not place the call at all (no channel was ever made)."""

    attempt_id: str
    reason: str


class BridgeFailed(Event, frozen=True):
    """Asterisk would not join the two channels."""

    attempt_id: str
    leg_id: str
    reason: str


class LegsFailed(Event, frozen=True):
    """Asterisk would not join the two agents' legs."""

    leg_id: str
    other_id: str
    reason: str


# ── Asterisk as a whole ─────────────────────────────────────────────────────────────────────────────


class ChannelSeen(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of our channels in a listing: an attempt or a leg, and the id of its bridge, if any.

    `up`: answered, and in our dialplan or a bridge. One that answers while the listing is made is not up in it; its
    `CallPickedUp` or `LegParked` follows.
    """

    channel_id: str
    up: bool
    bridge_id: str = ""


class PbxConnected(Event, frozen=True):
    """AMI is logged in and fully booted. `ChannelsListed` follows."""


class PbxLost(Event, frozen=True):
    """AMI is gone. Conversations go on in Asterisk; nothing new is placed until the listing after reconnection."""

    reason: str


class ChannelsListed(Event, frozen=True):
    """All our channels that Asterisk has now. What we have in our books and is not here has ended.

    `asked_ms` is when the listing was asked for: calls placed after it cannot be missed by it.
    """

    asked_ms: int
    channels: tuple[ChannelSeen, ...]


# ── supervisors ─────────────────────────────────────────────────────────────────────────────────────


class CarteraHeld(Event, frozen=True):
    """`by` stopped the cartera at `at_ms`: nothing more is placed for it, whatever for, until `CarteraReleased`."""

    cartera: str
    by: str
    at_ms: int


class CarteraReleased(Event, frozen=True):
    """The cartera is dialled again, as its strategy says."""

    cartera: str
    by: str


class EarAsked(Event, frozen=True):
    """`by` wants their headset (`endpoint`) on the agent's line; `mode`: listen, whisper, barge."""

    by: str
    endpoint: str
    agent_id: str
    mode: str


class EarDismissed(Event, frozen=True):
    """`by` wants off the line, or their page is gone."""

    by: str


class EarUp(Event, frozen=True):
    """The supervisor's headset has answered and is on the line."""

    ear_id: str


class EarEnded(Event, frozen=True):
    """The supervisor's headset is off the line, or never answered; `cause` is the Q.850 cause."""

    ear_id: str
    cause: int


# ── queue and store ─────────────────────────────────────────────────────────────────────────────────


class BoundDue(Event, frozen=True):
    """The ejecutivos who have a case of their own due in a cartera; it replaces what was said of it before."""

    cartera: str
    agent_ids: tuple[str, ...]


class BudgetCounted(Event, frozen=True):
    """What the store counts in the cartera's legal window besides this run's own calls: other nodes', and earlier ones.

    `answered` by a person, abandoned ones included; `abandoned` of them; `machines` that the detector hung up on.
    """

    cartera: str
    answered: int
    abandoned: int
    machines: int = 0


class HistoryCounted(Event, frozen=True):
    """What the store counts in the last days, for the carteras whose pacers are to begin with it; at the start, at the
    change of day and with new settings. It replaces what was said before.

    `hours_ms`: when each hour of the floor's present day begins; every cartera's `hours` are those, in order.
    """

    hours_ms: tuple[int, ...]
    carteras: dict[str, History]


class ContactsClaimed(Event, frozen=True):
    """The queue's answer to `ClaimContacts`: at most what was asked. `next_due_ms`: when the next one matures."""

    cartera: str
    asked: int
    contacts: tuple[Contact, ...]
    next_due_ms: int | None = None
    agent_id: str = ""


class ClaimFailed(Event, frozen=True):
    """The queue could not be asked; the engine tries again later."""

    cartera: str
    asked: int
    reason: str
    agent_id: str = ""


class AttemptsRecorded(Event, frozen=True):
    """The attempt rows are committed: their calls may be placed."""

    attempt_ids: tuple[str, ...]


class RecordFailed(Event, frozen=True):
    """The attempt rows could not be committed: their calls are never placed, their contacts go back."""

    attempt_ids: tuple[str, ...]
    reason: str


class AttemptReopened(Event, frozen=True):
    """After a restart: an attempt of this node whose row is still open. `ChannelsListed` tells what became of it."""

    attempt_id: str
    cartera: str
    phone_id: int
    placed_ms: int
    contact: Contact
    agent_id: str = ""
    answered_ms: int = 0
    connected_ms: int = 0
    gestion_saved: bool = False


AnyEvent = (
    EngineStarted
    | FloorChanged
    | Ticked
    | FloorClosed
    | AgentConnected
    | AgentReady
    | AgentPaused
    | AgentMoved
    | AgentLeft
    | AgentVanished
    | AgentHungUp
    | AgentHeld
    | AgentResumed
    | HeadsetRegistered
    | TransferAsked
    | OutsideAsked
    | TransferFinished
    | TransferCancelled
    | AgentDialed
    | AgentSkipped
    | AgentRaisedHand
    | AgentLoweredHand
    | PhoneBarred
    | GestionSaved
    | LegParked
    | LegEnded
    | OutsideUp
    | OutsideEnded
    | CallCreated
    | CallRinging
    | CallPickedUp
    | CallScreened
    | CallBridged
    | LegsBridged
    | CallUnbridged
    | CallAbandoned
    | DialEnded
    | CallEnded
    | CallRefused
    | BridgeFailed
    | LegsFailed
    | PbxConnected
    | PbxLost
    | ChannelsListed
    | CarteraHeld
    | CarteraReleased
    | EarAsked
    | EarDismissed
    | EarUp
    | EarEnded
    | BoundDue
    | BudgetCounted
    | HistoryCounted
    | ContactsClaimed
    | ClaimFailed
    | AttemptsRecorded
    | RecordFailed
    | AttemptReopened
)

EVENTS: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
