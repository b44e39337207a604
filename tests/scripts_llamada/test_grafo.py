"""Ways through a graph, judged against walking every way there is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scripts_llamada.grafo import Graph, path_avoiding, reachable

NODES = "abcdef"
graphs = st.fixed_dictionaries({node: st.lists(st.sampled_from(NODES), max_size=3).map(tuple) for node in NODES})


def every_simple_way(graph: Graph, way: tuple[str, ...]) -> list[tuple[str, ...]]:
    longer = [(*way, step) for step in graph[way[-1]] if step not in way]
    return [way] + [found for each in longer for found in every_simple_way(graph, each)]


@given(graphs)
def test_reachable_is_where_some_way_comes_to(graph: Graph) -> None:
    assert reachable(graph, "a") == {way[-1] for way in every_simple_way(graph, ("a",))}


@given(graphs, st.sets(st.sampled_from(NODES)), st.sampled_from(NODES))
def test_a_way_around_a_node_is_found_exactly_when_there_is_one_and_is_a_shortest(
    graph: Graph, goals: set[str], avoided: str
) -> None:
    ways = [way for way in every_simple_way(graph, ("a",)) if way[-1] in goals and avoided not in way]
    found = path_avoiding(graph, "a", goals, avoided)
    assert bool(found) == bool(ways)
    if found:
        assert found in ways
        assert len(found) == min(map(len, ways))
