"""What happens in the pretend world, and what it refuses to do."""

from __future__ import annotations

from typing import Final

import msgspec

from dialer.ami_words import CONTEXT_AGENTE, CONTEXT_DEUDOR, CONTEXT_ESPERA

DEUDOR: Final = CONTEXT_DEUDOR
AGENTE: Final = CONTEXT_AGENTE
ESPERA: Final = CONTEXT_ESPERA
CONTEXTS: Final = (DEUDOR, AGENTE, ESPERA)


class WorldError(Exception):
    """What was asked cannot be done with the channels as they are; nothing changed."""


class NoSuchChannel(WorldError):
    """No channel has this id (it never existed, or it has hung up)."""

    def __init__(self, channel_id: str) -> None:
        super().__init__(f"there is no channel {channel_id!r}; it may have hung up")
        self.channel_id = channel_id


class NotAnswered(WorldError):
    """The channel has not answered yet, so it can be neither joined nor redirected."""

    def __init__(self, channel_id: str) -> None:
        super().__init__(f"channel {channel_id!r} has not answered yet; wait for it to be up")
        self.channel_id = channel_id


class CannotBridge(WorldError):
    """A channel cannot be joined to itself."""


class NoSuchContext(WorldError):
    """The dialplan has no such context."""

    def __init__(self, context: str) -> None:
        super().__init__(f"the dialplan has no context {context!r}; it has {', '.join(CONTEXTS)}")


class Happening(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Something that happened to a channel. `kind` decides which of the other fields mean anything:

    - created, dialing, ringing, up, parked, abandoned: none
    - screened: `word`, `detail`
    - dial_end: `status`
    - bridge_enter, bridge_leave: `bridge_id`
    - hangup: `cause` (Q.850)
    - originate_response: `ok`, `reason` (Asterisk's 0, 3 or 4)
    """

    kind: str
    channel_id: str
    at_ms: int
    word: str = ""
    detail: str = ""
    bridge_id: str = ""
    status: str = ""
    cause: int = 0
    ok: bool = True
    reason: int = 0
