"""The floors of all nodes as one board. Counts are added, ratios are made anew from the added counts.

Each node tells its `Ledger.snapshot` once a second. A node that has been silent for `SILENT_MS` is on the board by name
alone (``nodes``: node, now_ms, pbx, silent): its agents and calls are not, for nobody knows what they do now. What all
nodes read from one place is taken once: the cases and the queue of a cartera, and who holds it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dialer.rates import Quantiles, abandon_ratio, share
from metrics.kpi import most_first, occupancy

SILENT_MS = 3_000
FORGET_MS = 12 * 3_600_000

Row = Mapping[str, Any]
SUMS = ("calls_placed", "answered", "connected", "abandoned", "given_up", "closed", "machine", "gestiones")
SUMS_NOW = ("calls_per_minute", "waiting")
TABLES = ("gestiones_by_code", "verdicts", "not_placed")
PACING_SUMS = ("wanted", "placed", "free", "in_flight", "waiting", "answers", "supply")
PAIRS = {"abandon_ratio_24h": "reached_24h", "abandon_ratio_30m": "reached_30m"}


class Floors:
    """What the other nodes told, and when that was heard. `own` names this node: its snapshot is handed to `joined`."""

    def __init__(self) -> None:
        self._heard: dict[str, tuple[int, Row]] = {}

    def hear(self, node: str, snapshot: Row, now_ms: int) -> None:
        """A node's snapshot as it is read now. One that is the same as before is no sign of life.

        The node's clock tells whether it is another one, and ours when that was: the two may differ.
        """
        before = self._heard.get(node)
        if before is None or before[1]["now_ms"] != snapshot["now_ms"]:
            self._heard[node] = (now_ms, snapshot)

    def joined(self, own: Row, now_ms: int) -> dict[str, Any]:
        """The board: a snapshot with ``node`` in each agent and ``nodes``, this one first."""
        others = {node: told for node, told in sorted(self._heard.items()) if node != own["node"]}
        self._heard = {node: told for node, told in others.items() if now_ms - told[0] < FORGET_MS}
        alive = [own, *(row for heard_ms, row in self._heard.values() if now_ms - heard_ms <= SILENT_MS)]
        silent = [row for heard_ms, row in self._heard.values() if now_ms - heard_ms > SILENT_MS]
        board = joined(alive)
        for row in (board["total"], *board["carteras"].values()):
            del row["answer_bins"]  # of no use on a screen
        return {**board, "nodes": [*(_node(one) for one in alive), *(_node(one, silent=True) for one in silent)]}


def _node(row: Row, *, silent: bool = False) -> dict[str, Any]:
    return {"node": row["node"], "now_ms": row["now_ms"], "pbx": row["pbx"], "silent": silent}


def joined(rows: Sequence[Row]) -> dict[str, Any]:
    """One snapshot of several; what belongs to a machine (pbx, lags) is the first one's."""
    names = sorted({name for row in rows for name in row["carteras"]})
    agents = [{**agent, "node": row["node"]} for row in rows for agent in row["agents"]]
    spent = _added(row["agent_ms"] for row in rows)
    return {
        **rows[0],
        "since_ms": min(row["since_ms"] for row in rows),
        "total": _common([row["total"] for row in rows]),
        "carteras": {name: _cartera([r["carteras"][name] for r in rows if name in r["carteras"]]) for name in names},
        "agents": sorted(_once(agents), key=lambda agent: agent["agent_id"]),
        "agents_by_state": _by_state(rows, agents),
        "agent_ms": dict(spent),
        "occupancy": occupancy(spent),
    }


def _once(agents: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Who changed nodes is where they are, or were last."""
    found: dict[str, dict[str, Any]] = {}
    for agent in agents:
        known = found.get(agent["agent_id"])
        if known is None or _presence(agent) > _presence(known):
            found[agent["agent_id"]] = agent
    return found.values()


def _presence(agent: Row) -> tuple[bool, int]:
    return agent["state"] != "desconectado", agent["since_ms"]


def _by_state(rows: Sequence[Row], agents: Sequence[dict[str, Any]]) -> dict[str, int]:
    return dict.fromkeys(rows[0]["agents_by_state"], 0) | Counter(agent["state"] for agent in _once(agents))


def _added(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return total


def _common(rows: Sequence[Row]) -> dict[str, Any]:
    out: dict[str, Any] = {**rows[0]}
    for key in (*SUMS, *SUMS_NOW):
        out[key] = sum(row[key] for row in rows)
    for key in TABLES:
        out[key] = most_first(_added(row[key] for row in rows))
    for key in ("in_flight", "callbacks"):
        out[key] = {**dict.fromkeys(rows[0][key], 0), **_added(row[key] for row in rows)}
    out["abandon_ratio"] = round(abandon_ratio(out["abandoned"], out["connected"]), 6)
    for ratio, pair in PAIRS.items():
        out[pair] = [sum(row[pair][part] for row in rows) for part in (0, 1)]
        out[ratio] = round(share(*out[pair]), 6)
    bins = _added(row["answer_bins"] for row in rows)
    waits = Quantiles(Counter({int(edge): n for edge, n in bins.items()}))
    out["answer_bins"] = dict(bins)
    out["answer_to_agent_ms"] = {"p50": waits.quantile(0.5), "p99": waits.quantile(0.99)}
    out["cases"] = {key: max(row["cases"][key] for row in rows) for key in ("total", "touched")}
    return out


def _cartera(rows: Sequence[Row]) -> dict[str, Any]:
    queues = [row["queue"] for row in rows if row["queue"]]
    return {
        **_common(rows),
        "enabled": any(row["enabled"] for row in rows),
        "held": next((row["held"] for row in rows if row["held"]), None),
        "version": next((row["version"] for row in rows if row["version"]["unfit"]), rows[0]["version"]),
        "queue": queues[0] if queues else {},
        "pacing": _pacing([row["pacing"] for row in rows if row["pacing"]]),
    }


def _pacing(notes: Sequence[Row]) -> dict[str, Any] | None:
    """The newest note, with what each node counts for itself added up; the budget is one for all."""
    if not notes:
        return None
    newest = max(notes, key=lambda note: note["at_ms"])
    bound = newest["bound_by"] or next((note["bound_by"] for note in notes if note["bound_by"]), "")
    sums = {key: round(sum(note[key] for note in notes), 3) for key in PACING_SUMS}
    return {**newest, **sums, "bound_by": bound, "budget_left": min(note["budget_left"] for note in notes)}
