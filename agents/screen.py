"""What a role may see of a debtor on the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agents.access import Permission, allowed, mask_phone, mask_rut

Mask = Callable[[str], str]


def card_for(role: str, card: dict[str, Any]) -> dict[str, Any]:
    """The card with every value under a key ``rut`` or ``e164``, however deep, masked where the role may not see it."""
    masks: dict[str, Mask] = {}
    if not allowed(role, Permission.SEE_FULL_RUT):
        masks["rut"] = mask_rut
    if not allowed(role, Permission.SEE_FULL_PHONE):
        masks["e164"] = mask_phone
    return {key: _masked(key, value, masks) for key, value in card.items()}


def _masked(key: str, value: Any, masks: dict[str, Mask]) -> Any:
    if isinstance(value, dict):
        return {inner: _masked(inner, part, masks) for inner, part in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(key, part, masks) for part in value]
    if value is None or key not in masks:
        return value
    return masks[key](str(value))
