"""A preset of rules is refused when it cannot be meant as it is written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from config.preset import Preset
from tests.floors import CL


def changed(section: str, **values: Any) -> Preset:
    raw = CL.model_dump(mode="json")
    raw[section] = {**raw[section], **values}
    return Preset.model_validate(raw)


def refusal(section: str, **values: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        changed(section, **values)
    return str(refused.value)


@pytest.mark.parametrize(
    "hour", ["24:30", "24:01", "25:00", "8:00", "08:60", "0800", "08:00:00", "", "-1:00", "8am", "０８:００"]
)
def test_an_hour_that_no_clock_shows_is_refused(hour: str) -> None:
    """24:30 was let through: calls until half past midnight of the next day."""
    assert "hours.weekday" in refusal("hours", weekday=[["07:00", hour]])


def test_midnight_may_be_written_as_the_end_of_a_day() -> None:
    assert changed("hours", weekday=[["00:00", "24:00"]]).hours.weekday == (("00:00", "24:00"),)


@pytest.mark.parametrize(
    "windows",
    [
        [["20:00", "08:00"]],
        [["08:00", "08:00"]],
        [["14:00", "18:00"], ["08:00", "12:00"]],
        [["08:00", "12:00"], ["11:00", "18:00"]],
    ],
)
def test_windows_that_end_before_they_begin_or_overlap_are_refused(windows: list[list[str]]) -> None:
    assert "each window must end after it begins" in refusal("hours", saturday=windows)


def test_windows_that_touch_or_leave_a_lunch_are_accepted() -> None:
    assert changed("hours", weekday=[["08:00", "13:00"], ["13:00", "14:00"], ["15:00", "20:00"]])


@pytest.mark.parametrize("day", ["2026-02-30", "2026-1-5", "20260105", "05-01-2026", "", "siempre"])
def test_a_day_that_is_not_in_the_calendar_is_refused(day: str) -> None:
    """Days are compared as text: one written otherwise would have held, or not, by accident."""
    assert "must be a day that exists" in refusal("attempts", since=day)
    raw = {**CL.model_dump(mode="json"), "extra_holidays": [day]}
    with pytest.raises(ValidationError, match="must be a day that exists"):
        Preset.model_validate(raw)


def test_a_rule_that_ends_before_it_begins_is_refused() -> None:
    assert "must be before until" in refusal("stops", since="2026-11-24", until="2026-11-24")


@pytest.mark.parametrize(
    ("section", "values"),
    [
        ("contact_quota", {"count": 0}),
        ("contact_quota", {"days": 0}),
        ("contact_quota", {"count_basis": "contacto"}),
        ("contact_quota", {"window": "weekly"}),
        ("attempts", {"per_day": 0}),
        ("attempts", {"gap_min": -1}),
        ("abandoned", {"hours": -1}),
        ("phones", {"strength": "A"}),
        ("phones", {"barrred": []}),
    ],
)
def test_a_value_that_means_nothing_is_refused_by_its_key(section: str, values: dict[str, Any]) -> None:
    assert f"{section}.{next(iter(values))}" in refusal(section, **values)


@pytest.mark.parametrize("section", ["hours", "contact_quota", "attempts", "abandoned", "stops", "phones"])
def test_every_rule_names_its_source_and_how_sure_it_is(section: str) -> None:
    rule = getattr(CL, section)
    assert len(rule.source) > 10
    assert rule.strength in ("P", "S", "W", "policy")
    raw = CL.model_dump(mode="json")
    del raw[section]["source"]
    with pytest.raises(ValidationError, match=f"{section}.source"):
        Preset.model_validate(raw)


def test_the_chilean_preset_reads_the_law_strictly() -> None:
    assert (CL.hours.weekday, CL.hours.saturday) == ((("08:00", "20:00"),), (("08:00", "20:00"),))
    assert (CL.hours.sunday, CL.hours.holiday) == ((), ())
    quota = CL.contact_quota
    assert (quota.count, quota.days, quota.count_basis, quota.window) == (1, 7, "answered", "rolling")
    assert set(quota.channels) == {"call", "visit"}
    assert (CL.attempts.per_day, CL.attempts.per_week, CL.attempts.gap_min) == (3, 10, 120)
    assert set(CL.stops.kinds) == {"emplazado", "disputa", "pagado", "concursal", "bloqueado"}


@given(st.integers(0, 23), st.integers(0, 59))
def test_every_minute_of_the_day_may_begin_a_window(hour: int, minute: int) -> None:
    start = f"{hour:02}:{minute:02}"
    assert changed("hours", sunday=[[start, "24:00"]]).hours.sunday == ((start, "24:00"),)


def test_a_preset_survives_the_journal() -> None:
    assert Preset.model_validate_json(CL.model_dump_json()) == CL
