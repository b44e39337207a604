"""Who is free the longest, in each cartera, whatever agents do."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.agent import Agent, State
from agents.roster import Roster


def free(roster: Roster, agent_id: str, *carteras: str) -> Agent:
    agent = roster.join(agent_id, f"PJSIP/{agent_id}", carteras)
    return become(roster, agent, State.DISPONIBLE)


def become(roster: Roster, agent: Agent, state: State) -> Agent:
    agent.state = state
    roster.settle(agent)
    return agent


def longest(roster: Roster, cartera: str) -> str:
    agent = roster.longest_idle(cartera)
    return "" if agent is None else agent.agent_id


def test_who_has_been_free_longest_is_first() -> None:
    roster = Roster()
    first, second = free(roster, "e1", "a"), free(roster, "e2", "a")
    assert longest(roster, "a") == "e1"
    become(roster, first, State.HABLANDO)
    assert longest(roster, "a") == "e2"
    become(roster, first, State.DISPONIBLE)
    assert longest(roster, "a") == "e2", "who comes back waits behind who never left"
    become(roster, second, State.PAUSA)
    assert longest(roster, "a") == "e1"


def test_being_told_again_that_an_agent_is_free_costs_them_no_place() -> None:
    roster = Roster()
    first = free(roster, "e1", "a")
    free(roster, "e2", "a")
    become(roster, first, State.DISPONIBLE)
    assert longest(roster, "a") == "e1"


def test_an_agent_of_two_carteras_is_free_in_both_and_taken_from_both() -> None:
    roster = Roster()
    agent = free(roster, "e1", "a", "b")
    assert (roster.free_count("a"), roster.free_count("b")) == (1, 1)
    become(roster, agent, State.RESERVADO)
    assert (roster.free_count("a"), roster.free_count("b")) == (0, 0)
    assert longest(roster, "b") == ""


def test_a_cartera_that_nobody_works_has_nobody() -> None:
    roster = Roster()
    free(roster, "e1", "a")
    assert (longest(roster, "z"), roster.free_count("z")) == ("", 0)


def test_an_agent_who_is_moved_to_another_cartera_is_gone_from_the_first() -> None:
    roster = Roster()
    free(roster, "e1", "a")
    moved = roster.join("e1", "PJSIP/e1", ("b",))
    assert moved.state is State.DISPONIBLE
    assert (longest(roster, "a"), longest(roster, "b")) == ("", "e1")


def test_carteras_share_agents_only_while_somebody_works_both() -> None:
    roster = Roster()
    free(roster, "e1", "a", "b")
    free(roster, "e2", "c")
    assert roster.shared("a", "b")
    assert not roster.shared("a", "c")
    assert not roster.shared("a", "unknown")
    roster.join("e1", "PJSIP/e1", ("a",))
    assert not roster.shared("a", "b")


deeds = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.one_of(st.sampled_from(list(State)), st.sets(st.sampled_from("abc")).map(lambda s: tuple(sorted(s)))),
    ),
    max_size=60,
)


@given(deeds)
def test_the_lists_always_hold_exactly_the_free_agents_in_the_order_in_which_they_became_free(
    done: list[tuple[int, State | tuple[str, ...]]],
) -> None:
    """Against the plainest possible books: who became free, in order, and which carteras each one works."""
    roster = Roster()
    waiting: list[str] = []
    works: dict[str, tuple[str, ...]] = {}
    for number, deed in done:
        agent_id = f"e{number}"
        if isinstance(deed, tuple) or agent_id not in works:
            works[agent_id] = deed if isinstance(deed, tuple) else ()
            roster.join(agent_id, "", works[agent_id])
            if agent_id in waiting:
                waiting.remove(agent_id)
                waiting.append(agent_id)  # a new login begins a new wait
        else:
            become(roster, roster.agents[agent_id], deed)
            if deed is not State.DISPONIBLE and agent_id in waiting:
                waiting.remove(agent_id)
            elif deed is State.DISPONIBLE and agent_id not in waiting:
                waiting.append(agent_id)
        for cartera in "abc":
            assert list(roster.free.get(cartera, ())) == [one for one in waiting if cartera in works[one]]
