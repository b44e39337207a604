"""A guion: what an ejecutivo says, as a graph of nodes.

A node is one of four kinds:

* ``say``: read it, then go to `next` (or choose among `answers`).
* ``ask``: read it, then choose the answer that was given.
* ``legal``: as ``say``, for what the law wants said (Ley 21.062): no conversation with the debtor may do without it.
* ``end``: the conversation closes; `suggests` is the disposition to offer. `contact` false: whoever was on the line is
  not the debtor (a third party, a wrong number, a voicemail).

A node is *mandatory* when it is ``legal`` or says ``mandatory: true``: the ejecutivo ticks it when it has been read.
A legal node must lie on every way to every end with `contact`; any other mandatory node on every way to those ends
with `contact` that lie behind it.

Nobody but the debtor may hear of the debt (Ley 19.496 art. 37), so a node that still can lead to an end without
`contact` may not use the variables that tell of it (`variables.DISCLOSING`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from config.faults import Lines, sentences
from config.settings import Id, Model
from scripts_llamada import grafo
from scripts_llamada.variables import DISCLOSING, Data, fill, stray_braces, used_in

NodeId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Code = Annotated[str, Field(pattern=r"^[A-Z]\d{2}$")]


class GuionError(Exception):
    """A guion or tree cannot be used; one line for each fault names the file, the node and the key."""


class Answer(Model):
    """What the other side may answer; `key` is the digit that chooses it on the keyboard."""

    label: Annotated[str, Field(min_length=1, max_length=120)]
    key: Annotated[int, Field(ge=1, le=9)]
    goto: str


class Node(Model):
    text: Annotated[str, Field(min_length=1, max_length=4000)]
    kind: Literal["say", "ask", "legal", "end"]
    mandatory: bool = False
    answers: tuple[Answer, ...] = ()
    next: str = ""
    suggests: Annotated[str, Field(pattern=r"^([A-Z]\d{2})?$")] = ""
    contact: bool = True

    @property
    def must_be_read(self) -> bool:
        return self.mandatory or self.kind == "legal"

    @property
    def leads_to(self) -> tuple[str, ...]:
        return tuple(answer.goto for answer in self.answers) + ((self.next,) if self.next else ())


class Guion(Model):
    """`variables`: those this guion may use; the value is its own fallback, or None for the house's."""

    id: Id
    version: Annotated[int, Field(ge=1)]
    title: Annotated[str, Field(min_length=1, max_length=120)]
    variables: dict[str, str | None] = Field(default_factory=dict)
    start: str
    nodes: Annotated[dict[NodeId, Node], Field(min_length=1)]

    @property
    def fallbacks(self) -> dict[str, str]:
        return {name: own for name, own in self.variables.items() if own}


def parse(raw: object, where: str, lines: Lines | None = None) -> Guion:
    """A guion from its decoded YAML. `lines`: the file's line of each key's path, where known.

    Raises `GuionError` with one line for each fault.
    """
    try:
        return Guion.model_validate(raw)
    except ValidationError as bad:
        raise GuionError("\n".join(sentences(where, bad, lines))) from None


# ── check ───────────────────────────────────────────────────────────────────────────────────────────


def check(guion: Guion, variables: Collection[str], codes: Collection[str]) -> list[str]:
    """Everything wrong with a guion that can be read: one sentence each, empty when it may be used.

    `variables`: the names that exist (normally `variables.VARIABLES`). `codes`: the dispositions that may be suggested.
    """
    if guion.start not in guion.nodes:
        return [f"guion {guion.id}: start = {guion.start!r}: there is no such node"]
    faults = [
        *_each_node(guion, _dangling),
        *_each_node(guion, _dead_end),
        *_each_node(guion, _duplicate_keys),
        *_unknown_declared(guion, variables),
        *_each_node(guion, lambda g, _, node: _unknown_variables(g, node)),
        *_each_node(guion, lambda _g, _n, node: _unknown_code(node, codes)),
        *_reachability(guion),
        *_bypasses(guion),
        *_disclosures(guion),
    ]
    return [f"guion {guion.id}: {fault}" for fault in faults]


def _each_node(guion: Guion, rule: Callable[[Guion, str, Node], Iterable[str]]) -> list[str]:
    return [f"node {name}: {fault}" for name, node in guion.nodes.items() for fault in rule(guion, name, node)]


def _graph(guion: Guion) -> grafo.Graph:
    return {name: tuple(other for other in node.leads_to if other in guion.nodes) for name, node in guion.nodes.items()}


def _contact_ends(guion: Guion) -> set[str]:
    return {name for name, node in guion.nodes.items() if node.kind == "end" and node.contact}


def _dangling(guion: Guion, _name: str, node: Node) -> Iterable[str]:
    for answer in node.answers:
        if answer.goto not in guion.nodes:
            yield f"answer {answer.key}: goto = {answer.goto!r}: there is no such node"
    if node.next and node.next not in guion.nodes:
        yield f"next = {node.next!r}: there is no such node"


def _dead_end(_guion: Guion, _name: str, node: Node) -> Iterable[str]:
    if node.kind == "end" and node.leads_to:
        yield "is an end, so it may have neither next nor answers"
    if node.kind != "end" and not node.leads_to:
        yield "is a dead end: give it answers or a next, or make its kind end"
    if node.kind == "ask" and node.leads_to and not node.answers:
        yield "asks, so it needs answers"
    if node.answers and node.next:
        yield "has both answers and a next; keep one of them"
    if node.kind != "end" and (node.suggests or not node.contact):
        yield "suggests and contact belong to nodes of kind end"


def _duplicate_keys(_guion: Guion, _name: str, node: Node) -> Iterable[str]:
    keys = [answer.key for answer in node.answers]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield f"answer {key}: the key is given to more than one answer"


def _unknown_declared(guion: Guion, variables: Collection[str]) -> Iterable[str]:
    for name in guion.variables:
        if name not in variables:
            yield f"variables: {name!r} does not exist; allowed: {', '.join(sorted(variables))}"


def _unknown_variables(guion: Guion, node: Node) -> Iterable[str]:
    for name in used_in(node.text):
        if name not in guion.variables:
            yield f"uses the variable {{{name}}}, which the guion's variables do not list"
    if stray_braces(node.text):
        yield "has a brace that opens or closes no variable"


def _unknown_code(node: Node, codes: Collection[str]) -> Iterable[str]:
    if node.suggests and node.suggests not in codes:
        yield f"suggests = {node.suggests!r}: no code of the tree that an ejecutivo may choose on a call"


def _reachability(guion: Guion) -> Iterable[str]:
    graph = _graph(guion)
    reached = grafo.reachable(graph, guion.start)
    ends = {name for name, node in guion.nodes.items() if node.kind == "end"}
    for name, node in guion.nodes.items():
        if name not in reached:
            yield f"node {name}: is unreachable from {guion.start}"
        elif node.leads_to and not ends & grafo.reachable(graph, name):
            yield f"node {name}: goes round for ever; no end can be reached from it"


def _bypasses(guion: Guion) -> Iterable[str]:
    if _contact_ends(guion) and not any(node.kind == "legal" for node in guion.nodes.values()):
        yield "has no legal node: say who the creditor is, the debt's origin, its costs, how to pay and the rights"
    for name, node in guion.nodes.items():
        if node.must_be_read:
            yield from _bypass(guion, name)


def _bypass(guion: Guion, name: str) -> Iterable[str]:
    way = grafo.path_avoiding(_graph(guion), guion.start, _bound_ends(guion, name), name)
    if way:
        yield f"node {name}: is mandatory but can be bypassed: {' → '.join(way)}"


def _bound_ends(guion: Guion, name: str) -> set[str]:
    """The ends with contact that a mandatory node binds: all of them if it is legal, else those behind it."""
    ends = _contact_ends(guion)
    return ends if guion.nodes[name].kind == "legal" else ends & grafo.reachable(_graph(guion), name)


def _disclosures(guion: Guion) -> Iterable[str]:
    graph = _graph(guion)
    strangers = {name for name, node in guion.nodes.items() if node.kind == "end" and not node.contact}
    for name, node in guion.nodes.items():
        telling = [used for used in used_in(node.text) if used.startswith(DISCLOSING)]
        way = grafo.path_avoiding(graph, name, strangers, "") if telling else ()
        if way:
            yield f"node {name}: tells of the debt ({telling[0]}) and may be heard by a third party: {' → '.join(way)}"


# ── on a call ───────────────────────────────────────────────────────────────────────────────────────


def filled(guion: Guion, data: Data) -> dict[str, Any]:
    """The guion as the console gets it, with this debtor's data in its texts.

    ``{"id", "version", "title", "start", "nodes": {id: {"kind", "text", "mandatory", "answers": [{"key", "label",
    "goto"}], "next", "suggests", "contact"}}}``. `data` as in `variables`; raises `ValueError` for a value not of its
    variable's kind. The guion must have passed `check`.
    """
    return {
        "id": guion.id,
        "version": guion.version,
        "title": guion.title,
        "start": guion.start,
        "nodes": {name: _node_json(node, fill(node.text, data, guion.fallbacks)) for name, node in guion.nodes.items()},
    }


def _node_json(node: Node, text: str) -> dict[str, Any]:
    return {
        "kind": node.kind,
        "text": text,
        "mandatory": node.must_be_read,
        "answers": [answer.model_dump() for answer in node.answers],
        "next": node.next,
        "suggests": node.suggests,
        "contact": node.contact,
    }


def missing_mandatory(guion: Guion, trace: Collection[str], ticked: Collection[str]) -> tuple[str, ...]:
    """The mandatory nodes of this conversation that were not ticked, in the guion's order.

    A mandatory node belongs to the conversation when it was shown (`trace`), or when the conversation came to an end
    that it binds. Names that the guion does not have are ignored: an older version's trace is no fault.
    """
    return tuple(
        name
        for name, node in guion.nodes.items()
        if node.must_be_read and name not in ticked and (name in trace or _bound_ends(guion, name) & set(trace))
    )
