"""The figures of a cartera, and the arithmetic between them: what `ledger` counts, boards show and reports add up.

Formulae (domain §2.4), so that every screen can say how it was calculated:

* *abandon_ratio* = abandoned / (connected + abandoned), see `dialer.rates.abandon_ratio`.
* *occupancy* = (talk + hold + wrap-up) / (talk + hold + wrap-up + available), over the agents' time.
* *answer_to_agent_ms* = from the moment a person is known to have answered (pick-up; with the answering-machine
  detector, its word) to the moment debtor and agent hear each other.

Ratios are never averaged over carteras: the counts are added first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from agents.agent import State
from dialer.rates import Histogram, Quantiles, abandon_ratio, share

OTHER = "other"
UNKNOWN = "unknown"
LABELS_MAX = 100
ANSWER_BOUNDS_MS = (5, 10, 25, 50, 100, 250, 500, 1000, 2000, 5000)

BUSY = (State.HABLANDO, State.ESPERA, State.CIERRE)


def bump(counts: Counter[str], label: str, n: int = 1, cap: int = LABELS_MAX) -> None:
    """Count under `label`; once `cap` labels are in use, a new one counts as ``other``: nothing grows for ever."""
    counts[label if label in counts or len(counts) < cap else OTHER] += n


class Tally:
    """What one cartera counted. Everything only grows; `minus` an earlier `copy` gives what came in between.

    `calls`: placed, answered (by a person), connected (to an agent), abandoned, given_up (by us, while they rang),
    closed. `callbacks`: rellamados made
    on_time and late, and of both those made by the same_agent. `transfers`: by kind and outcome ("attended done").
    """

    __slots__ = ("answer", "answer_histogram", "callbacks", "calls", "gestiones", "not_placed", "transfers", "verdicts")

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.callbacks: Counter[str] = Counter()
        self.verdicts: Counter[str] = Counter()
        self.not_placed: Counter[str] = Counter()
        self.gestiones: Counter[str] = Counter()
        self.transfers: Counter[str] = Counter()
        self.answer = Quantiles()
        self.answer_histogram = Histogram(ANSWER_BOUNDS_MS)

    def answered_in(self, wait_ms: int) -> None:
        """A person waited `wait_ms` for an agent."""
        self.answer.add(wait_ms)
        self.answer_histogram.add(wait_ms)

    def minus(self, earlier: Tally) -> Tally:
        """What was counted since the copy `earlier` (the exact histogram, which only Prometheus reads, is left out)."""
        rest = Tally()
        rest.calls = self.calls - earlier.calls
        rest.callbacks = self.callbacks - earlier.callbacks
        rest.verdicts = self.verdicts - earlier.verdicts
        rest.not_placed = self.not_placed - earlier.not_placed
        rest.gestiones = self.gestiones - earlier.gestiones
        rest.transfers = self.transfers - earlier.transfers
        rest.answer = Quantiles(self.answer.bins - earlier.answer.bins)
        return rest

    def copy(self) -> Tally:
        return self.minus(Tally())


def added(tallies: Iterable[Tally]) -> Tally:
    """The sum over carteras."""
    total = Tally()
    for one in tallies:
        total.calls.update(one.calls)
        total.callbacks.update(one.callbacks)
        total.verdicts.update(one.verdicts)
        total.not_placed.update(one.not_placed)
        total.gestiones.update(one.gestiones)
        total.transfers.update(one.transfers)
        total.answer.bins.update(one.answer.bins)
    return total


def figures(tally: Tally) -> dict[str, Any]:
    """A tally as JSON. `gestiones` is how many, `gestiones_by_code` which; p50 and p99 are milliseconds or None."""
    calls = tally.calls
    return {
        "calls_placed": calls["placed"],
        "answered": calls["answered"],
        "connected": calls["connected"],
        "abandoned": calls["abandoned"],
        "abandon_ratio": round(abandon_ratio(calls["abandoned"], calls["connected"]), 6),
        "given_up": calls["given_up"],
        "closed": calls["closed"],
        "machine": tally.verdicts["machine"],
        "callbacks": {kind: tally.callbacks[kind] for kind in ("on_time", "late", "same_agent")},
        "gestiones": tally.gestiones.total(),
        "gestiones_by_code": most_first(tally.gestiones),
        "transfers": most_first(tally.transfers),
        "verdicts": most_first(tally.verdicts),
        "not_placed": most_first(tally.not_placed),
        "answer_to_agent_ms": {"p50": tally.answer.quantile(0.5), "p99": tally.answer.quantile(0.99)},
    }


def most_first(counts: Mapping[str, int]) -> dict[str, int]:
    """The counts that are not zero, greatest first and then by name: the same order on every run."""
    return {label: n for label, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])) if n}


def occupancy(agent_ms: Mapping[str, int]) -> float:
    """The share of their working time that agents spent with a debtor or on the gestión; `agent_ms` by state."""
    busy = sum(agent_ms.get(state, 0) for state in BUSY)
    return round(share(busy, busy + agent_ms.get(State.DISPONIBLE, 0)), 6)


def summary(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """The result of a run, for ``--json``: the total's figures, occupancy, and the same figures of each cartera."""
    total: dict[str, Any] = {**snapshot["total"]}
    carteras: dict[str, dict[str, Any]] = snapshot["carteras"]
    return {
        **{key: total[key] for key in FIGURES},
        "occupancy": snapshot["occupancy"],
        "carteras": {name: {key: row[key] for key in FIGURES} for name, row in carteras.items()},
    }


FIGURES = tuple(figures(Tally()))
