"""The board of several nodes: counts add up, a dead node is named and shows nothing, what is shared is taken once."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer import commands as c
from dialer import events as e
from dialer.rates import abandon_ratio
from metrics.floors import SILENT_MS, SUMS, SUMS_NOW, Floors, joined
from tests.metrics.story import T0, Story, floor

CALLS = st.lists(st.sampled_from(["connected", "abandoned", "no_answer", "busy"]), max_size=8)
NODE = st.tuples(CALLS, st.integers(0, 3), st.sampled_from(["facturas", "consumo"]), st.integers(0, 400))


def snapshot(node: str, calls: list[str], agents: int = 1, cartera: str = "facturas", wait_ms: int = 2) -> Any:
    """A node's snapshot after these calls, as the others read it."""
    story = Story()
    strategies = {cartera: {"mode": "ratio", "abandon_ratio_max": 0.03}}
    story.tell(e.EngineStarted(node, "r1", floor(**strategies))).tell(e.PbxConnected())
    for n in range(agents):
        story.login(f"{node}e{n}", cartera)
    for verdict in calls:
        attempt = story.place(cartera)
        if verdict in ("connected", "abandoned"):
            story.ring(attempt).pick_up(attempt)
        if verdict == "connected":
            story.join(attempt, f"{node}e0", after_ms=wait_ms)
        story.end(attempt, verdict)
    story.tell(e.Ticked(), c.CountNotPlaced(cartera, "hours", len(calls)))
    story.ledger.set_cases(cartera, total=100, touched=7)
    story.ledger.set_queue(cartera, {"ready": 5})
    return msgspec.json.decode(msgspec.json.encode(story.ledger.snapshot(story.now_ms)))


@settings(max_examples=60, deadline=None)
@given(st.lists(NODE, min_size=1, max_size=4))
def test_totals_equal_the_sum_of_the_nodes_and_of_the_carteras(parts: list[Any]) -> None:
    rows = [snapshot(f"n{n}", *part) for n, part in enumerate(parts)]
    board = joined(rows)
    for key in (*SUMS, *SUMS_NOW):
        assert board["total"][key] == sum(row["total"][key] for row in rows), key
        assert board["total"][key] == sum(row[key] for row in board["carteras"].values()), key
    total = board["total"]
    assert total["abandon_ratio"] == round(abandon_ratio(total["abandoned"], total["connected"]), 6)
    assert total["verdicts"].get("busy", 0) == sum(calls.count("busy") for calls, *_ in parts)
    assert total["not_placed"].get("hours", 0) == sum(len(calls) for calls, *_ in parts)
    codes = [agent["agent_id"] for agent in board["agents"]]
    assert len(codes) == len(set(codes)) == sum(board["agents_by_state"].values())
    assert all(row["cases"] == {"total": 100, "touched": 7} for row in board["carteras"].values()), "one database"


@given(NODE)
def test_one_node_alone_is_its_own_board(part: Any) -> None:
    row = snapshot("n1", *part)
    board = joined([row])
    assert board["total"] == row["total"] | {"answer_to_agent_ms": board["total"]["answer_to_agent_ms"]}
    assert board["total"]["answer_to_agent_ms"] == row["total"]["answer_to_agent_ms"]
    assert [agent.pop("node") for agent in board["agents"]] == ["n1"] * len(row["agents"])
    assert board["agents"] == row["agents"]
    assert (board["agents_by_state"], board["occupancy"]) == (row["agents_by_state"], row["occupancy"])


def test_the_waits_of_all_nodes_make_one_quantile_not_the_mean_of_two() -> None:
    fast, slow = snapshot("n1", ["connected"] * 9, wait_ms=4), snapshot("n2", ["connected"], wait_ms=400)
    assert joined([fast, slow])["total"]["answer_to_agent_ms"]["p50"] == fast["total"]["answer_to_agent_ms"]["p50"]


def test_a_silent_node_is_named_after_three_seconds_and_shows_nothing() -> None:
    floors, own, other = Floors(), snapshot("n1", []), snapshot("n2", ["connected"])
    floors.hear("n2", other, T0)
    floors.hear("n2", other, T0 + SILENT_MS)
    alive = floors.joined(own, T0 + SILENT_MS)
    assert [(one["node"], one["silent"]) for one in alive["nodes"]] == [("n1", False), ("n2", False)]
    gone = floors.joined(own, T0 + SILENT_MS + 1)
    assert [(one["node"], one["silent"]) for one in gone["nodes"]] == [("n1", False), ("n2", True)]
    assert {agent["node"] for agent in gone["agents"]} == {"n1"}
    floors.hear("n2", other | {"now_ms": other["now_ms"] + 1}, T0 + SILENT_MS + 2)
    assert not any(one["silent"] for one in floors.joined(own, T0 + SILENT_MS + 2)["nodes"])


def test_an_agent_who_changed_nodes_is_on_the_board_once_where_they_are() -> None:
    left = snapshot("n1", [])
    left["agents"] = [{**left["agents"][0], "agent_id": "e1", "state": "desconectado", "since_ms": 9}]
    here = snapshot("n2", [])
    here["agents"] = [{**here["agents"][0], "agent_id": "e1", "state": "pausa", "since_ms": 5}]
    board = joined([left, here])
    assert [(a["agent_id"], a["node"], a["state"]) for a in board["agents"]] == [("e1", "n2", "pausa")]


def test_a_cartera_that_is_held_is_held_on_the_board_and_in_the_metrics_words() -> None:
    story = Story().start()
    story.tell(e.CarteraHeld("facturas", "sup", 7))
    story.ledger.set_held("facturas", {"by": "sup", "at_ms": 7, "reason": "sin línea"})
    row = story.ledger.snapshot(story.now_ms)["carteras"]["facturas"]
    assert row["held"] == {"by": "sup", "at_ms": 7, "reason": "sin línea"}
    story.tell(e.CarteraReleased("facturas", "sup"))
    assert story.ledger.snapshot(story.now_ms)["carteras"]["facturas"]["held"] is None
