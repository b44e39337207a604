"""Ways through a directed graph given as node -> the nodes it leads to."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping

Graph = Mapping[str, tuple[str, ...]]


def reachable(graph: Graph, start: str) -> set[str]:
    """`start` and every node that some way from it comes to."""
    seen, todo = {start}, [start]
    while todo:
        fresh = set(graph[todo.pop()]) - seen
        seen |= fresh
        todo.extend(fresh)
    return seen


def path_avoiding(graph: Graph, start: str, goals: Collection[str], avoided: str) -> tuple[str, ...]:
    """A shortest way from `start` to one of `goals` that never comes to `avoided`; empty when there is none."""
    if start == avoided:
        return ()
    ways: deque[tuple[str, ...]] = deque([(start,)])
    seen = {start, avoided}
    while ways:
        way = ways.popleft()
        if way[-1] in goals:
            return way
        for step in graph[way[-1]]:
            if step not in seen:
                seen.add(step)
                ways.append((*way, step))
    return ()
