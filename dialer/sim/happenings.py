"""What happens in the pretend world, and what it refuses to do."""

from __future__ import annotations

from typing import Final, Protocol

import msgspec

from dialer.ami_words import CONTEXT_AGENTE, CONTEXT_DEUDOR, CONTEXT_ESCUCHA, CONTEXT_ESPERA, CONTEXT_EXTERNO

DEUDOR: Final = CONTEXT_DEUDOR
AGENTE: Final = CONTEXT_AGENTE
ESPERA: Final = CONTEXT_ESPERA
ESCUCHA: Final = CONTEXT_ESCUCHA
EXTERNO: Final = CONTEXT_EXTERNO
CONTEXTS: Final = (DEUDOR, AGENTE, ESPERA, ESCUCHA, EXTERNO)


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

    - created, dialing, ringing, up, parked, abandoned, listening, outside: none
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


class Ear(Protocol):
    """Whom the world tells what happens, at once and in order; each method is a kind of `Happening`."""

    def created(self, channel_id: str, at_ms: int) -> None: ...

    def dialing(self, channel_id: str, at_ms: int) -> None: ...

    def ringing(self, channel_id: str, at_ms: int) -> None: ...

    def up(self, channel_id: str, at_ms: int) -> None: ...

    def parked(self, channel_id: str, at_ms: int) -> None: ...

    def listening(self, channel_id: str, at_ms: int) -> None: ...

    def outside(self, channel_id: str, at_ms: int) -> None: ...

    def screened(self, channel_id: str, at_ms: int, word: str, detail: str) -> None: ...

    def abandoned(self, channel_id: str, at_ms: int) -> None: ...

    def dial_end(self, channel_id: str, at_ms: int, status: str) -> None: ...

    def bridge_enter(self, channel_id: str, at_ms: int, bridge_id: str) -> None: ...

    def bridge_leave(self, channel_id: str, at_ms: int, bridge_id: str) -> None: ...

    def hangup(self, channel_id: str, at_ms: int, cause: int) -> None: ...

    def originate_response(self, channel_id: str, at_ms: int, ok: bool = True, reason: int = 0) -> None: ...


class Kept:
    """An `Ear` that keeps all it hears as a list of `Happening`, until it is taken."""

    def __init__(self) -> None:
        self._out: list[Happening] = []

    def take(self) -> list[Happening]:
        taken, self._out = self._out, []
        return taken

    def created(self, channel_id: str, at_ms: int) -> None:
        self._out.append(Happening("created", channel_id, at_ms))

    def dialing(self, channel_id: str, at_ms: int) -> None:
        self._out.append(Happening("dialing", channel_id, at_ms))

    def ringing(self, channel_id: str, at_ms: int) -> None:
        self._out.append(Happening("ringing", channel_id, at_ms))

    def up(self, channel_id: str, at_ms: int) -> None:
        self._out.append(Happening("up", channel_id, at_ms))

    def parked(self, channel_id: str, at_ms: int) -> None:
        self._out.append(Happening("parked", channel_id, at_ms))

    def listening(self, channel_id: str, at_ms: int) -> None:
        self._out.append(Happening("listening", channel_id, at_ms))

    def outside(self, channel_id: str, at_ms: int) -> None:
        self._out.append(Happening("outside", channel_id, at_ms))

    def screened(self, channel_id: str, at_ms: int, word: str, detail: str) -> None:
        self._out.append(Happening("screened", channel_id, at_ms, word=word, detail=detail))

    def abandoned(self, channel_id: str, at_ms: int) -> None:
        self._out.append(Happening("abandoned", channel_id, at_ms))

    def dial_end(self, channel_id: str, at_ms: int, status: str) -> None:
        self._out.append(Happening("dial_end", channel_id, at_ms, status=status))

    def bridge_enter(self, channel_id: str, at_ms: int, bridge_id: str) -> None:
        self._out.append(Happening("bridge_enter", channel_id, at_ms, bridge_id=bridge_id))

    def bridge_leave(self, channel_id: str, at_ms: int, bridge_id: str) -> None:
        self._out.append(Happening("bridge_leave", channel_id, at_ms, bridge_id=bridge_id))

    def hangup(self, channel_id: str, at_ms: int, cause: int) -> None:
        self._out.append(Happening("hangup", channel_id, at_ms, cause=cause))

    def originate_response(self, channel_id: str, at_ms: int, ok: bool = True, reason: int = 0) -> None:
        self._out.append(Happening("originate_response", channel_id, at_ms, ok=ok, reason=reason))
