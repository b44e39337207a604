"""A preset of rules is refused when it cannot be meant as it is written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from config.preset import Preset
from tests.floors import CL, REGLAS


def changed(section: str, **values: Any) -> Preset:
    raw = CL.model_dump(mode="json")
    raw[section] = [{**raw[section][0], **values}]
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
    assert "hours.0.weekday" in refusal("hours", weekday=[["07:00", hour]])


def test_midnight_may_be_written_as_the_end_of_a_day() -> None:
    assert changed("hours", weekday=[["00:00", "24:00"]]).hours[0].weekday == (("00:00", "24:00"),)


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
        ("quotas", {"count": 0}),
        ("quotas", {"days": 0}),
        ("quotas", {"count_basis": "contacto"}),
        ("quotas", {"window": "weekly"}),
        ("quotas", {"channels": ["telegram"]}),
        ("quotas", {"channels": []}),
        ("quotas", {"scope": "persona"}),
        ("quotas", {"id": "otra"}),
        ("dialing", {"ring_min_s": -1}),
        ("attempts", {"per_day": 0}),
        ("attempts", {"gap_min": -1}),
        ("abandoned", {"hours": -1}),
        ("phones", {"strength": "A"}),
        ("phones", {"barrred": []}),
    ],
)
def test_a_value_that_means_nothing_is_refused_by_its_key(section: str, values: dict[str, Any]) -> None:
    assert f"{section}.0.{next(iter(values))}" in refusal(section, **values)


@pytest.mark.parametrize("section", ["hours", "quotas", "attempts", "abandoned", "stops", "phones", "dialing"])
def test_every_rule_names_its_source_and_how_sure_it_is(section: str) -> None:
    raw = CL.model_dump(mode="json")
    del raw[section][0]["source"]
    with pytest.raises(ValidationError, match=f"{section}.0.source"):
        Preset.model_validate(raw)


def test_the_chilean_preset_reads_the_law_strictly() -> None:
    (hours,), (quota, remote), (attempts,), (stops,) = CL.hours, CL.quotas, CL.attempts, CL.stops
    assert (hours.weekday, hours.saturday) == ((("08:00", "20:00"),), (("08:00", "20:00"),))
    assert (hours.sunday, hours.holiday, hours.hours_bind_remote) == ((), (), True)
    assert (quota.count, quota.days, quota.count_basis, quota.window) == (1, 7, "answered", "rolling")
    assert set(quota.channels) == {"call", "visit"}
    assert (remote.count, remote.days, remote.gap_h) == (2, 7, 48)
    assert set(remote.channels) == {"sms", "email", "message", "letter"}
    assert (attempts.per_day, attempts.per_week, attempts.gap_min) == (3, 10, 120)
    assert set(stops.kinds) == {"emplazado", "disputa", "pagado", "concursal", "bloqueado"}


@given(st.integers(0, 23), st.integers(0, 59))
def test_every_minute_of_the_day_may_begin_a_window(hour: int, minute: int) -> None:
    start = f"{hour:02}:{minute:02}"
    assert changed("hours", sunday=[[start, "24:00"]]).hours[0].sunday == ((start, "24:00"),)


@pytest.mark.parametrize("name", REGLAS)
def test_a_preset_survives_the_journal(name: str) -> None:
    assert Preset.model_validate_json(REGLAS[name].model_dump_json()) == REGLAS[name]


# ── dated sections, quotas, evidence ────────────────────────────────────────────────────────────────


def versions(*dates: dict[str, str]) -> Preset:
    raw = CL.model_dump(mode="json")
    raw["phones"] = [{**raw["phones"][0], **one} for one in dates]
    return Preset.model_validate(raw)


def test_a_rule_may_be_written_as_it_was_and_as_it_will_be_and_never_twice_for_one_day() -> None:
    two = versions({"since": "2027-01-01"}, {"until": "2027-01-01"})
    assert [rule.since for rule in two.phones] == ["1900-01-01", "2027-01-01"]
    with pytest.raises(ValidationError, match="two of them hold on 2026-12-31"):
        versions({"since": "2026-12-31"}, {"until": "2027-01-01"})


def test_two_quotas_of_one_name_may_not_hold_on_one_day() -> None:
    raw = CL.model_dump(mode="json")
    raw["quotas"] = [raw["quotas"][0], {**raw["quotas"][0], "count": 2}]
    with pytest.raises(ValidationError, match="two contact_quota hold on"):
        Preset.model_validate(raw)


@pytest.mark.parametrize(("window", "days"), [("calendar_week", 1), ("calendar_week", 14), ("calendar_day", 7)])
def test_a_calendar_window_has_its_own_length(window: str, days: int) -> None:
    assert f"window {window} means days" in refusal("quotas", window=window, days=days)


def test_evidence_is_given_for_values_that_exist() -> None:
    weak = {"source": "un blog", "strength": "W"}
    assert changed("hours", evidence={"saturday": weak}).hours[0].evidence["saturday"].strength == "W"
    assert "evidence.domingo: there is no such value here" in refusal("hours", evidence={"domingo": weak})


def test_what_the_settings_must_keep_to_is_that_of_the_day() -> None:
    coming = changed("dialing", since="2027-01-01")
    assert coming.dialing_on("2026-12-31") is None
    assert coming.dialing_on("2027-01-01") == coming.dialing[0]


# ── what the files say ──────────────────────────────────────────────────────────────────────────────


def hours_of(name: str) -> tuple[str, ...]:
    """Weekday, Saturday, Sunday, holiday, as a person would write them."""
    (hours,) = REGLAS[name].hours
    days = (hours.weekday, hours.saturday, hours.sunday, hours.holiday)
    return tuple(" ".join(f"{start}-{end}" for start, end in windows) or "no" for windows in days)


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("cl_consumidor", ("08:00-20:00", "08:00-20:00", "no", "no")),
        ("cl_mype", ("08:00-20:00", "08:00-20:00", "no", "no")),
        ("cl_empresa", ("08:00-20:00", "no", "no", "no")),
        ("us", ("08:00-21:00", "08:00-21:00", "08:00-21:00", "08:00-21:00")),
        ("co", ("07:00-19:00", "08:00-15:00", "no", "no")),
        ("pe", ("07:00-20:00", "no", "no", "no")),
        ("mx", ("07:00-22:00", "07:00-22:00", "no", "no")),
        ("ec", ("07:00-20:00", "no", "no", "no")),
    ],
)
def test_each_country_has_its_hours(name: str, days: tuple[str, ...]) -> None:
    assert hours_of(name) == days


def test_the_united_kingdom_has_no_hours_of_its_own() -> None:
    assert REGLAS["uk_legacy"].hours == ()


@pytest.mark.parametrize(
    ("name", "quotas"),
    [
        ("cl_empresa", {"contact_quota": (1, 7, "answered", "rolling"), "remote_quota": (2, 7, "answered", "rolling")}),
        ("us", {"attempt_quota": (7, 7, "attempt", "rolling"), "conversation_quota": (1, 7, "answered", "rolling")}),
        ("co", {"day_quota": (1, 1, "answered", "calendar_day"), "one_channel": (1, 7, "answered", "rolling")}),
        ("ec", {"day_quota": (1, 1, "attempt", "calendar_day")}),
        ("pe", {}),
        ("mx", {}),
        ("uk_legacy", {}),
    ],
)
def test_each_country_has_its_quotas_and_none_that_nobody_found(name: str, quotas: dict[str, Any]) -> None:
    assert {q.id: (q.count, q.days, q.count_basis, q.window) for q in REGLAS[name].quotas} == quotas


@pytest.mark.parametrize(
    ("name", "barred"),
    [
        ("cl_consumidor", {"laboral", "tercero"}),
        ("cl_empresa", {"tercero"}),
        ("us", {"laboral", "tercero"}),
        ("co", {"tercero"}),
        ("mx", {"laboral", "tercero"}),
        ("uk_legacy", set()),
    ],
)
def test_each_country_says_which_telephones_are_not_called(name: str, barred: set[str]) -> None:
    assert {kind for rule in REGLAS[name].phones for kind in rule.barred} == barred


def test_weak_values_say_so() -> None:
    (mexico,) = REGLAS["mx"].hours
    assert {day: proof.strength for day, proof in mexico.evidence.items() if proof.strength == "W"} == {
        "saturday": "W", "sunday": "W", "holiday": "W",
    }  # fmt: skip


def test_every_value_of_every_preset_names_its_source() -> None:
    for name, preset in REGLAS.items():
        for section in ("hours", "quotas", "attempts", "abandoned", "machine", "stops", "phones", "dialing"):
            for rule in getattr(preset, section):
                sources = [rule.source, *(proof.source for proof in rule.evidence.values())]
                assert all(len(source) > 10 for source in sources), (name, section)
