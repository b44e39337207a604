"""The number shown to a debtor is the one that the mandante and the regulator agreed on for that day."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from config.mandante import Mandante, cli_allowed, cli_turns

RES_286 = {"since": "2025-08-13", "until": "2026-03-09", "policy": "600", "source": "Res. Ex. 286 de Subtel"}
SUPREMA = {"since": "2026-03-09", "policy": "normal", "source": "Corte Suprema, marzo de 2026"}


def policies(*raw: dict[str, Any]) -> Any:
    return Mandante.model_validate({"cli": raw}).cli


@pytest.mark.parametrize(
    ("policy", "number", "fits"),
    [
        ("600", "600123456", True),
        ("600", "6001234567", True),
        ("600", "+56600123456", True),
        ("600", "56600123456", True),
        ("600", "809123456", False),
        ("600", "221234567", False),
        ("600", "60012", False),
        ("809", "809123456", True),
        ("809", "600123456", False),
        ("normal", "+56221234567", True),
        ("normal", "600123456", False),
        ("normal", "+56809123456", False),
        ("legal_hold", "600123456", False),
    ],
)
def test_the_prefix_is_that_of_the_policy(policy: str, number: str, fits: bool) -> None:
    said = cli_allowed(policies({"policy": policy}), number, "2026-11-24")
    assert (said is None) == fits
    assert said is None or len(said.split()) > 5


def test_the_policy_is_that_of_the_day() -> None:
    both = policies(SUPREMA, RES_286)
    assert cli_allowed(both, "600123456", "2026-03-08") is None
    assert "has a prefix" in str(cli_allowed(both, "600123456", "2026-03-09"))
    assert cli_allowed(both, "221234567", "2026-03-09") is None


def test_a_mandante_without_policies_may_show_any_number_and_one_with_a_hole_in_them_none() -> None:
    assert cli_allowed((), "123", "2026-11-24") is None
    assert "no caller-id policy" in str(cli_allowed(policies(RES_286), "600123456", "2026-11-24"))


def test_only_the_mandantes_own_numbers_may_be_shown() -> None:
    own = policies({**RES_286, "numbers": ["600111111"]})
    assert cli_allowed(own, "600111111", "2026-01-02") is None
    assert "600222222 is none of the mandante's numbers" in str(cli_allowed(own, "600222222", "2026-01-02"))


def test_the_days_on_which_it_can_change_are_known() -> None:
    assert cli_turns(policies(RES_286, SUPREMA), "2026-03-08") == ["2026-03-09", "9999-12-31"]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"cli": [{"policy": "601"}]}, "cli.0.policy"),
        ({"cli": [RES_286, {**SUPREMA, "since": "2026-01-01"}]}, "two of them hold on 2026-01-01"),
        ({"cli": [{**RES_286, "numbers": ["seiscientos"]}]}, "cli.0.numbers"),
        ({"count_basis": [{"value": "contacto", "source": "x"}]}, "count_basis.0.value"),
        ({"count_basis": [{"value": "attempt"}]}, "count_basis.0.source"),
        ({"window": [{"value": "calendar_day", "source": "x"}]}, "window.0.value"),
        ({"scope": [{"value": "rut", "source": "x", "since": "ayer"}]}, "scope.0.since"),
    ],
)
def test_what_cannot_be_meant_is_refused(raw: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Mandante.model_validate(raw)
