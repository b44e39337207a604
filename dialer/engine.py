"""The engine: ``handle(event, now_ms) -> list[Command]``, pure and deterministic.

Events say what happened, commands ask for something; this file turns the one into the other. It knows all the rooms
behind it (`asking`, `placing`, `connecting`, `attending`, `transferring`, `outgoing`, `listing`, `holding`, `spying`)
and nothing of networks, clocks or dice, so the same engine runs live, in the simulator and in a replay.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any

from config.settings import Floor
from dialer import (
    asking,
    attending,
    connecting,
    holding,
    listing,
    outgoing,
    placing,
    saving,
    sending_out,
    spying,
    transferring,
)
from dialer import events as e
from dialer.books import Books
from dialer.commands import Command
from dialer.pacing.experience import pooled

TICK_MS = 500
LOOK_MS = 100


class Engine:
    """One floor. `books` is its whole state: read it, never write it from outside."""

    def __init__(self) -> None:
        self.books = Books()

    def handle(self, event: e.Event, now_ms: int) -> list[Command]:
        """Take one event at `now_ms` (milliseconds, epoch) and return what is to be done, in order.

        A `now_ms` earlier than the last one is taken as the last one: a clock that steps back stops nothing and
        repeats nothing. Raises `TypeError` for what is not one of `events.AnyEvent`.
        """
        books = self.books
        books.now_ms = max(books.now_ms, now_ms)
        out: list[Command] = []
        handler = HANDLERS.get(type(event))
        if handler is None:
            raise TypeError(f"{type(event).__name__} is not an event of the engine; see dialer/events.py")
        handler(books, event, out)
        if books.ears:
            spying.follow(books, out)
        if books.timers and books.timers[0][0] <= books.now_ms:
            self._fire_timers(out)
        if books.uneven and books.settings is not None:
            asking.pace(books, out)
        return out

    def _fire_timers(self, out: list[Command]) -> None:
        books = self.books
        while books.timers and books.timers[0][0] <= books.now_ms:
            _, _, kind, key = heapq.heappop(books.timers)
            TIMERS[kind](books, key, out)

    def next_wake_ms(self) -> int | None:
        """When `Ticked` is due at the latest, or None when nothing waits for time to pass.

        Nobody is woken to look at a call that is over.
        """
        timers, calls = self.books.timers, self.books.calls
        while timers and timers[0][2] == "overdue" and timers[0][3] not in calls:
            heapq.heappop(timers)
        return timers[0][0] if timers else None


# ── the floor's own life ────────────────────────────────────────────────────────────────────────────


def _on_started(books: Books, event: e.EngineStarted, out: list[Command]) -> None:
    books.node, books.run = event.node, event.run
    books.configure(Floor.model_validate(event.floor))


def _on_changed(books: Books, event: e.FloorChanged, out: list[Command]) -> None:
    books.configure(Floor.model_validate(event.floor))


def _on_ticked(books: Books, event: e.Ticked, out: list[Command]) -> None:
    """What a timer was for, it sees to itself; pacing has looked when something changed, if not just now."""
    if not 0 <= books.now_ms - books.looked_ms < LOOK_MS:
        books.uneven = True


def _on_budget(books: Books, event: e.BudgetCounted, out: list[Command]) -> None:
    book = books.carteras.get(event.cartera)
    if book is not None:
        book.elsewhere = (event.answered, event.abandoned, event.machines)
        books.uneven = True


def _on_history(books: Books, event: e.HistoryCounted, out: list[Command]) -> None:
    books.expect(pooled(event.hours_ms, event.carteras))


def _on_closed(books: Books, event: e.FloorClosed, out: list[Command]) -> None:
    books.closed = True


def _on_connected(books: Books, event: e.AgentConnected, out: list[Command]) -> None:
    attending.on_connected(books, event, out)
    spying.retell(books, event.agent_id, out)


def _on_unbridged(books: Books, event: e.CallUnbridged, out: list[Command]) -> None:
    connecting.on_unbridged(books, event, out)
    spying.on_unbridged(books, event, out)


def _pace_again(books: Books, key: str, out: list[Command]) -> None:
    books.uneven = True


Handler = Callable[[Books, Any, list[Command]], None]

HANDLERS: dict[type, Handler] = {
    e.EngineStarted: _on_started,
    e.FloorChanged: _on_changed,
    e.Ticked: _on_ticked,
    e.FloorClosed: _on_closed,
    e.BudgetCounted: _on_budget,
    e.HistoryCounted: _on_history,
    e.AgentConnected: _on_connected,
    e.AgentReady: attending.on_ready,
    e.AgentPaused: attending.on_paused,
    e.AgentMoved: attending.on_moved,
    e.AgentLeft: attending.on_left,
    e.AgentVanished: attending.on_vanished,
    e.AgentHungUp: attending.on_hung_up,
    e.AgentHeld: attending.on_held,
    e.AgentResumed: attending.on_resumed,
    e.HeadsetRegistered: attending.on_registered,
    e.TransferAsked: transferring.on_asked,
    e.OutsideAsked: outgoing.on_asked,
    e.TransferFinished: transferring.on_finished,
    e.TransferCancelled: transferring.on_cancelled,
    e.AgentDialed: placing.on_dialed,
    e.AgentSkipped: placing.on_skipped,
    e.AgentRaisedHand: attending.on_raised,
    e.AgentLoweredHand: attending.on_lowered,
    e.PhoneBarred: placing.on_phone_barred,
    e.GestionSaved: saving.on_gestion,
    e.LegParked: attending.on_parked,
    e.LegEnded: attending.on_leg_ended,
    e.OutsideUp: outgoing.on_up,
    e.OutsideEnded: outgoing.on_ended,
    e.CallCreated: connecting.on_created,
    e.CallRinging: connecting.on_ringing,
    e.CallPickedUp: connecting.on_picked_up,
    e.CallScreened: connecting.on_screened,
    e.CallBridged: connecting.on_bridged,
    e.LegsBridged: transferring.on_legs_bridged,
    e.LegsFailed: transferring.on_legs_failed,
    e.CallUnbridged: _on_unbridged,
    e.CallAbandoned: connecting.on_abandoned,
    e.DialEnded: connecting.on_dial_ended,
    e.CallEnded: connecting.on_ended,
    e.CallRefused: connecting.on_refused,
    e.BridgeFailed: connecting.on_bridge_failed,
    e.AttemptReopened: connecting.on_reopened,
    e.PbxConnected: listing.on_connected,
    e.PbxLost: listing.on_lost,
    e.ChannelsListed: listing.on_listed,
    e.CarteraHeld: holding.on_held,
    e.CarteraReleased: holding.on_released,
    e.EarAsked: spying.on_asked,
    e.EarDismissed: spying.on_dismissed,
    e.EarUp: spying.on_up,
    e.EarEnded: spying.on_ended,
    e.BoundDue: placing.on_due,
    e.ContactsClaimed: placing.on_claimed,
    e.ClaimFailed: placing.on_claim_failed,
    e.AttemptsRecorded: placing.on_recorded,
    e.RecordFailed: placing.on_record_failed,
}

TIMERS: dict[str, Callable[[Books, str, list[Command]], None]] = {
    "pace": _pace_again,
    "overdue": connecting.on_overdue,
    "rest": attending.on_rest_over,
    "recall": attending.on_recall,
    "transfer": transferring.on_late,
    "outside": sending_out.on_overdue,
    "orphan": attending.on_orphan,
}
