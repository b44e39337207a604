"""A call's life: every way it can go, and that whatever else arrives changes nothing."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.call import BEFORE_ANSWER, TABLE, Call, Input, Stage
from tests.floors import TUESDAY_NOON, contact
from tests.machines import can_end, reachable

STARTS = (Stage.RECORDING, Stage.REOPENED)


def call(stage: Stage = Stage.RECORDING) -> Call:
    one = Call("c.n1.r.1", "a", contact(1), 10, amd=False, now_ms=TUESDAY_NOON)
    one.stage = stage
    return one


def after(*inputs: str, stage: Stage = Stage.RECORDING) -> str:
    """The stage after these inputs, each of which must be news."""
    one = call(stage)
    for what in inputs:
        assert one.take(Input(what)), f"{what} is no news to a call that is {one.stage}"
    return one.stage.value


@pytest.mark.parametrize(
    "life",
    [
        "recorded created rang person join bridged ended",
        "recorded created rang person join bridged hold bridged hang_up ended",
        "recorded created rang person join unjoin join bridged ended",
        "recorded created rang person nobody_free ended",
        "recorded created rang person join nobody_free bridged ended",
        "recorded created rang screen machine ended",
        "recorded created rang screen person join bridged ended",
        "recorded created rang hang_up ended",
        "recorded person join bridged unjoin unjoin bridged ended",
        "recorded refused",
        "recorded ended",
        "refused",
    ],
)
def test_the_usual_lives_of_a_call_all_end(life: str) -> None:
    assert after(*life.split()) == "over"


@pytest.mark.parametrize("life", ["bridged ended", "rang person join bridged ended", "hold bridged ended", "ended"])
def test_a_call_of_an_earlier_run_is_taken_up_where_it_is(life: str) -> None:
    assert after(*life.split(), stage=Stage.REOPENED) == "over"


@pytest.mark.parametrize(("stage", "what"), list(itertools.product(Stage, Input)))
def test_each_stage_takes_what_the_table_lists_and_nothing_else(stage: Stage, what: Input) -> None:
    one = call(stage)
    to = TABLE.get((stage, what))
    assert one.take(what) == (to is not None)
    assert one.stage is (stage if to is None else to)


def test_every_stage_can_be_reached() -> None:
    assert set().union(*(reachable(TABLE, start) for start in STARTS)) == set(Stage)


def test_every_stage_has_a_way_to_the_end_and_the_end_has_none_back() -> None:
    assert can_end(TABLE, Stage.OVER) == set(Stage)
    assert not [what for stage, what in TABLE if stage is Stage.OVER]


def test_asterisks_word_that_a_channel_is_gone_ends_every_call_that_has_one() -> None:
    for stage in set(Stage) - {Stage.OVER, Stage.RECORDING}:
        assert TABLE[stage, Input.ENDED] is Stage.OVER


def test_every_call_that_may_have_a_channel_can_be_hung_up_and_stays_until_asterisk_says_it_is_gone() -> None:
    for stage in set(Stage) - {Stage.OVER, Stage.RECORDING, Stage.HANGING_UP}:
        assert TABLE[stage, Input.HANG_UP] is Stage.HANGING_UP
    assert {what for stage, what in TABLE if stage is Stage.HANGING_UP} == {Input.ENDED}


def test_nothing_but_its_committed_row_lets_an_attempt_be_placed() -> None:
    assert {pair for pair, to in TABLE.items() if to is Stage.PLACING} == {(Stage.RECORDING, Input.RECORDED)}


def test_a_call_once_answered_is_never_again_counted_as_in_flight() -> None:
    entered = {stage for (stage, _), to in TABLE.items() if to in BEFORE_ANSWER and stage not in BEFORE_ANSWER}
    assert entered == {Stage.REOPENED}, "only a call of an earlier run that is found ringing"


@given(st.sampled_from(STARTS), st.lists(st.sampled_from(list(Input)), max_size=60))
def test_any_sequence_of_news_keeps_the_call_in_its_table(start: Stage, news: list[Input]) -> None:
    """Talking only after joining or being found in a bridge; over is over."""
    one, before = call(start), start
    for what in news:
        moved = one.take(what)
        assert moved == ((before, what) in TABLE)
        if before is Stage.OVER:
            assert one.stage is Stage.OVER
        if one.stage is Stage.TALKING and moved:
            assert what is Input.BRIDGED
        before = one.stage
