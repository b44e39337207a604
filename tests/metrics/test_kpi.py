"""The arithmetic of the figures: sums before ratios, bounded labels, the same JSON on every run."""

from __future__ import annotations

from collections import Counter

from agents.agent import State
from metrics.kpi import Tally, added, bump, figures, most_first, occupancy, summary
from tests.metrics.story import Story, busy_floor


def tally(**calls: int) -> Tally:
    one = Tally()
    one.calls.update(calls)
    return one


def test_new_labels_beyond_the_cap_are_counted_as_other() -> None:
    counts: Counter[str] = Counter()
    for label in ("a", "b", "c", "a", "d"):
        bump(counts, label, cap=2)
    assert counts == {"a": 2, "b": 1, "other": 2}


def test_ratios_of_several_carteras_are_never_averaged() -> None:
    big, small = tally(connected=99, abandoned=1), tally(connected=1, abandoned=1)
    assert figures(added([big, small]))["abandon_ratio"] == round(2 / 102, 6)


def test_a_day_is_what_was_counted_since_its_dawn() -> None:
    one = tally(placed=5, connected=2)
    one.answered_in(20)
    dawn = one.copy()
    one.calls.update(placed=3)
    one.verdicts["busy"] += 1
    one.answered_in(40)
    today = figures(one.minus(dawn))
    assert (today["calls_placed"], today["connected"], today["verdicts"]) == (3, 0, {"busy": 1})
    assert today["answer_to_agent_ms"] == {"p50": 40.0, "p99": 40.0}


def test_counts_come_greatest_first_then_by_name_and_without_zeros() -> None:
    assert list(most_first({"b": 1, "z": 9, "a": 1, "none": 0}).items()) == [("z", 9), ("a", 1), ("b", 1)]


def test_occupancy_leaves_pauses_out() -> None:
    spent: dict[str, int] = {
        State.HABLANDO: 50,
        State.ESPERA: 10,
        State.CIERRE: 20,
        State.DISPONIBLE: 20,
        State.PAUSA: 1_000,
    }
    assert occupancy(spent) == 0.8
    assert occupancy({}) == 0.0


def test_the_summary_of_a_run_has_every_figure_that_was_promised() -> None:
    story = busy_floor(calls=60, carteras=("consumo", "facturas"))
    found = summary(story.ledger.snapshot(story.now_ms))
    promised = {
        "calls_placed",
        "answered",
        "connected",
        "abandoned",
        "abandon_ratio",
        "gestiones",
        "answer_to_agent_ms",
    }
    assert promised | {"not_placed", "verdicts", "occupancy", "carteras"} <= set(found)
    assert set(found["answer_to_agent_ms"]) == {"p50", "p99"}
    assert found["calls_placed"] == sum(row["calls_placed"] for row in found["carteras"].values())


def test_the_summary_of_a_run_without_calls_has_the_same_keys() -> None:
    story = Story().start()
    empty = summary(story.ledger.snapshot(story.now_ms))
    assert empty["abandon_ratio"] == 0.0
    assert empty["answer_to_agent_ms"] == {"p50": None, "p99": None}
    busy = busy_floor(calls=10)
    assert set(empty) == set(summary(busy.ledger.snapshot(busy.now_ms)))
