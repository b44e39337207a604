"""What becomes of a ringing call."""

from __future__ import annotations

import pytest

from dialer.pacing.answers import RING_BINS, AnswerLaw, AnswerPrior, Answers

HORIZONS_S = [5.0, 10.0, 20.0, 40.0]


def law_of(answers: Answers, floor: Answers | None = None) -> AnswerLaw:
    return answers.law(floor)


def taught(share: float, ring_bin: int = 20, calls: int = 4000) -> Answers:
    """Calls all resolved at one age: this share of them persons at once, the rest nobody."""
    answers = Answers(AnswerPrior())
    persons = round(share * calls)
    answers.lived([calls if index < ring_bin else 0 for index in range(RING_BINS)], 0.5)
    for number in range(calls):
        if number < persons:
            answers.verdict(True, ring_bin, 0)
        else:
            answers.nobody_answered(ring_bin)
    answers.lived([calls if index == ring_bin else 0 for index in range(RING_BINS)], 0.25)
    return answers


def test_before_any_call_about_one_in_four_is_answered() -> None:
    law = law_of(Answers(AnswerPrior()))
    assert law.new_call([60.0])[0] == pytest.approx(0.27, abs=0.05)


@pytest.mark.parametrize("share", [0.02, 0.2, 0.9])
def test_it_learns_how_many_answer_and_when(share: float) -> None:
    law = law_of(taught(share))
    early, _, late, _ = law.new_call(HORIZONS_S)
    assert early < 0.05
    assert late == pytest.approx(share, abs=0.12)


def test_a_call_that_rang_longer_than_any_is_worth_less_than_a_new_one() -> None:
    law = law_of(taught(0.5))
    chances = law.ringing(20.0)
    assert chances[18] > 0.4
    assert chances[70] < 0.15


def test_chances_grow_with_the_horizon_and_stay_chances() -> None:
    law = law_of(taught(0.3))
    for near, far in zip(law.ringing(8.0), law.ringing(16.0), strict=True):
        assert 0 <= near <= far + 1e-9 <= 1.0001


def test_quick_pick_ups_that_were_machines_are_known_for_it() -> None:
    answers = Answers(AnswerPrior())
    answers.lived([400] * RING_BINS, 0.5)
    for _ in range(200):
        answers.verdict(False, 4, 5)
        answers.verdict(True, 24, 5)
    law = law_of(answers)
    assert law.detecting(4, 0, [30.0])[0] < 0.2
    assert law.detecting(24, 0, [30.0])[0] > 0.8


def test_detection_takes_what_it_took() -> None:
    answers = Answers(AnswerPrior())
    for _ in range(300):
        answers.verdict(True, 20, 5)
    law = law_of(answers)
    assert law.delay_s == pytest.approx(2.75, abs=0.3)
    by_one, by_five = law.detecting(20, 0, [1.0, 5.0])
    assert by_one < 0.1
    assert by_five > 0.8


def test_the_moments_are_in_order_and_follow_the_ringing() -> None:
    moments = law_of(taught(0.5)).moments(5)
    assert moments == sorted(moments)
    assert 9 < moments[2] < 13


def test_a_cartera_without_experience_borrows_from_the_floor() -> None:
    known = taught(0.9)
    floor = Answers.of_floor(AnswerPrior(), [known, Answers(AnswerPrior())])
    alone, borrowing = law_of(Answers(AnswerPrior())), law_of(Answers(AnswerPrior()), floor)
    assert borrowing.new_call([40.0])[0] > 0.7 > alone.new_call([40.0])[0]


def test_one_with_experience_keeps_its_own() -> None:
    floor = Answers.of_floor(AnswerPrior(), [taught(0.9), taught(0.05)])
    assert law_of(taught(0.05), floor).new_call([40.0])[0] < 0.15
