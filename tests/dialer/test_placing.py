"""From free agents to placed calls: never more than there may be, shared fairly, never all at once."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import pytest

from dialer import commands as c
from dialer import events as e
from dialer import placing
from dialer.call import Call
from dialer.contact import Phone, Touch
from tests.floors import TUESDAY_NOON, Desk, contact, floor

DAY_MS = 86_400_000


class Mill(Desk):
    """A floor whose queue always has somebody and whose calls all end unanswered at once: agents stay free."""

    def __init__(self, carteras: dict[str, dict[str, Any]] | None = None, **limits: Any) -> None:
        super().__init__(carteras, **limits)
        self.cases = itertools.count(1)
        self.claims: list[tuple[int, str, int]] = []

    def grind(self, seconds: float, step_ms: int = 100) -> Counter[str]:
        """Let time pass in steps; the calls claimed by cartera."""
        before = len(self.claims)
        for _ in range(round(seconds * 1000) // step_ms):
            self.now_ms += step_ms
            self.serve(self.engine.handle(e.Ticked(), self.now_ms))
        done: Counter[str] = Counter()
        for _, cartera, count in self.claims[before:]:
            done[cartera] += count
        return done

    def serve(self, commands: list[c.Command]) -> None:
        for command in commands:
            if isinstance(command, c.ClaimContacts):
                self.claims.append((self.now_ms, command.cartera, command.count))
                found = tuple(contact(next(self.cases), command.cartera) for _ in range(command.count))
                self.serve(self.engine.handle(e.ContactsClaimed(command.cartera, command.count, found), self.now_ms))
            elif isinstance(command, c.RecordAttempt):
                self.serve(self.engine.handle(e.AttemptsRecorded((command.attempt_id,)), self.now_ms))
            elif isinstance(command, c.PlaceCall):
                self.serve(self.engine.handle(e.CallEnded(command.attempt_id, 17), self.now_ms))


def staffed(carteras: dict[str, dict[str, Any]], agents_each: int = 20, **limits: Any) -> Mill:
    """Agents log in to each cartera while Asterisk is away, so that the mill starts with all of them free at once."""
    mill = Mill(carteras, **limits)
    mill.feed(e.PbxLost("not yet"))
    for n, name in enumerate(sorted(carteras) * agents_each):
        agent = f"{name}{n}"
        mill.feed(e.AgentConnected(agent, f"PJSIP/{agent}", (name,)))
        mill.feed(e.AgentReady(agent))
        mill.feed(e.LegParked(mill.engine.books.roster.agents[agent].leg_id))
    mill.now_ms += 5_000
    mill.serve(mill.engine.handle(e.ChannelsListed(mill.now_ms, legs(mill)), mill.now_ms))
    return mill


def legs(mill: Mill) -> tuple[e.ChannelSeen, ...]:
    return tuple(e.ChannelSeen(agent.leg_id, True) for agent in mill.engine.books.roster.agents.values())


# ── limits ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("per_s", "step_ms"), [(1.0, 100), (10.0, 7), (2.5, 100), (0.5, 250)])
def test_the_calls_per_second_are_never_exceeded_over_any_stretch_of_time(per_s: float, step_ms: int) -> None:
    """Never more than one second's worth on top of the rate: the bucket that a quiet floor fills."""
    mill = staffed({"a": {}, "b": {}}, calls_per_s_max=per_s, calls_max=1000)
    mill.grind(30, step_ms)
    times = [at_ms for at_ms, _, count in mill.claims for _ in range(count)]
    for first, last in itertools.combinations_with_replacement(range(len(times)), 2):
        allowed = max(1, per_s) + per_s * (times[last] - times[first]) / 1000
        assert last - first + 1 <= allowed + 1e-6
    assert len(times) >= per_s * 30 * 0.9, "and the rate is used up"


def test_after_an_hour_without_calls_there_is_no_burst() -> None:
    mill = staffed({"a": {}}, agents_each=50, calls_per_s_max=5, calls_max=1000)
    mill.grind(5)
    mill.serve(mill.feed(e.PbxLost("away for an hour")))
    mill.serve(mill.feed(e.ChannelsListed(mill.now_ms + 3_600_000, legs(mill)), after_ms=3_600_000))
    assert mill.claims[-1][0] == mill.now_ms
    assert mill.claims[-1][2] == 5


def test_a_floor_at_its_rate_wakes_itself_only_as_often_as_it_may_place_a_call() -> None:
    """Each event that met the limit added a wake of its own: a busy floor ended up ticking every millisecond."""
    desk = Desk(calls_per_s_max=10, calls_max=500)
    for n in range(60):
        desk.agent(f"e{n}")
    for _ in range(400):
        desk.feed(e.AgentPaused("e0", "baño"), after_ms=1)
        desk.feed(e.AgentReady("e0"), after_ms=1)
    paces = [kind for _, _, kind, _ in desk.engine.books.timers if kind == "pace"]
    assert len(paces) == 1


def test_the_lines_bound_calls_asked_for_and_calls_placed_together() -> None:
    desk = Desk(
        {"a": {"mode": "ratio", "ratio": 4}, "b": {"mode": "ratio", "ratio": 4}}, calls_max=6, calls_per_s_max=100
    )
    desk.agent("e1", ("a",))
    desk.agent("e2", ("b",))
    desk.placed(1, "a")
    desk.feed(e.Ticked(), after_ms=2_000)
    books = desk.engine.books
    assert len(books.calls) + sum(book.claiming for book in books.carteras.values()) <= 6


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (e.PbxLost("reset"), "pbx_down"),
        (e.FloorChanged(floor({"a": {"enabled": False}})), "cartera_disabled"),
        (e.FloorChanged(floor({"b": {}})), "cartera_disabled"),
    ],
)
def test_why_nothing_is_placed_is_said_on_the_board(event: e.Event, reason: str) -> None:
    desk = Desk()
    desk.feed(event)
    desk.feed(e.AgentConnected("e1", "PJSIP/e1", ("a",)))
    desk.feed(e.AgentReady("e1"))
    desk.feed(e.LegParked(desk.engine.books.roster.agents["e1"].leg_id))
    assert desk.all(c.ClaimContacts) == []
    assert desk.only(c.CountNotPlaced) == c.CountNotPlaced("a", reason, 1)
    assert desk.only(c.NotePacing).bound_by == reason


def test_a_limit_that_goes_on_is_counted_once_a_second() -> None:
    desk = Desk(calls_max=1)
    desk.agent("e1")
    desk.agent("e2")
    counted = [desk.all(c.CountNotPlaced) for _ in range(40) if desk.feed(e.Ticked(), after_ms=100) is not None]
    assert sum(bool(one) for one in counted) == 4


# ── fairness ────────────────────────────────────────────────────────────────────────────────────────


def test_carteras_share_a_scarce_rate_by_their_weights() -> None:
    mill = staffed({"a": {"weight": 1}, "b": {"weight": 3}}, calls_per_s_max=4, calls_max=1000)
    done = mill.grind(300)
    assert done["a"] + done["b"] >= 4 * 300 * 0.95
    assert done["b"] / done["a"] == pytest.approx(3, rel=0.05)


def test_carteras_of_one_weight_share_alike_whatever_their_names() -> None:
    mill = staffed({"a": {}, "b": {}, "z": {}}, calls_per_s_max=3, calls_max=1000)
    done = mill.grind(300)
    assert max(done.values()) - min(done.values()) <= 6


def with_nothing_in_b(mill: Mill, seconds: float) -> None:
    """Let time pass while the queue of b is empty."""
    serve, mill.serve = mill.serve, lambda commands: answer(mill, commands, serve)  # type: ignore[method-assign]
    mill.grind(seconds)
    mill.serve = serve  # type: ignore[method-assign]


def test_a_cartera_that_had_nothing_to_call_does_not_come_back_with_a_credit() -> None:
    mill = staffed({"a": {}, "b": {}}, calls_per_s_max=2, calls_max=1000)
    with_nothing_in_b(mill, 300)
    done = mill.grind(60)
    assert abs(done["b"] - done["a"]) <= 6


def test_a_cartera_with_nothing_to_call_takes_no_calls_from_the_others() -> None:
    """What it asked of an empty queue was spent of the calls per second, and of its own turns."""
    mill = staffed({"a": {}, "b": {}}, calls_per_s_max=2, calls_max=1000)
    with_nothing_in_b(mill, 100)
    assert sum(count for _, cartera, count in mill.claims if cartera == "a") >= 2 * 100 * 0.95


def test_a_cartera_whose_agents_come_at_noon_shares_from_then_on() -> None:
    """It had the morning's calls to its credit: the others got none until it had caught up."""
    mill = staffed({"a": {}, "b": {}}, calls_per_s_max=4, calls_max=1000)
    for n in range(1, 40, 2):
        mill.serve(mill.feed(e.AgentPaused(f"b{n}", "reunión")))
    mill.grind(300)
    for n in range(1, 40, 2):
        mill.serve(mill.feed(e.AgentReady(f"b{n}")))
    done = mill.grind(30)
    assert abs(done["b"] - done["a"]) <= 8


def answer(mill: Mill, commands: list[c.Command], serve: Any) -> None:
    """The queue of b is empty; everything else is as ever."""
    for command in commands:
        if isinstance(command, c.ClaimContacts) and command.cartera == "b":
            mill.serve(mill.engine.handle(e.ContactsClaimed("b", command.count, ()), mill.now_ms))
        else:
            serve([command])


# ── judging what the queue gave ─────────────────────────────────────────────────────────────────────


def test_a_contact_whose_telephones_may_not_be_called_is_taken_out() -> None:
    desk = Desk()
    desk.agent()
    desk.feed(e.ContactsClaimed("a", 1, (contact(1, phones=(Phone(1, "laboral"), Phone(2, "tercero"))),)))
    assert desk.only(c.DropContact).why == "no_phone"
    assert c.CountNotPlaced("a", "no_phone", 1) in desk.last


def test_of_several_contacts_the_allowed_are_recorded_and_the_others_sent_back() -> None:
    desk = Desk({"a": {"mode": "ratio", "ratio": 3}})
    desk.agent()
    talked = Touch(TUESDAY_NOON - DAY_MS, rang=True, answered=True, effective=True)
    found = (contact(1), contact(2, history=(talked,)), contact(3, stops=("pagado",)))
    desk.feed(e.ContactsClaimed("a", 3, found))
    assert desk.only(c.RecordAttempt).case_id == 1
    assert desk.only(c.RecordAttempt).rule == "cl_consumidor@2026-11-21"
    back = desk.only(c.ReturnContact)
    assert (back.case_id, back.due_ms, back.why) == (2, TUESDAY_NOON + 6 * DAY_MS, "contact_quota")
    assert desk.only(c.DropContact).case_id == 3


def test_when_the_rules_refuse_all_that_the_queue_gave_it_is_not_asked_in_a_frenzy() -> None:
    desk = Desk()
    desk.agent()
    for _ in range(20):
        desk.feed(e.ContactsClaimed("a", 1, (contact(1, stops=("pagado",)),)) if claiming(desk) else e.Ticked(), 10)
    assert sum(isinstance(command, c.ClaimContacts) for command in desk.said) <= 4


def claiming(desk: Desk) -> int:
    return desk.engine.books.carteras["a"].claiming


def test_a_queue_that_cannot_be_asked_is_left_alone_for_two_seconds() -> None:
    desk = Desk()
    desk.agent()
    desk.feed(e.ClaimFailed("a", 1, "connection refused"))
    assert c.CountNotPlaced("a", "queue_down", 1) in desk.last
    desk.feed(e.Ticked(), after_ms=1_999)
    assert desk.all(c.ClaimContacts) == []
    desk.feed(e.Ticked(), after_ms=1)
    assert desk.only(c.ClaimContacts).count == 1


def test_the_queue_is_asked_again_when_the_next_contact_matures() -> None:
    desk = Desk()
    desk.agent()
    desk.feed(e.ContactsClaimed("a", 1, (), next_due_ms=desk.now_ms + 300))
    assert desk.engine.next_wake_ms() == desk.now_ms + 300
    desk.feed(e.Ticked(), after_ms=300)
    assert desk.only(c.ClaimContacts).count == 1


@pytest.mark.parametrize(("event", "reason"), [(e.FloorClosed(), "floor_closed"), (e.PbxLost("reset"), "pbx_down")])
def test_what_was_recorded_and_can_no_longer_be_placed_is_called_off_and_goes_back(event: e.Event, reason: str) -> None:
    desk = Desk()
    desk.agent()
    desk.feed(e.ContactsClaimed("a", 1, (contact(1),)))
    attempt = desk.only(c.RecordAttempt).attempt_id
    desk.feed(event)
    desk.feed(e.AttemptsRecorded((attempt,)))
    closed = desk.only(c.CloseAttempt)
    assert (closed.verdict, closed.dial_status, closed.rang) == ("cancelled", reason, False)
    assert desk.only(c.ReturnContact).why == reason
    assert desk.all(c.PlaceCall) == []


def test_the_call_carries_the_strategys_own_settings() -> None:
    desk = Desk({"a": {"caller_id": "600123456", "ring_s": 25, "wait_s": 1.5, "amd": True, "record": False}})
    desk.agent()
    desk.feed(e.ContactsClaimed("a", 1, (contact(1),)))
    attempt = desk.only(c.RecordAttempt).attempt_id
    desk.feed(e.AttemptsRecorded((attempt,)))
    assert desk.only(c.PlaceCall) == c.PlaceCall(
        attempt, "a", 10, caller_id="600123456", ring_ms=25_000, wait_ms=1_500, amd=True, record=False
    )


def test_a_row_that_is_reported_twice_is_placed_once() -> None:
    desk = Desk()
    desk.agent()
    attempt = desk.placed()
    desk.feed(e.AttemptsRecorded((attempt, "c.n1.r.unknown")))
    assert desk.all(c.PlaceCall) == []


def test_a_person_who_answers_before_any_ringing_was_heard_has_rung() -> None:
    """Their row said that it never rang, so no report counted it as work done."""
    desk = Desk({"a": {"amd": True}})
    desk.agent()
    attempt = desk.placed()
    desk.feed(e.CallPickedUp(attempt))
    desk.feed(e.CallScreened(attempt, "MACHINE"))
    desk.feed(e.CallEnded(attempt, 16))
    assert desk.only(c.CloseAttempt).rang


# ── asked twice ─────────────────────────────────────────────────────────────────────────────────────


def claimed(desk: Desk, **changes: Any) -> str:
    """The one attempt recorded for a contact that was claimed."""
    asked = desk.engine.books.carteras["a"].claiming
    desk.feed(e.ContactsClaimed("a", asked, (contact(1, **changes),)))
    return str(desk.only(c.RecordAttempt).attempt_id)


def test_a_call_whose_hour_has_passed_while_its_record_was_written_is_not_placed() -> None:
    """At 19:59:59 it may be claimed; at 20:00 it may not be placed any more."""
    desk = Desk({"a": {}})
    desk.agent()
    desk.feed(e.Ticked(), after_ms=8 * 3_600_000 - 1_000)
    attempt = claimed(desk)
    desk.feed(e.AttemptsRecorded((attempt,)), after_ms=1_000)
    assert not desk.all(c.PlaceCall)
    assert desk.only(c.CountNotPlaced).reason == "hours"
    assert desk.only(c.CloseAttempt).verdict == "cancelled"


def test_rules_that_ops_changed_while_the_record_was_written_are_the_ones_that_count() -> None:
    desk = Desk({"a": {}})
    desk.agent()
    attempt = claimed(desk)
    desk.feed(e.FloorChanged(floor({"a": {"hours_from": "18:00"}})))
    desk.feed(e.AttemptsRecorded((attempt,)))
    assert not desk.all(c.PlaceCall)
    assert desk.only(c.CountNotPlaced).reason == "hours"


def test_a_call_that_lost_the_agent_held_for_it_is_judged_as_one_that_may_be_abandoned() -> None:
    abandoned = Touch(TUESDAY_NOON - 60 * 3_600_000, rang=True, abandoned=True)
    desk = Desk({"a": {}})
    book = desk.engine.books.carteras["a"]
    call = Call("c.n1.r.1", "a", contact(1, history=(abandoned,)), 10, False, desk.now_ms)
    call.allowed = book.presets[""], desk.now_ms + 3_600_000, "e1"
    call.reserved_for = "e1"
    assert placing._refused_since(desk.engine.books, book, call) is None
    call.reserved_for = ""
    refused = placing._refused_since(desk.engine.books, book, call)
    assert refused is not None
    assert refused.rule == "abandoned"
