"""What the agents' door needs from the dialer behind it: the port that `dialer/edge/desk.py` fulfils."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from agents.messages import Draft, Drafted, Gestion, PauseReason, Saved, ServerMessage
from agents.usuario import Usuario

Send = Callable[[ServerMessage], None]


class DeskError(Exception):
    """What was asked cannot be done now; `code` is for the page, the message is a sentence for the person."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class Desk(Protocol):
    """One per node. All methods are called on the event loop; `send` must not block."""

    @property
    def zone(self) -> str:
        """The floor's IANA zone."""
        ...

    def now_ms(self) -> int: ...

    async def connect(self, agent_id: str, carteras: tuple[str, ...], send: Send) -> None:
        """The agent's console is open: state and, where there is one, the call in progress or pending are sent at once.

        A second console of the same agent takes over; the first one's `send` gets a `Problem(code="replaced")`.
        """
        ...

    def disconnect(self, agent_id: str, send: Send) -> None:
        """The console's connection is gone (ignored when another console of the agent took over)."""
        ...

    def ready(self, agent_id: str) -> None: ...

    def pause(self, agent_id: str, reason: str) -> None:
        """Raises `DeskError` for a reason that the settings do not know."""
        ...

    async def pauses(self, agent_id: str) -> tuple[PauseReason, ...]:
        """What the agent may choose from, in the settings' order, with what they spent of each today."""
        ...

    async def used(self, agent_id: str) -> dict[str, dict[str, int]]:
        """How often the agent saved each result in the last thirty days: tree -> code -> count."""
        ...

    def hand(self, agent_id: str, *, up: bool) -> None:
        """Raise the hand or lower it; how it is now comes as `HandUp`."""
        ...

    def hangup(self, agent_id: str) -> None: ...

    def hold(self, agent_id: str) -> None: ...

    def resume(self, agent_id: str) -> None: ...

    def registered(self, agent_id: str) -> None:
        """The agent's headset is there and on no call."""
        ...

    def transfer(self, agent_id: str, to: str, *, attended: bool) -> None:
        """Hand the debtor to `to`; how it goes comes as `Consult`. Raises `DeskError` when it cannot be."""
        ...

    def transfer_done(self, agent_id: str) -> None: ...

    def transfer_back(self, agent_id: str) -> None: ...

    def dial(self, agent_id: str, caso_id: int) -> None:
        """Call the debtor whose card the agent is reading. Raises `DeskError` when it is not (any more) theirs."""
        ...

    def skip(self, agent_id: str, caso_id: int, reason: str) -> None:
        """Leave that debtor for later. Raises `DeskError` as `dial` does."""
        ...

    def logout(self, agent_id: str) -> None: ...

    async def save_gestion(self, agent_id: str, gestion: Gestion) -> Saved:
        """Commit the gestión and return what the console is told. Raises `DeskError` with what is missing or wrong."""
        ...

    async def draft(self, agent_id: str, draft: Draft) -> Drafted | None:
        """Commit what is written so far; None when the call has its gestión already. Raises `DeskError`."""
        ...

    def floor(self) -> dict[str, Any]:
        """The board's snapshot (`metrics.ledger`), for supervisors."""
        ...


class Users(Protocol):
    """Who may come in. Tokens are known only by their SHA-256 in hexadecimal; times are floor milliseconds."""

    async def usuario(self, code: str) -> Usuario | None:
        """The usuario with this code, active or not; None when there is none."""
        ...

    async def open_session(self, code: str, token_sha256: str, expires_ms: int) -> None: ...

    async def session_user(self, token_sha256: str, now_ms: int) -> Usuario | None:
        """Whose session this is, or None when there is no such session or `expires_ms` <= `now_ms`."""
        ...

    async def close_session(self, token_sha256: str) -> None:
        """Forget the session; closing one that does not exist is no error."""
        ...
