"""Nº de recorridos: three measures that no hammered debtor can fake."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dialer.carteras.cuenta import Grupo
from metrics.reports.recorrido import medida, recorrido

D = Decimal


def grupo(gestiones: int, casos: int, apart: str = "", saldo: str = "1000") -> Grupo:
    return Grupo(apart, gestiones, casos, 2 * casos, {"CLP": D(saldo)})


def test_a_cartera_with_known_passes() -> None:
    """Twenty gestionables: all called twice, seven of them three times, one a hundred times."""
    made = recorrido([grupo(2, 13), grupo(3, 6), grupo(100, 1), grupo(0, 5, "sin teléfono")], D("0.95"), tope=5)
    casos = made.medidas[0]
    assert (casos.base, casos.gestionables, casos.vueltas) == ("casos", 20, 2)
    assert casos.avance == D(7) / 20
    assert casos.promedio == D(13 * 2 + 6 * 3 + 5) / 20
    assert (made.casos, made.apart) == (25, {"sin teléfono": 5})


def test_cases_that_cannot_be_worked_are_told_apart_and_hold_nothing_back() -> None:
    made = recorrido([grupo(1, 10), grupo(0, 90, "pagado"), grupo(4, 3, "bloqueado")], D("0.95"), tope=5)
    assert made.medidas[0].vueltas == 1
    assert made.apart == {"pagado": 90, "bloqueado": 3}


def test_the_threshold_is_what_makes_a_pass_whole() -> None:
    cartera = [grupo(1, 96), grupo(0, 4)]
    assert recorrido(cartera, D("0.95"), 5).medidas[0].vueltas == 1
    strict = recorrido(cartera, D(1), 5).medidas[0]
    assert (strict.vueltas, strict.avance) == (0, D("0.96"))


def test_by_saldo_the_large_debts_weigh_and_a_credit_note_weighs_nothing() -> None:
    made = recorrido([grupo(1, 1, saldo="9900"), grupo(0, 9, saldo="100"), grupo(0, 1, saldo="-50")], D("0.95"), 5)
    by_base = {one.base: one for one in made.medidas}
    assert by_base["casos"].vueltas == by_base["documentos"].vueltas == 0
    assert (by_base["saldo CLP"].vueltas, by_base["saldo CLP"].gestionables) == (1, 10000)


def test_a_cartera_without_gestionables_has_no_passes_and_divides_by_nothing() -> None:
    made = recorrido([grupo(3, 4, "pagado")], D("0.95"), 5)
    assert [(one.gestionables, one.vueltas, one.promedio) for one in made.medidas] == [(0, 0, 0), (0, 0, 0)]
    assert recorrido([], D("0.95"), 5).casos == 0


@given(
    counts=st.lists(st.integers(0, 9), min_size=1, max_size=60),
    umbral=st.sampled_from((D("0.6"), D("0.95"), D(1))),
    tope=st.integers(1, 6),
)
def test_the_measures_are_their_definitions(counts: list[int], umbral: Decimal, tope: int) -> None:
    made = medida("casos", [(n, D(1)) for n in counts], umbral, tope)

    def reached(j: int) -> Decimal:
        return D(sum(n >= j for n in counts)) / len(counts)

    whole = [j for j in range(1, 12) if reached(j) >= umbral]
    assert made.vueltas == max(whole, default=0)
    assert made.avance == reached(made.vueltas + 1)
    assert made.promedio == D(sum(min(n, tope) for n in counts)) / len(counts)
    assert made.avance < umbral
