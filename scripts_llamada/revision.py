"""Whether settings, guiones and trees fit together: what `cintillo config check` and every start ask."""

from __future__ import annotations

from collections.abc import Mapping

from config.settings import Settings, Strategy
from scripts_llamada.guion import Guion
from scripts_llamada.guion import check as check_guion
from scripts_llamada.tipificacion import Arbol
from scripts_llamada.tipificacion import check as check_arbol
from scripts_llamada.variables import VARIABLES


def check_all(settings: Settings, guiones: Mapping[str, Guion], arboles: Mapping[str, Arbol]) -> list[str]:
    """Every fault as a sentence; empty when the floor may start.

    Each cartera's guion and arbol must exist, each of them must be right in itself, and each guion must fit the tree
    of every cartera that uses it.
    """
    faults = [fault for name, each in settings.carteras.items() for fault in _cartera(name, each, guiones, arboles)]
    return list(dict.fromkeys(faults))


def _cartera(name: str, strategy: Strategy, guiones: Mapping[str, Guion], arboles: Mapping[str, Arbol]) -> list[str]:
    guion, arbol = guiones.get(strategy.guion), arboles.get(strategy.arbol)
    faults = []
    if guion is None:
        faults.append(f"carteras.{name}.guion = {strategy.guion!r}: there is no such guion; {_there_are(guiones)}")
    if arbol is None:
        faults.append(f"carteras.{name}.arbol = {strategy.arbol!r}: there is no such tree; {_there_are(arboles)}")
    if guion is None or arbol is None:
        return faults
    return check_arbol(arbol) + check_guion(guion, VARIABLES, arbol.agent_codes) + fits(guion, arbol)


def _there_are(named: Mapping[str, object]) -> str:
    return f"there are: {', '.join(sorted(named)) or 'none'}"


def fits(guion: Guion, arbol: Arbol) -> list[str]:
    """Where an end's `contact` and the suggested disposition's `rpc` contradict each other: a guion could otherwise
    escape its legal node by calling the debtor a third party.
    """
    faults = []
    for name, node in guion.nodes.items():
        disposicion = arbol.get(node.suggests) if node.suggests else None
        if disposicion is not None and disposicion.rpc != node.contact:
            faults.append(
                f"guion {guion.id}: node {name}: contact = {str(node.contact).lower()}, but {node.suggests} "
                f"({disposicion.label}) {'is' if disposicion.rpc else 'is not'} a conversation with the debtor"
            )
    return faults
