"""The floor page's protocol: what a supervisor says and what they are told, as JSON over the WebSocket ``/ws/piso``.

The server sends a `Board` once a second and at once after a supervisor's order. Each order carries the
page's own number `n` and is answered by `Done` or `Refusal` with that number. What a role may not do is refused by
`agents.access`; each order that is carried out is written to the audit with who, when and on whom.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from agents.messages import Code, FromConsole, Line, Message, Ms, Pong

Mode = Literal["listen", "whisper", "barge"]
"""To hear both; to be heard by the ejecutivo alone besides; to be heard by both (ChanSpy)."""

Number = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
Carteras = Annotated[tuple[Code, ...], msgspec.Meta(max_length=100)]


class Order(FromConsole, frozen=True):
    """Base of what is asked; `n` comes back in the answer."""

    n: Number


# ── from the page ───────────────────────────────────────────────────────────────────────────────────


class Spy(Order, frozen=True, tag="spy"):
    """Put this supervisor's headset on the agent's line, or change how it is there."""

    agent_id: Code
    mode: Mode


class Unspy(Order, frozen=True, tag="unspy"):
    """Off the line."""


class Move(Order, frozen=True, tag="move"):
    """The agent works these carteras from the next call on."""

    agent_id: Code
    carteras: Carteras


class ForcePause(Order, frozen=True, tag="force_pause"):
    """The agent goes into a pause: at once, or after the present call and its gestión."""

    agent_id: Code
    reason: Code


class ForceLogout(Order, frozen=True, tag="force_logout"):
    """The agent leaves the floor: at once, or after the present call."""

    agent_id: Code


class LowerHand(Order, frozen=True, tag="lower_hand"):
    """The raised hand was seen to."""

    agent_id: Code


class Say(Order, frozen=True, tag="say"):
    """A message to one ejecutivo (``agent_id``), to those of a cartera, or, with neither, to everybody."""

    text: Line
    agent_id: str = ""
    cartera: str = ""


class Hold(Order, frozen=True, tag="hold_cartera"):
    """Place no more calls for the cartera until `Release`: what is in flight goes on, callbacks wait."""

    cartera: Code
    reason: Line = ""


class Release(Order, frozen=True, tag="release_cartera"):
    """Place calls for the cartera again, as its strategy says."""

    cartera: Code


class Receive(Order, frozen=True, tag="receive"):
    """From now on this page takes debtors over, by this supervisor's headset, which is there; or no more.

    It ends with the page's connection, and when another page of the same supervisor says it.
    """

    on: bool


class Ping(FromConsole, frozen=True, tag="ping"):
    n: Ms = 0


SupervisorSays = Spy | Unspy | Move | ForcePause | ForceLogout | LowerHand | Say | Hold | Release | Receive | Ping


# ── from the server ─────────────────────────────────────────────────────────────────────────────────


class Board(Message, frozen=True, tag="board"):
    """The floor of all nodes: `metrics.ledger.Ledger.snapshot`, joined (`metrics.floors`)."""

    floor: dict[str, Any]


class Spying(Message, frozen=True, tag="spying"):
    """This supervisor's headset: on whose line and how; `agent_id` "" when on none (`detail`: why it ended)."""

    agent_id: str
    mode: str = ""
    detail: str = ""


class Handover(Message, frozen=True, tag="handover"):
    """The debtor who is being handed to this supervisor: their headset rings, or they have them; "" : no more.

    `agent`: who hands over, after a word if `attended`. `debtor`, `rut` (masked where the role may not see it) and
    `saldo` (decimal strings by currency) follow a moment later.
    """

    state: Literal["", "ringing", "yours"]
    agent: str = ""
    attended: bool = False
    cartera: str = ""
    debtor: str = ""
    rut: str = ""
    saldo: dict[str, str] = msgspec.field(default_factory=dict)


class Receiving(Message, frozen=True, tag="receiving"):
    """This page takes no debtors over any more: another page of the same supervisor does."""

    on: bool
    detail: str = ""


class Done(Message, frozen=True, tag="done"):
    n: int


class Refusal(Message, frozen=True, tag="refusal"):
    """The order with this number cannot be carried out: one sentence for the person, and a code for the page."""

    n: int
    code: str
    detail: str


SupervisorHears = Board | Spying | Handover | Receiving | Done | Refusal | Pong

SUPERVISOR: msgspec.json.Decoder[SupervisorSays] = msgspec.json.Decoder(SupervisorSays)
HEARS: msgspec.json.Decoder[SupervisorHears] = msgspec.json.Decoder(SupervisorHears)
