"""The AMI codec: whatever the wire does, messages come out whole or not at all."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dialer.ami_wire import Decoder, Message, WireError, encode

GREETING = b"Asterisk Call Manager/11.0.0\r\n"
RECORDED = sorted((Path(__file__).parent.parent / "ami").glob("*.txt"))

names = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=":"), min_size=1, max_size=20)
values = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n\0"), max_size=60)
fields = st.lists(st.tuples(names, values), min_size=1, max_size=12)


def chunks(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[a:b] for a, b in pairwise(edges)]


def fed(decoder: Decoder, pieces: list[bytes]) -> list[Message]:
    return [message for piece in pieces for message in decoder.feed(piece)]


# ── encode ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_message_is_its_headers_and_a_blank_line() -> None:
    assert encode([("Action", "Ping"), ("ActionID", "7")]) == b"Action: Ping\r\nActionID: 7\r\n\r\n"


def test_repeated_headers_are_sent_in_order() -> None:
    assert encode([("Variable", "A=1"), ("Variable", "B=2")]) == b"Variable: A=1\r\nVariable: B=2\r\n\r\n"


@pytest.mark.parametrize("breaker", ["\r", "\n", "\0", "\r\n", "\udcff"])
def test_a_line_end_inside_a_debtors_name_never_becomes_a_header(breaker: str) -> None:
    with pytest.raises(WireError) as refused:
        encode([("Action", "Originate"), ("CallerID", f"María{breaker}Action: Command")])
    assert "'CallerID'" in str(refused.value)
    assert "María" not in str(refused.value), "the sentence must not carry the personal value"


@pytest.mark.parametrize("name", ["", "Two words", "Tab\t", "Colon:", "Línea", "New\nline", "Nul\0", " Lead"])
def test_a_header_name_that_asterisk_would_misread_is_refused(name: str) -> None:
    with pytest.raises(WireError, match="cannot name an AMI header"):
        encode([(name, "x")])


def test_an_empty_message_is_refused() -> None:
    with pytest.raises(WireError, match="at least one header"):
        encode([])


@example([[("A", "")]], [5], False, True).via("a greeting cut in two, before a message shorter than its first part")
@given(st.lists(fields, max_size=6), st.lists(st.integers(min_value=0), max_size=30), st.booleans(), st.booleans())
def test_any_messages_cut_anywhere_arrive_the_same(
    sent: list[list[tuple[str, str]]], cuts: list[int], bare_lf: bool, greeted: bool
) -> None:
    data = (GREETING if greeted else b"") + b"".join(map(encode, sent))
    decoder = Decoder()
    got = fed(decoder, chunks(data.replace(b"\r\n", b"\n") if bare_lf else data, cuts))
    assert [list(message.items) for message in got] == sent
    assert (decoder.garbage, decoder.oversize, decoder.pending_bytes) == (0, 0, 0)
    assert decoder.greeting == (GREETING.decode().strip() if greeted else "")


# ── Message ─────────────────────────────────────────────────────────────────────────────────────────


def test_names_are_found_in_any_case_and_repeated_values_stay_in_order() -> None:
    message = Message((("Response", "Success"), ("Output", "one"), ("output", "two")))
    assert (message.get("RESPONSE"), message.get("output"), message.get("Output")) == ("Success", "two", "one")
    assert message.all("OUTPUT") == ("one", "two")
    assert (message.get("Nothing"), message.get("Nothing", "x"), message.all("Nothing")) == ("", "x", ())


def test_a_message_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Message(()).items = (("a", "b"),)  # type: ignore[misc]


# ── Decoder ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_greeting_is_known_before_any_message() -> None:
    decoder = Decoder()
    assert decoder.feed(GREETING[:10]) == [] and decoder.greeting == ""
    assert decoder.feed(GREETING[10:]) == [] and decoder.greeting == "Asterisk Call Manager/11.0.0"


def test_a_value_keeps_its_colons_and_all_blanks_but_the_first() -> None:
    [message] = Decoder().feed(b"Output:   12:30 up\r\nEmpty:\r\nBlank: \r\nTight:x\r\n\r\n")
    assert message.items == (("Output", "  12:30 up"), ("Empty", ""), ("Blank", ""), ("Tight", "x"))


def test_bytes_that_are_not_utf8_become_the_replacement_character() -> None:
    [message] = Decoder().feed(b"CallerIDName: Pe\xf1a\r\nExten: s\r\n\r\n")
    assert message.items == (("CallerIDName", "Pe�a"), ("Exten", "s"))


def test_a_line_without_a_colon_is_counted_and_the_rest_of_its_message_kept() -> None:
    decoder = Decoder()
    [message] = decoder.feed(b"Event: Hangup\r\nnonsense\r\nCause: 16\r\n\r\nmore nonsense\r\n\r\n")
    assert message.items == (("Event", "Hangup"), ("Cause", "16"))
    assert decoder.garbage == 2


def test_superfluous_blank_lines_mean_nothing() -> None:
    got = fed(Decoder(), [b"\r\n\r\nA: 1\r\n\r\n\r\n", b"\r\n\r\n", b"\r\nB: 2\r\n\r\n"])
    assert [message.items for message in got] == [(("A", "1"),), (("B", "2"),)]


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
def test_a_message_beyond_the_limit_is_skipped_and_its_neighbours_are_not(size: int) -> None:
    decoder = Decoder(max_frame=100)
    data = b"A: 1\r\n\r\n" + b"Huge: " + b"x" * 5_000 + b"\r\nMore: y\r\n\r\n" + b"B: 2\r\n\r\n"
    got = []
    for at in range(0, len(data), size):
        got += decoder.feed(data[at : at + size])
        assert decoder.pending_bytes <= 100
    assert [message.items for message in got] == [(("A", "1"),), (("B", "2"),)]
    assert (decoder.oversize, decoder.garbage) == (1, 0)


@pytest.mark.parametrize(("body", "fits"), [(98, True), (99, False)])
@pytest.mark.parametrize("size", [1, 3, 1_000])
def test_the_limit_counts_the_message_with_its_blank_line(body: int, fits: bool, size: int) -> None:
    decoder = Decoder(max_frame=100)
    data = b"K: " + b"x" * (body - 3) + b"\n\nB: 2\n\n"
    got = fed(decoder, [data[at : at + size] for at in range(0, len(data), size)])
    assert [message.get("B") for message in got] == (["", "2"] if fits else ["2"])
    assert decoder.oversize == (0 if fits else 1)


@given(
    st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b":", b"A: 1", b"x" * 40, b"\xff", b"Asterisk Call Manager/1"])),
    st.lists(st.integers(min_value=0), max_size=30),
)
def test_the_outcome_never_depends_on_where_the_stream_was_cut(parts: list[bytes], cuts: list[int]) -> None:
    data = b"".join(parts)
    whole, cut = Decoder(max_frame=64), Decoder(max_frame=64)
    assert whole.feed(data) == fed(cut, chunks(data, cuts))
    for count in ("greeting", "garbage", "oversize", "pending_bytes"):
        assert getattr(whole, count) == getattr(cut, count), count


@given(st.lists(st.binary(max_size=300)))
def test_random_bytes_never_raise_and_never_pile_up(pieces: list[bytes]) -> None:
    decoder = Decoder(max_frame=128)
    for piece in pieces:
        decoder.feed(piece)
        assert decoder.pending_bytes <= 128


def test_a_limit_too_small_for_the_greeting_is_refused() -> None:
    with pytest.raises(ValueError, match="max_frame=3"):
        Decoder(max_frame=3)


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_what_a_real_asterisk_said_is_understood_to_the_last_line(path: Path) -> None:
    data = path.read_bytes()
    decoder = Decoder()
    got = fed(decoder, [data[at : at + 100] for at in range(0, len(data), 100)])
    assert decoder.greeting.startswith("Asterisk Call Manager/")
    assert (decoder.garbage, decoder.oversize, decoder.pending_bytes) == (0, 0, 0)
    assert b"".join(encode(message.items) for message in got) == data.partition(b"\r\n")[2]
