"""An agent's day: every state it can be in, and that whatever a state does not expect changes nothing."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.agent import TABLE, Agent, Input, State
from tests.machines import can_end, reachable

ON_THE_FLOOR = set(State) - {State.DESCONECTADO}


def agent(state: State = State.DESCONECTADO) -> Agent:
    one = Agent("e1")
    one.state = state
    return one


def after(*inputs: str) -> str:
    """The state after these inputs, each of which must be taken."""
    one = agent()
    for now_ms, what in enumerate(inputs, start=1):
        assert one.take(Input(what), now_ms), f"{what} means nothing to an agent who is {one.state}"
    return one.state.value


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("login", "conectando"),
        ("login parked", "pausa"),
        ("login parked ready", "disponible"),
        ("login parked ready reserve talk", "hablando"),
        ("login parked ready reserve release", "disponible"),
        ("login parked ready reserve talk hold", "espera"),
        ("login parked ready reserve talk hold talk talk_over", "cierre"),
        ("login parked ready reserve talk talk_over ready", "disponible"),
        ("login parked ready reserve talk talk_over pause", "pausa"),
        ("login parked ready reserve talk leg_lost talk", "hablando"),
        ("login parked ready reserve talk leg_lost talk_over parked_owing", "cierre"),
        ("login parked ready pause leave", "desconectado"),
        ("talk talk_over leave", "desconectado"),
        ("login parked called talk talk_over pause", "pausa"),
    ],
)
def test_the_usual_days(day: str, state: str) -> None:
    assert after(*day.split()) == state


@pytest.mark.parametrize(("state", "what"), list(itertools.product(State, Input)))
def test_each_state_takes_what_the_table_lists_and_nothing_else(state: State, what: Input) -> None:
    one = agent(state)
    one.since_ms = 5
    to = TABLE.get((state, what))
    assert one.take(what, 9) == (to is not None)
    assert one.state is (state if to is None else to)
    assert one.since_ms == (5 if to is None else 9), "the time in a state is counted from the last change"


def test_every_state_can_be_reached_and_has_a_way_back_to_free_and_to_the_door() -> None:
    assert reachable(TABLE, State.DESCONECTADO) == set(State)
    assert can_end(TABLE, State.DISPONIBLE) == set(State)
    assert can_end(TABLE, State.DESCONECTADO) == set(State)


def test_from_everywhere_on_the_floor_an_agent_can_leave() -> None:
    assert {state for (state, what) in TABLE if what is Input.LEAVE} == ON_THE_FLOOR


def test_a_headset_that_drops_is_called_again_whatever_the_agent_was_doing() -> None:
    lost = {state for (state, what), to in TABLE.items() if what is Input.LEG_LOST and to is State.CONECTANDO}
    assert lost == ON_THE_FLOOR - {State.CONECTANDO}


def test_only_a_free_agent_is_given_a_call() -> None:
    assert [state for (state, what) in TABLE if what is Input.RESERVE] == [State.DISPONIBLE]


def test_a_colleague_hands_a_debtor_to_who_is_free_or_in_a_pause_and_to_nobody_else() -> None:
    assert {state for (state, what) in TABLE if what is Input.CALLED} == {State.DISPONIBLE, State.PAUSA}


def test_after_a_conversation_comes_the_wrap_up_and_never_the_next_call_at_once() -> None:
    after_talk = {TABLE[state, Input.TALK_OVER] for state in (State.HABLANDO, State.ESPERA)}
    assert after_talk == {State.CIERRE}
    assert (State.HABLANDO, Input.READY) not in TABLE


def test_nobody_is_free_before_the_headset_is_parked() -> None:
    into_free = {state for (state, _), to in TABLE.items() if to is State.DISPONIBLE}
    assert into_free == {State.PAUSA, State.CIERRE, State.RESERVADO}


@given(st.lists(st.sampled_from(list(Input)), max_size=80))
def test_any_sequence_of_inputs_keeps_the_agent_in_the_table(inputs: list[Input]) -> None:
    one, before = agent(), State.DESCONECTADO
    for now_ms, what in enumerate(inputs, start=1):
        moved = one.take(what, now_ms)
        assert moved == ((before, what) in TABLE)
        if moved and one.state is State.HABLANDO:
            assert what is Input.TALK
        if moved and one.state is State.RESERVADO:
            assert before is State.DISPONIBLE or (what is Input.CALLED and before is State.PAUSA)
        before = one.state
