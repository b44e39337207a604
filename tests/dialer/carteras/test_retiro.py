"""No pick-up reaches the money without somebody else's approval, whatever is asked for and in whatever order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.access import Permission, Role, allowed
from agents.retiros import Asked, RetiroRefused
from dialer.carteras.retiro import TABLE, Act, Actor, Retiro, State, received, rendered, take

TODAY = date(2026, 11, 25)
NOW = 1_795_000_000_000
FRESH = Retiro(1, State.SOLICITADO, Decimal(100_000), "CLP", date(2026, 11, 27), "e01", date(2026, 11, 24))
JEFE, SUPERVISOR, CARGAS = Actor("j01", "jefe"), Actor("s01", "supervisor"), Actor("c01", "cargas")
DONE = Asked("done", receipt="R-1", amount=Decimal(99_000), done_on=TODAY)


def walked(*steps: tuple[Asked, Actor], start: Retiro = FRESH) -> Retiro:
    for asked, by in steps:
        start = take(start, asked, by, TODAY, NOW)
    return start


APPROVED = walked((Asked("approve"), JEFE))
ASSIGNED = walked((Asked("assign", to="e07"), SUPERVISOR), start=APPROVED)
PICKED_UP = walked((DONE, SUPERVISOR), start=ASSIGNED)


def refused(retiro: Retiro, asked: Asked, by: Actor) -> tuple[str, str]:
    with pytest.raises(RetiroRefused) as found:
        take(retiro, asked, by, TODAY, NOW)
    return found.value.code, str(found.value)


# ── the table ───────────────────────────────────────────────────────────────────────────────────────


def ways(state: State, goal: State, behind: tuple[Act, ...] = ()) -> list[tuple[Act, ...]]:
    """Every way through the table that does not go in circles."""
    if state is goal:
        return [behind]
    steps = [(act, step.to) for act, step in TABLE[state].items() if step.to is not state]
    return [way for act, to in steps for way in ways(to, goal, (*behind, act))]


@pytest.mark.parametrize("goal", [State.ASIGNADO, State.REALIZADO, State.RENDIDO])
def test_every_way_through_the_table_to_the_money_goes_through_the_approval(goal: State) -> None:
    found = ways(State.SOLICITADO, goal)
    assert found and all(Act.APPROVE in way for way in found)
    assert {state for state, steps in TABLE.items() if Act.APPROVE in steps} == {State.SOLICITADO}


def test_the_approval_takes_the_permission_and_is_barred_to_whoever_asked() -> None:
    step = TABLE[State.SOLICITADO][Act.APPROVE]
    assert (step.permission, step.barred) == (Permission.APPROVE_RETIRO, ("requested_by",))


def test_every_state_is_in_the_table_and_three_of_them_are_ends() -> None:
    assert set(TABLE) == set(State)
    assert {state for state, steps in TABLE.items() if not steps} == {State.RECHAZADO, State.RENDIDO, State.ANULADO}


def test_once_money_has_changed_hands_nothing_annuls_it() -> None:
    assert set(TABLE[State.REALIZADO]) == {Act.RENDER}


PEOPLE = st.builds(Actor, st.sampled_from(["e01", "E01 ", "j01", "s01", "x"]), st.sampled_from([*Role, "nadie"]))
ASKED = st.builds(
    Asked,
    act=st.sampled_from([*Act, "", "aprobar"]),
    note=st.sampled_from(["", "no está en casa"]),
    to=st.sampled_from(["", "e07", "j01", "J01", "e01"]),
    receipt=st.sampled_from(["", "R-1"]),
    amount=st.sampled_from([None, Decimal(0), Decimal(-5), Decimal("0.5"), Decimal("NaN"), Decimal(99_000)]),
    done_on=st.sampled_from([None, TODAY, date(2026, 11, 26), date(2026, 11, 1)]),
)


@given(st.lists(st.tuples(ASKED, PEOPLE), max_size=25))
def test_whatever_is_asked_by_whomever_the_money_is_reached_only_by_way_of_another_persons_approval(
    story: list[tuple[Asked, Actor]],
) -> None:
    retiro, approvals = FRESH, []
    for asked, by in story:
        try:
            after = take(retiro, asked, by, TODAY, NOW)
        except RetiroRefused:
            continue
        assert after.state in {step.to for step in TABLE[retiro.state].values()}
        if after.state is State.APROBADO:
            approvals.append(by)
        retiro = after
    if retiro.state in (State.ASIGNADO, State.REALIZADO):
        [approver] = approvals
        assert allowed(approver.role, Permission.APPROVE_RETIRO)
        assert approver.code.strip().casefold() != "e01"
        assert retiro.approved_by == approver.code != retiro.assigned_to
    if retiro.state is State.REALIZADO:
        assert (retiro.receipt, retiro.done_amount, retiro.done_on) == ("R-1", Decimal(99_000), TODAY)


# ── the steps ───────────────────────────────────────────────────────────────────────────────────────


def test_a_pick_up_goes_from_request_to_rendicion_and_keeps_who_and_what() -> None:
    assert (APPROVED.approved_by, APPROVED.approved_ms, ASSIGNED.assigned_to) == ("j01", NOW, "e07")
    assert (PICKED_UP.amount, PICKED_UP.done_amount) == (100_000, 99_000), "what was asked and what was received"
    [closed] = rendered([PICKED_UP], {"CLP": Decimal(99_000)}, CARGAS, 5)
    assert (closed.state, closed.rendicion_id) == (State.RENDIDO, 5)


@pytest.mark.parametrize("code", ["e01", "E01", " e01 "])
def test_nobody_approves_or_rejects_what_they_asked_for(code: str) -> None:
    for act in ("approve", "reject"):
        said = refused(FRESH, Asked(act, "por mí"), Actor(code, "jefe"))
        assert said[0] == "oneself" and "lo solicitó usted mismo" in said[1]


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.JEFE, Role.GERENTE)])
def test_only_the_jefe_de_area_or_above_approves(role: Role) -> None:
    assert refused(FRESH, Asked("approve"), Actor("x", role)) == (
        "forbidden",
        f"El rol {role} no puede aprobar un retiro.",
    )


def test_who_approved_is_not_sent_and_who_was_sent_does_not_close_the_rendicion() -> None:
    assert refused(APPROVED, Asked("assign", to="J01"), SUPERVISOR)[0] == "oneself"
    with pytest.raises(RetiroRefused, match="lo retiró usted mismo"):
        rendered([PICKED_UP], {"CLP": Decimal(99_000)}, Actor("e07", "jefe"), 1)


@pytest.mark.parametrize("retiro", [FRESH, APPROVED, ASSIGNED])
def test_before_the_money_it_may_be_annulled_with_a_reason(retiro: Retiro) -> None:
    assert refused(retiro, Asked("annul", " . "), SUPERVISOR)[0] == "missing"
    assert take(retiro, Asked("annul", "pagó por caja"), SUPERVISOR, TODAY, NOW).state is State.ANULADO


def test_another_may_be_sent_in_their_place() -> None:
    assert take(ASSIGNED, Asked("assign", to="Motos del Sur"), JEFE, TODAY, NOW).assigned_to == "Motos del Sur"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"receipt": " "}, "Falta el número del comprobante"),
        ({"amount": None}, "Falta el monto recibido"),
        ({"amount": Decimal(0)}, "mayor que cero"),
        ({"amount": Decimal("0.5")}, "sin decimales"),
        ({"amount": Decimal("Infinity")}, "no sirve"),
        ({"done_on": None}, "Falta la fecha"),
        ({"done_on": date(2026, 11, 26)}, "aún no llega"),
        ({"done_on": date(2026, 11, 23)}, "anterior a su solicitud"),
    ],
)
def test_what_was_received_is_told_whole_or_not_at_all(change: dict[str, Any], says: str) -> None:
    assert says in refused(ASSIGNED, msgspec.structs.replace(DONE, **change), SUPERVISOR)[1]


OUT_OF_TURN = [(FRESH, "done"), (FRESH, "assign"), (PICKED_UP, "annul"), (PICKED_UP, "assign")]


@pytest.mark.parametrize(("retiro", "act"), OUT_OF_TURN)
def test_a_step_out_of_turn_is_refused_with_the_state_it_is_in(retiro: Retiro, act: str) -> None:
    code, sentence = refused(retiro, msgspec.structs.replace(DONE, act=act, note="porque sí", to="e09"), SUPERVISOR)
    assert code == "state" and f"está {retiro.state}" in sentence


def test_a_rendicion_is_closed_only_as_a_rendicion_and_a_word_that_is_no_step_is_named() -> None:
    assert refused(PICKED_UP, Asked("render"), JEFE)[0] == refused(FRESH, Asked("volar"), JEFE)[0] == "wrong"


# ── the rendición ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("declared", [{"CLP": Decimal(98_999)}, {}, {"CLP": Decimal(99_000), "CLF": Decimal(1)}])
def test_a_rendicion_that_is_a_peso_off_is_refused_with_both_sums(declared: dict[str, Decimal]) -> None:
    with pytest.raises(RetiroRefused, match="los retiros suman CLP 99000") as found:
        rendered([PICKED_UP], declared, JEFE, 1)
    assert found.value.code == "totals"


def test_a_rendicion_takes_only_what_was_received_and_something() -> None:
    with pytest.raises(RetiroRefused, match="está asignado: no se puede rendir"):
        rendered([ASSIGNED], {}, JEFE, 1)
    with pytest.raises(RetiroRefused, match="ningún retiro"):
        rendered([], {}, JEFE, 1)


AMOUNTS = st.lists(st.tuples(st.sampled_from(["CLP", "CLF"]), st.integers(1, 10**11)), min_size=1, max_size=20)


@given(AMOUNTS, st.integers(-3, 3))
def test_a_rendicion_is_taken_exactly_when_the_declared_total_is_the_sum(
    amounts: list[tuple[str, int]], off: int
) -> None:
    made = [
        msgspec.structs.replace(PICKED_UP, id=n, currency=currency, done_amount=Decimal(amount))
        for n, (currency, amount) in enumerate(amounts)
    ]
    totals = received(made)
    assert sum(totals.values()) == sum(amount for _, amount in amounts)
    totals[amounts[0][0]] += off
    if off == 0:
        assert {one.state for one in rendered(made, totals, JEFE, 9)} == {State.RENDIDO}
    else:
        with pytest.raises(RetiroRefused):
            rendered(made, totals, JEFE, 9)
