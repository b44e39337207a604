"""Judging the promises of every cartera from the command line, as a running node does by itself."""

from __future__ import annotations

from pathlib import Path

from config.settings import Settings
from dialer.edge.store import Store
from dialer.rules import local_day
from scripts_llamada.edge.files import load_arboles


async def judge_promises(store: Store, settings: Settings, now_ms: int) -> int:
    """After a load of payments, or its undoing; how many promises changed. The days of grace are each tree's own."""
    arboles = load_arboles(Path(settings.scripts) if settings.scripts else None)
    today = local_day(now_ms, settings.zone)
    changed = 0
    for cartera, strategy in settings.carteras.items():
        grace_days = arboles[strategy.arbol].promise_grace_days
        changed += await store.judge_promises(cartera, today, settings.zone, grace_days)
    return changed
