"""The console's protocol: what the page says and what the server answers, as JSON over one WebSocket.

Each message is an object whose ``type`` names it. `ClientMessage` and `ServerMessage` are the closed lists. Times are
integer milliseconds since the Unix epoch in the floor's clock; amounts are decimal strings.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from agents.agent import State

# No NUL: PostgreSQL stores none, and nobody types one.
Text = Annotated[str, msgspec.Meta(max_length=4000, pattern=r"^[^\x00]*$")]
Line = Annotated[str, msgspec.Meta(max_length=300, pattern=r"^[^\x00-\x1f]*$")]
Reason = Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{2,40}$")]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]
Scribble = Annotated[str, msgspec.Meta(max_length=16_000, pattern=r"^[^\x00]*$")]
# Up to the year 9999, and exact as a JavaScript number.
Ms = Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799_999)]


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """Base of all messages."""


class FromConsole(Message, frozen=True, forbid_unknown_fields=True):
    """Base of what the page says. An unknown field is refused, lest a misspelt comment be lost in silence."""


# ── from the console ────────────────────────────────────────────────────────────────────────────────


class Ready(FromConsole, frozen=True, tag="ready"):
    """ "Disponible": send me calls (also the «siguiente» of the wrap-up)."""


class Pause(FromConsole, frozen=True, tag="pause"):
    """Ask for a pause after the present call."""

    reason: Code


class Hangup(FromConsole, frozen=True, tag="hangup"):
    """End the call on my screen."""


class Hold(FromConsole, frozen=True, tag="hold"):
    """Put the debtor on hold."""


class Resume(FromConsole, frozen=True, tag="resume"):
    """Take the debtor back."""


class Registered(FromConsole, frozen=True, tag="registered"):
    """The browser's headset has registered and no call is on it.

    It may be called now; a leg of it that is thought to be up is one of a page that died.
    """


class Promise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A compromiso: ISO date and amount in CLP as a decimal string."""

    date: Code
    amount: Code


class Callback(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A rellamado: when, and whether any agent (pool) or only this one calls; left out, as the tree says.

    `consent`: whoever owes, or their aval, asked for it and consents to be called then; the gestión keeps it.
    """

    at_ms: Ms
    pool: bool | None = None
    consent: bool = False


class Gestion(FromConsole, frozen=True, tag="gestion"):
    """What came of the call. `trace` lists the script's nodes shown, in order; `ticked` the mandatory ones read out.

    `address` is where to pick the promised payment up, for a result that needs one: saving it asks for the retiro.
    """

    attempt_id: Code
    code: Code
    comment: Text = ""
    promise: Promise | None = None
    callback: Callback | None = None
    trace: tuple[Code, ...] = ()
    ticked: tuple[Code, ...] = ()
    address: Line = ""


class Dial(FromConsole, frozen=True, tag="dial"):
    """Call the debtor whose card I am reading (`CallShown.preview`); `caso_id` as in the card."""

    caso_id: Annotated[int, msgspec.Meta(ge=1)]


class Skip(FromConsole, frozen=True, tag="skip"):
    """Leave the debtor whose card I am reading for later."""

    caso_id: Annotated[int, msgspec.Meta(ge=1)]
    reason: Reason


class Draft(FromConsole, frozen=True, tag="draft"):
    """The half-written gestión of a call, as the page keeps it (JSON, of its own making): answered by `Drafted`.

    It comes back in `CallShown.draft`, on whichever machine the agent sits next, until the gestión is saved.
    """

    attempt_id: Code
    text: Scribble


class Hand(FromConsole, frozen=True, tag="hand"):
    """Raise the hand, or lower it: the supervisor's page shows it."""

    up: bool


class Transfer(FromConsole, frozen=True, tag="transfer"):
    """Hand the debtor over: `to` is an ejecutivo's or supervisor's code, a telephone of the directory (``ext:<code>``),
    or a telephone number.

    Blind: at once, or as soon as the telephone answers, and this agent is in wrap-up. `attended`: the debtor waits on
    hold while the two talk; then `TransferDone` hands over and `TransferBack` takes the debtor back. How it goes comes
    as `Consult`.
    """

    to: Code
    attended: bool = False


class TransferDone(FromConsole, frozen=True, tag="transfer_done"):
    """Hand the debtor, who is on hold, over to whom I am talking to."""


class TransferBack(FromConsole, frozen=True, tag="transfer_back"):
    """End the consultation and take the debtor back."""


class Ping(FromConsole, frozen=True, tag="ping"):
    """Answered by `Pong` with the same `n`: the console measures its link."""

    n: Ms = 0


class Logout(FromConsole, frozen=True, tag="logout"):
    """Leave for good (closing the page without it keeps the conversation going)."""


ClientMessage = (
    Ready
    | Pause
    | Hangup
    | Hold
    | Resume
    | Registered
    | Gestion
    | Dial
    | Skip
    | Draft
    | Hand
    | Transfer
    | TransferDone
    | TransferBack
    | Ping
    | Logout
)


# ── from the server ─────────────────────────────────────────────────────────────────────────────────


class PauseReason(msgspec.Struct, frozen=True, omit_defaults=True):
    """A kind of pause: its code, how the screen calls it, the day's budget (0: none) and what is spent of it today."""

    reason: str
    label: str
    budget_ms: int = 0
    used_ms: int = 0


class Welcome(Message, frozen=True, tag="welcome"):
    """The first message after connecting. `pauses`: what the agent may choose from, in the settings' order.

    `zone`: the floor's, in which the page shows and reads hours. `used`: how often the agent saved each result in the
    last thirty days, by tree and code.
    """

    agent_id: str
    name: str
    role: str
    carteras: tuple[str, ...]
    now_ms: int
    pauses: tuple[PauseReason, ...] = ()
    zone: str = "America/Santiago"
    used: dict[str, dict[str, int]] = {}


class StateChanged(Message, frozen=True, tag="state"):
    """The agent's state as the engine has it."""

    state: State
    since_ms: int
    reason: str = ""
    attempt_id: str = ""


class CallShown(Message, frozen=True, tag="call"):
    """A debtor is on the line (or, with `pending`, waits for the gestión of a call that is over).

    With `preview` there is no call yet and no `attempt_id`: the agent reads the card, then says `Dial` or `Skip`.
    `card`: see `Store.card`; `script`: the guion with the debtor's data filled in; `tree`: the disposition tree;
    `draft`: the last `Draft.text` of this call, or "".
    """

    attempt_id: str
    cartera: str
    card: dict[str, Any]
    script: dict[str, Any]
    tree: dict[str, Any]
    pending: bool = False
    preview: bool = False
    draft: str = ""


class Saved(Message, frozen=True, tag="saved"):
    """«Guardado»: the gestión is committed.

    Where the rellamado that was agreed for will not be made at its hour, `rule` says which rule forbids it (or `max`:
    the result came too often in a row), `call_ms` the first moment at which it will be made (0: never, as things are),
    and `notice` both as a sentence for the ejecutivo, in the floor's zone.
    """

    attempt_id: str
    gestion_id: int
    call_ms: int = 0
    rule: str = ""
    notice: str = ""


class Drafted(Message, frozen=True, tag="drafted"):
    """The draft is committed."""

    attempt_id: str


class Notice(Message, frozen=True, tag="notice"):
    """A supervisor says something to this agent, their cartera or everybody."""

    by: str
    text: str
    at_ms: int


class Overheard(Message, frozen=True, tag="overheard"):
    """A supervisor is on the line: `mode` as in `agents.supervising`, "" when they left. Sent where settings say so."""

    mode: str
    by: str = ""


class Consult(Message, frozen=True, tag="consult"):
    """How the transfer goes.

    `state`: ringing, talking, done, back (the debtor is here again), failed (`detail` says why). `yours`: done, and the
    gestión is still this agent's.
    """

    state: str
    to: str
    detail: str = ""
    yours: bool = False


class HandUp(Message, frozen=True, tag="hand"):
    """Whether the agent's hand is up: they or a supervisor changed it."""

    up: bool


class Problem(Message, frozen=True, tag="problem"):
    """What was asked cannot be done: one sentence for the person, and a code for the page. The link stays open."""

    code: str
    detail: str


class Pong(Message, frozen=True, tag="pong"):
    n: int = 0


ServerMessage = (
    Welcome | StateChanged | CallShown | Saved | Drafted | Notice | Overheard | Consult | HandUp | Problem | Pong
)

CLIENT: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
SERVER: msgspec.json.Decoder[ServerMessage] = msgspec.json.Decoder(ServerMessage)
