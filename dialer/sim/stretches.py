"""A duration out of a curve's stretches: the one computation that every simulated call does several times."""

from __future__ import annotations


def at(edges_ms: tuple[int, ...], u: float) -> int:
    """The duration that a share `u` of all does not exceed, `u` in [0, 1), each stretch between two edges as likely."""
    place = u * (len(edges_ms) - 1)
    below = int(place)
    low = edges_ms[below]
    return low + int((edges_ms[below + 1] - low) * (place - below))
