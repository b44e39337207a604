"""The start is refused when settings, guiones and trees do not fit together."""

from __future__ import annotations

from typing import Any

from config.settings import Settings, Strategy
from scripts_llamada.edge.files import load_arboles, load_guiones
from scripts_llamada.guion import Guion, filled
from scripts_llamada.revision import check_all, fits

GUIONES, ARBOLES = load_guiones(), load_arboles()


def settings(**strategy: Any) -> Settings:
    return Settings(carteras={"norte": Strategy(**strategy)})


def test_every_packaged_guion_fits_the_generic_tree() -> None:
    for name in GUIONES:
        assert check_all(settings(guion=name), GUIONES, ARBOLES) == []


def test_a_guion_and_a_tree_that_do_not_exist_are_named_with_those_that_do() -> None:
    assert check_all(settings(guion="nada", arbol="ninguno"), GUIONES, ARBOLES) == [
        "carteras.norte.guion = 'nada': there is no such guion; there are: consumo, facturas",
        "carteras.norte.arbol = 'ninguno': there is no such tree; there are: generico",
    ]


def test_a_guion_that_suggests_what_the_tree_lacks_is_found_once_for_two_carteras() -> None:
    tree = ARBOLES["generico"]
    without = tree.model_copy(update={"dispositions": {c: d for c, d in tree.dispositions.items() if c != "D12"}})
    both = Settings(carteras={"norte": Strategy(), "sur": Strategy()})
    faults = check_all(both, GUIONES, {"generico": without})
    assert faults == [
        "guion facturas: node no_quiere: suggests = 'D12': no code of the tree that an ejecutivo may choose on a call"
    ]


def test_a_guion_cannot_escape_its_legal_node_by_calling_the_debtor_a_third_party() -> None:
    guion = GUIONES["consumo"]
    node = guion.nodes["fin_total"].model_copy(update={"contact": False})
    cheat = guion.model_copy(update={"nodes": guion.nodes | {"fin_total": node}})
    assert fits(cheat, ARBOLES["generico"]) == [
        "guion consumo: node fin_total: contact = false, but D01 (Compromiso de pago total) is a conversation with "
        "the debtor"
    ]


def test_a_tree_with_a_fault_and_a_guion_that_contradicts_it_stop_the_start() -> None:
    tree = ARBOLES["generico"]
    verdicts = {verdict: code for verdict, code in tree.verdicts.items() if verdict != "lost"}
    buzon = GUIONES["facturas"].nodes["buzon"].model_copy(update={"contact": True})
    guion = GUIONES["facturas"].model_copy(update={"nodes": GUIONES["facturas"].nodes | {"buzon": buzon}})
    faults = check_all(settings(), {"facturas": guion}, {"generico": tree.model_copy(update={"verdicts": verdicts})})
    assert "arbol generico: verdicts: lost is not mapped" in faults[0]
    assert "node buzon: contact = true, but S03 (Buzón de voz) is not a conversation with the debtor" in faults[-1]


def suggested(guion: Guion) -> set[str]:
    return {node.suggests for node in guion.nodes.values() if node.kind == "end"}


def test_every_end_of_a_packaged_guion_suggests_its_code() -> None:
    assert all("" not in suggested(guion) for guion in GUIONES.values())


def test_the_legal_words_name_creditor_origin_costs_payment_rights_and_what_this_is_not() -> None:
    """Ley 21.062: at the start of each gestión."""
    known = {
        "mandante": {"nombre": "El Roble", "medios_de_pago": "www.elroble.example"},
        "deuda": {"origen": "una compra de 2025", "intereses": "1234", "gastos_cobranza": "9000", "total": "100000"},
    }
    for guion in GUIONES.values():
        legal = [node for node in filled(guion, known)["nodes"].values() if node["kind"] == "legal"]
        assert len(legal) == 1
        for word in (
            "El Roble", "una compra de 2025", "$1.234", "$9.000", "$100.000", "www.elroble.example", "derecho",
            "por escrito", "quince días", "no es un procedimiento de ejecución de bienes",
        ):  # fmt: skip
            assert word in legal[0]["text"], word


def test_the_recording_is_announced_in_the_first_words() -> None:
    for guion in GUIONES.values():
        first = guion.nodes[guion.start]
        assert first.mandatory and "grabada" in first.text


def test_a_packaged_guion_reads_well_when_nothing_is_known_of_the_debtor() -> None:
    for guion in GUIONES.values():
        for name, node in filled(guion, {})["nodes"].items():
            for wound in ("{", "}", "  ", "None", " de el ", " a el ", "..", " ,", "«"):
                assert wound not in node["text"], (guion.id, name, wound)


def test_nothing_that_a_third_party_hears_speaks_of_a_debt() -> None:
    for guion in GUIONES.values():
        for name, node in guion.nodes.items():
            if not node.contact or name in {"saludo", "identificacion", "tercero", "espera", "transferencia"}:
                for word in ("deuda", "cobranza", "mora", "pago pendiente", "acreedor"):
                    assert word not in node.text.lower(), (guion.id, name, word)
