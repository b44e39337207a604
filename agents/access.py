"""Who may do what: one table of roles and permissions, and the masks over what not everybody may see.

A permission that is not in the table is not given. A role that is not in it has none.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Role(StrEnum):
    EJECUTIVO = "ejecutivo"
    SUPERVISOR = "supervisor"
    JEFE = "jefe"
    GERENTE = "gerente"
    CALIDAD = "calidad"
    CARGAS = "cargas"
    MANDANTE = "mandante"
    AUDITOR = "auditor"
    OPS = "ops"


class Permission(StrEnum):
    """`see_*` is reading; each other one is an act that the audit names."""

    TAKE_CALLS = "take_calls"  # sit on the floor with a headset
    SEE_OWN_RESULTS = "see_own_results"
    SEE_FLOOR = "see_floor"  # the live board
    SEE_CASE = "see_case"  # open a debtor's card outside a call
    SEE_FULL_RUT = "see_full_rut"
    SEE_FULL_PHONE = "see_full_phone"
    SEE_RESULTS = "see_results"  # KPIs and recovery per cartera
    SEE_PROFIT = "see_profit"  # margins and costs
    SEE_AUDIT = "see_audit"
    SEE_CONFIG = "see_config"
    MOVE_AGENTS = "move_agents"  # between carteras, pauses, forced logout
    HOLD_CARTERA = "hold_cartera"  # stop its calls and let them go on
    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"
    PLAY_RECORDING = "play_recording"
    SCORE_QUALITY = "score_quality"
    LOAD = "load"  # cartera, payment and exclusion files
    ASK_RETIRO = "ask_retiro"
    APPROVE_RETIRO = "approve_retiro"
    HANDLE_RETIRO = "handle_retiro"  # send somebody, note what was received, annul
    SETTLE_RETIRO = "settle_retiro"  # close a rendición
    SET_STRATEGY = "set_strategy"  # how a cartera is dialled, within the law's limits
    EXPORT = "export"  # data with names in it
    APPROVE_EXPORT = "approve_export"
    CONFIGURE = "configure"
    MANAGE_USERS = "manage_users"


_P = Permission

TABLE: dict[Role, frozenset[Permission]] = {
    Role.EJECUTIVO: frozenset({_P.TAKE_CALLS, _P.SEE_OWN_RESULTS, _P.ASK_RETIRO}),
    Role.SUPERVISOR: frozenset(
        {_P.SEE_FLOOR, _P.SEE_CASE, _P.SEE_FULL_RUT, _P.SEE_FULL_PHONE, _P.SEE_RESULTS, _P.MOVE_AGENTS, _P.LISTEN}
        | {_P.WHISPER, _P.BARGE, _P.HOLD_CARTERA, _P.PLAY_RECORDING, _P.ASK_RETIRO, _P.HANDLE_RETIRO}
    ),
    Role.JEFE: frozenset(
        {_P.SEE_FLOOR, _P.SEE_CASE, _P.SEE_FULL_RUT, _P.SEE_FULL_PHONE, _P.SEE_RESULTS, _P.SEE_PROFIT, _P.MOVE_AGENTS}
        | {_P.LISTEN, _P.WHISPER, _P.BARGE, _P.PLAY_RECORDING, _P.APPROVE_RETIRO, _P.HANDLE_RETIRO}
        | {_P.SETTLE_RETIRO, _P.HOLD_CARTERA, _P.SET_STRATEGY, _P.APPROVE_EXPORT}
    ),
    # A gerente reads everything that carries no person's data.
    Role.GERENTE: frozenset(
        {_P.SEE_FLOOR, _P.SEE_RESULTS, _P.SEE_PROFIT, _P.SEE_AUDIT, _P.SEE_CONFIG, _P.APPROVE_RETIRO, _P.APPROVE_EXPORT}
    ),
    Role.CALIDAD: frozenset({_P.SEE_FLOOR, _P.SEE_CASE, _P.LISTEN, _P.PLAY_RECORDING, _P.SCORE_QUALITY}),
    Role.CARGAS: frozenset({_P.LOAD, _P.SEE_CASE, _P.SEE_FULL_RUT, _P.SEE_FULL_PHONE, _P.EXPORT, _P.SETTLE_RETIRO}),
    # The mandante's debtors are its own, but the phones found by the firm are not.
    Role.MANDANTE: frozenset({_P.SEE_RESULTS, _P.SEE_FULL_RUT}),
    Role.AUDITOR: frozenset(
        {_P.SEE_CASE, _P.SEE_FULL_RUT, _P.SEE_FULL_PHONE, _P.SEE_RESULTS, _P.SEE_AUDIT, _P.SEE_CONFIG}
        | {_P.PLAY_RECORDING}
    ),
    # Ops keeps the floor up and needs no debtor's data for it.
    Role.OPS: frozenset({_P.SEE_FLOOR, _P.SEE_CONFIG, _P.CONFIGURE, _P.MANAGE_USERS}),
}

_BY_NAME = {role.value: permissions for role, permissions in TABLE.items()}
_RUT = re.compile(r"[0-9]{1,9}-[0-9kK]")
_PHONE = re.compile(r"\+56[0-9]{9}")


def allowed(role: str, permission: Permission) -> bool:
    """Whether the role has the permission; a role that does not exist has none."""
    return permission in _BY_NAME.get(role, frozenset())


def mask_rut(rut: str) -> str:
    """``12345678-5`` as ``**.***.678-5``: enough for the debtor to confirm it, not enough to know it.

    A RUT of six digits or fewer, or what is not a RUT, is hidden whole.
    """
    digits = rut.replace(".", "")
    if not _RUT.fullmatch(digits) or len(digits) < 9:
        return "*" * len(rut)
    return f"**.***.{digits[-5:]}"


def mask_phone(phone: str) -> str:
    """``+56912345678`` as ``+569****5678``; any other number keeps its last three digits, a short one none."""
    if _PHONE.fullmatch(phone):
        return f"{phone[:4]}****{phone[-4:]}"
    return "*" * (len(phone) - 3) + phone[-3:] if len(phone) >= 9 else "*" * len(phone)
