"""Cases of one agent's own: callbacks that are kept by the same ejecutivo, manual lists, cards read before the call."""

from __future__ import annotations

from typing import Any

import pytest

from dialer import commands as c
from dialer import events as e
from dialer.contact import Contact
from tests.floors import TUESDAY_NOON, Desk, contact, floor

MINUTE_MS = 60_000
GRACE_MS = 15 * MINUTE_MS


def own(case_id: int = 1, agent_id: str = "e1", **changes: Any) -> Contact:
    return contact(case_id, agent_id=agent_id, callback_ms=changes.pop("callback_ms", TUESDAY_NOON), **changes)


def listed(case_id: int = 1, agent_id: str = "e1") -> Contact:
    return contact(case_id, agent_id=agent_id, listed=True)


class Own(Desk):
    """A floor with ejecutivos e1 and e2 on which e1 is told to have a case of their own due before anybody is free."""

    def __init__(self, found: Contact, carteras: dict[str, dict[str, Any]] | None = None) -> None:
        super().__init__(carteras)
        self.feed(e.BoundDue("a", ("e1",)))
        self.leg = self.agent("e1")
        self.asked = self.only(c.ClaimContacts)
        self.found = found

    def claimed(self, *contacts: Contact) -> list[c.Command]:
        return self.feed(e.ContactsClaimed("a", 1, contacts, None, "e1"))

    def calling(self) -> str:
        """The queue gave the case, its attempt is recorded and its call rings."""
        self.claimed(self.found)
        attempt = str(self.only(c.RecordAttempt).attempt_id)
        self.feed(e.AttemptsRecorded((attempt,)))
        self.feed(e.CallCreated(attempt))
        self.feed(e.CallRinging(attempt))
        return attempt


# ── callbacks ───────────────────────────────────────────────────────────────────────────────────────


def test_a_callback_that_is_due_is_claimed_for_its_ejecutivo_as_soon_as_they_are_free_and_before_the_pool() -> None:
    desk = Own(own())
    assert desk.asked == c.ClaimContacts("a", 1, "e1", False)
    assert desk.state() == "reservado"


def test_while_their_callback_rings_the_ejecutivo_gets_no_other_call_and_no_other_agent_gets_theirs() -> None:
    desk = Own(own())
    theirs = desk.calling()
    desk.agent("e2")
    other = desk.placed(7)
    desk.feed(e.CallPickedUp(other))
    assert desk.only(c.JoinCall).attempt_id == other
    assert desk.state("e1") == "reservado"
    desk.feed(e.CallPickedUp(theirs))
    assert desk.only(c.JoinCall) == c.JoinCall(theirs, desk.leg)


def test_a_callback_needs_no_agent_of_the_pool_so_the_pool_goes_on_at_its_own_pace() -> None:
    desk = Own(own())
    desk.calling()
    desk.agent("e2")
    assert desk.only(c.ClaimContacts) == c.ClaimContacts("a", 1)


def test_how_punctual_a_callback_is_is_counted_when_its_call_is_placed() -> None:
    desk = Own(own(callback_ms=TUESDAY_NOON - 4 * MINUTE_MS))
    desk.claimed(desk.found)
    attempt = desk.only(c.RecordAttempt).attempt_id
    desk.feed(e.AttemptsRecorded((attempt,)))
    assert desk.only(c.NoteCallback) == c.NoteCallback("a", attempt, 4 * MINUTE_MS, True, "e1")


def test_a_callback_of_the_pool_is_counted_as_well() -> None:
    desk = Desk()
    desk.agent()
    desk.feed(e.ContactsClaimed("a", 1, (own(agent_id="", callback_ms=TUESDAY_NOON - 6 * MINUTE_MS),)))
    desk.feed(e.AttemptsRecorded((desk.only(c.RecordAttempt).attempt_id,)))
    noted = desk.only(c.NoteCallback)
    assert (noted.on_time, noted.agent_id) == (False, "")


def test_a_callback_that_rang_was_kept_and_goes_on_as_any_case_of_the_cartera() -> None:
    desk = Own(own())
    attempt = desk.calling()
    desk.feed(e.CallEnded(attempt, 19))
    back = desk.only(c.ReturnContact)
    assert (back.why, back.agent_id, back.callback_ms, back.release_ms) == ("no_answer", "", 0, 0)
    assert desk.only(c.ClaimContacts).agent_id == "e1", "and the next of their own is asked for"


def test_a_callback_that_never_rang_is_still_owed_by_the_same_ejecutivo() -> None:
    desk = Own(own())
    desk.claimed(desk.found)
    attempt = desk.only(c.RecordAttempt).attempt_id
    desk.feed(e.AttemptsRecorded((attempt,)))
    desk.feed(e.CallCreated(attempt))
    desk.feed(e.CallEnded(attempt, 34))
    back = desk.only(c.ReturnContact)
    assert (back.agent_id, back.callback_ms, back.release_ms) == ("e1", TUESDAY_NOON, back.due_ms + GRACE_MS)


def test_a_callback_that_the_law_forbids_now_is_put_off_with_its_ejecutivo_and_its_grace() -> None:
    desk = Own(own())
    desk.feed(e.Ticked(), after_ms=9 * 60 * MINUTE_MS)
    desk.claimed(desk.found)
    back = desk.only(c.ReturnContact)
    assert (back.why, back.agent_id, back.release_ms) == ("hours", "e1", back.due_ms + GRACE_MS)
    assert desk.state() == "disponible"


def test_who_agreed_on_a_callback_keeps_it_until_the_grace_is_over() -> None:
    desk = Desk()
    desk.agent()
    attempt = desk.talking()
    desk.feed(e.CallEnded(attempt, 16))
    due_ms = desk.now_ms + 60 * MINUTE_MS
    desk.saved(attempt, next_due_ms=due_ms, reserved_for="e1", callback_ms=due_ms)
    back = desk.only(c.ReturnContact)
    assert (back.due_ms, back.agent_id, back.callback_ms, back.release_ms) == (due_ms, "e1", due_ms, due_ms + GRACE_MS)


def test_an_agent_on_whom_a_call_in_flight_counts_is_not_taken_away_from_it() -> None:
    """The person who answers it would meet nobody: the callback waits for the next free moment."""
    desk = Desk()
    desk.agent()
    attempt = desk.ringing(7)
    desk.feed(e.BoundDue("a", ("e1",)))
    assert desk.all(c.ClaimContacts) == []
    desk.feed(e.CallEnded(attempt, 19))
    assert desk.only(c.ClaimContacts).agent_id == "e1"


def test_a_floor_that_dials_ahead_slows_down_until_it_can_spare_the_agent() -> None:
    desk = Desk({"a": {"mode": "ratio", "ratio": 2}})
    desk.agent("e1")
    desk.feed(e.ContactsClaimed("a", 2, (contact(1), contact(2))))
    first, second = (command.attempt_id for command in desk.all(c.RecordAttempt))
    desk.feed(e.AttemptsRecorded((first, second)))
    desk.feed(e.BoundDue("a", ("e1",)))
    desk.feed(e.CallCreated(first))
    desk.feed(e.CallEnded(first, 17))
    assert desk.all(c.ClaimContacts) == [], "one call is still on its way to the only agent"
    desk.feed(e.CallCreated(second))
    desk.feed(e.CallEnded(second, 17))
    assert desk.only(c.ClaimContacts).agent_id == "e1"


@pytest.mark.parametrize("leaves", [e.AgentPaused("e1", "baño"), e.AgentVanished("e1"), e.AgentLeft("e1")])
def test_a_contact_for_an_agent_who_has_gone_meanwhile_goes_back_as_it_was(leaves: e.Event) -> None:
    desk = Own(own())
    desk.feed(leaves)
    desk.claimed(desk.found)
    back = desk.only(c.ReturnContact)
    assert (back.why, back.agent_id, back.callback_ms) == ("agent_gone", "e1", TUESDAY_NOON)
    assert desk.state() in ("pausa", "desconectado")
    assert not desk.engine.books.asking


def test_when_the_ejecutivos_headset_drops_while_their_callback_rings_another_takes_the_person() -> None:
    desk = Own(own())
    attempt = desk.calling()
    desk.feed(e.LegEnded(desk.leg, 16))
    leg2 = desk.agent("e2")
    desk.feed(e.CallPickedUp(attempt))
    assert desk.only(c.JoinCall) == c.JoinCall(attempt, leg2)


def test_when_the_ejecutivos_console_is_gone_as_the_person_answers_another_takes_them() -> None:
    desk = Own(own())
    attempt = desk.calling()
    leg2 = desk.agent("e2")
    desk.feed(e.AgentVanished("e1"))
    desk.feed(e.CallPickedUp(attempt))
    assert desk.only(c.JoinCall) == c.JoinCall(attempt, leg2)
    assert desk.state("e1") == "desconectado"


def test_a_callback_that_cannot_be_recorded_frees_its_ejecutivo() -> None:
    desk = Own(own())
    desk.claimed(desk.found)
    desk.feed(e.RecordFailed((desk.only(c.RecordAttempt).attempt_id,), "the database is down"))
    assert desk.only(c.ReturnContact).agent_id == "e1"
    assert desk.state() == "disponible"


def test_a_queue_that_has_nothing_after_all_is_not_asked_in_a_frenzy_and_the_console_sees_nothing_of_it() -> None:
    desk = Own(own())
    desk.claimed()
    asked = [desk.feed(e.Ticked(), after_ms=100) for _ in range(9)]
    assert not any(isinstance(one, c.ClaimContacts) and one.agent_id for said in asked for one in said)
    told = [one.state for one in desk.said if isinstance(one, c.TellAgent)]
    assert "reservado" not in told


def test_a_queue_that_is_down_frees_the_agent_for_two_seconds() -> None:
    desk = Own(own())
    desk.feed(e.ClaimFailed("a", 1, "connection refused", "e1"))
    assert desk.state() == "disponible"
    desk.feed(e.ContactsClaimed("a", 1, ()), after_ms=100)
    desk.feed(e.Ticked(), after_ms=1_900)
    assert any(one.agent_id == "e1" for one in desk.all(c.ClaimContacts))


# ── manual lists and preview ────────────────────────────────────────────────────────────────────────


def previewing() -> Own:
    desk = Own(listed())
    desk.claimed(desk.found)
    return desk


def test_a_case_of_a_list_is_shown_before_any_call_is_placed() -> None:
    desk = previewing()
    assert desk.only(c.ShowCall) == c.ShowCall("e1", "", "a", 1, 10, preview=True)
    assert desk.all(c.RecordAttempt) == []
    assert desk.state() == "reservado"


def test_the_call_is_placed_when_the_agent_wants_it_and_is_theirs() -> None:
    desk = previewing()
    desk.feed(e.AgentDialed("e1", 1), after_ms=8_000)
    attempt = desk.only(c.RecordAttempt).attempt_id
    desk.feed(e.AttemptsRecorded((attempt,)))
    desk.feed(e.CallPickedUp(attempt))
    assert desk.only(c.JoinCall).leg_id == desk.leg


def test_a_skipped_card_comes_back_later_to_the_same_agent() -> None:
    desk = previewing()
    desk.feed(e.AgentSkipped("e1", 1, "sin_datos"))
    back = desk.only(c.ReturnContact)
    assert (back.agent_id, back.due_ms, back.release_ms) == ("e1", desk.now_ms + 60 * MINUTE_MS, 0)
    assert desk.only(c.ClaimContacts).agent_id == "e1", "and the next of the list is asked for"


def test_a_listed_case_that_does_not_answer_stays_on_its_agents_list() -> None:
    desk = previewing()
    desk.feed(e.AgentDialed("e1", 1))
    attempt = desk.only(c.RecordAttempt).attempt_id
    desk.feed(e.AttemptsRecorded((attempt,)))
    desk.feed(e.CallCreated(attempt))
    desk.feed(e.CallRinging(attempt))
    desk.feed(e.CallEnded(attempt, 19))
    back = desk.only(c.ReturnContact)
    assert (back.agent_id, back.release_ms) == ("e1", 0)


def test_a_button_pressed_on_a_card_of_the_past_does_nothing() -> None:
    desk = previewing()
    assert desk.feed(e.AgentDialed("e1", 99)) == []
    assert desk.feed(e.AgentSkipped("e2", 1)) == []
    assert desk.state() == "reservado"


def test_the_rules_are_asked_again_when_the_card_has_been_read() -> None:
    desk = previewing()
    desk.feed(e.AgentDialed("e1", 1), after_ms=9 * 60 * MINUTE_MS)
    assert desk.all(c.RecordAttempt) == []
    assert desk.only(c.ReturnContact).why == "hours"
    assert desk.state() == "disponible"


@pytest.mark.parametrize(
    "leaves",
    [e.AgentPaused("e1", "baño"), e.AgentVanished("e1"), e.AgentLeft("e1"), e.LegEnded("", 16)],
    ids=lambda event: type(event).__name__,
)
def test_who_does_something_else_than_reading_gives_the_card_back(leaves: e.Event) -> None:
    desk = previewing()
    desk.feed(e.LegEnded(desk.leg, 16) if isinstance(leaves, e.LegEnded) else leaves)
    assert desk.only(c.ReturnContact).why == "preview_closed"
    assert not desk.engine.books.previews
    assert desk.state() in ("pausa", "desconectado", "conectando")


def test_in_a_cartera_dialled_by_hand_each_free_agent_gets_a_card_of_the_pool() -> None:
    desk = Desk({"a": {"mode": "preview"}})
    desk.agent("e1")
    assert desk.only(c.ClaimContacts) == c.ClaimContacts("a", 1, "e1", True)
    desk.feed(e.ContactsClaimed("a", 1, (contact(1),), None, "e1"))
    assert desk.only(c.ShowCall).preview


def test_an_empty_queue_of_a_cartera_dialled_by_hand_is_asked_once_a_second_for_all_its_agents() -> None:
    desk = Desk({"a": {"mode": "preview"}})
    asked = 0
    for n in range(4):
        desk.feed(e.AgentConnected(f"e{n}", "PJSIP/x", ("a",)))
        desk.feed(e.AgentReady(f"e{n}"))
        desk.feed(e.LegParked(desk.engine.books.roster.agents[f"e{n}"].leg_id))
    for _ in range(40):
        desk.feed(e.Ticked(), after_ms=100)
        for agent_id in list(desk.engine.books.asking):
            asked += 1
            desk.feed(e.ContactsClaimed("a", 1, (), None, agent_id))
    assert asked <= 4 + 5


def test_a_card_that_is_being_read_keeps_its_line() -> None:
    desk = Desk({"a": {"mode": "preview"}}, calls_max=1)
    desk.agent("e1")
    desk.feed(e.ContactsClaimed("a", 1, (contact(1),), None, "e1"))
    desk.feed(e.AgentConnected("e2", "PJSIP/e2", ("a",)))
    desk.feed(e.AgentReady("e2"))
    desk.feed(e.LegParked(desk.engine.books.roster.agents["e2"].leg_id))
    assert desk.all(c.ClaimContacts) == []
    assert desk.only(c.CountNotPlaced).reason == "lines_max"


def test_a_card_read_while_ops_switch_the_cartera_off_is_not_dialled() -> None:
    desk = previewing()
    desk.feed(e.FloorChanged(floor({"a": {"enabled": False}})))
    desk.feed(e.AgentDialed("e1", 1))
    assert desk.only(c.ReturnContact).why == "cartera_disabled"
    assert desk.state() == "disponible"


def test_a_callback_agreed_on_in_a_call_that_a_restart_took_up_is_still_due_at_its_hour() -> None:
    desk = Desk()
    due_ms = TUESDAY_NOON + 60 * MINUTE_MS
    reopened = e.AttemptReopened(
        "c.n1.q.1", "a", 10, TUESDAY_NOON, own(callback_ms=due_ms), "e1", 1, 2, gestion_saved=True
    )
    desk.feed(reopened)
    desk.feed(e.ChannelsListed(desk.now_ms, ()))
    back = desk.only(c.ReturnContact)
    assert (back.due_ms, back.agent_id, back.callback_ms) == (due_ms, "e1", due_ms)


# ── what is on a list ───────────────────────────────────────────────────────────────────────────────


def test_a_listed_case_is_taken_when_its_card_is_shown_and_that_is_recorded_first() -> None:
    desk = Own(listed())
    desk.claimed(desk.found)
    assert desk.only(c.NoteTaken) == c.NoteTaken("a", 1, "e1", desk.now_ms)
    assert desk.last.index(desk.only(c.NoteTaken)) < desk.last.index(desk.only(c.ShowCall))


def test_a_listed_case_is_taken_when_its_rellamado_is_placed() -> None:
    desk = Own(own(listed=True))
    desk.claimed(desk.found)
    assert desk.all(c.NoteTaken) == [], "recorded, not placed yet"
    desk.feed(e.AttemptsRecorded((desk.only(c.RecordAttempt).attempt_id,)))
    assert desk.only(c.NoteTaken).case_id == 1


def test_a_card_that_is_left_keeps_the_ejecutivos_reason_and_its_time() -> None:
    desk = Own(listed())
    desk.claimed(desk.found)
    desk.feed(e.AgentSkipped("e1", 1, "sin_documento"), after_ms=5_000)
    assert desk.only(c.NoteSkipped) == c.NoteSkipped("a", 1, "e1", TUESDAY_NOON + 5_000, "sin_documento")
    back = desk.only(c.ReturnContact)
    assert (back.due_ms, back.agent_id) == (TUESDAY_NOON + 5_000 + 60 * MINUTE_MS, "e1"), "as the strategy says"


def test_a_card_outside_lists_that_is_left_keeps_its_reason_and_takes_nothing_off_a_list() -> None:
    desk = Desk({"a": {"mode": "preview"}})
    desk.agent("e1")
    desk.feed(e.ContactsClaimed("a", 1, (contact(1),), None, "e1"))
    assert desk.only(c.ShowCall).preview
    assert desk.all(c.NoteTaken) == []
    desk.feed(e.AgentSkipped("e1", 1, "no_es_hora"))
    assert desk.only(c.NoteSkipped).reason == "no_es_hora"
