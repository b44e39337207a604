"""The ledger: what happens on the floor, folded into the figures of the board."""

from __future__ import annotations

import json
import random
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer import commands as c
from dialer import events as e
from dialer.contact import Contact
from metrics.kpi import LABELS_MAX
from metrics.ledger import CARTERAS_MAX, Ledger
from tests.metrics.story import T0, Story, busy_floor, floor


def shown(story: Story) -> dict[str, Any]:
    return story.ledger.snapshot(story.now_ms)


def total(story: Story) -> dict[str, Any]:
    found: dict[str, Any] = shown(story)["total"]
    return found


# ── one call ────────────────────────────────────────────────────────────────────────────────────────


def test_a_call_walks_through_its_stages_and_leaves_the_books_when_it_closes() -> None:
    story = Story().start().login("e01")
    story.tell(e.Ticked(), c.RecordAttempt("c.n1.r1.9", "facturas", 1, 1, 1, T0, "v1"))
    assert total(story)["in_flight"] == {"recording": 1}
    story.tell(e.AttemptsRecorded(("c.n1.r1.9",)), c.PlaceCall("c.n1.r1.9", "facturas", 1, "600", 1, 1, False, True))
    assert total(story)["in_flight"] == {"placing": 1}
    story.tell(e.CallCreated("c.n1.r1.9"))
    assert total(story)["in_flight"] == {"dialing": 1}
    story.ring("c.n1.r1.9")
    assert total(story)["in_flight"] == {"ringing": 1}
    story.pick_up("c.n1.r1.9")
    assert (total(story)["in_flight"], total(story)["waiting"]) == ({"waiting": 1}, 1)
    story.join("c.n1.r1.9", "e01")
    assert (total(story)["in_flight"], total(story)["waiting"]) == ({"talking": 1}, 0)
    story.end("c.n1.r1.9", "connected")
    assert total(story)["in_flight"] == {}
    assert total(story)["verdicts"] == {"connected": 1}


def test_from_alo_to_the_agents_voice_is_measured_from_the_pick_up() -> None:
    story = Story().start().login("e01")
    attempt = story.place()
    story.ring(attempt).wait(9_000).pick_up(attempt).wait(30).join(attempt, "e01", after_ms=5)
    assert total(story)["answer_to_agent_ms"] == {"p50": 35.0, "p99": 35.0}
    assert story.ledger.carteras["facturas"].ever.answer_histogram.sum_ms == 35


def test_with_the_detector_the_wait_begins_at_its_word() -> None:
    story = Story().start().login("e01")
    for word in ("HUMAN", "NOTSURE"):
        attempt = story.place(amd=True)
        story.ring(attempt).pick_up(attempt, person=False)
        assert total(story)["in_flight"].get("screening") == 1
        story.wait(2_200).screen(attempt, word).join(attempt, "e01", after_ms=7).end(attempt, "connected")
    assert total(story)["answer_to_agent_ms"] == {"p50": 7.0, "p99": 7.0}
    assert (total(story)["answered"], total(story)["connected"]) == (2, 2)


def test_a_machine_is_no_answer() -> None:
    story = Story().start()
    attempt = story.place(amd=True)
    story.ring(attempt).pick_up(attempt, person=False).screen(attempt, "MACHINE").end(attempt, "machine")
    found = total(story)
    assert (found["answered"], found["machine"], found["abandoned"], found["abandon_ratio"]) == (0, 1, 0, 0.0)


def test_a_hold_is_neither_a_second_connection_nor_a_second_wait() -> None:
    story = Story().start().login("e01")
    attempt = story.place()
    story.ring(attempt).pick_up(attempt).join(attempt, "e01")
    story.tell(e.AgentHeld("e01"), c.HoldCall(attempt)).tell(e.CallUnbridged(attempt)).agent("e01", "espera")
    assert total(story)["in_flight"] == {"held": 1}
    story.wait(60_000).join(attempt, "e01")
    assert total(story)["in_flight"] == {"talking": 1}
    assert (total(story)["connected"], total(story)["answer_to_agent_ms"]["p99"]) == (1, 2.0)
    assert shown(story)["agents"][0]["calls"] == 1


def test_whoever_meets_no_agent_is_abandoned_when_their_call_is_over() -> None:
    story = Story().start()
    attempt = story.place()
    story.ring(attempt).pick_up(attempt).wait(2_000).tell(e.CallAbandoned(attempt))
    assert (total(story)["in_flight"], total(story)["waiting"], total(story)["abandoned"]) == ({"message": 1}, 0, 0)
    story.end(attempt, "abandoned")
    assert (total(story)["abandoned"], total(story)["abandon_ratio"]) == (1, 1.0)


def test_our_own_hang_up_keeps_the_call_on_the_board_until_the_world_says_it_ended() -> None:
    story = Story().start()
    attempt = story.place()
    story.tell(e.Ticked(), c.HangUp(attempt))
    assert total(story)["in_flight"] == {"hanging_up": 1}
    story.tell(e.Ticked(), c.HangUp("a.n1.e01.r1.1"))
    assert total(story)["in_flight"] == {"hanging_up": 1}


def test_a_person_whom_only_a_listing_found_is_joined_and_counted() -> None:
    story = Story().start().login("e01")
    attempt = story.place()
    leg = "a.n1.e01.r1.1"
    answer = (c.JoinCall(attempt, leg), c.NoteAnswered(attempt, story.now_ms))
    story.tell(e.ChannelsListed(T0, (e.ChannelSeen(attempt, True),)), *answer)
    assert total(story)["in_flight"] == {"joining": 1}
    story.wait(3).tell(e.CallBridged(attempt, leg), c.NoteConnected(attempt, "e01", story.now_ms))
    assert (total(story)["in_flight"], total(story)["answered"]) == ({"talking": 1}, 1)


def test_a_person_whose_agent_could_not_be_joined_waits_again_until_another_one_is() -> None:
    story = Story().start().login("e01").login("e02")
    attempt = story.place()
    leg = "a.n1.e01.r1.1"
    story.ring(attempt).pick_up(attempt).tell(e.Ticked(), c.JoinCall(attempt, leg))
    story.agent("e01", "reservado", attempt_id=attempt).wait(50).tell(e.BridgeFailed(attempt, leg, "gone"))
    assert (total(story)["in_flight"], total(story)["waiting"]) == ({"waiting": 1}, 1)
    story.tell(e.Ticked(), c.JoinCall(attempt, "a.n1.e02.r1.2")).agent("e01", "conectando", attempt_id=attempt)
    assert total(story)["in_flight"] == {"joining": 1}
    story.join(attempt, "e02", after_ms=3)
    assert total(story)["answer_to_agent_ms"]["p50"] == 53


def test_a_conversation_whose_headset_drops_is_held_until_the_headset_is_back() -> None:
    story = Story().start().login("e01")
    attempt = story.place()
    story.ring(attempt).pick_up(attempt).join(attempt, "e01").agent("e01", "conectando", attempt_id=attempt)
    assert total(story)["in_flight"] == {"held": 1}
    story.agent("e01", "hablando", attempt_id=attempt)
    assert (total(story)["in_flight"], total(story)["connected"]) == ({"talking": 1}, 1)


def test_calls_that_could_not_be_recorded_leave_no_trace_in_flight() -> None:
    story = Story().start()
    story.tell(e.Ticked(), c.RecordAttempt("c.n1.r1.1", "facturas", 1, 1, 1, T0, "v1"))
    story.tell(e.RecordFailed(("c.n1.r1.1",), "disk full"), c.CountNotPlaced("facturas", "database_down", 1))
    found = total(story)
    assert (found["in_flight"], found["verdicts"], found["not_placed"]) == ({}, {}, {"database_down": 1})


# ── a floor, by hand ────────────────────────────────────────────────────────────────────────────────


def test_a_morning_of_two_carteras_gives_the_figures_computed_by_hand() -> None:
    story = Story().start(
        facturas={"mode": "ratio", "abandon_ratio_max": 0.03},
        consumo={"mode": "progressive", "abandon_ratio_max": 0.05},
    )
    story.login("e01", "facturas", "consumo").login("e02", "consumo")
    one, two, three = story.place("facturas"), story.place("consumo"), story.place("consumo")
    story.ring(one).pick_up(one).join(one, "e01", after_ms=4).wait(8_000).end(one, "connected")
    story.agent("e01", "cierre", attempt_id=one).wait(2_000).save(one, "e01", "D01").agent("e01", "disponible")
    story.ring(two).pick_up(two).wait(2_000).end(two, "abandoned").end(three, "busy", 17)
    story.tell(e.Ticked(), c.CountNotPlaced("consumo", "hours", 7), c.CountNotPlaced("consumo", "lines_max", 2))

    found = shown(story)
    assert found["carteras"]["facturas"]["verdicts"] == {"connected": 1}
    assert found["carteras"]["facturas"]["gestiones_by_code"] == {"D01": 1}
    assert found["carteras"]["consumo"]["verdicts"] == {"abandoned": 1, "busy": 1}
    assert found["carteras"]["consumo"]["not_placed"] == {"hours": 7, "lines_max": 2}
    assert found["carteras"]["consumo"]["abandon_ratio_max"] == 0.05
    counted = {key: found["total"][key] for key in ("calls_placed", "answered", "connected", "abandoned", "gestiones")}
    assert counted == {"calls_placed": 3, "answered": 2, "connected": 1, "abandoned": 1, "gestiones": 1}
    assert found["total"]["abandon_ratio"] == found["total"]["abandon_ratio_30m"] == 0.5
    assert found["total"]["calls_per_minute"] == 3
    # e01: 8 s talking + 2 s wrap-up + 4 ms and the last 2 s available; e02: available all the 12,004 ms.
    assert found["occupancy"] == round(10_000 / (10_000 + 4 + 2_000 + 12_004), 6)
    assert found["agents"][0]["gestiones"] == 1


def test_the_abandonment_of_the_last_half_hour_forgets_and_that_of_the_day_does_not() -> None:
    story = Story().start()
    lost = story.place()
    story.ring(lost).pick_up(lost).end(lost, "abandoned").wait(31 * 60_000)
    found = total(story)
    assert (found["abandon_ratio_30m"], found["abandon_ratio_24h"], found["abandon_ratio"]) == (0.0, 1.0, 1.0)
    story.wait(24 * 3_600_000)
    assert total(story)["abandon_ratio_24h"] == 0.0


def test_a_new_day_begins_at_zero_while_calls_in_progress_go_on() -> None:
    story = Story().start().login("e01")
    first, second = story.place(), story.place()
    story.ring(first).pick_up(first).join(first, "e01").wait(5_000).end(first, "connected").save(first, "e01", "D01")
    story.ledger.start_day(story.now_ms)
    found = shown(story)
    assert (found["since_ms"], found["occupancy"]) == (story.now_ms, 0.0)
    assert (found["total"]["calls_placed"], found["total"]["gestiones"], found["total"]["verdicts"]) == (0, 0, {})
    assert found["total"]["answer_to_agent_ms"]["p50"] is None
    assert found["total"]["in_flight"] == {"dialing": 1}
    assert found["agents"][0]["calls"] == found["agents"][0]["gestiones"] == 0
    story.end(second, "busy")
    assert total(story)["verdicts"] == {"busy": 1}
    assert story.ledger.carteras["facturas"].ever.verdicts == {"connected": 1, "busy": 1}


# ── agents, pacing, the machinery ───────────────────────────────────────────────────────────────────


def test_the_board_shows_each_agent_their_state_since_when_and_why() -> None:
    story = Story().start().login("e02").login("e01").wait(5_000).agent("e01", "pausa", reason="almuerzo").wait(60_000)
    first, second = shown(story)["agents"]
    assert (first["agent_id"], first["state"], first["reason"]) == ("e01", "pausa", "almuerzo")
    assert story.now_ms - first["since_ms"] == 60_000
    assert (second["state"], second["carteras"]) == ("disponible", ["facturas"])
    assert shown(story)["agents_by_state"] == dict.fromkeys(shown(story)["agents_by_state"], 0) | {
        "pausa": 1,
        "disponible": 1,
    }


def test_a_raised_hand_is_on_the_board_since_when_it_was_raised() -> None:
    story = Story().start().login("e01").wait(1_000)
    story.tell(e.AgentRaisedHand("e01"), c.TellHand("e01", story.now_ms)).wait(4_000)
    assert story.now_ms - shown(story)["agents"][0]["hand_ms"] == 4_000
    story.tell(e.AgentLoweredHand("e01"), c.TellHand("e01", 0))
    assert shown(story)["agents"][0]["hand_ms"] == 0


def test_a_console_that_is_told_the_same_state_again_does_not_change_the_time_spent_in_it() -> None:
    story = Story().start().login("e01").wait(3_000)
    story.tell(e.Ticked(), c.TellAgent("e01", "disponible", story.now_ms - 3_000)).wait(2_000)
    assert story.ledger.agent_ms(story.now_ms)["disponible"] == 5_000
    assert story.now_ms - shown(story)["agents"][0]["since_ms"] == 5_000


def test_the_last_word_of_the_pacer_is_on_the_board() -> None:
    story = Story().start()
    story.tell(e.Ticked(), c.NotePacing("facturas", 4, 1, 3, 2, 0, "lines_max", "price", 1.5, 2.5, 0.03, 0.04, 3.5))
    assert shown(story)["carteras"]["facturas"]["pacing"] == {
        "at_ms": story.now_ms,
        "wanted": 4,
        "placed": 1,
        "free": 3,
        "in_flight": 2,
        "waiting": 0,
        "bound_by": "lines_max",
        "why": "price",
        "answers": 1.5,
        "supply": 2.5,
        "price": 0.03,
        "risk": 0.04,
        "budget_left": 3.5,
    }


def test_the_board_says_whether_asterisk_is_there_and_how_often_it_came_back() -> None:
    story = Story()
    assert shown(story)["pbx"]["up"] is False
    story.start().wait(10).tell(e.PbxLost("connection reset"))
    assert (shown(story)["pbx"]["up"], shown(story)["pbx"]["since_ms"]) == (False, story.now_ms)
    story.tell(e.PbxConnected())
    assert (shown(story)["pbx"]["up"], shown(story)["pbx"]["reconnects"]) == (True, 1)


def test_what_no_event_says_is_shown_as_it_was_told() -> None:
    story = Story().start()
    story.ledger.set_loop_lag(1.5)
    story.ledger.set_ami(lag_ms=0.7, messages=900, garbage=2)
    story.ledger.set_recorder_backlog(12)
    story.ledger.set_queue("facturas", {"ready": 5, "later": 1})
    story.ledger.set_cases("facturas", total=2_000, touched=40)
    found = shown(story)
    assert (found["loop_lag_ms"], found["recorder_backlog"]) == (1.5, 12)
    assert (found["pbx"]["lag_ms"], found["pbx"]["messages"], found["pbx"]["garbage"]) == (0.7, 900, 2)
    assert found["carteras"]["facturas"]["queue"] == {"ready": 5, "later": 1}
    assert found["total"]["cases"] == {"total": 2_000, "touched": 40}


def test_a_cartera_that_leaves_the_configuration_stays_on_the_board_as_disabled() -> None:
    story = Story().start(facturas={}, consumo={})
    story.tell(e.FloorChanged(floor(facturas={"abandon_ratio_max": 0.01})))
    rows = shown(story)["carteras"]
    assert (rows["consumo"]["enabled"], rows["facturas"]["enabled"]) == (False, True)
    assert rows["facturas"]["abandon_ratio_max"] == 0.01


def test_after_a_restart_reopened_calls_are_on_the_board_and_are_not_connected_twice() -> None:
    story = Story().start().login("e01")
    story.ring(story.place())
    story.start()
    assert (total(story)["in_flight"], shown(story)["agents"][0]["state"]) == ({}, "desconectado")
    contact = Contact(1, 1, "facturas", ())
    story.tell(e.AttemptReopened("c.n1.r0.5", "facturas", 1, T0 - 9_000, contact, "e01", T0 - 5_000, T0 - 4_000))
    assert total(story)["in_flight"] == {"reopened": 1}
    story.tell(e.ChannelsListed(T0, ()), c.TellAgent("e01", "hablando", story.now_ms, "", "c.n1.r0.5"))
    assert total(story)["in_flight"] == {"talking": 1}
    story.tell(e.Ticked(), c.NoteConnected("c.n1.r0.5", "e01", story.now_ms)).end("c.n1.r0.5", "connected")
    assert (total(story)["connected"], total(story)["verdicts"]) == (0, {"connected": 1})


# ── what must always hold ───────────────────────────────────────────────────────────────────────────


def test_the_snapshot_is_plain_json_and_the_same_for_the_same_story() -> None:
    one, two = busy_floor(calls=50), busy_floor(calls=50)
    assert json.dumps(shown(one)) == json.dumps(shown(two))


def test_late_and_unknown_news_change_nothing() -> None:
    story = Story().start()
    before = json.dumps(total(story))
    for event in (
        e.CallRinging("c.x"), e.CallPickedUp("c.x"), e.CallScreened("c.x", "HUMAN"),
        e.CallBridged("c.x", "a.n.e01.r.2"),
        e.CallUnbridged("c.x"), e.CallAbandoned("c.x"), e.RecordFailed(("c.x",), "late"), e.Ticked(),
    ):  # fmt: skip
        story.tell(event, c.NoteAnswered("c.x", 1), c.NoteConnected("c.x", "e01", 1), c.JoinCall("c.x", "a.n.e01.r.2"))
    assert json.dumps(total(story)) == before


def test_a_call_whose_beginning_nobody_saw_is_closed_under_an_unknown_cartera() -> None:
    story = Story().start().end("c.n1.r0.77", "lost")
    assert shown(story)["carteras"]["unknown"]["verdicts"] == {"lost": 1}


VERDICTS = ("connected", "abandoned", "machine", "no_answer", "busy", "lost")


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(VERDICTS), st.sampled_from(("facturas", "consumo")), st.booleans())))
def test_the_sum_of_the_verdicts_is_the_number_of_closed_calls(calls: list[tuple[str, str, bool]]) -> None:
    story = Story().start(facturas={}, consumo={}).login("e01")
    for verdict, cartera, closes in calls:
        attempt = story.wait(10).place(cartera)
        if verdict in ("connected", "abandoned"):
            story.ring(attempt).pick_up(attempt)
        if verdict == "connected":
            story.join(attempt, "e01")
        if closes:
            story.end(attempt, verdict)
    found = shown(story)
    closed = [verdict for verdict, _, closes in calls if closes]
    assert sum(found["total"]["verdicts"].values()) == found["total"]["closed"] == len(closed)
    assert sum(found["total"]["in_flight"].values()) == len(calls) - len(closed)
    for key in ("calls_placed", "answered", "connected", "abandoned", "closed", "waiting"):
        assert found["total"][key] == sum(row[key] for row in found["carteras"].values())
    assert found["total"]["abandoned"] == closed.count("abandoned")
    assert found["total"]["connected"] == sum(verdict == "connected" for verdict, *_ in calls)


NEWS = st.sampled_from(
    (
        e.CallCreated, e.CallRinging, e.CallPickedUp,
        lambda a: e.CallScreened(a, "HUMAN"), lambda a: e.CallScreened(a, "MACHINE"),
        lambda a: e.CallBridged(a, "a.n.e01.r.1"), e.CallUnbridged, e.CallAbandoned, lambda a: e.RecordFailed((a,), ""),
    )
)  # fmt: skip
ANSWERS = st.sampled_from(
    (
        lambda a: c.RecordAttempt(a, "f", 1, 1, 1, 1, ""), lambda a: c.PlaceCall(a, "f", 1, "6", 1, 1, True, True),
        lambda a: c.NoteAnswered(a, 1), lambda a: c.NoteConnected(a, "e01", 1), lambda a: c.JoinCall(a, "a.n.e01.r.1"),
        c.HoldCall, c.HangUp, lambda a: c.CloseAttempt(a, "busy", 17, "", 1, True, 0, 0),
        lambda a: c.TellAgent("e01", "hablando", 1, "", a),
    )
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(st.tuples(NEWS, st.lists(ANSWERS, max_size=3), st.sampled_from(("c.1", "c.2", "c.3")))))
def test_no_order_of_news_breaks_the_count_of_calls_in_flight(story: list[tuple[Any, list[Any], str]]) -> None:
    ledger, now_ms = Ledger(), T0
    for news, answers, attempt in story:
        now_ms += 1
        ledger.see(news(attempt), [answer(attempt) for answer in answers], now_ms)
        stages = [count for book in ledger.carteras.values() for count in book.stages.values()]
        assert min(stages, default=0) >= 0
        assert sum(stages) == len(ledger._attempts)


def test_months_of_calls_leave_no_more_in_memory_than_a_day() -> None:
    story = Story().start().login("e01")
    sizes = []
    dice = random.Random(1)
    for _ in range(3):
        for _ in range(3_000):
            attempt = story.wait(dice.randint(100, 90_000)).place()
            story.ring(attempt).pick_up(attempt).wait(dice.randint(0, 3_000)).join(attempt, "e01")
            story.end(attempt, "connected").save(attempt, "e01", f"D{dice.randint(0, 5_000)}")
            story.tell(e.Ticked(), c.CountNotPlaced("facturas", f"rule{dice.randint(0, 5_000)}", 1))
        story.ledger.start_day(story.now_ms)
        sizes.append(_size(story.ledger))
    assert sizes[2] <= sizes[1] * 1.05
    assert len(story.ledger.carteras["facturas"].ever.gestiones) <= LABELS_MAX + 1
    assert story.ledger._attempts == {}


def _size(thing: Any) -> int:
    """Bytes held, counted over slots, dicts and lists."""
    if isinstance(thing, dict):
        return sys.getsizeof(thing) + sum(_size(v) for v in thing.values() if not callable(v))
    if isinstance(thing, list | tuple):
        return sys.getsizeof(thing) + sum(_size(v) for v in thing)
    slots = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
    inner = [getattr(thing, name) for name in slots] + list(getattr(thing, "__dict__", {}).values())
    return sys.getsizeof(thing) + sum(_size(v) for v in inner)


def test_nobody_can_grow_the_list_of_carteras_for_ever() -> None:
    story = Story()
    for n in range(CARTERAS_MAX + 50):
        story.tell(e.Ticked(), c.CountNotPlaced(f"c{n}", "hours", 1))
    assert len(story.ledger.carteras) == CARTERAS_MAX + 1
    assert story.ledger.carteras["other"].ever.not_placed["hours"] == 50


def test_agents_who_left_make_room_when_the_floor_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("metrics.ledger.AGENTS_MAX", 3)
    story = Story().start().login("e01").login("e02").login("e03").agent("e02", "desconectado").login("e04")
    assert [row["agent_id"] for row in shown(story)["agents"]] == ["e01", "e03", "e04"]


def test_what_was_spent_of_a_pause_is_the_present_ones_alone() -> None:
    ledger = Ledger()
    ledger.see(e.AgentConnected("e1", "PJSIP/e1", ()), [c.TellAgent("e1", "pausa", 1_000, "descanso")], 1_000)
    ledger.set_spent("e1", 999, 7)
    assert ledger.snapshot(2_000)["agents"][0]["spent_ms"] == 0, "it was said of an earlier pause"
    ledger.set_spent("e1", 1_000, 600_000)
    assert ledger.snapshot(2_000)["agents"][0]["spent_ms"] == 600_000
    ledger.see(e.AgentReady("e1"), [c.TellAgent("e1", "disponible", 3_000)], 3_000)
    assert ledger.snapshot(4_000)["agents"][0]["spent_ms"] == 0
