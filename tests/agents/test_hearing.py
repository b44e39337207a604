"""What a console says is understood, or answered with a sentence."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.hearing import FRAME_BYTES_MAX, KINDS, hear
from agents.messages import Callback, Gestion, Pause, Ping, Problem, Promise, Ready

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("type"), inner),
    max_leaves=8,
)


def test_every_message_of_the_protocol_is_understood_as_it_was_said() -> None:
    full = Gestion(
        "c.n1.a.1", "D01", "ñ", Promise("2026-12-01", "1250000"), Callback(1, pool=False), ("a", "b"), ("a",)
    )
    for message in (Ready(), Pause("baño"), Ping(3), full):
        assert hear(msgspec.json.encode(message).decode()) == message


@settings(deadline=None)
@given(st.text())
def test_no_text_whatever_is_too_much_for_it(text: str) -> None:
    assert isinstance(hear(text), Problem)


@settings(deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.dictionaries(st.sampled_from(["attempt_id", "code", "reason", "n"]), JSON))
def test_a_known_type_with_any_fields_is_a_message_or_a_problem(kind: str, fields: dict[str, object]) -> None:
    said = hear(msgspec.json.encode({"type": kind, **fields}).decode())
    assert isinstance(said, Problem | KINDS[kind])


@settings(deadline=None)
@given(st.binary())
def test_binary_is_never_understood(frame: bytes) -> None:
    said = hear(frame)
    assert isinstance(said, Problem)
    assert "binario" in said.detail


def test_a_half_written_surrogate_is_refused() -> None:
    assert isinstance(hear('{"type":"pause","reason":"\ud800"}'), Problem)


def test_the_limit_counts_bytes_not_letters() -> None:
    def pause(letters: int) -> str:
        return '{"type":"pause","reason":"' + "ñ" * letters + '"}'

    def detail(said: object) -> str:
        assert isinstance(said, Problem)
        return said.detail

    assert "bytes" in detail(hear(pause(FRAME_BYTES_MAX // 2)))
    assert "bytes" not in detail(hear(pause(FRAME_BYTES_MAX // 2 - 100)))


def test_the_problem_names_the_type_its_fault_and_its_fields() -> None:
    said = hear('{"type":"pause","reason":5}')
    assert isinstance(said, Problem)
    assert said.detail == (
        "No se entiende el mensaje: «pause» está mal formado (Expected `str`, got `int` - at `$.reason`); sus campos "
        "son: reason. Tipos que existen: dial, draft, gestion, hand, hangup, hold, logout, pause, ping, ready, "
            "registered, resume, skip, transfer, transfer_back, transfer_done."
    )
