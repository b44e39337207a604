"""The dialer's line to Asterisk: one AMI connection, kept up.

    connect -> challenge -> login -> FullyBooted -> PbxConnected -> listing -> ChannelsListed, events ...
    loss at any point -> PbxLost (if PbxConnected had been said) -> back-off -> connect

`PbxConnected` is said before the listing is asked for, and events are handed on inside `dataReceived`: from a debtor's
"aló" to our ``Bridge`` there is one call stack and no turn of the loop.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from twisted.application.internet import ClientService, backoffPolicy
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.endpoints import TCP4ClientEndpoint, TCP6ClientEndpoint
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.internet.protocol import Factory, Protocol
from twisted.python.failure import Failure
from zope.interface import implementer  # type: ignore[import-untyped]

from config.settings import Asterisk
from dialer.ami_wire import Decoder, Message, WireError, encode
from dialer.ami_words import Fields, Listener, WordsError, action_for, channels_from, failure_of
from dialer.commands import Command, ListChannels
from dialer.events import (
    CallEnded,
    CallRefused,
    ChannelSeen,
    ChannelsListed,
    EarEnded,
    Event,
    LegEnded,
    OutsideEnded,
    PbxConnected,
    PbxLost,
)

log = logging.getLogger("cintillo.ami")

BOOT_S: Final = 60.0
CLOSE_S: Final = 2.0
Answer = Callable[[Message], None]


@dataclass(slots=True)
class AmiStats:
    """Totals since the start; `lag_ms` is the last ping's round trip, `trouble` why there is no connection now."""

    messages: int = 0
    garbage: int = 0
    oversize: int = 0
    timeouts: int = 0
    refused: int = 0
    unsent: int = 0
    connects: int = 0
    lag_ms: float = 0.0
    trouble: str = "not started"

    @property
    def reconnects(self) -> int:
        return max(0, self.connects - 1)


class AmiLink:
    """Carries commands to Asterisk and brings its events, reconnecting for ever.

    `clock_ms` is the floor's clock (it stamps `ChannelsListed.asked_ms`), `on_event` the engine's door, called on the
    loop. `retry_s` maps the number of failed attempts in a row to a pause in seconds. An exception out of `on_event`
    is the caller's to deal with: Twisted logs it and drops the connection.
    """

    def __init__(
        self,
        settings: Asterisk,
        *,
        clock_ms: Callable[[], int],
        on_event: Callable[[Event], None],
        reactor: Any = None,
        retry_s: Callable[[int], float] | None = None,
    ) -> None:
        if reactor is None:
            # Importing it installs one: only here, when the process has had its chance to install its own.
            from twisted.internet import reactor  # noqa: PLC0415
        self.settings = settings
        self.stats = AmiStats()
        self.reactor: Any = reactor
        self.clock_ms = clock_ms
        self.emit = on_event
        self._retry_s = retry_s or backoffPolicy(initialDelay=0.5, maxDelay=10.0, factor=1.6)
        self._failures = 0
        self._stopping = False
        self._open: _Conversation | None = None
        self._ready: _Conversation | None = None
        self._told: set[str] = set()
        endpoint: Any = _Door(self)
        factory: Any = Factory.forProtocol(lambda: _Conversation(self))
        self._service = ClientService(endpoint, factory, self._pause_s, reactor)

    def start(self) -> None:
        """Begin to connect; call it on the running loop."""
        self.stats.trouble = "connecting"
        self._service.startService()

    async def stop(self) -> None:
        """Close and wait; no event is emitted any more, unless a failure was already on its way."""
        self._stopping = True
        self._ready = None
        self.emit = lambda _: None
        hammer = self.reactor.callLater(CLOSE_S, self._abort)
        await maybeDeferred(self._service.stopService).asFuture(asyncio.get_running_loop())
        if hammer.active():
            hammer.cancel()

    def _abort(self) -> None:
        if self._open:
            self._open.abort("stopping")

    @property
    def connected(self) -> bool:
        """Commands are taken now."""
        return self._ready is not None

    def perform(self, command: Command, number: str = "") -> None:
        """Write the command's action now; never blocks.

        What cannot be sent, or Asterisk refuses, comes back as `CallRefused`, `LegEnded` or `BridgeFailed`. That event
        is never emitted from within this call, so the engine is not entered twice. Raises nothing.
        """
        if self._ready is None:
            self._unsent(command, "Asterisk is not connected")
        elif isinstance(command, ListChannels):
            self._ready.list_channels()
        else:
            self._send(self._ready, command, number)

    def _send(self, conversation: _Conversation, command: Command, number: str) -> None:
        known = self.settings
        action_id = conversation.next_id()
        try:
            fields = action_for(
                command, trunk=known.trunk, number=number, recordings=known.recordings, action_id=action_id
            )
            conversation.command(fields, lambda answer: self._answered(command, answer))
        except (WordsError, WireError) as bad:
            log.error("%s was not sent to Asterisk: %s", type(command).__name__, bad)
            self._unsent(command, str(bad))

    def _answered(self, command: Command, answer: Message) -> None:
        if answer.get("Response") != "Error":
            return
        self.stats.refused += 1
        reason = answer.get("Message")
        if reason == "Permission denied":
            self._once(f"Asterisk refused {type(command).__name__}: {self._permissions()}")
        event = failure_of(command, reason)
        if event:
            self.emit(event)

    def _unsent(self, command: Command, reason: str) -> None:
        self.stats.unsent += 1
        event = failure_of(command, reason)
        if event:
            self.reactor.callLater(0, self.emit, event)

    def _permissions(self) -> str:
        return (
            f"user {self.settings.user!r} lacks a permission; give it read=call,system,user and "
            "write=call,system,originate,reporting in manager.conf"
        )

    def _once(self, sentence: str) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            log.error("%s", sentence)

    # ── what a conversation reports ─────────────────────────────────────────────────────────────────

    def opened(self, conversation: _Conversation) -> None:
        self._open = conversation

    def booted(self, conversation: _Conversation) -> None:
        self.stats.connects += 1
        self.stats.trouble = ""
        self._told.clear()
        self._ready = conversation
        log.info("connected to Asterisk at %s:%d", self.settings.host, self.settings.port)
        self.emit(PbxConnected())

    def settled(self) -> None:
        """The listing is complete: this connection is a good one, the next pause begins small again."""
        self._failures = 0

    def closed(self, conversation: _Conversation, reason: str) -> None:
        was_ready = self._ready is conversation
        self._open = self._ready = None
        self.trouble(reason)
        if was_ready:
            self.emit(PbxLost(reason))

    def trouble(self, reason: str) -> None:
        """There is no connection, and this is why."""
        self.stats.trouble = "stopped" if self._stopping else reason
        if not self._stopping:
            self._once(f"Asterisk at {self.settings.host}:{self.settings.port}: {reason}")

    def refused_login(self, answer: Message) -> str:
        return (
            f"the login of user {self.settings.user!r} was refused ({answer.get('Message')}); compare asterisk.user "
            "and asterisk.secret with manager.conf"
        )

    def refused_listing(self, answer: Message) -> str:
        return f"CoreShowChannels was refused ({answer.get('Message')}): {self._permissions()}"

    def not_booted(self) -> str:
        return f"no FullyBooted within {BOOT_S:g} s of the login: Asterisk still starts, or {self._permissions()}"

    def _pause_s(self, _attempt: int) -> float:
        # Our own count: the service's begins anew with every TCP connection, also with one whose login is refused.
        self._failures += 1
        return float(self._retry_s(self._failures))


@implementer(IStreamClientEndpoint)
class _Door:
    """Asterisk's address, looked up anew for each attempt; every address of the name is tried.

    Not Twisted's `HostnameEndpoint`: its resolver starts threads that keep a process alive whose reactor is not `run`.
    """

    def __init__(self, link: AmiLink) -> None:
        self._link = link

    def connect(self, factory: Any) -> Deferred[Any]:
        known, loop = self._link.settings, asyncio.get_running_loop()
        looked_up = asyncio.ensure_future(loop.getaddrinfo(known.host, known.port, type=socket.SOCK_STREAM))
        found: Deferred[Any] = Deferred.fromFuture(looked_up)
        return found.addCallback(self._try, factory).addErrback(self._failed)

    def _try(self, addresses: list[Any], factory: Any) -> Deferred[Any]:
        (family, _, _, _, (host, port, *_)), *others = addresses
        kind = TCP6ClientEndpoint if family == socket.AF_INET6 else TCP4ClientEndpoint
        endpoint = kind(self._link.reactor, host, port, timeout=self._link.settings.action_timeout_s)
        tried: Deferred[Any] = endpoint.connect(factory)
        return tried.addErrback(lambda _: self._try(others, factory)) if others else tried

    def _failed(self, failure: Failure) -> Failure:
        self._link.trouble(f"cannot be reached: {failure.getErrorMessage()}")
        return failure


@dataclass(slots=True)
class _Asked:
    """An action on its way: whom its answer goes to, and what to do when none comes."""

    asked_s: float
    answered: Answer
    expired: Callable[[], None]


@dataclass(slots=True)
class _Listing:
    """A ``CoreShowChannels`` in progress."""

    action_id: str
    asked_ms: int
    deadline_s: float
    seen: list[ChannelSeen] = field(default_factory=list)
    coming: frozenset[str] = frozenset()
    gone: set[str] = field(default_factory=set)

    def channels(self) -> tuple[ChannelSeen, ...]:
        """What Asterisk has: listed or just being made, and not ended meanwhile."""
        seen = {channel: ChannelSeen(channel, up=False) for channel in self.coming}
        seen |= {channel.channel_id: channel for channel in self.seen}
        return tuple(channel for channel_id, channel in seen.items() if channel_id not in self.gone)


class _Conversation(Protocol):
    """One connection, from the greeting to its loss."""

    transport: Any

    def __init__(self, link: AmiLink) -> None:
        self._link = link
        self._stats = link.stats
        self._settings = link.settings
        self._seconds: Callable[[], float] = link.reactor.seconds
        self._decoder = Decoder()
        self._listener = Listener()
        self._ids = count(1)
        self._asked: dict[str, _Asked] = {}
        self._listing: _Listing | None = None
        self._list_again = False
        self._list_due = False
        self._boot_deadline_s = 0.0
        self._booted = False
        self._next_ping_s = 0.0
        self._heard_s = 0.0
        self._why = ""
        self._ticking: Any = None

    # ── the connection ──────────────────────────────────────────────────────────────────────────────

    def connectionMade(self) -> None:
        self.transport.setTcpNoDelay(True)
        self.transport.setTcpKeepAlive(True)
        self._link.opened(self)
        self._heard_s = self._seconds()
        self._next_ping_s = self._heard_s + self._settings.ping_s
        challenge = self._action("Challenge", ("AuthType", "MD5"))
        self.ask(challenge, self._challenged, lambda: self.abort("does not answer the login"))
        self._tick()

    def connectionLost(self, reason: Failure) -> None:  # type: ignore[override]
        if self._ticking is not None and self._ticking.active():
            self._ticking.cancel()
        self._asked.clear()
        self._link.closed(self, self._why or f"the connection was lost: {reason.getErrorMessage()}")

    def abort(self, why: str) -> None:
        """Drop the connection now; the link tries again."""
        self._why = self._why or why
        self.transport.abortConnection()

    def dataReceived(self, data: bytes) -> None:
        self._heard_s = self._seconds()
        messages = self._decoder.feed(data)
        self._count(len(messages))
        for message in messages:
            self._receive(message)

    def _count(self, messages: int) -> None:
        stats, decoder = self._stats, self._decoder
        stats.messages += messages
        stats.garbage += decoder.garbage
        stats.oversize += decoder.oversize
        decoder.garbage = decoder.oversize = 0

    def _receive(self, message: Message) -> None:
        name = message.get("Event")
        if not name:
            self._response(message)
        elif name == "CoreShowChannel":
            self._listed(message)
        elif name == "CoreShowChannelsComplete":
            self._list_complete(message)
        elif name == "FullyBooted":
            self._fully_booted()
        else:
            self._hear(message)

    def _hear(self, message: Message) -> None:
        for event in self._listener.hear(message):
            match event:
                case CallEnded(attempt_id=channel) | CallRefused(attempt_id=channel):
                    self._gone(channel)
                case LegEnded(leg_id=channel) | EarEnded(ear_id=channel) | OutsideEnded(outside_id=channel):
                    self._gone(channel)
            self._link.emit(event)

    def _gone(self, channel_id: str) -> None:
        """The listing may still show it: it must not come back to life."""
        if self._listing:
            self._listing.gone.add(channel_id)

    # ── actions and their answers ───────────────────────────────────────────────────────────────────

    def next_id(self) -> str:
        return f"q.{next(self._ids)}"

    def _action(self, name: str, *headers: tuple[str, str]) -> Fields:
        return [("Action", name), ("ActionID", self.next_id()), *headers]

    def ask(self, fields: Fields, answered: Answer, expired: Callable[[], None]) -> None:
        """Send an action (its ActionID second). Raises `WireError` and sends nothing if it cannot be encoded."""
        self.transport.write(encode(fields))
        self._asked[fields[1][1]] = _Asked(self._seconds(), answered, expired)

    def command(self, fields: Fields, answered: Answer) -> None:
        """Send an engine's command; without an answer, the channels are listed to see what became of it."""
        action, action_id = fields[0][1], fields[1][1]

        def heard(answer: Message) -> None:
            if answer.get("Response") == "Error":
                self._listener.expected.discard(action_id)
                self._gone(action_id)
            answered(answer)

        def expired() -> None:
            self._listener.expected.discard(action_id)
            self._list_due = True

        self.ask(fields, heard, expired)
        if action == "Originate":
            self._listener.expected.add(action_id)

    def _response(self, message: Message) -> None:
        asked = self._asked.pop(message.get("ActionID"), None)
        if asked:
            asked.answered(message)

    def _challenged(self, answer: Message) -> None:
        if not answer.get("Challenge"):
            return self.abort(self._link.refused_login(answer))
        proof = answer.get("Challenge") + self._settings.secret
        # MD5 is what AMI's challenge asks for; it keeps the secret itself off the wire.
        key = hashlib.md5(proof.encode(), usedforsecurity=False).hexdigest()
        login = self._action("Login", ("AuthType", "MD5"), ("Username", self._settings.user), ("Key", key))
        self.ask(login, self._logged_in, lambda: self.abort("does not answer the login"))

    def _logged_in(self, answer: Message) -> None:
        if answer.get("Response") != "Success":
            return self.abort(self._link.refused_login(answer))
        self._boot_deadline_s = self._seconds() + BOOT_S

    def _fully_booted(self) -> None:
        if not self._boot_deadline_s or self._booted:
            return
        self._booted = True
        self._link.booted(self)
        self.list_channels()

    # ── the listing ─────────────────────────────────────────────────────────────────────────────────

    def list_channels(self) -> None:
        """Ask for all channels; asked again during a listing, another one follows it."""
        if self._listing:
            self._list_again = True
            return
        action = self._action("CoreShowChannels")
        deadline_s = self._seconds() + self._settings.action_timeout_s
        coming = frozenset(self._listener.expected)
        self._listing = _Listing(action[1][1], self._link.clock_ms(), deadline_s, coming=coming)
        self.ask(action, self._list_answered, lambda: None)

    def _list_answered(self, answer: Message) -> None:
        if answer.get("Response") == "Error":
            self.abort(self._link.refused_listing(answer))

    def _listed(self, message: Message) -> None:
        if self._listing and message.get("ActionID") == self._listing.action_id:
            self._listing.seen += channels_from((message,))

    def _list_complete(self, message: Message) -> None:
        listing = self._listing
        if listing is None or message.get("ActionID") != listing.action_id:
            return
        self._listing = None
        channels = listing.channels()
        self._listener.recall(seen for seen in channels if seen.channel_id not in self._listener.expected)
        self._link.settled()
        self._link.emit(ChannelsListed(listing.asked_ms, channels))
        if self._list_again:
            self._list_again = False
            self.list_channels()

    # ── time ────────────────────────────────────────────────────────────────────────────────────────

    def _tick(self) -> None:
        """Look at every deadline, a few times within the shortest of them."""
        now_s = self._seconds()
        every_s = min(self._settings.action_timeout_s, self._settings.ping_s, 4.0) / 4
        self._ticking = self._link.reactor.callLater(every_s, self._tick)
        self._expire(now_s - self._settings.action_timeout_s)
        if self._list_due:
            self._list_due = False
            self.list_channels()
        if self._listing and now_s >= self._listing.deadline_s:
            self.abort(f"its list of channels did not end within {self._settings.action_timeout_s:g} s")
        if self._boot_deadline_s and not self._booted and now_s >= self._boot_deadline_s:
            self.abort(self._link.not_booted())
        if self._booted and now_s >= self._next_ping_s:
            self._ping(now_s)

    def _expire(self, asked_before_s: float) -> None:
        # Asked in order and all with the same time allowed: the oldest are in front.
        late = []
        for action_id, asked in self._asked.items():
            if asked.asked_s > asked_before_s:
                break
            late.append(action_id)
        expired = [self._asked.pop(action_id).expired for action_id in late]
        self._stats.timeouts += len(expired)
        for act in expired:
            act()

    def _ping(self, now_s: float) -> None:
        self._next_ping_s = now_s + self._settings.ping_s
        self.ask(self._action("Ping"), lambda _: self._ponged(now_s), lambda: self._unponged(now_s))

    def _ponged(self, asked_s: float) -> None:
        self._stats.lag_ms = (self._seconds() - asked_s) * 1000

    def _unponged(self, asked_s: float) -> None:
        """An Asterisk that still talks is only slow; one that has said nothing since the ping is gone."""
        if self._heard_s <= asked_s:
            self.abort(f"has been silent for {self._settings.action_timeout_s:g} s after a ping")
