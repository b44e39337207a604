"""A guion is refused with every fault it has, and on a call it shows what must be said and notices what was not."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts_llamada.guion import Guion, GuionError, check, filled, missing_mandatory, parse
from scripts_llamada.variables import VARIABLES

CODES = {"D01", "D07", "I02"}

GOOD: dict[str, Any] = {
    "id": "corto",
    "version": 3,
    "title": "Corto",
    "variables": {"deudor.nombre": None, "deuda.total": None, "ejecutivo.nombre": "su ejecutiva"},
    "start": "saludo",
    "nodes": {
        "saludo": {"kind": "say", "mandatory": True, "text": "Le habla {ejecutivo.nombre}.", "next": "quien"},
        "quien": {
            "kind": "ask",
            "text": "¿Hablo con {deudor.nombre}?",
            "answers": [
                {"key": 1, "label": "Sí", "goto": "legal"},
                {"key": 2, "label": "No", "goto": "tercero"},
            ],
        },
        "legal": {"kind": "legal", "text": "El monto es {deuda.total}.", "next": "pago"},
        "pago": {
            "kind": "ask",
            "text": "¿Cuándo paga?",
            "answers": [
                {"key": 1, "label": "Da fecha", "goto": "confirma"},
                {"key": 2, "label": "Sin fecha", "goto": "intencion"},
            ],
        },
        "confirma": {"kind": "say", "mandatory": True, "text": "Repítame la fecha.", "next": "fin"},
        "fin": {"kind": "end", "text": "Gracias.", "suggests": "D01"},
        "intencion": {"kind": "end", "text": "Gracias.", "suggests": "D07"},
        "tercero": {"kind": "end", "text": "Gracias.", "suggests": "I02", "contact": False},
    },
}


def changed(**changes: Any) -> dict[str, Any]:
    """GOOD with some keys changed, each named by its path with ``__`` for the dot; None removes."""
    raw = copy.deepcopy(GOOD)
    for path, value in changes.items():
        *tables, key = path.split("__")
        table = raw
        for name in tables:
            table = table[name]
        if value is None:
            del table[key]
        else:
            table[key] = value
    return raw


def faults(raw: dict[str, Any]) -> list[str]:
    return check(parse(raw, "corto.yaml"), VARIABLES, CODES)


def refused(raw: object) -> list[str]:
    with pytest.raises(GuionError) as bad:
        parse(raw, "corto.yaml", {("nodes", "legal"): 20, ("nodes", "legal", "kind"): 21})
    return str(bad.value).splitlines()


def test_a_good_guion_has_no_faults() -> None:
    assert faults(GOOD) == []


# ── parse ───────────────────────────────────────────────────────────────────────────────────────────


def test_every_fault_of_form_is_told_at_once_with_file_line_node_and_key() -> None:
    raw = changed(nodes__legal__kind="decir", nodes__fin__suggests="D1", version=None)
    first, second, third = sorted(refused(raw))
    assert first.startswith("corto.yaml: nodes.fin.suggests")
    assert second == "corto.yaml: version: is missing and has no default"
    assert third.startswith("corto.yaml:21: nodes.legal.kind = 'decir': input should be 'say', 'ask', 'legal' or 'end'")


def test_a_misspelt_key_stands_on_its_nodes_line() -> None:
    assert refused(changed(nodes__legal__nxt="pago")) == [
        "corto.yaml:20: nodes.legal.nxt: there is no such key here; remove it or correct its spelling"
    ]


@pytest.mark.parametrize("key", [0, 10, "a"])
def test_an_answer_is_chosen_with_one_of_the_digits_1_to_9(key: object) -> None:
    answers = [{"key": key, "label": "Sí", "goto": "fin"}]
    assert "nodes.quien.answers.0.key" in refused(changed(nodes__quien__answers=answers))[0]


@pytest.mark.parametrize("raw", [None, [], "hola", 7, {}, {"nodes": {}}])
def test_what_is_no_guion_at_all_is_refused_with_a_sentence(raw: object) -> None:
    assert all(line.startswith("corto.yaml") for line in refused(raw))


# ── check ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_start_that_is_no_node_is_named() -> None:
    assert faults(changed(start="inicio")) == ["guion corto: start = 'inicio': there is no such node"]


def test_a_goto_and_a_next_to_nowhere_are_named_with_node_and_key() -> None:
    raw = changed(nodes__legal__next="pagos")
    raw["nodes"]["quien"]["answers"][1]["goto"] = "vecino"
    found = faults(raw)
    assert "guion corto: node quien: answer 2: goto = 'vecino': there is no such node" in found
    assert "guion corto: node legal: next = 'pagos': there is no such node" in found


def test_a_dead_end_is_found() -> None:
    assert "guion corto: node confirma: is a dead end: give it answers or a next, or make its kind end" in faults(
        changed(nodes__confirma__next=None)
    )


def test_an_end_that_leads_on_is_found() -> None:
    assert any("node fin: is an end" in fault for fault in faults(changed(nodes__fin__next="quien")))


def test_a_question_without_answers_is_found() -> None:
    raw = changed(nodes__quien__answers=None)
    raw["nodes"]["quien"]["next"] = "legal"
    assert any("node quien: asks, so it needs answers" in fault for fault in faults(raw))


def test_a_node_with_both_answers_and_a_next_is_found() -> None:
    assert any("node quien: has both" in fault for fault in faults(changed(nodes__quien__next="legal")))


def test_a_code_or_a_contact_on_a_node_that_does_not_end_is_found() -> None:
    assert any("node pago: suggests and contact" in fault for fault in faults(changed(nodes__pago__suggests="D01")))


def test_a_key_for_two_answers_is_found() -> None:
    raw = changed()
    raw["nodes"]["pago"]["answers"][1]["key"] = 1
    assert faults(raw) == ["guion corto: node pago: answer 1: the key is given to more than one answer"]


def test_an_unreachable_node_is_found() -> None:
    raw = changed(nodes__huerfano={"kind": "end", "text": "Nunca.", "contact": False})
    assert faults(raw) == ["guion corto: node huerfano: is unreachable from saludo"]


def test_a_conversation_that_goes_round_for_ever_is_found() -> None:
    raw = changed(
        nodes__confirma__next="vuelta", nodes__vuelta={"kind": "say", "text": "Otra vez.", "next": "confirma"}
    )
    assert any("node vuelta: goes round for ever" in fault for fault in faults(raw))


def test_going_back_is_no_fault_while_an_end_can_be_reached() -> None:
    raw = changed()
    raw["nodes"]["quien"]["answers"].append({"key": 3, "label": "Transfiere", "goto": "saludo"})
    assert faults(raw) == []


def test_a_variable_that_does_not_exist_or_was_not_listed_is_found() -> None:
    raw = changed(nodes__fin__text="Chao {deudor.apodo} y {mandante.nombre}.")
    raw["variables"]["deudor.apodo"] = None
    found = faults(raw)
    assert any("variables: 'deudor.apodo' does not exist" in fault for fault in found)
    assert any("node fin: uses the variable {mandante.nombre}, which" in fault for fault in found)


def test_a_brace_that_was_not_closed_is_found() -> None:
    assert any("node fin: has a brace" in fault for fault in faults(changed(nodes__fin__text="Chao {deudor.nombre")))


def test_a_suggested_code_that_the_tree_does_not_have_is_found() -> None:
    assert any("node fin: suggests = 'D99'" in fault for fault in faults(changed(nodes__fin__suggests="D99")))


def test_a_way_round_the_legal_node_is_shown_step_by_step() -> None:
    raw = changed()
    raw["nodes"]["quien"]["answers"].append({"key": 3, "label": "Apurado", "goto": "pago"})
    assert "guion corto: node legal: is mandatory but can be bypassed: saludo → quien → pago → intencion" in faults(raw)


def test_a_legal_node_binds_the_ends_of_branches_that_never_pass_it() -> None:
    raw = changed(nodes__corta={"kind": "end", "text": "Gracias.", "suggests": "D07"})
    raw["nodes"]["quien"]["answers"].append({"key": 3, "label": "Es él, apurado", "goto": "corta"})
    assert faults(raw) == ["guion corto: node legal: is mandatory but can be bypassed: saludo → quien → corta"]
    assert missing_mandatory(parse(raw, "x"), ("saludo", "quien", "corta"), ("saludo",)) == ("legal",)


def test_a_guion_that_speaks_with_debtors_needs_a_legal_node() -> None:
    assert any("has no legal node" in fault for fault in faults(changed(nodes__legal__kind="say")))


def test_a_mandatory_step_of_one_branch_binds_that_branch_only() -> None:
    raw = changed()
    assert faults(raw) == []
    raw["nodes"]["pago"]["answers"].append({"key": 3, "label": "Da fecha y corta", "goto": "fin"})
    found = faults(raw)
    assert found == [
        "guion corto: node confirma: is mandatory but can be bypassed: saludo → quien → legal → pago → fin"
    ]


def test_telling_a_third_party_of_the_debt_is_found_before_it_happens() -> None:
    found = faults(changed(nodes__saludo__text="Llamo por su deuda de {deuda.total}."))
    assert found == [
        "guion corto: node saludo: tells of the debt (deuda.total) and may be heard by a third party: "
        "saludo → quien → tercero"
    ]


names = st.sampled_from("abcde")


@st.composite
def guiones(draw: st.DrawFn) -> Guion:
    nodes: dict[str, Any] = {}
    for name in "abcde":
        kind = draw(st.sampled_from(["say", "ask", "legal", "end"]))
        node: dict[str, Any] = {"kind": kind, "text": "x", "mandatory": draw(st.booleans())}
        if kind == "end":
            node["contact"] = draw(st.booleans())
        else:
            targets = draw(st.lists(names, min_size=1, max_size=3))
            node["answers"] = [{"key": n, "label": "x", "goto": goto} for n, goto in enumerate(targets, 1)]
        nodes[name] = node
    return parse({"id": "azar", "version": 1, "title": "x", "start": "a", "nodes": nodes}, "azar")


def walks(guion: Guion, way: tuple[str, ...]) -> list[tuple[str, ...]]:
    steps = [step for step in guion.nodes[way[-1]].leads_to if step not in way]
    return [way, *(walk for step in steps for walk in walks(guion, (*way, step)))]


def skipped_by_hand(guion: Guion) -> set[str]:
    """The mandatory nodes that some way to an end they bind leaves out, found by walking every way."""
    ways = walks(guion, (guion.start,))
    ends = {name for name, node in guion.nodes.items() if node.kind == "end" and node.contact}
    behind = {name: {way[-1] for way in walks(guion, (name,))} for name in guion.nodes}
    return {
        name
        for name, node in guion.nodes.items()
        if node.must_be_read
        for way in ways
        if way[-1] in ends and name not in way and (node.kind == "legal" or way[-1] in behind[name])
    }


@given(guiones())
def test_a_mandatory_node_is_reported_exactly_when_a_conversation_can_end_without_it(guion: Guion) -> None:
    reported = {fault.split()[3].rstrip(":") for fault in check(guion, VARIABLES, CODES) if "bypassed" in fault}
    assert reported == skipped_by_hand(guion)


@given(guiones())
def test_whoever_ticks_all_that_was_shown_misses_exactly_what_the_guion_let_them_skip(guion: Guion) -> None:
    for walk in walks(guion, (guion.start,)):
        assert set(missing_mandatory(guion, walk, walk)) <= skipped_by_hand(guion)
        assert set(missing_mandatory(guion, walk, ())) >= {name for name in walk if guion.nodes[name].must_be_read}


# ── on a call ───────────────────────────────────────────────────────────────────────────────────────


def test_the_console_gets_the_graph_with_the_debtors_data_in_it() -> None:
    guion = parse(GOOD, "corto.yaml")
    shown = filled(guion, {"deudor": {"nombre": "Ana Ruz"}, "deuda": {"total": "1250000"}})
    assert (shown["id"], shown["version"], shown["start"]) == ("corto", 3, "saludo")
    assert shown["nodes"]["quien"] == {
        "kind": "ask",
        "text": "¿Hablo con Ana Ruz?",
        "mandatory": False,
        "answers": [{"label": "Sí", "key": 1, "goto": "legal"}, {"label": "No", "key": 2, "goto": "tercero"}],
        "next": "",
        "suggests": "",
        "contact": True,
    }
    assert shown["nodes"]["legal"]["text"] == "El monto es $1.250.000."
    assert shown["nodes"]["legal"]["mandatory"] is True
    assert shown["nodes"]["saludo"]["text"] == "Le habla su ejecutiva."


@pytest.mark.parametrize(
    ("trace", "ticked", "missing"),
    [
        (("saludo", "quien", "legal", "pago", "intencion"), ("saludo", "legal"), ()),
        (("saludo", "quien", "legal", "pago", "intencion"), ("saludo",), ("legal",)),
        (("saludo", "quien", "tercero"), ("saludo",), ()),
        (("saludo", "quien"), ("saludo",), ()),
        (("saludo", "pago", "fin"), ("saludo",), ("legal", "confirma")),
        ((), (), ()),
        (("nodo_de_otra_version",), ("otro",), ()),
    ],
)
def test_what_should_have_been_read_and_was_not_ticked_is_listed(
    trace: tuple[str, ...], ticked: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    assert missing_mandatory(parse(GOOD, "corto.yaml"), trace, ticked) == missing
