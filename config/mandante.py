"""What a mandante may set apart: the number shown to its debtors, and how the weekly contact is read. All dated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from config.preset import CountBasis, Dated, Requested, Scope, Strength, apart

Shown = Annotated[str, Field(pattern=r"^\+?\d{3,15}$")]

PREFIXED: dict[str, re.Pattern[str]] = {
    prefix: re.compile(rf"^(\+?56)?{prefix}\d{{6,7}}$") for prefix in ("600", "809")
}
"""Chile's numbers for calls that are asked for (600) and not (809). Own patterns: phonenumbers takes no 809."""


class CliPolicy(Dated):
    """Which number is shown to the debtor (Subtel, Res. 286 of 2025 and what became of it).

    `policy`: ``600`` or ``809`` that prefix; ``normal`` any number without it; ``legal_hold`` no calls at all.
    `numbers`, where there are any, are the only ones that may be shown.
    """

    policy: Literal["600", "809", "normal", "legal_hold"]
    numbers: tuple[Shown, ...] = ()
    source: str = ""


class Override(Dated):
    """Another reading of an open question of the law, agreed with the mandante."""

    value: str
    source: Annotated[str, Field(min_length=1)]
    strength: Strength = "policy"


class BasisOverride(Override):
    value: CountBasis


class WindowOverride(Override):
    value: Literal["rolling", "calendar_week"]


class ScopeOverride(Override):
    value: Scope


class RequestedOverride(Override):
    value: Requested


class Mandante(BaseModel):
    """A mandante's own settings. `cli` empty: no policy was agreed, any number may be shown."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: str = ""
    cli: Annotated[tuple[CliPolicy, ...], AfterValidator(apart)] = ()
    count_basis: Annotated[tuple[BasisOverride, ...], AfterValidator(apart)] = ()
    window: Annotated[tuple[WindowOverride, ...], AfterValidator(apart)] = ()
    scope: Annotated[tuple[ScopeOverride, ...], AfterValidator(apart)] = ()
    requested: Annotated[tuple[RequestedOverride, ...], AfterValidator(apart)] = ()

    def readings(self) -> Iterator[tuple[str, Override]]:
        """Every reading of its own, with the key of the weekly quota that it changes."""
        for key in ("count_basis", "window", "scope", "requested"):
            yield from ((key, override) for override in getattr(self, key))


def cli_allowed(policies: Sequence[CliPolicy], caller_id: str, day: str) -> str | None:
    """Why `caller_id` may not be shown to a debtor on an ISO day, as a sentence; None when it may.

    Without any policy every number may; with policies, a day on which none holds is a day without calls.
    """
    if not policies:
        return None
    policy = next((one for one in policies if one.holds(day)), None)
    if policy is None:
        return f"no caller-id policy of the mandante holds on {day}: add one with its dates"
    if policy.policy == "legal_hold":
        return f"the mandante is on legal hold until {policy.until}: no calls; set enabled = false meanwhile"
    if policy.numbers and caller_id not in policy.numbers:
        return f"caller_id {caller_id} is none of the mandante's numbers on {day}: {', '.join(policy.numbers)}"
    if policy.policy == "normal":
        prefixed = any(pattern.match(caller_id) for pattern in PREFIXED.values())
        return f"caller_id {caller_id} has a prefix, and the policy on {day} is normal" if prefixed else None
    fits = PREFIXED[policy.policy].match(caller_id)
    return None if fits else f"caller_id {caller_id} is not a {policy.policy} number, as the policy on {day} asks"


def cli_turns(policies: Sequence[CliPolicy], after: str) -> list[str]:
    """The ISO days after `after` on which what may be shown can change, in order."""
    return sorted({day for policy in policies for day in (policy.since, policy.until) if day > after})
