"""A second opinion on the rules: slow, written from the law's words alone, knowing nothing of how `rules.py` does it.

It judges one moment by looking at the debtor's wall clock and calendar, and never says when it ends. A mandante's own
readings are looked up here in the settings themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from config.mandante import Mandante
from config.preset import Attempts, Dated, Preset, Quota
from config.settings import Strategy
from dialer.contact import Contact, Phone, Touch
from tests.dialer.calendars import HOLIDAYS, REGIONAL

D = TypeVar("D", bound=Dated)

HOUR_MS = 3_600_000
WEEK_MS = 7 * 24 * HOUR_MS
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
SMS_AND_THE_LIKE = ("sms", "email", "message")
NOTHING_AGREED = (Strategy(hours_from="00:00", hours_to="24:00"), Mandante())


def allows(
    case: Contact,
    phone: Phone | None,
    channel: str,
    history: Sequence[Touch],
    preset: Preset,
    at_ms: int,
    agreed: tuple[Strategy, Mandante] = NOTHING_AGREED,
    guaranteed: bool = False,
) -> bool:
    """Whether this contact may be made at this moment."""
    here = _wall(at_ms, case.zone)
    strategy, mandante = agreed
    calling = channel == "call"
    return not (
        any(_stopped(case, channel, rule.kinds, rule.opt_out_per_channel) for rule in _now(preset.stops, here))
        or (phone is not None and any(phone.kind in rule.barred for rule in _now(preset.phones, here)))
        or not _open(preset, case.region, channel, here, strategy)
        or any(
            _used(quota, mandante, case, channel, history, at_ms)
            for quota in _now(preset.quotas, here)
            if not _asked_for(quota, mandante, case, channel, phone, at_ms)
        )
        or (calling and not guaranteed and _abandoned(preset, history, here, at_ms))
        or (calling and phone is not None and _machine(preset, phone, history, here, at_ms))
        or (calling and any(_too_many(caps, case, history, at_ms) for caps in _now(preset.attempts, here)))
        or (calling and not _shown(mandante, strategy.caller_id, here))
        or not _under_contract(strategy, here)
    )


def _wall(at_ms: int, zone: str) -> datetime:
    return (EPOCH + timedelta(milliseconds=at_ms)).astimezone(ZoneInfo(zone))


def _now(rules: Sequence[D], here: datetime) -> list[D]:
    return [rule for rule in rules if rule.since <= here.strftime("%Y-%m-%d") < rule.until]


def _stopped(case: Contact, channel: str, kinds: Sequence[str], opt_out: bool) -> bool:
    ways = [channel] if opt_out else ["call", "visit", "sms", "email", "message", "letter"]
    return any(stop in kinds or stop in ["baja_" + way for way in ways] for stop in case.stops)


# ── hours ───────────────────────────────────────────────────────────────────────────────────────────


def _open(preset: Preset, region: str, channel: str, here: datetime, strategy: Strategy) -> bool:
    laws = _now(preset.hours, here)
    remote_too = all(law.hours_bind_remote for law in laws)
    if channel == "letter" or (channel in SMS_AND_THE_LIKE and not remote_too):
        return True
    clock = here.strftime("%H:%M")
    if not strategy.hours_from <= clock < strategy.hours_to:
        return False
    for law in laws:
        if _holiday(preset, region, here) and preset.holidays != "none":
            windows = law.holiday
        else:
            windows = (law.weekday, law.saturday, law.sunday)[max(0, here.isoweekday() - 5)]
        if not any(start <= clock < end for start, end in windows):
            return False
    return True


def _holiday(preset: Preset, region: str, here: datetime) -> bool:
    day = here.strftime("%Y-%m-%d")
    if day in preset.extra_holidays:
        return True
    on_the_wall = day in HOLIDAYS.get(preset.country, ()) or day[5:] == REGIONAL.get((preset.country, region))
    return on_the_wall and day not in preset.not_holidays


# ── what was done before ────────────────────────────────────────────────────────────────────────────


def _used(quota: Quota, mandante: Mandante, case: Contact, channel: str, history: Sequence[Touch], at_ms: int) -> bool:
    if channel not in quota.channels:
        return False
    here = _wall(at_ms, case.zone)
    basis, window, scope = quota.count_basis, quota.window, quota.scope
    if quota.id in ("contact_quota", "remote_quota"):
        basis = next((one.value for one in _now(mandante.count_basis, here)), basis)
        if quota.days == 7:
            window = next((one.value for one in _now(mandante.window, here)), window)
        scope = next((one.value for one in _now(mandante.scope, here)), scope)
    contacts = [
        touch.at_ms
        for touch in history
        if touch.channel in quota.channels
        and (quota.counts == "together" or touch.channel != channel)
        and (scope == "rut" or not touch.mandante)
        and (touch.channel != "call" or _counts(basis, touch))
    ]
    if quota.gap_h and any(at_ms - one < quota.gap_h * HOUR_MS for one in contacts):
        return True
    if window == "rolling":
        return _within(contacts, quota.days * 24 * HOUR_MS, at_ms) >= quota.count
    same = _same_week if window == "calendar_week" else _same_day
    return sum(same(_wall(one, case.zone), here) for one in contacts) >= quota.count


def _asked_for(
    quota: Quota, mandante: Mandante, case: Contact, channel: str, phone: Phone | None, at_ms: int
) -> bool:
    """The debtor asked for this very call: this telephone, from the hour they said on, and that excuses from it."""
    reading = quota.requested
    if quota.id in ("contact_quota", "remote_quota", "conversation_quota"):
        reading = next((one.value for one in _now(mandante.requested, _wall(at_ms, case.zone))), reading)
    if reading != "exempt" or channel != "call" or phone is None:
        return False
    return bool(case.asked_on) and phone.phone_id == case.asked_on and 0 < case.callback_ms <= at_ms


def _counts(basis: str, call: Touch) -> bool:
    return {"attempt": call.rang or call.answered, "answered": call.answered, "effective_contact": call.effective}[
        basis
    ]


def _same_week(one: datetime, other: datetime) -> bool:
    return one.isocalendar()[:2] == other.isocalendar()[:2]


def _same_day(one: datetime, other: datetime) -> bool:
    return one.date() == other.date()


def _within(times: Sequence[int], window_ms: int, at_ms: int) -> int:
    return sum(at_ms - one < window_ms for one in times)


def _abandoned(preset: Preset, history: Sequence[Touch], here: datetime, at_ms: int) -> bool:
    lost = [touch.at_ms for touch in history if touch.abandoned]
    return any(_within(lost, rule.hours * HOUR_MS, at_ms) for rule in _now(preset.abandoned, here))


def _machine(preset: Preset, phone: Phone, history: Sequence[Touch], here: datetime, at_ms: int) -> bool:
    heard = [touch.at_ms for touch in history if touch.verdict == "machine" and touch.phone_id == phone.phone_id]
    return any(_within(heard, rule.hours * HOUR_MS, at_ms) for rule in _now(preset.machine, here))


def _too_many(caps: Attempts, case: Contact, history: Sequence[Touch], at_ms: int) -> bool:
    mine = [touch for touch in history if caps.scope == "rut" or not touch.mandante]
    calls = [touch.at_ms for touch in mine if touch.channel == "call"]
    today = _wall(at_ms, case.zone).date()
    return (
        sum(_wall(one, case.zone).date() == today for one in calls) >= caps.per_day
        or _within(calls, WEEK_MS, at_ms) >= caps.per_week
        or _within(calls, caps.gap_min * 60_000, at_ms) >= 1
    )


# ── the number shown, the contract ─────────────────────────────────────────────────────────────────


def _shown(mandante: Mandante, caller_id: str, here: datetime) -> bool:
    if not mandante.cli:
        return True
    national = caller_id.removeprefix("+").removeprefix("56")
    for policy in _now(mandante.cli, here):
        if policy.policy == "legal_hold" or (policy.numbers and caller_id not in policy.numbers):
            return False
        prefix = national[:3] if national[:3] in ("600", "809") and len(national) in (9, 10) else "normal"
        return prefix == policy.policy
    return False


def _under_contract(strategy: Strategy, here: datetime) -> bool:
    """The first day and the last one belong to it."""
    first, last = strategy.contrato.asignada, strategy.contrato.cierre
    return not (here.strftime("%Y-%m-%d") < first or here.strftime("%Y-%m-%d") > last)
