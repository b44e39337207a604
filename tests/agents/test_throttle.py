"""Guessing claves takes longer and longer."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.throttle import FORGET_MS, FREE_ADDRESS, FREE_PAIR, FREE_USER, WAIT_FIRST_MS, WAIT_MAX_MS, Throttle


def guesses(throttle: Throttle, count: int, user: str = "e01", address: str = "10.0.0.1", now_ms: int = 0) -> list[int]:
    return [throttle.begin(user, address, now_ms) for _ in range(count)]


def test_the_first_tries_are_free_and_the_next_one_waits() -> None:
    assert guesses(Throttle(), FREE_PAIR + 1) == [0] * FREE_PAIR + [WAIT_FIRST_MS]


def test_each_further_try_doubles_the_wait_up_to_five_minutes() -> None:
    throttle, now_ms, waits = Throttle(), 0, []
    guesses(throttle, FREE_PAIR)
    for _ in range(12):
        waits.append(throttle.begin("e01", "10.0.0.1", now_ms))
        now_ms += waits[-1]
        assert throttle.begin("e01", "10.0.0.1", now_ms) == 0
    assert waits[:3] == [1_000, 2_000, 4_000]
    assert waits[-1] == WAIT_MAX_MS


def test_asking_during_the_wait_neither_counts_nor_lengthens_it() -> None:
    throttle = Throttle()
    guesses(throttle, FREE_PAIR)
    assert guesses(throttle, 50, now_ms=400) == [WAIT_FIRST_MS - 400] * 50
    assert throttle.begin("e01", "10.0.0.1", WAIT_FIRST_MS) == 0


def test_a_right_clave_forgives_what_went_before() -> None:
    throttle = Throttle()
    guesses(throttle, FREE_PAIR - 1)
    assert throttle.begin("e01", "10.0.0.1", 0) == 0
    throttle.succeeded("e01", "10.0.0.1")
    assert guesses(throttle, FREE_PAIR) == [0] * FREE_PAIR


def test_somebody_elses_guesses_do_not_soon_lock_out_the_owner() -> None:
    throttle = Throttle()
    guesses(throttle, FREE_PAIR + 5, address="10.0.0.66")
    assert throttle.begin("e01", "10.0.0.1", 0) == 0


def test_guesses_from_many_machines_are_counted_together() -> None:
    throttle = Throttle()
    for n in range(FREE_USER):
        assert throttle.begin("e01", f"10.0.1.{n}", 0) == 0
    assert throttle.begin("e01", "10.0.0.1", 0) > 0


def test_trying_many_people_from_one_machine_is_counted_together() -> None:
    throttle = Throttle()
    for n in range(FREE_ADDRESS):
        assert throttle.begin(f"e{n}", "10.0.0.66", 0) == 0
    assert throttle.begin("e999", "10.0.0.66", 0) > 0
    assert throttle.begin("e999", "10.0.0.1", 0) == 0


def test_a_shift_of_a_thousand_that_logs_in_from_one_address_never_waits() -> None:
    throttle = Throttle()
    for n in range(1000):
        assert throttle.begin(f"e{n}", "10.0.0.1", 0) == 0
        throttle.succeeded(f"e{n}", "10.0.0.1")
    assert len(throttle) == 0


def test_failures_are_forgotten_after_a_quarter_of_an_hour() -> None:
    throttle = Throttle()
    guesses(throttle, FREE_PAIR)
    assert guesses(throttle, FREE_PAIR, now_ms=FORGET_MS) == [0] * FREE_PAIR


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("12345678")), max_size=200))
def test_memory_is_bounded_whatever_comes(tries: list[tuple[str, str]]) -> None:
    throttle = Throttle(keys_max=10)
    for user, address in tries:
        throttle.begin(user, address, 0)
        assert len(throttle) <= 10
