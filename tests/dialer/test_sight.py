"""What a cartera's pacer is told and shown, as calls and agents move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialer import commands as c
from dialer import events as e
from dialer.pacing.decision import Decision
from dialer.pacing.experience import Expected, History, Hour
from dialer.pacing.happened import Happened
from dialer.pacing.view import AgentSeen, CallSeen, View
from tests.floors import TUESDAY_NOON, Desk, contact, floor


class Ear:
    """A strategy that asks for as many calls as it is told to, and remembers all that it hears and sees."""

    def __init__(self, wanted: int = 0) -> None:
        self.wanted = wanted
        self.heard: list[Happened] = []
        self.views: list[View] = []

    def told(self, happened: Happened, now_ms: int) -> None:
        self.heard.append(happened)

    def expect(self, expected: Mapping[str, Expected], now_ms: int) -> None:
        """It predicts nothing."""

    def calls_to_place(self, view: View, now_ms: int) -> int:
        self.views.append(view)
        return min(self.wanted, view.room)

    def calls_to_cancel(self, view: View, now_ms: int) -> list[str]:
        return [i for i, call in view.calls.items() if call.stage == "dialing"]

    def why(self) -> Decision:
        return Decision(self.wanted, "price", 1.25, 2.5, 0.03, 0.04, 7.0)

    def news(self) -> list[str]:
        """The kinds heard since the last time."""
        kinds = [happened.kind for happened in self.heard]
        self.heard.clear()
        return list(kinds)


class Listening(Desk):
    """A floor whose cartera `a` has an `Ear` for a pacer."""

    def __init__(self, wanted: int = 0, carteras: dict[str, dict[str, Any]] | None = None, **limits: Any) -> None:
        self.ear = Ear(wanted)
        super().__init__(carteras, **limits)
        self.book = self.engine.books.carteras["a"]
        self.book.pacer, self.book.listens = self.ear, True
        self.engine.books.regroup()

    def view(self) -> View:
        self.feed(e.Ticked(), after_ms=500)
        return self.ear.views[-1]


def calling(**strategy: Any) -> tuple[Listening, str]:
    desk = Listening(1, {"a": strategy})
    desk.agent()
    desk.ear.wanted = 0
    return desk, desk.ringing()


def test_a_call_is_told_from_the_claim_to_the_end_of_the_wrap_up() -> None:
    desk, attempt = calling()
    assert desk.ear.news() == ["agent_free", "placed", "cancelled", "placed"]
    desk.feed(e.CallPickedUp(attempt))
    assert [(h.kind, h.call_id, h.agent_id, h.cartera) for h in desk.ear.heard] == [
        ("person", attempt, "", "a"),
        ("connected", attempt, "e1", "a"),
    ]
    desk.feed(e.CallBridged(attempt, desk.only(c.JoinCall).leg_id))
    desk.feed(e.AgentHeld("e1"))
    desk.feed(e.CallEnded(attempt, 16))
    desk.saved(attempt)
    desk.feed(e.Ticked(), after_ms=10_000)
    assert desk.ear.news() == ["person", "connected", "talk_ended", "agent_free"]


def test_contacts_that_are_being_claimed_are_calls_on_their_way() -> None:
    desk = Listening(2)
    desk.agent()
    view = desk.ear.views[-1]
    assert (view.free, view.dialing) == (1, 0)
    desk.ear.wanted = 0
    view = desk.view()
    assert (view.dialing, [call.stage for call in view.calls.values()]) == (2, ["dialing", "dialing"])
    desk.feed(e.ContactsClaimed("a", 2, ()))
    assert desk.ear.views[-1].calls == {}
    assert desk.ear.news() == ["agent_free", "placed", "placed", "cancelled", "cancelled"]


def test_the_view_has_every_agent_and_call_with_its_time() -> None:
    desk, attempt = calling(amd=True)
    placed_ms = desk.now_ms
    desk.feed(e.CallPickedUp(attempt), after_ms=3_000)
    assert desk.view().calls == {attempt: CallSeen("detecting", placed_ms, placed_ms + 3_000, "a")}
    desk.feed(e.CallScreened(attempt, "HUMAN"))
    view = desk.view()
    assert (view.calls, view.talking, view.staffed) == ({}, 1, 1)
    assert view.agents == {"e1": AgentSeen("talking", desk.now_ms - 500)}
    desk.feed(e.AgentPaused("e1", "baño"))
    assert desk.ear.news()[-1] == "agent_leaving"
    assert desk.view().agents["e1"].leaving


def test_a_machine_is_told_and_so_is_a_call_that_rang_out_or_failed() -> None:
    desk, attempt = calling()
    desk.ear.news()
    desk.feed(e.CallEnded(attempt, 19))
    assert desk.ear.news() == ["not_answered"]
    desk = Listening(1)
    desk.agent()
    desk.ear.wanted = 0
    attempt = desk.placed()
    desk.ear.news()
    desk.feed(e.CallRefused(attempt, "no such context"))
    assert desk.ear.news() == ["failed"]
    desk, attempt = calling(amd=True)
    desk.feed(e.CallPickedUp(attempt))
    desk.ear.news()
    desk.feed(e.CallScreened(attempt, "MACHINE"))
    assert desk.ear.news() == ["machine"]


def test_a_person_who_meets_nobody_is_told_as_abandoned_once() -> None:
    desk, attempt = calling()
    desk.feed(e.AgentPaused("e1", "baño"))
    desk.feed(e.CallPickedUp(attempt))
    assert desk.view().waiting == 1
    desk.ear.news()
    desk.feed(e.CallAbandoned(attempt), after_ms=2_000)
    desk.feed(e.CallEnded(attempt, 16), after_ms=3_000)
    assert desk.ear.news() == ["abandoned"]
    assert desk.book.abandons.part(desk.now_ms) == 1


def test_who_hangs_up_on_the_detector_within_the_time_that_the_law_gives_is_not_counted_as_abandoned() -> None:
    for after_ms, abandoned in ((1_900, 0), (2_100, 1)):
        desk, attempt = calling(amd=True)
        desk.feed(e.CallPickedUp(attempt))
        desk.feed(e.CallEnded(attempt, 16), after_ms=after_ms)
        closed = desk.only(c.CloseAttempt)
        assert (closed.verdict, closed.answered_ms > 0) == ("abandoned" if abandoned else "hung_up", True)
        assert desk.book.abandons.part(desk.now_ms) == abandoned
        assert ("abandoned" in desk.ear.news()) == bool(abandoned)


def test_a_call_for_one_agent_alone_takes_the_agent_and_nothing_else() -> None:
    desk = Listening()
    desk.feed(e.BoundDue("a", ("e1",)))
    desk.agent()
    found = contact(5, agent_id="e1", callback_ms=TUESDAY_NOON)
    desk.ear.news()
    desk.feed(e.ContactsClaimed("a", 1, (found,), agent_id="e1"))
    attempt = desk.only(c.RecordAttempt).attempt_id
    desk.feed(e.AttemptsRecorded((attempt,)))
    view = desk.view()
    assert (view.free, view.staffed, view.dialing, view.calls) == (0, 0, 0, {})
    desk.feed(e.CallPickedUp(attempt))
    assert [(h.kind, h.agent_id, h.cartera) for h in desk.ear.heard] == [("connected", "e1", "")]
    assert desk.view().talking == 1


def test_a_cartera_hears_of_those_that_share_its_agents_and_of_no_others() -> None:
    desk = Listening(0, {"a": {}, "b": {}, "z": {}})
    desk.agent("e1", ("a", "b"))
    desk.ringing(1, "b")
    desk.agent("e2", ("z",))
    desk.ringing(2, "z")
    assert {happened.cartera for happened in desk.ear.heard if happened.call_id} == {"b"}
    view = desk.view()
    assert [call.cartera for call in view.calls.values()] == ["b"]
    assert (list(view.agents), view.agents["e1"].shared) == (["e1"], True)


def test_the_reasons_of_a_decision_are_noted_with_it() -> None:
    desk = Listening(1)
    desk.agent()
    note = desk.only(c.NotePacing)
    assert (note.wanted, note.placed, note.bound_by, note.why) == (1, 1, "", "price")
    assert (note.answers, note.supply, note.price, note.risk, note.budget_left) == (1.25, 2.5, 0.03, 0.04, 7.0)


def test_a_pacer_that_listens_is_shown_the_room_that_the_lines_leave() -> None:
    desk = Listening(5, calls_max=2)
    desk.agent()
    assert desk.ear.views[-1].room == 2
    assert desk.only(c.ClaimContacts).count == 2


def test_after_a_restart_a_conversation_that_goes_on_began_when_it_did() -> None:
    desk = Listening()
    began_ms = desk.now_ms - 60_000
    desk.feed(e.AttemptReopened("c.n1.q.000000001", "a", 10, began_ms, contact(1), "e1", began_ms, began_ms))
    desk.feed(e.AgentConnected("e1", "PJSIP/e1", ("a",)))
    leg = "a.n1.e1.q.000000002"
    legs = (e.ChannelSeen("c.n1.q.000000001", True, "b1"), e.ChannelSeen(leg, True, "b1"))
    agent = desk.engine.books.roster.agents["e1"]
    agent.leg_id = leg
    desk.feed(e.ChannelsListed(desk.now_ms, legs))
    view = desk.view()
    assert view.agents["e1"].state == "talking"
    assert view.agents["e1"].since_ms == began_ms


def test_a_reload_keeps_what_was_learned_unless_the_way_of_pacing_changes() -> None:
    desk = Desk({"a": {"mode": "predictive"}})
    learned = desk.engine.books.carteras["a"].pacer
    desk.feed(e.FloorChanged(floor({"a": {"mode": "predictive", "ring_s": 25}, "b": {}})))
    assert desk.engine.books.carteras["a"].pacer is learned
    desk.feed(e.FloorChanged(floor({"a": {"mode": "predictive", "abandon_target": 0.01}})))
    assert desk.engine.books.carteras["a"].pacer is not learned


# ── too many calls on their way ──────────────────────────────────────────────────────────────────────


def test_an_overdialed_call_is_given_up_once_it_has_rung_for_the_legal_time() -> None:
    desk, attempt = calling(hang_up_overdialed=True)
    desk.feed(e.Ticked(), after_ms=14_000)
    assert not desk.all(c.HangUp)
    desk.feed(e.Ticked(), after_ms=1_000)
    assert desk.only(c.HangUp) == c.HangUp(attempt)
    desk.feed(e.DialEnded(attempt, "NOANSWER"))
    desk.feed(e.CallEnded(attempt, 19))
    closed = desk.only(c.CloseAttempt)
    assert (closed.verdict, closed.dial_status, closed.rang) == ("cancelled", "OVERDIALED", True)
    assert desk.only(c.ReturnContact).due_ms == desk.now_ms + 180 * 60_000, "they were rung: not again at once"


def test_who_answers_while_we_give_up_was_abandoned() -> None:
    desk, attempt = calling(hang_up_overdialed=True)
    desk.feed(e.Ticked(), after_ms=16_000)
    desk.feed(e.DialEnded(attempt, "ANSWER"))
    desk.feed(e.CallEnded(attempt, 16))
    assert desk.only(c.CloseAttempt).verdict == "abandoned"


# ── contacts that must not be called in vain ─────────────────────────────────────────────────────────


def test_a_great_saldo_is_only_called_with_an_agent_held_for_it() -> None:
    desk = Desk({"a": {"mode": "ratio", "ratio": 2.0}})
    desk.agent()
    dear, cheap = contact(1, careful=True), contact(2)
    desk.feed(e.ContactsClaimed("a", 2, (dear, cheap)))
    assert len(desk.all(c.RecordAttempt)) == 2
    calls = {call.contact.case_id: call for call in desk.engine.books.calls.values()}
    assert (calls[1].reserved_for, calls[2].reserved_for) == ("e1", "")
    assert desk.state() == "reservado"


def test_with_no_agent_to_hold_it_waits() -> None:
    desk = Desk({"a": {"mode": "ratio", "ratio": 2.0}})
    desk.agent()
    desk.feed(e.ContactsClaimed("a", 2, (contact(1, careful=True), contact(2, careful=True))))
    assert len(desk.all(c.RecordAttempt)) == 1
    back = desk.only(c.ReturnContact)
    assert (back.case_id, back.why, back.due_ms) == (2, "careful", desk.now_ms + 30_000)
    assert c.CountNotPlaced("a", "careful", 1) in desk.last


# ── the budget of the window ─────────────────────────────────────────────────────────────────────────


def test_a_budget_that_was_spent_elsewhere_makes_any_mode_progressive_until_it_recovers() -> None:
    for mode in ("ratio", "predictive", "wombat_boost"):
        desk = Desk({"a": {"mode": mode, "ratio": 3.0}})
        desk.feed(e.BudgetCounted("a", 1_000, 31))
        for n in range(4):
            desk.agent(f"e{n}")
        assert desk.engine.books.carteras["a"].claiming == 4, mode
        desk.feed(e.BudgetCounted("a", 2_000, 31))
        if mode != "predictive":
            assert desk.engine.books.carteras["a"].claiming > 4, mode


def test_a_pacer_begins_with_the_records_also_when_it_is_made_later() -> None:
    """By new settings, or for a cartera that is new; one that only counts takes no notice."""
    hour = Hour(9_000, 180, (9_000_000, 27_000_000, 90_000_000, 0))
    desk = Desk({"a": {"mode": "predictive"}, "b": {"mode": "progressive"}})
    plain = Desk({"a": {"mode": "predictive"}, "b": {"mode": "progressive"}})
    desk.feed(e.HistoryCounted((desk.now_ms,), {name: History((hour,)) for name in "abc"}))
    changed = {"a": {"mode": "predictive", "abandon_ratio_max": 0.02}, "b": {}, "c": {"mode": "predictive"}}
    for one in (desk, plain):
        one.feed(e.FloorChanged(floor(changed)))
    view = View(free=2, dialing=6)

    def answers(one: Desk, cartera: str) -> float:
        pacer = one.engine.books.carteras[cartera].pacer
        pacer.calls_to_place(view, one.now_ms)
        return pacer.why().answers

    assert answers(desk, "a") < 0.5 * answers(plain, "a")
    assert answers(desk, "c") < 0.5 * answers(plain, "c")
    assert answers(desk, "b") == answers(plain, "b") == 0


def test_persons_taken_for_machines_count_as_abandoned() -> None:
    desk = Desk({"a": {"mode": "ratio", "ratio": 3.0, "amd": True, "amd_false_ratio": 0.1}})
    desk.feed(e.BudgetCounted("a", 1_000, 10, 201))
    budget = desk.engine.books.carteras["a"].budget(desk.now_ms)
    assert (budget.answered, budget.abandoned) == (1_021, 31)
    assert budget.spent


def begun(preset: str, abandoned: int) -> Any:
    """The budget after five minutes of a day, with so many of a hundred persons abandoned, two hours before closing."""
    desk = Desk({"a": {"preset": preset}})
    book = desk.engine.books.carteras["a"]
    book.closes_ms = desk.now_ms + 7_200_000
    for n in range(100):
        book.answered(desk.now_ms + 3_000 * n, n < abandoned)
    return book.budget(desk.now_ms + 300_000)


def test_a_day_that_has_begun_borrows_a_few_abandoned_calls_from_its_own_rest() -> None:
    assert not begun("cl_consumidor", 8).spent
    assert begun("cl_consumidor", 9).spent


def test_a_law_that_looks_at_any_window_lends_nothing() -> None:
    assert not begun("uk_legacy", 2).spent
    assert begun("uk_legacy", 3).spent


def test_a_budget_for_a_cartera_that_nobody_knows_changes_nothing() -> None:
    assert Desk().feed(e.BudgetCounted("nobody", 1, 1)) == []
