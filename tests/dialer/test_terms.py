"""Settings as the engine reads them for every call."""

from __future__ import annotations

from config.settings import RETRY_DEFAULT, Limits, Retry, Strategy
from dialer.terms import Bounds, Terms


def test_durations_are_those_of_the_settings_in_milliseconds() -> None:
    strategy = Strategy(ring_s=20.5, wait_s=1.5, callback_grace_min=2, callback_within_min=1.5)
    terms = Terms(strategy)
    assert (terms.ring_ms, terms.wait_ms) == (20_500, 1_500)
    assert (terms.callback_grace_ms, terms.callback_within_ms) == (120_000, 90_000)


def test_every_name_is_a_setting_and_says_the_same() -> None:
    for terms, settings in ((Terms(Strategy(amd=True)), Strategy(amd=True)), (Bounds(Limits()), Limits())):
        own = set(terms.__slots__) - {"preview", "retries"}
        assert {name: getattr(terms, name) for name in own} == {name: getattr(settings, name) for name in own}


def test_only_preview_is_dialled_by_hand() -> None:
    assert Terms(Strategy(mode="preview")).preview
    assert not Terms(Strategy(mode="ratio")).preview


def test_a_cartera_s_own_retry_stands_in_the_place_of_the_usual_one() -> None:
    terms = Terms(Strategy(retry={"busy": Retry(after_min=1, max=2)}))
    assert terms.retries["busy"] == (2, 60_000)
    assert terms.retries["no_answer"] == (RETRY_DEFAULT["no_answer"].max, 10_800_000)
    assert "connected" not in terms.retries
