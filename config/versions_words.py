"""Why a value may not be, said to who typed it: Spanish, without the key's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_NUMBER = "Escriba un número."
_WHOLE = "Escriba un número entero."
_CHOICE = "No es una de las opciones."
SENTENCES = {
    "unknown_key": "No se cambia desde la página: es de la configuración del nodo.",
    "law_most": "La norma {preset} permite a lo más {limit}.",
    "law_least": "La norma {preset} pide al menos {limit}.",
    "greater_than_equal": "Debe ser al menos {ge}.",
    "greater_than": "Debe ser más que {gt}.",
    "less_than_equal": "Debe ser a lo más {le}.",
    "less_than": "Debe ser menos que {lt}.",
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "finite_number": _NUMBER,
    "int_parsing": _WHOLE,
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "bool_parsing": "Debe ser sí o no.",
    "bool_type": "Debe ser sí o no.",
    "literal_error": _CHOICE,
    "string_type": _CHOICE,
    "tuple_type": "Debe ser una lista de opciones.",
    "string_pattern_mismatch": "Escriba la hora como 09:30.",
    "too_short": "Elija al menos una opción.",
    "too_long": "Elija a lo más {max_length} opciones.",
    "hours_in_order": "Debe ser después de la hora en que empieza ({hours_from}).",
    "target_above_limit": "No puede ser más que el abandono máximo ({limit}).",
    "cannot_aim": "Con este modo debe ser más que 0 % y menos que 100 %; para ninguna abandonada, elija el progresivo.",
    "number": "El número {number} no se puede mostrar por lo acordado con {of}: la cartera no se puede activar.",
}
"""By pydantic's type of the error, or one of the settings' own."""


def said(word: str, kind: str = "", context: Mapping[str, Any] | None = None, otherwise: str = "") -> str:
    """The sentence; figures in it are written as `kind` is. `otherwise`: for an error that has no words here."""
    sentence = SENTENCES.get(word)
    if sentence is None:
        return otherwise
    return sentence.format(**{name: _written(value, kind) for name, value in (context or {}).items()})


def _written(value: Any, kind: str) -> str:
    if not isinstance(value, int | float):
        return str(value)
    if kind == "ratio":
        return f"{100 * value:g} %".replace(".", ",")
    unit = {"seconds": " s", "minutes": " min", "days": " días", "pesos": " pesos"}.get(kind, "")
    unit = " día" if value == 1 and kind == "days" else unit
    return f"{value:g}{unit}".replace(".", ",")
