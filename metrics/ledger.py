"""The ledger: a fold over everything that happens on the floor, from which boards and Prometheus are fed.

`see` is given each event with the commands that the engine answered, in order; nothing else is needed, so the ledger
of a replayed journal equals the one of the live run. What no event says (queue sizes, lags, how much of the cartera
was touched) is told by the `set_…` methods. Each `see` costs O(1); closed attempts are forgotten, so memory is
bounded by the calls in progress and the labels in use.

The board's figures are those of the day: since the first event, or since `start_day` was last called (the floor calls
it at its midnight). Prometheus reads `ever`, which only grows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from agents.agent import State
from config.settings import Strategy
from dialer import commands as c
from dialer import events as e
from dialer import ids
from dialer.call import TABLE, Input, Stage
from dialer.outcome import OVERDIALED
from metrics.books import Attempt, Cartera, Desk, Pbx, common_row
from metrics.kpi import OTHER, UNKNOWN, bump, occupancy

CARTERAS_MAX = 500
AGENTS_MAX = 5_000

BEFORE_PICK_UP = (Stage.PLACING, Stage.DIALING, Stage.RINGING)
AGENT_SAYS: dict[str, Input] = {State.HABLANDO: Input.BRIDGED, State.ESPERA: Input.HOLD}
"""Which conversations go on, holds, lost links and restarts included, is what the engine tells their agents."""


class Ledger:
    """The floor's books. One per node; not thread-safe: everything happens on the event loop."""

    def __init__(self) -> None:
        self.node = ""
        self.since_ms: int | None = None
        self.carteras: dict[str, Cartera] = {}
        self.agents: dict[str, Desk] = {}
        self.pbx = Pbx()
        self.loop_lag_ms = 0.0
        self.recorder_backlog = 0
        self._attempts: dict[str, Attempt] = {}
        self._agent_ms: Counter[str] = Counter()
        self._agent_ms_dawn: Counter[str] = Counter()
        self._on_event = self._event_table()
        self._on_command = self._command_table()

    # ── the fold ────────────────────────────────────────────────────────────────────────────────────

    def see(self, event: e.Event, commands: Sequence[c.Command], now_ms: int) -> None:
        """Take in one event and what the engine answered to it, at the floor's `now_ms`."""
        if self.since_ms is None:
            self.since_ms = now_ms
        on_event = self._on_event.get(type(event))
        if on_event is not None:
            on_event(event, now_ms)
        for command in commands:
            on_command = self._on_command.get(type(command))
            if on_command is not None:
                on_command(command, now_ms)

    def start_day(self, now_ms: int) -> None:
        """The day's figures begin again at zero; what Prometheus reads goes on growing."""
        self.since_ms = now_ms
        for cartera in self.carteras.values():
            cartera.dawn = cartera.ever.copy()
        for desk in self.agents.values():
            desk.calls = desk.gestiones = 0
        self._agent_ms_dawn = self.agent_ms(now_ms)

    def _event_table(self) -> dict[type[e.Event], Callable[[Any, int], None]]:
        return {
            e.EngineStarted: self._engine_started,
            e.FloorChanged: self._floor_changed,
            e.AgentConnected: self._agent_connected,
            e.GestionSaved: self._gestion_saved,
            e.CallCreated: lambda event, now_ms: self._step(event.attempt_id, Input.CREATED, now_ms),
            e.CallRinging: lambda event, now_ms: self._step(event.attempt_id, Input.RANG, now_ms),
            e.CallPickedUp: self._picked_up,
            e.CallScreened: self._screened,
            e.CallAbandoned: lambda event, now_ms: self._step(event.attempt_id, Input.NOBODY_FREE, now_ms),
            e.BridgeFailed: self._bridge_failed,
            e.ChannelsListed: self._listed,
            e.RecordFailed: self._record_failed,
            e.AttemptReopened: self._reopened,
            e.AgentMoved: self._agent_moved,
            e.CarteraHeld: self._cartera_held,
            e.CarteraReleased: self._cartera_released,
            e.PbxConnected: self._pbx_connected,
            e.PbxLost: self._pbx_lost,
        }

    def _command_table(self) -> dict[type[c.Command], Callable[[Any, int], None]]:
        return {
            c.RecordAttempt: self._record_attempt,
            c.PlaceCall: self._place_call,
            c.NoteAnswered: self._note_answered,
            c.NoteConnected: self._note_connected,
            c.NoteTransfer: self._note_transfer,
            c.CloseAttempt: self._close_attempt,
            c.JoinCall: self._join_call,
            c.HoldCall: lambda command, now_ms: self._step(command.attempt_id, Input.HOLD, now_ms),
            c.HangUp: lambda command, now_ms: self._step(command.channel_id, Input.HANG_UP, now_ms),
            c.TellAgent: self._tell_agent,
            c.TellHand: self._tell_hand,
            c.NoteCallback: self._note_callback,
            c.CountNotPlaced: self._count_not_placed,
            c.NotePacing: self._note_pacing,
        }

    # ── calls ───────────────────────────────────────────────────────────────────────────────────────

    def _cartera(self, cartera_id: str) -> Cartera:
        found = self.carteras.get(cartera_id)
        if found is None:
            key = cartera_id if len(self.carteras) < CARTERAS_MAX else OTHER
            found = self.carteras.setdefault(key, Cartera())
        return found

    def _open(self, attempt_id: str, cartera: str, stage: Stage) -> Attempt:
        self._forget(attempt_id)
        attempt = self._attempts[attempt_id] = Attempt(cartera, stage)
        self._cartera(cartera).stages[stage] += 1
        return attempt

    def _forget(self, attempt_id: str) -> Attempt | None:
        attempt = self._attempts.pop(attempt_id, None)
        if attempt is not None:
            self._cartera(attempt.cartera).stages[attempt.stage] -= 1
        return attempt

    def _step(self, attempt_id: str, what: Input, now_ms: int) -> None:
        """Move a call by the engine's own table; late news (and hang-ups of agents' legs) change nothing."""
        attempt = self._attempts.get(attempt_id)
        to = TABLE.get((attempt.stage, what)) if attempt is not None else None
        if attempt is None or to is None:
            return
        stages = self._cartera(attempt.cartera).stages
        stages[attempt.stage] -= 1
        stages[to] += 1
        attempt.stage = to
        if what is Input.PERSON:
            attempt.person_ms = now_ms

    def _record_attempt(self, command: c.RecordAttempt, _now_ms: int) -> None:
        self._open(command.attempt_id, command.cartera, Stage.RECORDING)

    def _record_failed(self, event: e.RecordFailed, _now_ms: int) -> None:
        for attempt_id in event.attempt_ids:
            self._forget(attempt_id)

    def _reopened(self, event: e.AttemptReopened, _now_ms: int) -> None:
        attempt = self._open(event.attempt_id, event.cartera, Stage.REOPENED)
        attempt.answered = event.answered_ms > 0
        attempt.connected = event.connected_ms > 0

    def _place_call(self, command: c.PlaceCall, now_ms: int) -> None:
        cartera = self._cartera(command.cartera)
        cartera.ever.calls["placed"] += 1
        cartera.pace.add(now_ms)
        self._step(command.attempt_id, Input.RECORDED, now_ms)
        attempt = self._attempts.get(command.attempt_id)
        if attempt is not None:
            attempt.amd = command.amd

    def _picked_up(self, event: e.CallPickedUp, now_ms: int) -> None:
        attempt = self._attempts.get(event.attempt_id)
        if attempt is not None:
            self._step(event.attempt_id, Input.SCREEN if attempt.amd else Input.PERSON, now_ms)

    def _screened(self, event: e.CallScreened, now_ms: int) -> None:
        """All but MACHINE and HANGUP are taken for persons, as the engine does."""
        if event.word != "HANGUP":
            self._step(event.attempt_id, Input.MACHINE if event.word == "MACHINE" else Input.PERSON, now_ms)

    def _listed(self, event: e.ChannelsListed, now_ms: int) -> None:
        """What Asterisk's list tells of calls whose news were missed."""
        outside = {one.bridge_id for one in event.channels if one.bridge_id and ids.is_outside(one.channel_id)}
        for channel in event.channels:
            attempt = self._attempts.get(channel.channel_id)
            if attempt is None:
                continue
            if attempt.stage is Stage.REOPENED and not channel.up:
                self._step(channel.channel_id, Input.RANG, now_ms)
            elif attempt.stage is Stage.REOPENED and attempt.connected and not channel.bridge_id:
                self._step(channel.channel_id, Input.HOLD, now_ms)
            elif attempt.stage is Stage.REOPENED and attempt.connected and channel.bridge_id in outside:
                self._step(channel.channel_id, Input.BRIDGED, now_ms)
            elif attempt.stage in BEFORE_PICK_UP and channel.up:
                self._step(channel.channel_id, Input.SCREEN if attempt.amd else Input.PERSON, now_ms)

    def _join_call(self, command: c.JoinCall, now_ms: int) -> None:
        """Whoever is joined is a person, also where only a listing of channels told the engine that they answered."""
        self._step(command.attempt_id, Input.PERSON, now_ms)
        self._step(command.attempt_id, Input.JOIN, now_ms)
        attempt = self._attempts.get(command.attempt_id)
        if attempt is not None and ids.is_leg(command.leg_id):
            attempt.agent_id = ids.agent_of(command.leg_id)

    def _bridge_failed(self, event: e.BridgeFailed, now_ms: int) -> None:
        attempt = self._attempts.get(event.attempt_id)
        if attempt is not None and attempt.stage is Stage.JOINING:
            self._step(event.attempt_id, Input.UNJOIN, now_ms)

    def _note_answered(self, command: c.NoteAnswered, now_ms: int) -> None:
        self._step(command.attempt_id, Input.PERSON, now_ms)
        attempt = self._attempts.get(command.attempt_id)
        if attempt is not None and not attempt.answered:
            attempt.answered = True
            self._cartera(attempt.cartera).ever.calls["answered"] += 1

    def _note_connected(self, command: c.NoteConnected, now_ms: int) -> None:
        self._step(command.attempt_id, Input.BRIDGED, now_ms)
        attempt = self._attempts.get(command.attempt_id)
        if attempt is None or attempt.connected:
            return
        attempt.connected = True
        cartera = self._cartera(attempt.cartera)
        cartera.ever.calls["connected"] += 1
        cartera.reached(now_ms, abandoned=0)
        if attempt.person_ms is not None:
            cartera.ever.answered_in(now_ms - attempt.person_ms)
        if command.agent_id in self.agents:
            self.agents[command.agent_id].calls += 1

    def _note_transfer(self, command: c.NoteTransfer, now_ms: int) -> None:
        """A call that was handed over is one of both agents; who is outside is none."""
        bump(self._cartera(command.cartera).ever.transfers, f"{command.kind} {command.outcome}")
        if command.outcome == "done" and command.outside:
            self._step(command.attempt_id, Input.BRIDGED, now_ms)
        elif command.outcome == "done" and command.to in self.agents:
            self.agents[command.to].calls += 1

    def _close_attempt(self, command: c.CloseAttempt, now_ms: int) -> None:
        attempt = self._forget(command.attempt_id)
        cartera = self._cartera(attempt.cartera if attempt else UNKNOWN)
        cartera.ever.calls["closed"] += 1
        bump(cartera.ever.verdicts, command.verdict)
        if command.dial_status == OVERDIALED:
            cartera.ever.calls["given_up"] += 1
        if command.verdict == "abandoned":
            cartera.ever.calls["abandoned"] += 1
            cartera.reached(now_ms, abandoned=1)

    def _gestion_saved(self, event: e.GestionSaved, _now_ms: int) -> None:
        bump(self._cartera(event.cartera).ever.gestiones, event.code)
        if event.agent_id in self.agents:
            self.agents[event.agent_id].gestiones += 1

    def _note_callback(self, command: c.NoteCallback, _now_ms: int) -> None:
        callbacks = self._cartera(command.cartera).ever.callbacks
        callbacks["on_time" if command.on_time else "late"] += 1
        if command.agent_id:
            callbacks["same_agent"] += 1

    def _count_not_placed(self, command: c.CountNotPlaced, _now_ms: int) -> None:
        bump(self._cartera(command.cartera).ever.not_placed, command.reason, command.count)

    def _note_pacing(self, command: c.NotePacing, now_ms: int) -> None:
        self._cartera(command.cartera).pacing = {
            "at_ms": now_ms,
            "wanted": command.wanted,
            "placed": command.placed,
            "free": command.free,
            "in_flight": command.in_flight,
            "waiting": command.waiting,
            "bound_by": command.bound_by,
            "why": command.why,
            "answers": command.answers,
            "supply": command.supply,
            "price": command.price,
            "risk": command.risk,
            "budget_left": command.budget_left,
        }

    # ── agents ──────────────────────────────────────────────────────────────────────────────────────

    def _desk(self, agent_id: str, now_ms: int) -> Desk:
        found = self.agents.get(agent_id)
        if found is None:
            if len(self.agents) >= AGENTS_MAX:
                self._drop_gone()
            found = self.agents[agent_id] = Desk(now_ms)
        return found

    def _drop_gone(self) -> None:
        self.agents = {name: desk for name, desk in self.agents.items() if desk.state != State.DESCONECTADO}

    def _agent_connected(self, event: e.AgentConnected, now_ms: int) -> None:
        self._desk(event.agent_id, now_ms).carteras = event.carteras

    def _agent_moved(self, event: e.AgentMoved, _now_ms: int) -> None:
        if event.agent_id in self.agents:
            self.agents[event.agent_id].carteras = event.carteras

    def _tell_agent(self, command: c.TellAgent, now_ms: int) -> None:
        desk = self._desk(command.agent_id, now_ms)
        # Told once more that it is connecting, a headset was not lost again.
        lost = self._attempts.get(desk.attempt_id) if command.state == State.CONECTANDO != desk.state else None
        if lost is not None and lost.agent_id == command.agent_id:
            self._step(desk.attempt_id, Input.UNJOIN, now_ms)
        self._set_state(desk, command.state, command.since_ms, now_ms)
        desk.reason = command.reason
        desk.spent_ms = 0
        desk.attempt_id = command.attempt_id
        what = AGENT_SAYS.get(command.state)
        attempt = self._attempts.get(command.attempt_id)
        if what is not None and attempt is not None:
            attempt.agent_id = command.agent_id
            self._step(command.attempt_id, what, now_ms)

    def _tell_hand(self, command: c.TellHand, now_ms: int) -> None:
        self._desk(command.agent_id, now_ms).hand_ms = command.since_ms

    def _set_state(self, desk: Desk, state: str, since_ms: int, now_ms: int) -> None:
        self._agent_ms[desk.state] += max(0, now_ms - desk.counted_ms)
        desk.counted_ms = max(desk.counted_ms, now_ms)
        desk.state = state
        desk.since_ms = since_ms

    def agent_ms(self, now_ms: int) -> Counter[str]:
        """The agents' time by state, up to `now_ms`, since the ledger began."""
        spent = self._agent_ms.copy()
        for desk in self.agents.values():
            spent[desk.state] += max(0, now_ms - desk.counted_ms)
        return spent

    def agents_by_state(self) -> dict[str, int]:
        """How many agents are in each state; every state is there."""
        return {state.value: 0 for state in State} | Counter(desk.state for desk in self.agents.values())

    # ── the floor and Asterisk ──────────────────────────────────────────────────────────────────────

    def _engine_started(self, event: e.EngineStarted, now_ms: int) -> None:
        """A new run begins: what it still has of the last one, `AttemptReopened` and the agents' logins will tell."""
        self.node = event.node
        for attempt_id in list(self._attempts):
            self._forget(attempt_id)
        for desk in self.agents.values():
            self._set_state(desk, State.DESCONECTADO.value, now_ms, now_ms)
            desk.reason = desk.attempt_id = ""
            desk.hand_ms = 0
        self._take_floor(event.floor)

    def _floor_changed(self, event: e.FloorChanged, _now_ms: int) -> None:
        self._take_floor(event.floor)

    def _take_floor(self, floor: dict[str, Any]) -> None:
        for cartera in self.carteras.values():
            cartera.strategy["enabled"] = False
        for cartera_id, raw in floor["carteras"].items():
            strategy = Strategy.model_validate(raw)
            self._cartera(cartera_id).strategy = {
                "enabled": strategy.enabled,
                "mode": strategy.mode,
                "abandon_ratio_max": strategy.abandon_ratio_max,
            }

    def _cartera_held(self, event: e.CarteraHeld, _now_ms: int) -> None:
        if event.cartera not in self.carteras:
            return  # of another node's settings
        self._cartera(event.cartera).held = {"by": event.by, "at_ms": event.at_ms, "reason": ""}

    def _cartera_released(self, event: e.CarteraReleased, _now_ms: int) -> None:
        if event.cartera in self.carteras:
            self.carteras[event.cartera].held = None

    def _pbx_connected(self, _event: e.PbxConnected, now_ms: int) -> None:
        self.pbx.connects += 1
        self.pbx.up, self.pbx.since_ms = True, now_ms

    def _pbx_lost(self, _event: e.PbxLost, now_ms: int) -> None:
        self.pbx.up, self.pbx.since_ms = False, now_ms

    # ── what no event says ──────────────────────────────────────────────────────────────────────────

    def set_loop_lag(self, lag_ms: float) -> None:
        """How late the event loop ran a timer."""
        self.loop_lag_ms = lag_ms

    def set_ami(self, *, lag_ms: float, messages: int, garbage: int) -> None:
        """The AMI client's last ping round trip, and its counts of messages read and of bytes' worth of nonsense."""
        self.pbx.lag_ms, self.pbx.messages, self.pbx.garbage = lag_ms, messages, garbage

    def set_recorder_backlog(self, commands: int) -> None:
        """How many commands wait for their commit."""
        self.recorder_backlog = commands

    def set_queue(self, cartera: str, sizes: Mapping[str, int]) -> None:
        """The queue's sizes by place (ready, later, leased…)."""
        self._cartera(cartera).queue = dict(sizes)

    def set_spent(self, agent_id: str, since_ms: int, spent_ms: int) -> None:
        """What the pause that the agent began at `since_ms` had used of its day's budget before."""
        desk = self.agents.get(agent_id)
        if desk is not None and desk.state == State.PAUSA and desk.since_ms == since_ms:
            desk.spent_ms = spent_ms

    def set_held(self, cartera: str, held: dict[str, Any] | None) -> None:
        """Who stopped it, since when, and the reason that they typed, which no event carries."""
        self._cartera(cartera).held = held

    def set_version(self, cartera: str, version: dict[str, Any]) -> None:
        """Which published strategy is in force (number; 0: the file's), and why the newest is not (unfit, else "")."""
        self._cartera(cartera).version = version

    def set_cases(self, cartera: str, *, total: int, touched: int) -> None:
        """How many cases the cartera has, and how many of them have been tried at least once."""
        self._cartera(cartera).cases = {"total": total, "touched": touched}

    # ── the board ───────────────────────────────────────────────────────────────────────────────────

    def snapshot(self, now_ms: int) -> dict[str, Any]:
        """Everything the board shows, as JSON types.

        ``total`` and each of ``carteras`` hold `kpi.figures` of the day plus abandon_ratio_24h and abandon_ratio_30m
        (rolling), calls_per_minute (placed in the last 60 s), in_flight {stage: n}, waiting (persons without an agent)
        and cases {total, touched}; a cartera adds enabled, mode, abandon_ratio_max, pacing (the last `NotePacing` with
        its at_ms, or None), queue {place: n}, held (by, at_ms, reason; None: it is not) and version (number, unfit).
        ``agents`` is a list by id:
        agent_id, state, since_ms, reason, attempt_id, carteras, calls, gestiones, hand_ms (since when the hand is up;
        0: down), spent_ms (of the present pause's reason today, before it began). The rest: now_ms, since_ms (the day's
        beginning), node, agents_by_state, occupancy, agent_ms (the agents' time of the day by state, of which that is
        made), pbx {up, since_ms, reconnects, lag_ms, messages, garbage}, loop_lag_ms, recorder_backlog.
        """
        spent = self.agent_ms(now_ms) - self._agent_ms_dawn
        return {
            "now_ms": now_ms,
            "since_ms": now_ms if self.since_ms is None else self.since_ms,
            "node": self.node,
            "total": common_row(self.carteras.values(), now_ms),
            "carteras": {name: cartera.row(now_ms) for name, cartera in sorted(self.carteras.items())},
            "agents": [desk.row(agent_id) for agent_id, desk in sorted(self.agents.items())],
            "agents_by_state": self.agents_by_state(),
            "agent_ms": dict(spent),
            "occupancy": occupancy(spent),
            "pbx": self.pbx.row(),
            "loop_lag_ms": self.loop_lag_ms,
            "recorder_backlog": self.recorder_backlog,
        }
