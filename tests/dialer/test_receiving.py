"""A debtor handed to a supervisor who has only the floor's page open, event by event, and what keeps it from them."""

from __future__ import annotations

import pytest

from agents.desk import DeskError
from config.traspasos import Traspasos
from dialer import commands as c
from dialer import consulting, journal
from dialer import events as e
from dialer.receiving import Receiver, Receivers, is_inside, taken
from tests.floors import Desk

TO, ENDPOINT = "sup:sol", "PJSIP/sol"
SOL = Receiver("sol", "Sol", "supervisor", ("a",), ENDPOINT)


def receivers(*those: Receiver) -> Receivers:
    known = Receivers()
    known.known = {one.code: one for one in those}
    return known


class In(Desk):
    """e1 talks with a debtor; Sol receives. Every event is kept as the journal would."""

    def __init__(self, **limits: int) -> None:
        self.lines: list[bytes] = []
        super().__init__({"a": {"mode": "progressive", "caller_id": "600600600"}, "b": {}}, **limits)
        self.first = self.agent("e1")
        self.attempt = self.talking()
        self.other = ""

    def feed(self, event: e.Event, after_ms: int = 0) -> list[c.Command]:
        said = super().feed(event, after_ms)
        self.lines.append(journal.line(event, said, self.now_ms))
        return said

    def ask(self, to: str = TO, known: Receivers | None = None, *, attended: bool = True) -> None:
        those = known or receivers(SOL)
        event, whom = consulting.sent_in(self.engine.books, "e1", to, those, Traspasos(), attended=attended)
        assert (whom.name, whom.number) == ("Sol", "")
        self.feed(event)

    def called(self, *, attended: bool = True) -> None:
        self.ask(attended=attended)
        self.feed(e.LegParked(self.first))
        called = self.only(c.CallOutside)
        assert (called.to, called.endpoint, called.caller_id) == (TO, ENDPOINT, "")
        self.other = called.outside_id

    def handed(self) -> None:
        self.called(attended=False)
        self.feed(e.OutsideUp(self.other), after_ms=1_000)
        self.feed(e.CallBridged(self.attempt, self.other))

    def told(self) -> tuple[str, str]:
        told = self.only(c.TellHandover)
        return told.to, told.state


def test_a_supervisor_is_told_who_hands_over_whom_consulted_and_given_the_debtor() -> None:
    desk = In()
    desk.ask()
    assert desk.only(c.TellHandover) == c.TellHandover(
        TO, "ringing", "e1", desk.attempt, "a", case_id=1, phone_id=10, attended=True
    )
    desk.feed(e.LegParked(desk.first))
    desk.other = desk.only(c.CallOutside).outside_id
    desk.feed(e.OutsideUp(desk.other), after_ms=1_000)
    assert desk.only(c.JoinLegs) == c.JoinLegs(desk.first, desk.other)
    desk.feed(e.LegsBridged(desk.first, desk.other))
    desk.feed(e.TransferFinished("e1"), after_ms=5_000)
    desk.feed(e.CallBridged(desk.attempt, desk.other))
    assert desk.told() == (TO, "yours")
    assert desk.state() == "cierre"
    assert desk.engine.books.roster.agents["e1"].owes == [desk.attempt], "the gestión stays the agent's"
    desk.feed(e.OutsideEnded(desk.other, 16), after_ms=60_000)
    assert desk.told() == (TO, "over")
    assert desk.only(c.HangUp).channel_id == desk.attempt


def test_it_is_recorded_on_since_the_supervisor_is_ours() -> None:
    desk = In()
    desk.handed()
    assert desk.all(c.StopRecording) == []


def test_a_debtor_who_hangs_up_ends_it_for_the_supervisor_too() -> None:
    desk = In()
    desk.handed()
    desk.feed(e.CallEnded(desk.attempt, 16), after_ms=9_000)
    assert desk.only(c.HangUp).channel_id == desk.other
    desk.feed(e.OutsideEnded(desk.other, 16))
    assert desk.told() == (TO, "over")


@pytest.mark.parametrize(("cause", "why"), [(19, "outside_no_answer"), (17, "outside_busy"), (0, "outside_network")])
def test_a_headset_that_does_not_answer_leaves_the_debtor_with_the_agent(cause: int, why: str) -> None:
    desk = In()
    desk.called()
    desk.feed(e.OutsideEnded(desk.other, cause), after_ms=3_000)
    assert desk.told() == (TO, "over")
    assert desk.only(c.TellConsult).why == why
    assert desk.only(c.JoinCall) == c.JoinCall(desk.attempt, desk.first)


def test_what_is_taken_back_before_the_headset_rings_is_over_at_once() -> None:
    desk = In()
    desk.ask()
    desk.feed(e.TransferCancelled("e1"))
    assert desk.told() == (TO, "over")
    assert taken(desk.engine.books, TO) == ""


def test_a_supervisors_headset_takes_no_line_of_the_trunk() -> None:
    desk = In(calls_max=1)
    desk.called()
    desk = In(calls_max=2)
    desk.called()
    desk.agent("e2")
    assert desk.engine.books.carteras["a"].claiming == 1


def refused(desk: In, known: Receivers, to: str = TO) -> tuple[str, str]:
    with pytest.raises(DeskError) as no:
        consulting.sent_in(desk.engine.books, "e1", to, known, Traspasos(), attended=True)
    return no.value.code, str(no.value)


def test_who_does_not_receive_or_works_other_carteras_is_refused_in_a_sentence() -> None:
    desk = In()
    code, sentence = refused(desk, receivers())
    assert (code, sentence) == (
        "transfer_not_receiving",
        "sol no está recibiendo traspasos: elija a otra persona.",
    )
    code, sentence = refused(desk, receivers(SOL._replace(carteras=("b",))))
    assert (code, sentence) == ("transfer_foreign", "Sol no trabaja esta cartera: elija a otra persona.")


def test_who_listens_here_or_on_another_node_is_busy_and_so_is_who_has_a_debtor() -> None:
    desk, known = In(), receivers(SOL)
    desk.feed(e.EarAsked("sol", ENDPOINT, "e1", "listen"))
    sentence = "Sol está escuchando a un ejecutivo: elija a otra persona o espere a que termine."
    assert refused(desk, known) == ("transfer_listening", sentence)
    desk = In()
    known.elsewhere = lambda code: code == "sol"
    assert refused(desk, known) == ("transfer_listening", sentence)
    desk.handed()
    desk.saved(desk.attempt)
    desk.feed(e.Ticked(), after_ms=20_000)
    desk.talking(2)
    code, sentence = refused(desk, receivers(SOL))
    assert (code, sentence[:18]) == ("transfer_busy", "Sol está atendiend")


def test_who_came_to_be_busy_meanwhile_is_found_by_the_engine_and_the_debtor_stays() -> None:
    desk = In()
    event, _ = consulting.sent_in(desk.engine.books, "e1", TO, receivers(SOL), Traspasos(), attended=True)
    desk.feed(e.EarAsked("sol", ENDPOINT, "e1", "listen"))
    desk.feed(event)
    assert (desk.only(c.TellConsult).why, desk.all(c.TellHandover)) == ("listening", [])
    assert desk.state() == "hablando"


def test_who_sits_on_the_floor_is_a_colleague_and_not_offered_twice() -> None:
    desk = In()
    known = receivers(SOL, Receiver("jefa", "Ana", "jefe", (), "PJSIP/jefa"))
    books = desk.engine.books
    assert [(one["code"], one["state"]) for one in known.offered(books, ("a",))] == [
        ("sup:jefa", "disponible"),
        ("sup:sol", "disponible"),
    ]
    assert [one["code"] for one in known.offered(books, ("b",))] == ["sup:jefa"]
    desk.called()
    assert known.offered(books, ("a",))[1]["state"] == "hablando"
    desk.feed(e.AgentConnected("jefa", "PJSIP/jefa", ("a",)))
    assert [one["code"] for one in known.offered(books, ("a",))] == ["sup:sol"]
    assert refused(In(), receivers())[0] == "transfer_not_receiving"
    assert taken(books, "sup:jefa") == "on_floor"


def test_the_journal_has_no_name_of_the_supervisor_and_replays_to_the_same_commands() -> None:
    desk = In()
    desk.called()
    desk.feed(e.OutsideUp(desk.other), after_ms=900)
    desk.feed(e.LegsBridged(desk.first, desk.other))
    desk.feed(e.TransferFinished("e1"))
    desk.feed(e.CallBridged(desk.attempt, desk.other))
    desk.feed(e.OutsideEnded(desk.other, 16), after_ms=9_000)
    assert all(step.same for step in journal.replay(desk.lines))
    assert not any(b"Sol" in line for line in desk.lines)


@pytest.mark.parametrize(("to", "inside"), [("sup:sol", True), ("ext:sol", False), ("sol", False), ("911", False)])
def test_a_supervisor_on_the_page_is_told_from_everybody_else(to: str, inside: bool) -> None:
    assert is_inside(to) is inside
